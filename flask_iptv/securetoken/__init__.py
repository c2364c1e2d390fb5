"""Securetoken: links that the site signs and anybody with the key verifies without a look-up."""

from __future__ import annotations

from .links import NO_CHECK_IP, Claims, bare_key, looks_like, sign, verify
from .refusals import (
    BadSignature,
    Expired,
    Malformed,
    NotYetValid,
    SecureTokenError,
    WrongAddress,
    WrongStream,
)

__all__ = [
    "NO_CHECK_IP",
    "BadSignature",
    "Claims",
    "Expired",
    "Malformed",
    "NotYetValid",
    "SecureTokenError",
    "WrongAddress",
    "WrongStream",
    "bare_key",
    "looks_like",
    "sign",
    "verify",
]
