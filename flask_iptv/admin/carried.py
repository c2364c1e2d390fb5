"""A playlist that a page carries along in a field, until what it changes was looked at."""

from __future__ import annotations

import base64
import binascii
import zlib

from flask import request

#: Longest playlist that is taken, in bytes.
MAX_BYTES = 16 * 1024 * 1024


def allow_long_fields() -> None:
    """Let this request have fields as long as a playlist, whatever Flask allows without a word."""
    if not _is_read() and request.max_form_memory_size is not None:
        request.max_form_memory_size = max(request.max_form_memory_size, 2 * MAX_BYTES)


def _is_read() -> bool:
    # The host may read every form before us, to look for a token of its own.
    return "form" in request.__dict__


def pack(content: bytes) -> str | None:
    """Make a text of a playlist; ``None`` if a form could not bring it back."""
    packed = base64.b64encode(zlib.compress(content, 9)).decode()
    limit = request.max_form_memory_size
    # Some room is left for the other fields.
    return packed if limit is None or len(packed) < limit - 20_000 else None


def unpack(packed: str) -> bytes | None:
    """Read what :func:`pack` made; ``None`` for anything else."""
    try:
        unpacker = zlib.decompressobj()
        content = unpacker.decompress(base64.b64decode(packed, validate=True), MAX_BYTES + 1)
    except (ValueError, binascii.Error, zlib.error):
        return None
    return content if unpacker.eof else None
