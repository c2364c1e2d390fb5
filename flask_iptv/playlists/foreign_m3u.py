"""M3U playlists that someone else wrote, read leniently but without losing a channel silently."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from ..errors import InvalidInput, Problem
from ..phrases import Phrase
from ..stream_urls import decode_path
from .m3u import one_line

MAX_LINE = 16_384
"""Longest line that is read, in characters."""

MAX_PROBLEMS = 20
"""How many problems of a playlist are told at once."""

_EXCERPT = 60
_SCHEMES = ("http", "https", "rtmp", "rtmps", "rtsp", "rtsps", "udp", "rtp", "srt")
_HLS_TAGS = ("#EXT-X-TARGETDURATION", "#EXT-X-MEDIA-SEQUENCE", "#EXT-X-STREAM-INF")
_TOKEN = re.compile(
    r'(?P<key>[A-Za-z0-9_-]+)=(?:"(?P<quoted>[^"]*)"|(?P<bare>[^\s,"]*))|(?P<comma>,)|[^\s,]+'
)
_NUMBER = re.compile(r"0{0,5}[1-9][0-9]{0,5}")
# What servers call the stream's own file inside of the stream's folder.
_FILE_OF_FOLDER = re.compile(r"(?:chunklist|index|manifest|master|mono|playlist|video)\..+|mpegts")
_EXTENSION = re.compile(r"(?<=.)\.(?:m3u8|mpd|ts|flv|mp4|mp3|aac)\Z", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ImportedChannel:
    """A channel as a foreign playlist lists it.

    :param line: number of the line with its URL, from 1.
    :param title: never empty.
    :param url: absolute.
    :param number: 1 to 999999, where the playlist has a whole number.
    """

    line: int
    title: str
    url: str = field(repr=False)
    epg_id: str | None = None
    number: int | None = None
    group: str | None = None
    logo: str | None = None


@dataclass(slots=True)
class _Info:
    """What an #EXTINF line says about the URL to come."""

    line: int
    title: str = ""
    attributes: dict[str, str] = field(default_factory=dict)


def read(lines: Iterable[str]) -> Iterator[ImportedChannel]:
    """Read a playlist line by line, holding one channel at a time.

    :param lines: of the playlist, with or without their line ends.
    :raises InvalidInput: at the first problem; what was yielded before it was right.
    """
    for found in _parse(lines):
        if isinstance(found, Problem):
            raise InvalidInput([found])
        yield found


def read_all(content: str | bytes) -> list[ImportedChannel]:
    """Read a whole playlist, or nothing of it.

    :param content: bytes must be UTF-8, with or without a byte order mark.
    :raises InvalidInput: with the first problems, at most ``MAX_PROBLEMS`` of them.
    """
    channels, problems = read_apart(content)
    if len(problems) > MAX_PROBLEMS:
        more = Problem("", None, Phrase("there are more problems after these"))
        raise InvalidInput([*problems[:MAX_PROBLEMS], more])
    if problems:
        raise InvalidInput(problems)
    return channels


def read_apart(content: str | bytes) -> tuple[list[ImportedChannel], list[Problem]]:
    """Read what can be read of a playlist, and tell of each line that can't.

    :param content: bytes must be UTF-8, with or without a byte order mark.
    :raises InvalidInput: if it is no playlist.
    """
    text = _decode(content) if isinstance(content, bytes) else content
    channels: list[ImportedChannel] = []
    problems: list[Problem] = []
    for found in _parse(io.StringIO(text, newline=None)):
        if isinstance(found, Problem):
            problems.append(found)
        else:
            channels.append(found)
    return channels, problems


def stream_name(url: str) -> str:
    """Guess the name a stream has on its server, ``""`` where the URL suggests none.

    ``http://h/ort/index.m3u8?token=x`` gives ``ort``, ``http://h/live/ort.m3u8`` ``live/ort``.
    """
    try:
        path = decode_path(urlsplit(url).path)
    except ValueError:
        return ""
    if path is None:
        return ""
    *folders, file = path[1:].split("/")
    if folders and _FILE_OF_FOLDER.fullmatch(file):
        return "/".join(folders)
    return "/".join([*folders, _EXTENSION.sub("", file)])


def _decode(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        byte = f"0x{content[error.start]:02x}"
        message = Phrase(
            "byte %(byte)s at offset %(offset)s is not UTF-8; save the playlist as UTF-8",
            byte=byte,
            offset=error.start,
        )
        raise InvalidInput([_problem(line, byte, message)]) from None


def _parse(lines: Iterable[str]) -> Iterator[ImportedChannel | Problem]:
    """Tell channels and problems apart."""
    info: _Info | None = None
    group = ""
    for number, line in _checked(lines):
        tag = line[:8].upper()
        if len(line) > MAX_LINE:
            message = Phrase(
                "%(length)s characters are too long; a line has at most %(most)s",
                length=len(line),
                most=MAX_LINE,
            )
            yield _problem(number, line, message)
            info = None
        elif tag.startswith("#EXTINF"):
            if info:
                yield _without_url(info)
            info = _read_info(number, line)
        elif tag.startswith("#EXTGRP:"):
            # Kodi keeps a group in force until the next one.
            group = one_line(line.partition(":")[2])
        elif not line.startswith("#"):
            yield _channel(number, line, info or _Info(number), group)
            info = None
    if info:
        yield _without_url(info)


def _checked(lines: Iterable[str]) -> Iterator[tuple[int, str]]:
    """Number the lines behind the header; raise where reading on makes no sense."""
    started = False
    for number, raw in enumerate(lines, 1):
        line = raw.strip()
        if "\0" in line:
            message = Phrase("has a NUL byte; this is not a text file")
            raise InvalidInput([_problem(number, line, message)])
        if started:
            if line.startswith(_HLS_TAGS):
                message = Phrase(
                    "%(line)s belongs to the playlist of one stream (HLS); give a playlist that "
                    "lists channels",
                    line=_excerpt(line),
                )
                raise InvalidInput([_problem(number, line, message)])
            if line:
                yield number, line
        elif line := line.lstrip("\ufeff \t"):
            if not line.upper().startswith("#EXTM3U"):
                message = Phrase(
                    "%(line)s is not #EXTM3U; this is not an m3u playlist", line=_excerpt(line)
                )
                raise InvalidInput([_problem(number, line, message)])
            started = True
    if not started:
        message = Phrase("the playlist is empty; it starts with #EXTM3U")
        raise InvalidInput([Problem("", "", message)])


def _read_info(number: int, line: str) -> _Info:
    info = _Info(number)
    text = line[len("#EXTINF") :].lstrip(": ")
    for token in _TOKEN.finditer(text):
        if token["comma"]:
            info.title = one_line(text[token.end() :])
            break
        if token["key"]:
            value = one_line(token["quoted"] or token["bare"] or "")
            info.attributes.setdefault(token["key"].lower(), value)
    return info


def _channel(number: int, line: str, info: _Info, group: str) -> ImportedChannel | Problem:
    # Kodi reads request headers behind a bar; they are no part of the address.
    url = one_line(line.partition("|")[0])
    try:
        parts = urlsplit(url)
    except ValueError as error:
        message = Phrase("%(url)s is not a URL: %(why)s", url=_excerpt(url), why=str(error))
        return _problem(number, url, message)
    if parts.scheme not in _SCHEMES or not parts.netloc:
        message = Phrase(
            "%(url)s is not a complete URL of %(schemes)s",
            url=_excerpt(url),
            schemes=", ".join(_SCHEMES),
        )
        return _problem(number, url, message)
    tags = info.attributes
    chno = tags.get("tvg-chno") or tags.get("channel-number") or ""
    return ImportedChannel(
        line=number,
        title=info.title or tags.get("tvg-name") or stream_name(url) or url,
        url=url,
        epg_id=tags.get("tvg-id") or None,
        number=int(chno) if _NUMBER.fullmatch(chno) else None,
        group=tags.get("group-title") or group or None,
        logo=tags.get("tvg-logo") or None,
    )


def _without_url(info: _Info) -> Problem:
    message = Phrase(
        "no URL follows the #EXTINF of %(title)s; put it on the next line",
        title=_excerpt(info.title),
    )
    return _problem(info.line, info.title, message)


def _problem(line: int, value: str, message: str) -> Problem:
    return Problem(Phrase("line %(line)s", line=line), value[:_EXCERPT], message)


def _excerpt(text: str) -> str:
    return repr(text if len(text) <= _EXCERPT else text[:_EXCERPT] + "…")
