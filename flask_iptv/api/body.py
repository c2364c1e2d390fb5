"""Reading JSON bodies, whatever content type they are sent with."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable
from typing import Any, NoReturn

from flask import request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

#: Bytes a body may have, unless something else is said of it.
MAX_BODY = 1_000_000
#: Bytes that a body with a list of names may have: a record with twenty thousand of them, whatever
#: they are, can be put back as it was got.
MAX_BODY_OF_NAMES = 32_000_000
#: An object of ours holds lists of texts; what is nested deeper is no object of ours.
_MAX_DEPTH = 5
_MAX_DIGITS = 100


def read(read_only: Iterable[str] = (), max_body: int = MAX_BODY) -> dict[str, Any]:
    """Read the body of this request, a JSON object.

    ``curl --data-binary`` says that it sends a form, so the content type is not looked at.

    :param read_only: fields to leave out.
    :param max_body: bytes that it may have.
    :raises BadRequest: if it is no JSON object; it says where.
    :raises RequestEntityTooLarge: if it has more bytes.
    """
    fields = parse(_bytes(max_body))
    return {name: value for name, value in fields.items() if name not in read_only}


def _bytes(max_body: int) -> bytes:
    too_large = RequestEntityTooLarge(f"the body may have {max_body} bytes at most")
    if (request.content_length or 0) > max_body:
        raise too_large
    if request.content_length is not None:
        # Whatever of the host has looked at it before us: Flask keeps it.
        return request.get_data()
    # Sent in chunks: nobody said how much it will be.
    parts, left = [], max_body + 1
    while left and (part := request.stream.read(left)):
        parts.append(part)
        left -= len(part)
    if not left:
        raise too_large
    return b"".join(parts)


def parse(body: bytes) -> dict[str, Any]:
    """Parse a JSON object, and only what every other parser would read in the same way.

    :raises BadRequest: if it is none; it says where.
    """
    try:
        value = _DECODER.decode(body.decode("utf-8-sig"))
        too_deep = _depth_exceeds(value, _MAX_DEPTH)
    except UnicodeDecodeError as error:
        raise BadRequest(
            f"the body is not UTF-8: byte 0x{body[error.start]:02X} at offset {error.start}"
        ) from None
    except json.JSONDecodeError as error:
        raise BadRequest(_where(body, error)) from None
    except RecursionError:
        too_deep, value = True, None
    if too_deep:
        raise BadRequest("the body is nested too deeply; the fields are texts or lists of texts")
    if not isinstance(value, dict):
        raise BadRequest('the body must be a JSON object such as {"name": "ort"}')
    _refuse_half_characters(value)
    return value


def _where(body: bytes, error: json.JSONDecodeError) -> str:
    if not body.strip():
        return 'the body is empty; send a JSON object such as {"name": "ort"}'
    return f"the body is not JSON: {error.msg} at line {error.lineno}, column {error.colno}"


def _depth_exceeds(value: object, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            child
            for item in level
            if isinstance(item, dict | list)
            for child in (item.values() if isinstance(item, dict) else item)
        ]
        if not level:
            return False
    return True


def _refuse_half_characters(value: dict[str, Any]) -> None:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = ord(error.object[error.start])
        message = f"the body has \\u{half:04x}, half of a character, without its other half"
        raise BadRequest(message) from None


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        double = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise BadRequest(f"the body has the field {double[:100]!r} more than once")
    return fields


def _integer(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise BadRequest(f"the body has a number of {len(digits)} digits")
    return int(digits)


def _float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        raise BadRequest(f"the body has a number that is too large: {digits[:100]}")
    return number


def _constant(name: str) -> NoReturn:
    raise BadRequest(f"the body has {name}, which is no JSON; write null for nothing")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_doubles,
    parse_int=_integer,
    parse_float=_float,
    parse_constant=_constant,
)
