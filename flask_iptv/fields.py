"""What each field of an input accepts, and the sentence that says so when it does not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import datetime, timezone
from ipaddress import ip_network
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
)

from . import stream_urls
from .errors import InvalidInput, Problem, is_secret

M = TypeVar("M", bound="Input")

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

#: Our words for pydantic's kinds of errors, by how their names begin.
_WORDS = {
    "bool": "must be true or false",
    "datetime": "must be a time such as '2026-01-31T18:00Z'",
    "greater_than_equal": "must be at least {ge}",
    "int": "must be a whole number",
    "less_than_equal": "must be at most {le}",
    "list_type": "must be a list",
    "literal_error": "must be {expected}",
    "string_too_long": "may have at most {max_length} characters",
    "string_too_short": "must not be empty",
    "string": "must be a text",
    "too_long": "may have at most {max_length} items",
}


class Input(BaseModel):
    """The root of all inputs: fields nobody knows are refused, spaces around texts dropped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


def check(model: type[M], data: Mapping[str, Any]) -> M:
    """Check an input.

    :param data: the fields as they came: from JSON, a form or a Python call.
    :raises InvalidInput: with every problem that was found.
    """
    try:
        return model.model_validate(dict(data))
    except ValidationError as error:
        raise InvalidInput([_problem(model, item) for item in error.errors()]) from None


def _problem(model: type[Input], item: Any) -> Problem:
    field = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        known = ", ".join(name for name, info in model.model_fields.items() if not info.exclude)
        return Problem(field, None, f"there is no such field; there are {known}")
    if item["type"] == "missing":
        return Problem(field, None, "is required")
    value = item["input"] if _may_be_shown(field, item["input"]) else None
    shown = f" (was {_short(value)})" if value is not None else ""
    return Problem(field, value, _worded(item) + shown)


def _may_be_shown(field: str, value: object) -> bool:
    # Messages end in logs, where no token may be: a list may hold one, a web address too.
    if not field or is_secret(field) or not isinstance(value, str | int | float | datetime):
        return False
    text = str(value)
    return field == "email" or not ("@" in text or ("://" in text and "?" in text))


def _worded(item: Any) -> str:
    for kind, words in _WORDS.items():
        if item["type"].startswith(kind):
            return words.format(**item.get("ctx", {}))
    message: str = item["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"


def _no_control(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            raise ValueError(f"has a control character, U+{ord(character):04X}; take it out")
    return text


def _no_control_but_lines(text: str) -> str:
    _no_control(text.replace("\r\n", "\n").replace("\n", " ").replace("\t", " "))
    return text.replace("\r\n", "\n")


def _path_part(text: str) -> str:
    if "/" in text or text in (".", ".."):
        raise ValueError("is part of web addresses, so it can't be '.' or '..' or have a '/'")
    return text


def _stream_name(text: str) -> str:
    if "\\" in text or any(part in ("", ".", "..") for part in text.split("/")):
        raise ValueError(
            "must be the stream's name on its server, such as 'ort' or 'sport/espn': "
            "no slash at either end, no empty part, no '.', '..' or backslash"
        )
    return text


def _key(text: str) -> str:
    if not text.isascii() or any(character.isspace() for character in text):
        raise ValueError("may have only ASCII letters, digits and signs, and no spaces")
    return text


def _email(text: str) -> str:
    local, at, host = text.rpartition("@")
    if not (local and at and host) or any(character.isspace() for character in text):
        raise ValueError("must be an address such as 'viewer@example.com'")
    return text


def _words(value: object) -> object:
    if value is None:
        return []
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return value


def _network(text: str) -> str:
    if "%" in text:
        raise ValueError("must not name a zone, which means something on its own host only")
    try:
        return str(ip_network(text))
    except ValueError:
        pass
    try:
        near = ip_network(text, strict=False)
    except ValueError:
        raise ValueError("must be a network such as '192.0.2.0/24' or '2001:db8::/32'") from None
    raise ValueError(f"has bits set behind its prefix; did you mean '{near}'?")


def _lines(value: object) -> object:
    if value is None:
        return []
    if isinstance(value, str):
        return [line.strip() for line in value.splitlines() if line.strip()]
    return value


def _with_a_date(value: object) -> object:
    # Of a bare number pydantic makes a unix time, so 20270131 would be a day in 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE.match(value.strip())):
        return value
    raise ValueError(_WORDS["datetime"])


def _utc(value: datetime) -> datetime:
    try:
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError("must lie between the years 1 and 9999, UTC") from None


_BASE_URL = "must be a base address such as 'https://media.example'"


def _web_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or character in '"<>' for character in text):
        raise ValueError("must be a web address such as 'https://media.example/logo.png'")
    return text


def _base_url(text: str) -> str:
    # A login would stand in every playlist.
    if any(sign in text for sign in "?#@"):
        raise ValueError(f"{_BASE_URL}, without a query or a login")
    try:
        return _web_url(text).rstrip("/")
    except ValueError:
        raise ValueError(_BASE_URL) from None


def _template(text: str) -> str:
    stream_urls.check_template(text)
    return text


def _empty_is_none(value: object) -> object:
    return None if isinstance(value, str) and not value.strip() else value


def _whole_number(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError("must be a whole number")
    return value


#: Comes before the type in an optional field, so that a form's empty text means "none".
EmptyIsNone = BeforeValidator(_empty_is_none)
WholeNumber = BeforeValidator(_whole_number)
Line = AfterValidator(_no_control)


def _length(limit: int) -> StringConstraints:
    return StringConstraints(min_length=1, max_length=limit)


Title = Annotated[str, _length(255), Line]
#: The name of a user, a package or a server.
Name = Annotated[str, _length(255), Line, AfterValidator(_path_part)]
StreamName = Annotated[str, _length(255), Line, AfterValidator(_stream_name)]
Key = Annotated[str, _length(128), Line, AfterValidator(_key)]
SigningKey = Annotated[str, _length(255), Line]
Email = Annotated[str, _length(254), Line, AfterValidator(_email)]
Comment = Annotated[str, _length(2000), AfterValidator(_no_control_but_lines)]
UTCTime = Annotated[datetime, AfterValidator(_utc), BeforeValidator(_with_a_date)]
Network = Annotated[str, _length(64), AfterValidator(_network)]
Networks = Annotated[list[Network], BeforeValidator(_words), Field(max_length=100)]
SigningKeys = Annotated[list[SigningKey], BeforeValidator(_lines), Field(max_length=10)]
Names = Annotated[list[Title], BeforeValidator(_lines)]
MaxSessions = Annotated[int, Field(ge=1, le=1_000_000), WholeNumber]
ChannelNumber = Annotated[int, Field(ge=0, le=1_000_000), WholeNumber]
WebURL = Annotated[str, _length(2048), Line, AfterValidator(_web_url)]
BaseURL = Annotated[str, _length(2048), Line, AfterValidator(_base_url)]
Login = Annotated[str, _length(255), Line]
Template = Annotated[str, _length(512), Line, AfterValidator(_template)]
