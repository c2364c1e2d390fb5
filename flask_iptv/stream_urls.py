"""Stream URLs: made from a server's template, and recognised when a proxy asks about one."""

from __future__ import annotations

import re
from urllib.parse import quote, unquote, unquote_to_bytes, urlsplit

from .phrases import Phrase

HLS_TEMPLATE = "{base}/{name}/index.m3u8"
"""Flussonic's HLS URL."""

MPEGTS_TEMPLATE = "{base}/{name}/mpegts"
"""Flussonic's MPEG-TS over HTTP URL."""

MAX_URI = 4096
"""Longest URI that is looked at, in characters and without its query."""

MAX_PREFIX = 5
"""Most folders in front of a stream's name: the base path's and the template's together."""

MAX_CANDIDATES = 24
"""Most names that a path could mean."""

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\\\ud800-\udfff]|%[0-9A-Fa-f]{2}")
_TRACKS = re.compile(r"tracks-[a-z0-9]+")
_ARCHIVE_MINUTE = re.compile(r"[0-9]{4}(?:/[0-9]{2}){4}")
_SEGMENT = re.compile(r"(.+)[-_][0-9]{1,20}\.(?:ts|m4s|mp4|aac|vtt)")
_PLAYLIST_EXTENSIONS = (".m3u8", ".mpd")
_TEMPLATE_PATH = re.compile(r"\{base\}/(?P<prefix>(?:[^{}?]*/)?)\{name\}(?P<rest>[^{}?]*)(?:\?.*)?")
_FILE_IN_FOLDER = re.compile(r"/[^/]+")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]+")

# A lone .ts, .aac or .mp4 is a whole channel sent without end (/live/ort.ts, /radio.aac) or a
# film; as a segment it is numbered. "ort1.ts" is more likely a channel, "index1.ts" is what
# ffmpeg writes next to index.m3u8.
_SHORT_FILE = re.compile(
    r".+\.(?:m3u8|mpd|m4s|vtt|key)"
    r"|(?:.*[-_.]|(?:chunk|data|file|filesequence|index|media|part|seg|segment)?)[0-9]+\.(?:ts|aac|mp4)"
    r"|init.*\.mp4",
    re.IGNORECASE,
)


def check_template(template: str) -> None:
    """Refuse a URL template that can't make a stream's URL.

    :raises ValueError: saying what is wrong and what would be right.
    """
    if not template.startswith("{base}/"):
        raise ValueError(Phrase("must start with {base}/, as in {base}/{name}/index.m3u8"))
    rest = template.removeprefix("{base}/")
    if rest.count("{name}") != 1:
        raise ValueError(Phrase("must contain {name} exactly once, as in {base}/{name}/index.m3u8"))
    literal = rest.replace("{name}", "")
    if "{" in literal or "}" in literal:
        raise ValueError(Phrase("has other braces than those of {base} and {name}"))
    if re.search(r"[\s\x00-\x1f\x7f-\x9f\\\ud800-\udfff]", literal):
        raise ValueError(Phrase("contains white space, a backslash or a control character"))
    if "#" in literal:
        raise ValueError(Phrase("contains a #, which a player never sends to the server"))
    if re.search(r"[?&]token(?:=|&|$)", literal):
        raise ValueError(Phrase("contains a token; it is added to every URL by itself"))


def render(template: str, *, base: str, name: str) -> str:
    """Make the URL of a stream.

    :param template: one that :func:`check_template` lets through.
    :param base: the server's public base URL, such as ``https://media.example/hls``.
    :param name: the stream's name; its slashes stay, all else that needs it is percent-encoded.
    """
    with_name = template.replace("{name}", quote(name, safe="/"))
    return with_name.replace("{base}", base.rstrip("/"), 1)


def with_token(url: str, token: str) -> str:
    """Add a viewer's token to the query of a URL."""
    return f"{url}{'&' if '?' in url else '?'}token={quote(token, safe='')}"


def split_base(url: str) -> str:
    """Take the decoded path out of a server's base URL: ``""`` or such as ``/hls``.

    :raises ValueError: if it is none, which only a host's own SQL can have written.
    """
    return unquote(urlsplit(url).path).rstrip("/")


def decode_path(uri: str) -> str | None:
    """Decode the URI a viewer asked a proxy for, as ``X-Original-URI`` tells it.

    This is the only place that decodes. What a media server could read in another way than this
    module is not decoded at all, so it can't belong to any stream: dot segments, empty segments,
    encoded slashes, twice encoded characters, backslashes, control characters, fragments, bytes
    that are not UTF-8.

    :param uri: as it was sent: percent-encoded, with its query.
    :return: the path without the query, ``None`` when it must not be trusted.
    """
    raw = uri.partition("?")[0]
    if len(raw) > MAX_URI or not raw.isascii() or "#" in raw:
        return None
    if re.search(r"%(?![0-9A-Fa-f]{2})|%2f", raw, re.IGNORECASE):
        return None
    try:
        path = unquote_to_bytes(raw).decode()
    except UnicodeDecodeError:
        return None
    return path if _segments(path) else None


def candidates(path: str) -> tuple[str, ...]:
    """List the stream names a path could mean, on whatever server and template.

    The longest comes first. Of those that exist, the first one that :func:`covers` says yes to
    *is* the stream; looking on for one the viewer may watch would open ``/live/ort-1.ts`` to a
    viewer of ``live/ort`` where both templates of a server differ.

    :param path: as :func:`decode_path` returns it.
    :return: at most :data:`MAX_CANDIDATES` names, none for a path that is not safe.
    """
    segments = _segments(path)
    if not segments:
        return ()
    names = set()
    for start in range(min(len(segments), MAX_PREFIX + 1)):
        below = segments[start:]
        names |= {_stream_folder(below), "/".join(below)}
        names |= {_without_extension(below), _without_number(below)}
    names.discard("")
    return tuple(sorted(names, key=lambda name: (-len(name), name)))


def covers(template: str, *, base_path: str, name: str, path: str) -> bool:
    """Tell whether a path belongs to a stream.

    Two shapes of template are understood, those in which a path tells its stream without a doubt:

    - a folder, ``{base}/…/{name}/FILE``: every file directly in it, and in Flussonic's folders of
      tracks and of archive minutes below it;
    - a file, ``{base}/…/{name}.EXT`` or ``{base}/…/{name}``: that file, and for a playlist
      (``.m3u8``, ``.mpd``) its segments ``NAME-12.ts`` or ``NAME_12.ts`` beside it.

    Any other template covers nothing. With one template and one base path, a path belongs to at
    most one stream, whichever streams exist.

    :param template: of the server the stream lives on.
    :param base_path: path of that server's public base URL, see :func:`split_base`.
    :param name: the stream's name.
    :param path: as :func:`decode_path` returns it.
    """
    return name != "" and _owner(template, base_path, path) == name


def is_playlist(path: str) -> bool:
    """Tell whether a decoded path is an HLS or DASH playlist."""
    return path.lower().endswith(_PLAYLIST_EXTENSIONS)


def is_segmented(path: str) -> bool:
    """Tell whether a decoded path is one short file of many, as HLS and DASH ask for them.

    The player comes back within seconds for the next one, where an MPEG-TS response goes on
    until the viewer leaves and is asked about once.
    """
    return _SHORT_FILE.fullmatch(path.rpartition("/")[2]) is not None


def _segments(path: str) -> list[str]:
    """Split a decoded path; nothing when it is one that servers may understand differently."""
    if not path.startswith("/") or len(path) > MAX_URI or _UNSAFE.search(path):
        return []
    segments = path[1:].split("/")
    return [] if {"", ".", ".."} & set(segments) else segments


def _stream_folder(segments: list[str]) -> str:
    """Cut the file off, and Flussonic's own folders ``tracks-…`` and ``YYYY/MM/DD/HH/MM``."""
    folders = segments[:-1]
    if _ARCHIVE_MINUTE.fullmatch("/".join(folders[-5:])):
        folders = folders[:-5]
    if folders and _TRACKS.fullmatch(folders[-1]):
        folders = folders[:-1]
    return "/".join(folders)


def _without_extension(segments: list[str]) -> str:
    stem = segments[-1].rpartition(".")[0]
    return "/".join([*segments[:-1], stem]) if stem else ""


def _without_number(segments: list[str]) -> str:
    segment = _SEGMENT.fullmatch(segments[-1])
    return "/".join([*segments[:-1], segment[1]]) if segment else ""


def _owner(template: str, base_path: str, path: str) -> str:
    """Name the one stream a path can belong to on this server, ``""`` when there is none."""
    shape = _TEMPLATE_PATH.fullmatch(template)
    segments = _segments(path)
    if shape is None or not segments:
        return ""
    prefix, rest = f"{base_path}/{unquote(shape['prefix'])}", shape["rest"]
    depth = prefix.count("/") - 1
    if not path.startswith(prefix) or depth > MAX_PREFIX:
        return ""
    below = segments[depth:]
    if _FILE_IN_FOLDER.fullmatch(rest):
        return _stream_folder(below)
    if not rest:
        return "/".join(below)
    if not _EXTENSION.fullmatch(rest):
        return ""
    if below[-1].endswith(rest):
        return _without_extension(below)
    return _without_number(below) if rest in _PLAYLIST_EXTENSIONS else ""
