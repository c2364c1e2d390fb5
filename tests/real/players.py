"""Players that really fetch and decode a stream, as a viewer's would."""

from __future__ import annotations

import errno
import logging
import re
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from itertools import islice
from typing import IO, Any
from urllib.parse import urlsplit

from tests.patience import LIMIT
from tests.real import imported

PYAV_STATUSES = {
    "HTTPBadRequestError": 400,
    "HTTPUnauthorizedError": 401,
    "HTTPForbiddenError": 403,
    "HTTPNotFoundError": 404,
    "HTTPServerError": 500,
}
"""The HTTP status behind each of PyAV's errors; it doesn't tell the 5xx from one another."""

HUNG_UP = (errno.EIO, errno.ECONNRESET, errno.EPIPE)
"""What PyAV calls the end of a connection that should have gone on."""

RTMP_ANALYSIS = "1000000"
"""Microseconds of a stream that are read to learn what it has; RTMP always takes as many."""

STREAMLINK_OPTIONS = {
    "http-timeout": LIMIT,
    "stream-timeout": LIMIT,
    "stream-segment-timeout": LIMIT,
    "stream-segment-attempts": 1,
}


class PlaybackRefused(Exception):
    """The server answered the player with an HTTP error.

    :param url: what was asked for.
    :param status: the HTTP status; 500 stands for any 5xx where the player tells no more.
    """

    def __init__(self, url: str, status: int) -> None:
        self.url, self.status = url, status
        super().__init__(f"{url} was answered with status {status}")


class PlaybackCut(Exception):
    """The server hung up on the player.

    :param url: what it played, or wanted to.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        super().__init__(f"the server hung up on a player of {url}")


def channels_in(m3u: str) -> dict[str, str]:
    """Give the URL of each channel of a playlist by its title.

    :param m3u: the text of the playlist.
    """
    channels = {}
    title = ""
    for line in m3u.splitlines():
        if line.startswith("#EXTINF:"):
            # The title follows the first comma that is not inside a quoted attribute.
            title = re.sub(r'"[^"]*"', "", line).partition(",")[2].strip()
        elif line and not line.startswith("#"):
            channels[title] = line
    return channels


def play_with_pyav(
    url: str,
    *,
    frames: int = 10,
    user_agent: str | None = None,
    headers: Mapping[str, str] | None = None,
    address: str | None = None,
) -> int:
    """Play a stream and give the number of frames decoded.

    :param frames: stop after as many; fewer are returned when the stream ends earlier.

    The other parameters, and what is raised, are those of :func:`watching`.
    """
    with watching(url, user_agent=user_agent, headers=headers, address=address) as stream:
        return sum(1 for _ in islice(stream, frames))


@contextmanager
def watching(
    url: str,
    *,
    user_agent: str | None = None,
    headers: Mapping[str, str] | None = None,
    address: str | None = None,
) -> Iterator[Iterator[Any]]:
    """Open a stream for as long as the block lasts, and give its frames.

    They are those of the picture, or of the sound where there is none.

    :param url: the stream, such as an HLS playlist, an MPEG transport stream over HTTP, or RTMP.
    :param user_agent: what the player calls itself, over RTMP as its "flashver".
    :param headers: further HTTP headers of every request.
    :param address: the loopback address it connects from, such as ``127.0.0.2``; the segments of
        HLS are fetched from 127.0.0.1 nevertheless.
    :raises PlaybackRefused: when the stream's URL is answered with one of ``PYAV_STATUSES``.
    :raises PlaybackCut: when the server hangs up, at once or later.
    :raises av.error.FFmpegError: when it can't be played for another reason; an HLS playlist that
        is served while its segments are refused gives ``InvalidDataError``.
    """
    av = imported("av", "PyAV")
    options = {}
    if url.startswith("rtmp:"):
        options["analyzeduration"] = RTMP_ANALYSIS
    if user_agent is not None:
        options["rtmp_flashver" if url.startswith("rtmp:") else "user_agent"] = user_agent
    if headers:
        options["headers"] = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    if address is not None:
        options["local_addr"] = address
    with _said_plainly(url), av.open(url, options=options, timeout=(LIMIT, LIMIT)) as stream:
        yield _frames(url, stream)


def _frames(url: str, stream: Any) -> Iterator[Any]:
    with _said_plainly(url):
        yield from stream.decode((stream.streams.video or stream.streams.audio)[0])


@contextmanager
def _said_plainly(url: str) -> Iterator[None]:
    av = imported("av", "PyAV")
    try:
        yield
    except (av.error.HTTPClientError, av.error.HTTPServerError) as error:
        status = PYAV_STATUSES.get(type(error).__name__)
        if status is None:
            raise
        raise PlaybackRefused(url, status) from error
    except av.error.OSError as error:
        if error.errno not in HUNG_UP:
            raise
        raise PlaybackCut(url) from error


def play_with_streamlink(url: str, *, size: int = 50_000, user_agent: str | None = None) -> bytes:
    """Read the beginning of a stream as streamlink hands it to a player.

    :param url: an HLS playlist (``….m3u8``), or anything else as a plain HTTP stream.
    :param size: how much to read, in bytes; less is returned when the stream ends earlier.
    :param user_agent: what the player calls itself.
    :raises PlaybackRefused: when nothing came and the last answer was an HTTP error.
    """
    streamlink = imported("streamlink", "streamlink")
    session = streamlink.Streamlink()
    for name, value in STREAMLINK_OPTIONS.items():
        session.set_option(name, value)
    if user_agent is not None:
        session.set_option("http-headers", {"User-Agent": user_agent})
    # Streamlink keeps the status to itself and leaves refused responses open.
    responses: list[Any] = []
    session.http.hooks["response"].append(lambda response, **_: responses.append(response))
    kind = "hls" if urlsplit(url).path.endswith(".m3u8") else "httpstream"
    trouble: Exception | None = None
    data = b""
    # The player's own, in whose process the tests listen for keys.
    log = logging.getLogger("urllib3.connectionpool")
    log.setLevel(logging.WARNING)
    try:
        with closing(session.streams(f"{kind}://{url}")["best"].open()) as stream:
            data = b"".join(_pieces(stream, size))
    except (OSError, streamlink.StreamlinkError) as error:
        trouble = error
    finally:
        for response in responses:
            response.close()
        session.http.close()
        log.setLevel(logging.NOTSET)
    if not data and responses and not responses[-1].ok:
        raise PlaybackRefused(url, responses[-1].status_code) from trouble
    if trouble is not None:
        raise trouble
    return data


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (piece := stream.read(size)):
        size -= len(piece)
        yield piece
