"""Why a signed link is refused, as errors that carry the facts."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from ..errors import IPTVError


class SecureTokenError(IPTVError):
    """A signed link was refused; ``reason`` is the stable code of the refusal."""

    reason: ClassVar[str] = "bad_signature"


class Malformed(SecureTokenError):
    """The text is not a signed link at all."""


class BadSignature(SecureTokenError):
    """No key made this hash: the link was altered, or signed by somebody else."""


class WrongStream(SecureTokenError):
    """The link was signed for another stream than ``name``."""

    reason = "wrong_stream"

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(f"the link is not for the stream {name!r}")


class WrongAddress(SecureTokenError):
    """The link was signed for another address than ``ip``, the viewer's."""

    reason = "wrong_address"

    def __init__(self, ip: str | None) -> None:
        self.ip = ip
        super().__init__(f"the link is not for the address {ip!r}")


class NotYetValid(SecureTokenError):
    """The link starts in the future, at ``starts_at`` (UTC)."""

    reason = "link_not_yet_valid"

    def __init__(self, starts_at: datetime) -> None:
        self.starts_at = starts_at
        super().__init__(f"the link is not valid before {starts_at.isoformat()}")


class Expired(SecureTokenError):
    """The link is over since ``ends_at`` (UTC)."""

    reason = "link_expired"

    def __init__(self, ends_at: datetime) -> None:
        self.ends_at = ends_at
        super().__init__(f"the link was valid until {ends_at.isoformat()}")
