"""Test clips, colour bars with a tone, as files, as a live stream, and sent to a media server."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from tests.patience import LIMIT
from tests.real import imported
from tests.real.program import Program, ProgramError

PART = "ffmpeg"
FRAMES_A_SECOND = 25

PICTURE = "testsrc=size=160x90"
TONE = ("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100")
ENCODING = (
    *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    # A key frame each second, so that each second can be a segment of its own.
    *("-g", str(FRAMES_A_SECOND), "-keyint_min", str(FRAMES_A_SECOND), "-sc_threshold", "0"),
    *("-c:a", "aac", "-b:a", "32k"),
)

FORMATS = {
    "rtmp": ("-c", "copy", "-f", "flv"),
    "icecast": ("-vn", "-c:a", "libmp3lame", "-f", "mp3", "-content_type", "audio/mpeg"),
}
"""What media servers take, by the scheme of their addresses."""

CUT_SECONDS: float = LIMIT
"""How long a media server may take to refuse a publisher."""


def make_mpegts(file: Path, *, seconds: int = 4, picture: str = PICTURE) -> Path:
    """Encode a clip as an MPEG transport stream and give its path.

    :param file: where to write it.
    :param seconds: its length.
    :param picture: one of ffmpeg's own sources, such as ``"smptebars=size=320x180"``.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    source = ("-f", "lavfi", "-i", f"{picture}:rate={FRAMES_A_SECOND}")
    _encode(*source, *TONE, "-t", seconds, *ENCODING, "-f", "mpegts", file)
    return file


def make_hls(folder: Path, clip: Path) -> Path:
    """Cut a clip into a finished HLS stream of one-second segments and give its playlist's path.

    :param folder: where to write ``index.m3u8`` and its segments.
    :param clip: what :func:`make_mpegts` gave.
    """
    folder.mkdir(parents=True, exist_ok=True)
    playlist = folder / "index.m3u8"
    ending = ("-hls_playlist_type", "vod")
    _encode("-i", clip, "-c", "copy", "-f", "hls", "-hls_time", 1, *ending, playlist)
    return playlist


class LiveHLS(Program):
    """An endless HLS stream that a running ffmpeg writes as time goes by.

    :param folder: where it writes ``index.m3u8`` and the last few one-second segments.
    :param clip: what :func:`make_mpegts` gave; it is played again and again.
    """

    def __init__(self, folder: Path, clip: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.playlist = folder / "index.m3u8"
        # The first seconds come at once, so that a player need not wait for them.
        reading = ("-readrate", "1", "-readrate_initial_burst", "4", "-stream_loop", "-1")
        window = (
            "-hls_time",
            "1",
            "-hls_list_size",
            "6",
            "-hls_flags",
            "delete_segments+temp_file",
        )
        super().__init__(
            [*_ffmpeg(), *reading, "-i", clip, "-c", "copy", "-f", "hls", *window, self.playlist],
            log=folder / "ffmpeg.log",
            folder=folder,
            ready=self._has_segments,
        )

    def _has_segments(self) -> bool:
        return self.playlist.exists() and self.playlist.read_text().count("#EXTINF") >= 3


class Publisher(Program):
    """A running ffmpeg that sends a clip to a media server, again and again.

    It is ready when the server has taken the beginning.

    :param url: where to, ``rtmp://…`` with picture and sound or ``icecast://…`` with sound only.
    :param clip: what :func:`make_mpegts` gave.
    :param folder: an empty or new folder for its log.
    """

    def __init__(self, url: str, clip: Path, *, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(
            _publishing(url, clip),
            log=folder / "publisher.log",
            folder=folder,
            ready=lambda: re.search(r"^total_size=[1-9]", self.output, re.MULTILINE) is not None,
        )


def publish_until_cut(url: str, clip: Path) -> None:
    """Send a clip, again and again, until the media server hangs up.

    :param url: as :class:`Publisher` has it.
    :raises subprocess.TimeoutExpired: when the server goes on listening.
    """
    command = _publishing(url, clip)
    subprocess.run(command, check=False, capture_output=True, timeout=CUT_SECONDS)


def _publishing(url: str, clip: Path) -> list[str]:
    # Faster than it should be, so that players need not wait for it.
    reading = ("-readrate", "4", "-stream_loop", "-1", "-i", str(clip))
    progress = ("-progress", "-", "-stats_period", "0.1")
    output = FORMATS[url.partition(":")[0]]
    return [*_ffmpeg(), *progress, *reading, *output, url]


def _ffmpeg() -> list[str]:
    binary: str = imported("imageio_ffmpeg", PART).get_ffmpeg_exe()
    return [binary, "-nostdin", "-hide_banner", "-loglevel", "warning", "-y"]


def _encode(*arguments: object) -> None:
    command = [*_ffmpeg(), *map(str, arguments)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=LIMIT)
    if done.returncode != 0:
        raise ProgramError(f"ffmpeg ended with status {done.returncode}; its log:\n{done.stderr}")
