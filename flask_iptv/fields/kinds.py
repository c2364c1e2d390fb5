"""What each kind of field accepts, and the sentence that says so when it does not."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime, timezone
from ipaddress import ip_network
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from .. import stream_urls
from ..phrases import Phrase
from . import told
from .inputs import A_TIME

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def _no_control(text: str) -> str:
    for character in text:
        if unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp"):
            code = f"U+{ord(character):04X}"
            raise ValueError(Phrase("has a control character, %(code)s; take it out", code=code))
    return text


def _no_control_but_lines(text: str) -> str:
    _no_control(text.replace("\r\n", "\n").replace("\n", " ").replace("\t", " "))
    return text.replace("\r\n", "\n")


def _path_part(text: str) -> str:
    if "/" in text or text in (".", ".."):
        raise ValueError(
            Phrase("can't be '.' or '..' or have a '/' in it, since it is part of web addresses")
        )
    return text


def _stream_name(text: str) -> str:
    if "\\" in text or any(part in ("", ".", "..") for part in text.split("/")):
        raise ValueError(
            Phrase(
                "must be the stream's name on its server, such as 'ort' or 'sport/espn': "
                "no slash at either end, no empty part, no '.', '..' or backslash"
            )
        )
    return text


def _key(text: str) -> str:
    if not text.isascii() or any(character.isspace() for character in text):
        raise ValueError(Phrase("may have only ASCII letters, digits and signs, and no spaces"))
    return text


def _email(text: str) -> str:
    local, at, host = text.rpartition("@")
    if not (local and at and host) or any(character.isspace() for character in text):
        raise ValueError(Phrase("must be an address such as 'viewer@example.com'"))
    return text


def _network(text: str) -> str:
    if "%" in text:
        raise ValueError(Phrase("must not name a zone, which means something on its own host only"))
    try:
        return str(ip_network(text))
    except ValueError:
        pass
    try:
        near = ip_network(text, strict=False)
    except ValueError:
        raise ValueError(
            Phrase("must be a network such as '192.0.2.0/24' or '2001:db8::/32'")
        ) from None
    raise ValueError(Phrase("has bits set behind its prefix; did you mean '%(near)s'?", near=near))


def _with_a_date(value: object) -> object:
    # Of a bare number pydantic makes a unix time, so 20270131 would be a day in 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE.match(value.strip())):
        return value
    raise ValueError(Phrase(A_TIME))


def _utc(value: datetime) -> datetime:
    try:
        moment = value if value.tzinfo else value.replace(tzinfo=timezone.utc)
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError(Phrase("must lie between the years 1 and 9999, UTC")) from None


#: Others mean something of their own in headers and configuration files.
_HOST = re.compile(r"[\w.-]+|[0-9a-fA-F:.]+")
_BASE_URL = Phrase("must be a base address such as 'https://media.example'")


def _web_url(text: str) -> str:
    try:
        parts = urlsplit(text)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
        usable = usable and (parts.port is None or parts.port > 0)
    except ValueError:
        usable = False
    if not usable or any(character.isspace() or character in '"<>' for character in text):
        raise ValueError(Phrase("must be a web address such as 'https://media.example/logo.png'"))
    return text


def _base_url(text: str) -> str:
    # A login would stand in every playlist.
    if any(sign in text for sign in "?#@"):
        raise ValueError(Phrase("%(what)s, without a query or a login", what=_BASE_URL))
    try:
        address = _web_url(text).rstrip("/")
    except ValueError:
        raise ValueError(_BASE_URL) from None
    if not _HOST.fullmatch(urlsplit(address).hostname or ""):
        raise ValueError(
            Phrase(
                "%(what)s, whose host has only letters, digits, dots and hyphens", what=_BASE_URL
            )
        )
    return address


def _template(text: str) -> str:
    stream_urls.check_template(text)
    return text


def is_blank(value: object) -> bool:
    """Whether it says nothing: no value, or a text without letters."""
    return value is None or (isinstance(value, str) and not value.strip())


def _not_blank(value: object) -> object:
    if value is not None and is_blank(value):
        raise ValueError(Phrase("must not be empty; null means none"))
    return value


def _none_is_no_items(value: object) -> object:
    return [] if value is None else value


def _whole_number(value: object) -> object:
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError(Phrase("must be a whole number"))
    # JSON knows one kind of numbers only.
    return int(value) if isinstance(value, float) else value


#: Comes before the type in an optional field: what a script has never set must not end a limit.
NotBlank = BeforeValidator(_not_blank)
#: Comes before a list.
NoneIsNoItems = BeforeValidator(_none_is_no_items)
WholeNumber = BeforeValidator(_whole_number)
Line = AfterValidator(_no_control)


def _length(limit: int, *, least: int = 1) -> StringConstraints:
    return StringConstraints(min_length=least, max_length=limit)


#: Characters that a name or a title may have.
MAX_TITLE = 255

Title = Annotated[str, _length(MAX_TITLE), Line, told.LINE]
#: The name of a user, a package or a server.
Name = Annotated[str, _length(255), Line, AfterValidator(_path_part), told.NAME]
StreamName = Annotated[str, _length(255), Line, AfterValidator(_stream_name), told.STREAM_NAME]
Key = Annotated[str, _length(128), Line, AfterValidator(_key), told.KEY]
#: A viewer's token that somebody chooses; a shorter one is soon guessed.
Token = Annotated[str, _length(128, least=8), Line, AfterValidator(_key), told.TOKEN]
SigningKey = Annotated[str, _length(255), Line, told.LINE]
Email = Annotated[str, _length(254), Line, AfterValidator(_email), told.EMAIL]
Comment = Annotated[str, _length(2000), AfterValidator(_no_control_but_lines), told.COMMENT]
UTCTime = Annotated[datetime, AfterValidator(_utc), BeforeValidator(_with_a_date), told.TIME]
Network = Annotated[str, _length(64), AfterValidator(_network), told.NETWORK]
Flag = Annotated[bool, told.FLAG]
# The bound stands next to the list: behind a validator, it is looked at after all items were.
Networks = Annotated[list[Network], Field(max_length=100), NoneIsNoItems]
SigningKeys = Annotated[list[SigningKey], Field(max_length=10), NoneIsNoItems]
Names = Annotated[list[Title], Field(max_length=100_000)]
MaxSessions = Annotated[int, Field(ge=1, le=1_000_000), WholeNumber, told.number(1)]
ChannelNumber = Annotated[int, Field(ge=0, le=1_000_000), WholeNumber, told.number(0)]
WebURL = Annotated[str, _length(2048), Line, AfterValidator(_web_url), told.WEB_URL]
BaseURL = Annotated[str, _length(2048), Line, AfterValidator(_base_url), told.BASE_URL]
Login = Annotated[str, _length(255), Line, told.LINE]
Template = Annotated[str, _length(512), Line, AfterValidator(_template), told.TEMPLATE]
