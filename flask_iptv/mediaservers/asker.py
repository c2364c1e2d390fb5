"""Who may ask: media servers of the configured networks, with the secret if there is one."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Callable, Mapping
from ipaddress import ip_address
from typing import Any

from ..config import Settings
from ..said import Said
from .question import Question, pairs

#: What is in the log of this process, whatever the number of its apps.
_SAID = Said(logging.getLogger("flask_iptv"))

#: Hosts remembered; more are a port scan.
MOST = 1000


class Askers:
    """Knows who may ask, and remembers it of each host: a handful asks again and again."""

    def __init__(self, settings: Settings) -> None:
        self._networks = settings.auth_networks
        self._secret = settings.auth_secret.encode() if settings.auth_secret is not None else None
        self._met: dict[str, str | None] = {}

    def refusal(
        self, question: Question, is_signed: Callable[[Question, bytes], bool] | None = None
    ) -> str | None:
        """Why the host that asks may not, in words; ``None`` if it may.

        :param is_signed: tells whether the question was signed with a secret, for servers that
            always sign: theirs must be.
        """
        outside = self.outside(question.environ)
        if outside is not None:
            return outside
        if is_signed is not None:
            if self._secret is None:
                return "a signature can't be checked: set IPTV_AUTH_SECRET to the server's secret"
            if not is_signed(question, self._secret):
                return "the signature was not made with IPTV_AUTH_SECRET"
        # Several are looked at: a proxy passes the viewer's own Authorization header on.
        elif self._secret is not None and not any(
            hmac.compare_digest(text.encode(), self._secret) for text in _secrets(question)
        ):
            return "the secret of IPTV_AUTH_SECRET is missing or wrong"
        return None

    def outside(self, environ: Mapping[str, Any]) -> str | None:
        """The same as far as it is known before anything is read."""
        address = environ.get("REMOTE_ADDR") or ""
        if address not in self._met:
            if len(self._met) >= MOST:
                self._met.clear()
            self._met[address] = self._why_outside(address)
        return self._met[address]

    def _why_outside(self, address: str) -> str | None:
        try:
            host = ip_address(address)
        except ValueError:
            return f"{address!r} is no address, so IPTV_AUTH_NETWORKS can't allow it"
        host = getattr(host, "ipv4_mapped", None) or host
        if not any(host in network for network in self._networks):
            return f"{host} is not in IPTV_AUTH_NETWORKS"
        return None


def say_who_may_ask(settings: Settings) -> None:
    """Warn, once in a process, that nothing but its network tells a media server from others."""
    if settings.auth_secret is None:
        _SAID.once(
            "anybody whose requests reach this app from %s may ask it for authorization; if the "
            "site is behind a reverse proxy of its own, that is everybody: set IPTV_AUTH_SECRET",
            ", ".join(map(str, settings.auth_networks)),
        )


def _secrets(question: Question) -> list[str]:
    authorization: str = question.environ.get("HTTP_AUTHORIZATION", "")
    scheme, _, credentials = authorization.partition(" ")
    bearer = [credentials.strip()] if scheme.lower() == "bearer" else []
    return bearer + [value for name, value in pairs(question.query) if name == "secret"][:4]
