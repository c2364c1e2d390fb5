"""What the OpenAPI document says of each kind of field, besides its type and its length."""

from __future__ import annotations

from typing import Any

from pydantic import GetJsonSchemaHandler
from pydantic_core import CoreSchema

# Classes of characters and regular expressions that JavaScript, Python and Rust read alike.
_SPACE = r"\u0020\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
_CONTROL = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
#: What is dropped around a text.
_AROUND = rf"[\u0009-\u000d\u0085{_SPACE}]*"


class Told:
    """Words of JSON schema, which add to those that pydantic finds by itself, or replace them."""

    def __init__(self, **words: Any) -> None:
        self.words = words

    def __get_pydantic_json_schema__(
        self, core_schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Called by pydantic when it makes the schema of a model."""
        return self.words if "anyOf" in self.words else {**handler(core_schema), **self.words}


def sorts(*names: str) -> Told:
    """What a list can be sorted by."""
    return Told(enum=[sign + name for name in names for sign in ("", "-")])


def _text(pattern: str, **words: str) -> Told:
    """A text that is of this pattern, without what is around it."""
    return Told(pattern=f"^{_AROUND}(?:{pattern}){_AROUND}$", **words)


def _any(but: str = "") -> str:
    """A character that is no control character, and none of these."""
    return f"[^{_CONTROL}{but}]"


def _visible(but: str = "") -> str:
    """A character that is no space either."""
    return f"[^{_CONTROL}{_SPACE}{but}]"


def _line(but: str = "") -> str:
    return f"{_visible(but)}(?:{_any(but)}*{_visible(but)})?"


LINE = _text(_line())
NAME = _text(rf"(?!\.{{1,2}}{_AROUND}$){_line('/')}")
_STEP = rf"(?!\.{{1,2}}(?:/|{_AROUND}$)){_any('/' + chr(92) * 2)}+"
_END = _visible("/" + chr(92) * 2)
STREAM_NAME = _text(rf"(?={_END}){_STEP}(?:/{_STEP})*(?<={_END})")
KEY = _text("[!-~]+")
TOKEN = _text("[!-~]{8,}")
EMAIL = _text(f"{_visible()}+@{_visible('@')}+")
COMMENT = _text(rf"{_visible()}(?:(?:{_any()}|[\u0009\u000a]|\u000d\u000a)*{_visible()})?")
NOT_BLANK = Told(pattern=rf"[^\u0009-\u000d\u001c-\u001f\u0085{_SPACE}]")

_SCHEME = "[Hh][Tt][Tt][Pp][Ss]?://"
_HOST = r"(?:[A-Za-z0-9][A-Za-z0-9.-]*|\[(?:[0-9A-Fa-f]{1,4}:){1,6}(?::|:[0-9A-Fa-f]{1,4})\])"
_PORT = (
    "(?::(?:[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]))?"
)
BASE_URL = _text(f"{_SCHEME}{_HOST}{_PORT}(?:/{_visible('<>?#@' + chr(34))}*)?")
WEB_URL = _text(f"{_SCHEME}{_HOST}{_PORT}(?:[/?#]{_visible('<>' + chr(34))}*)?")

_LITERAL = _visible("{}#" + chr(92) * 2)
TEMPLATE = _text(rf"(?!.*[?&]token(?:=|&|{_AROUND}$))\{{base\}}/{_LITERAL}*\{{name\}}{_LITERAL}*")


def number(least: int) -> Told:
    """A whole number up to a million, which may be written as a text."""
    digits = ("" if least else "0|") + "[1-9][0-9]{0,5}|1000000"
    return Told(
        anyOf=[
            {"type": "integer", "minimum": least, "maximum": 1_000_000},
            {"type": "string", "pattern": f"^{_AROUND}(?:{digits}){_AROUND}$"},
        ]
    )


FLAG = Told(
    anyOf=[
        {"type": "boolean"},
        {
            "enum": [
                0,
                1,
                *["0", "1", "off", "on", "f", "t", "false", "true", "n", "y", "no", "yes"],
            ]
        },
    ]
)

_DAY = (
    "(?!0000)[0-9]{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
)
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
#: Without a zone it is UTC.
TIME = Told(
    anyOf=[
        {"type": "string", "format": "date-time"},
        {"type": "string", "pattern": f"^{_DAY}(?:[T ]{_CLOCK})?$"},
    ]
)

#: The format is one of ours: whether bits are set behind a prefix, no pattern can say.
NETWORK = Told(format="ip-network")
ADDRESS = Told(anyOf=[{"type": "string", "format": "ipv4"}, {"type": "string", "format": "ipv6"}])
CURSOR = Told(format="cursor", pattern="^[A-Za-z0-9_-]+$")
