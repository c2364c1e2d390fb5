"""A streamer: ffmpeg sends a clip as endless MPEG-TS to whoever asks."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real import imported

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def streamer(clip: Path) -> WSGIApplication:
    """A WSGI app that answers every path with the clip, looped and at its natural speed."""

    def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "video/mp2t")])
        program: str = imported("imageio_ffmpeg", "ffmpeg").get_ffmpeg_exe()
        pacing = ("-readrate", "1", "-readrate_initial_burst", "4", "-stream_loop", "-1")
        sending = ("-i", str(clip), "-c", "copy", "-f", "mpegts", "-")
        return _output([program, "-nostdin", "-loglevel", "quiet", *pacing, *sending])

    return app


def _output(command: list[str]) -> Iterator[bytes]:
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        try:
            while piece := process.stdout.read1(65536):  # type: ignore[attr-defined]
                yield piece
        finally:
            process.kill()
