"""What was wrong with a refused link: its stream or its address, which one hash can't tell."""

from __future__ import annotations

import hashlib
import re
import secrets
from binascii import crc_hqx
from collections.abc import Sequence

from .refusals import BadSignature, SecureTokenError, WrongAddress, WrongStream

# 12 random bytes, then a tag of 2 bytes each for the stream and the address.
_SALT = re.compile(r"([0-9a-f]{24})([0-9a-f]{8})")


def make_salt(name: str, ip: str, key: str) -> str:
    """Make a salt that :func:`diagnose` can read; to any other verifier it is random."""
    nonce = secrets.token_hex(12)
    return f"{nonce}{(_sum(name) << 16 | _sum(ip)) ^ _pad(key, nonce):08x}"


def diagnose(
    salt: str, name: str, ip: str | None, ip_fields: Sequence[str], keys: Sequence[str]
) -> SecureTokenError:
    """Word a refusal that is already certain.

    Never to be asked whether a link is good: the tags are far too short for that, and a foreign
    salt that matches one by chance is merely refused under another name.
    """
    if made_here := _SALT.fullmatch(salt):
        nonce, tags = made_here.groups()
        ip_sums = {_sum(field) for field in ip_fields}
        for key in keys:
            sums = int(tags, 16) ^ _pad(key, nonce)
            right_stream = sums >> 16 == _sum(name)
            right_address = sums & 0xFFFF in ip_sums
            if right_stream != right_address:
                return WrongAddress(ip) if right_stream else WrongStream(name)
    return BadSignature("none of the keys made the signature of this link")


def _pad(key: str, nonce: str) -> int:
    # Used for one link only, it hides the sums from whoever has not the key.
    pad = hashlib.sha256((key + nonce).encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(pad[:4], "big")


def _sum(text: str) -> int:
    # A request may hold half of a surrogate pair, which must end as a refusal and not as a crash.
    return crc_hqx(text.encode("utf-8", "surrogatepass"), 0)
