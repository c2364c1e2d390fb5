"""What was wrong with a refused link: its stream or its address, which one hash can't tell."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Sequence

from .refusals import BadSignature, SecureTokenError, WrongAddress, WrongStream

# 12 random bytes, then a tag of 2 bytes each for the stream and the address.
_SALT = re.compile(r"([0-9a-f]{24})([0-9a-f]{4})([0-9a-f]{4})")


def make_salt(name: str, ip: str, key: str) -> str:
    """Make a salt that :func:`diagnose` can read; to any other verifier it is random."""
    nonce = secrets.token_hex(12)
    return nonce + _tag(key, b"name", nonce, name) + _tag(key, b"ip", nonce, ip)


def diagnose(
    salt: str, name: str, ip: str | None, ip_fields: Sequence[str], keys: Sequence[str]
) -> SecureTokenError:
    """Word a refusal that is already certain.

    Never to be asked whether a link is good: the tags are far too short for that, and a foreign
    salt that matches one by chance is merely refused under another name.
    """
    if made_here := _SALT.fullmatch(salt):
        nonce, name_tag, ip_tag = made_here.groups()
        for key in keys:
            right_stream = _tag(key, b"name", nonce, name) == name_tag
            right_address = ip_tag in {_tag(key, b"ip", nonce, field) for field in ip_fields}
            if right_stream != right_address:
                return WrongAddress(ip) if right_stream else WrongStream(name)
    return BadSignature("none of the keys made the signature of this link")


def _tag(key: str, field: bytes, nonce: str, value: str) -> str:
    # A request may hold half of a surrogate pair, which must end as a refusal and not as a crash.
    message = field + bytes.fromhex(nonce) + value.encode("utf-8", "surrogatepass")
    return hmac.digest(key.encode("utf-8", "surrogatepass"), message, "sha256")[:2].hex()
