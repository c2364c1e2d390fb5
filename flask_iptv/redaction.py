"""Texts without the tokens, keys and passwords in them: of each its last four characters stay."""

from __future__ import annotations

import re
import string
from collections.abc import Callable
from dataclasses import fields
from typing import Any, TypeVar
from urllib.parse import quote, unquote

C = TypeVar("C", bound=type)

#: Stands for what was taken out, before the last characters of it.
HIDDEN = "\N{HORIZONTAL ELLIPSIS}"
#: So that two lines can be seen to be about the same token.
_SHOWN = 4
#: Of a shorter one nothing is shown.
_SHORTEST = 8

#: What can't be a secret.
_NOTHING = frozenset({"", "None", "null", "True", "False", "true", "false"})

#: How the names of parameters, fields and headers begin whose values are hidden.
_SECRETS = (
    "token|passw(?:or)?d|secret|key|md5|wmsauthsign|hdnts|hdnea|hmac|signature|policy"
    "|(?<![a-z])sign(?==|%)"
)
#: They may go on, as "securetoken_keys" and "wowzatokenhash" do. A text of nothing but such words
#: would take long if they might do so without end.
_NAME = rf"(?:{_SECRETS})(?!error|word)[\w-]{{0,20}}"
_FIELD = rf"(?:authorization|{_NAME})"
#: What begins and ends a text in quotes, of which there may be several around each other.
_OPENED = r"""[bru]{0,2}(?P<quote>\\{0,7}["'])"""
_TO_ITS_END = r"(?:(?!(?<!\\)(?P=quote)).)*"
#: Between a name in quotes and what it is the name of.
_IS = r"""(?:\\{0,7}["'])?\s*(?:={1,2}>?|:|(?<=["']),)\s*"""
#: Within the query of another address a slash is encoded, and within that one's again.
_SLASH = r"(?:/|%(?:25)*2F)"
_SEGMENT = r"""(?:[^\s/?&"'<>%]|%(?!(?:25)*2F)[0-9A-F]{2})+"""
#: A quote may be in an address, unless it is what ends it.
_QUOTE = r"'(?=\w)"
_END = r"""(?=[\s?"<>]|'(?!\w)|%(?:25)*3F|$)"""
#: What goes on behind an address is a sentence.
_NO_STOP = r"(?<![.,;:)\]}])"
#: Nouns before the number of something that is no stream.
_NOUNS = "channels|packages|sessions|playlists|products|articles|comments|accounts|customers"

_WORDS = "token passw secret key md5 wmsauth hdn hmac sign policy authorization cookie"

#: Words without which a pattern can't match, in lower case: most of what is logged has none of
#: them. The pattern's groups are hidden, unless they are about quotes and such: of "cookies" each
#: one's value, "all" altogether, and those that begin with "secret".
_RULES = tuple(
    (words.split(), re.compile(pattern, re.IGNORECASE | re.MULTILINE))
    for words, pattern in (
        # keys=['…', '…'] and "keys": ["…"]
        (
            _WORDS,
            rf"""(?:cookie|{_FIELD}){_IS}[\[({{](?P<all>"""
            # With an end to how far is looked, or each of many beginnings would look to the end.
            r"""(?:\\{0,7}"(?:\\.|[^"\\]){0,2000}"|\\{0,7}'(?:\\.|[^'\\]){0,2000}'"""
            r"""|[^\])}"'\n])+)""",
        ),
        # token='…', "token": "…" and ('token', '…')
        (_WORDS, rf"{_FIELD}{_IS}{_OPENED}(?P<secret>{_TO_ITS_END})"),
        ("cookie", rf"cookie{_IS}{_OPENED}(?P<cookies>{_TO_ITS_END})"),
        # Authorization: Bearer … and Cookie: …, to the end of the line or of the quotes
        (
            "authorization x-",
            r"""(?P<quote>\\{0,7}["'])?(?<![\w-])"""
            r"(?:[\w-]{0,20}authorization|x-[\w-]{0,20}(?:token|key|secret))"
            r"\s*[:=]\s*(?:(?:basic|bearer|digest|token)\s+)?"
            rf"""(?P<secret>(?(quote){_TO_ITS_END}|[^"'\s].*))""",
        ),
        (
            "cookie",
            r"""(?P<quote>\\{0,7}["'])?(?<![\w-])[\w-]{0,20}cookie\s*[:=]\s*"""
            rf"""(?P<cookies>(?(quote){_TO_ITS_END}|[^"'\s].*))""",
        ),
        # token=…
        (
            _WORDS,
            rf"""{_NAME}=(?![\[({{]{HIDDEN}|[bru]{{1,2}}["'])"""
            rf"""(?P<secret>(?:(?!\\u0026)[^\s&"'<>]|{_QUOTE})+{_NO_STOP})""",
        ),
        # token%3D…%26, in the query of another address
        (
            "3d",
            rf"""{_NAME}%(?P<level>(?:25)*)3D"""
            rf"""(?P<secret>(?:(?!%(?P=level)26)[^\s&"'<>])+{_NO_STOP})""",
        ),
        # /my/…
        (
            "/my/",
            rf"""/my/(?P<secret>(?:[^\s?"'<>]|{_QUOTE})+?)"""
            rf"""(?=(?:/new-token|/devices/\d+)?[.,;:)\]}}]*{_END})""",
        ),
        # %2Fmy%2F…
        (
            "2fmy%",
            r"""%(?P<level>(?:25)*)2Fmy%(?P=level)2F"""
            r"""(?P<secret>(?:(?!%(?P=level)3F)[^\s?&"'<>])+?)"""
            rf"""(?=(?:%(?P=level)2F(?:new-token|devices%(?P=level)2F\d+))?(?:&|{_END}))""",
        ),
        # /t/…
        ("/t/ 2ft%", rf"{_SLASH}t{_SLASH}(?P<secret>[\w~.-]+){_NO_STOP}"),
        # /live/USER/PASSWORD/, as Xtream has it
        (
            "live timeshift movie series",
            rf"{_SLASH}(?:live|timeshift|movie|series){_SLASH}"
            rf"(?P<secret_name>{_SEGMENT}){_SLASH}(?P<secret>{_SEGMENT})(?={_SLASH})",
        ),
        # /USER/PASSWORD/7.ts, and /7 where it is not likely to be anything else
        (
            "/0 /1 /2 /3 /4 /5 /6 /7 /8 /9",
            rf"""(?:^|[\s"'(=]|://{_SEGMENT})(?:/{_SEGMENT}){{0,2}}?/"""
            rf"(?P<secret_name>{_SEGMENT})/(?P<secret>(?!(?:{_NOUNS})/){_SEGMENT})"
            rf"(?=/\d+\.(?:ts|m3u8){_END}|(?<=[^/\s]{{{_SHORTEST}}})/\d+{_END})",
        ),
        # scheme://name:password@host
        ("://", r"""://[^\s/@:"']*:(?P<secret>[^\s/@"']+)@"""),
        # Signed links of Flussonic and Cesbo
        (
            "-0 -1 -2 -3 -4 -5 -6 -7 -8 -9",
            r"""(?P<secret>(?<![0-9a-z])[0-9a-f]{40}-[0-9a-z]{1,256}-\d{1,19}-\d{1,19}"""
            r"""(?:-[^\s&"'<>/]{1,128})?)""",
        ),
        # Bunny's, and JSON Web Tokens
        ("hs256-", r"(?<![\w-])(?P<secret>HS256-(?:1-)?[\w-]{43})"),
        ("eyj", r"(?<![\w-])(?P<secret>eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"),
        # nginx's secure_link in a path: /MD5/EXPIRES/
        ("/1 /2", r"/(?P<secret>[\w-]{22})/\d{10}/"),
        # What databases say of a value, and SQLAlchemy of a statement
        ("duplicate", r"Duplicate entry '(?P<secret>(?:(?!' for key).)*)"),
        (")=(", r"Key \([^()\n]{0,200}\)=\((?P<secret>(?:(?!\) (?:already|is)).)*)"),
        ("failing", r"Failing row contains \((?P<all>.*)\)"),
        ("[parameters:", r"\[parameters: (?P<all>.*?)(?=\]?$)"),
    )
)

#: Groups that are not hidden.
_SIGNS = frozenset({"quote", "level"})

_COOKIE = re.compile(r"""=\\{0,7}"?(?P<secret>[^;]*?)(?=\\{0,7}"?\s*(?:;|$))""")

_ESCAPED = re.compile("%([2-7][0-9A-Fa-f])")
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")

#: The line of a traceback that names a file, which may lie in a folder called "my".
_FILE = re.compile(r'\s+File "[^"]*", line \d+')


def redact(text: str) -> str:
    """Hide what must not be in a log: tokens, keys, passwords, logins, cookies, signed links.

    They are found by the names before them (``token=``, ``"password":``, ``Cookie:``), by the
    addresses that they are part of (``/my/…``, ``/live/…/…/``) and by their shape, percent-encoded
    or not.

    :return: the text with ``…`` and the last four characters in their places; the same text again
        if it is one already.
    """
    found = _hidden(text)
    if "%" in found:
        # A letter may be encoded, which changes nothing of what an address means.
        plain = _ESCAPED.sub(_letter, found)
        if plain != found and (hidden := _hidden(plain)) != plain:
            return hidden
    return found


def redact_traceback(text: str) -> str:
    """The same for a traceback, which names files as well."""
    lines = text.split("\n")
    return "\n".join(line if _FILE.match(line) else redact(line) for line in lines)


def tail(secret: str) -> str:
    """What is shown of a secret."""
    plain = unquote(secret)
    # Encoded again: the same token is to look the same however it came.
    return HIDDEN + (quote(plain[-_SHOWN:], safe="") if len(plain) >= _SHORTEST else "")


def hides(*secrets: str) -> Callable[[C], C]:
    """Decorate a dataclass or a ``NamedTuple`` so that its ``repr`` holds no secrets.

    :param secrets: its fields that are not shown, unless they are empty.
    """

    def decorate(record: C) -> C:
        own: Any = record
        names = own._fields if issubclass(record, tuple) else [field.name for field in fields(own)]

        def described(self: Any) -> str:
            values = ((name, getattr(self, name)) for name in names)
            shown = (
                f"{name}={HIDDEN if name in secrets and value else repr(value)}"
                for name, value in values
            )
            return f"{type(self).__qualname__}({', '.join(shown)})"

        own.__repr__ = described
        return record

    return decorate


def _hidden(text: str) -> str:
    lowered = text.lower()
    for words, pattern in _RULES:
        if any(word in lowered for word in words):
            text = pattern.sub(_replaced, text)
    return text


def _replaced(match: re.Match[str]) -> str:
    begin = match.start()
    text = match[0]
    # From the last one on, so that the places of the others stay what they are.
    for group in sorted(match.re.groupindex, key=match.start, reverse=True):
        start, end = match.span(group)
        if start >= 0 and group not in _SIGNS:
            shown = _shown(group, match[group])
            text = text[: start - begin] + shown + text[end - begin :]
    return text


def _shown(group: str, value: str) -> str:
    if group == "all":
        return HIDDEN
    if group == "cookies" and "=" in value:
        return _COOKIE.sub(_replaced, value)
    done = value.startswith(HIDDEN) and len(unquote(value)) <= _SHOWN + len(HIDDEN)
    return value if done or value in _NOTHING else tail(value)


def _letter(match: re.Match[str]) -> str:
    letter = chr(int(match[1], 16))
    return letter if letter in _UNRESERVED else match[0]
