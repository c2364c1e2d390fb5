"""Players that really fetch and decode a stream, as a viewer's would."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import islice
from typing import IO, Any
from urllib.parse import urlsplit

from tests.real import imported

SECONDS = 10
"""How long a player waits for a stream to open, and then for each read."""

PYAV_STATUSES = {
    "HTTPBadRequestError": 400,
    "HTTPUnauthorizedError": 401,
    "HTTPForbiddenError": 403,
    "HTTPNotFoundError": 404,
    "HTTPServerError": 500,
}
"""The HTTP status behind each of PyAV's errors; it doesn't tell the 5xx from one another."""

STREAMLINK_OPTIONS = {
    "http-timeout": SECONDS,
    "stream-timeout": SECONDS,
    "stream-segment-timeout": SECONDS,
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
) -> int:
    """Play the video of a stream and give the number of frames decoded.

    :param url: the stream, such as an HLS playlist or an MPEG transport stream over HTTP.
    :param frames: stop after as many; fewer are returned when the stream ends earlier.
    :param user_agent: what the player calls itself.
    :param headers: further HTTP headers of every request.
    :raises PlaybackRefused: when the stream's URL is answered with one of ``PYAV_STATUSES``.
    :raises av.error.FFmpegError: when it can't be played for another reason; an HLS playlist that
        is served while its segments are refused gives ``InvalidDataError``.
    """
    av = imported("av", "PyAV")
    options = {}
    if user_agent is not None:
        options["user_agent"] = user_agent
    if headers:
        options["headers"] = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    try:
        with av.open(url, options=options, timeout=(SECONDS, SECONDS)) as stream:
            return sum(1 for _ in islice(stream.decode(video=0), frames))
    except (av.error.HTTPClientError, av.error.HTTPServerError) as error:
        status = PYAV_STATUSES.get(type(error).__name__)
        if status is None:
            raise
        raise PlaybackRefused(url, status) from error


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
    try:
        with closing(session.streams(f"{kind}://{url}")["best"].open()) as stream:
            data = b"".join(_pieces(stream, size))
    except (OSError, streamlink.StreamlinkError) as error:
        trouble = error
    finally:
        for response in responses:
            response.close()
        session.http.close()
    if not data and responses and not responses[-1].ok:
        raise PlaybackRefused(url, responses[-1].status_code) from trouble
    if trouble is not None:
        raise trouble
    return data


def _pieces(stream: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (piece := stream.read(size)):
        size -= len(piece)
        yield piece
