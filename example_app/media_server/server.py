"""The demonstration media server on a port of its own, served by waitress."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from datetime import datetime
from types import TracebackType

from waitress import create_server

from .application import STREAM_LIMIT, MediaServer, utc_now
from .timeline import Clip

#: A never-ending response keeps its thread, so there are some more for all that is short.
THREADS = STREAM_LIMIT + 8
#: Connections at once; waitress leaves whoever comes after the last one without any answer.
CONNECTIONS = 500
#: Seconds until a connection on which nothing is asked or sent is closed.
IDLE_SECONDS = 30
#: A viewer for whom more bytes than this are waiting, half a minute of the clip, takes them slower
#: than they play or not at all, and must not keep a place for ever.
BEHIND_BYTES = 512 * 1024
#: Bytes that wait in the system before any wait here. It would take some megabytes, minutes of the
#: clip, and whoever takes nothing would keep a place for that long.
SYSTEM_BYTES = 64 * 1024
#: Seconds between two looks for viewers who left without a word, or who don't take what they get.
CHECK_SECONDS = 1


class RunningServer:
    """A media server that serves until it is closed; a context manager which closes it.

    :param listener: a bound socket, which this object closes.
    """

    def __init__(self, media_server: MediaServer, listener: socket.socket) -> None:
        host, self.port = listener.getsockname()[:2]
        self.url = f"http://[{host}]:{self.port}" if ":" in host else f"http://{host}:{self.port}"
        self._media_server = media_server
        self._pulled = threading.Event()
        # Whoever is let in has it from the listener.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SYSTEM_BYTES)
        self._server = create_server(
            media_server,
            sockets=[listener],
            threads=THREADS,
            connection_limit=CONNECTIONS,
            # select() takes no file above number 1023.
            asyncore_use_poll=True,
            channel_timeout=IDLE_SECONDS,
            # Without it waitress does not notice that a viewer hung up.
            channel_request_lookahead=1,
        )
        self._threads = [
            threading.Thread(target=self._server.run, name="media-server", daemon=True),
            threading.Thread(target=self._watch, name="media-server-watch", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def __enter__(self) -> RunningServer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Hang up on every viewer and free the port; a second call does nothing."""
        if self._media_server.closing.is_set():
            return
        self._media_server.closing.set()
        # waitress' sockets belong to its loop, so the loop itself has to close them; and the
        # trigger which wakes the loop goes last, because a worker that ends pulls it once more.
        self._server.trigger.pull_trigger(self._hang_up)
        self._server.task_dispatcher.shutdown()
        self._server.trigger.pull_trigger(self._stop)
        self._pulled.set()
        for thread in self._threads:
            thread.join()

    def _hang_up(self) -> None:
        for channel in list(self._server.active_channels.values()):
            channel.handle_close()

    def _stop(self) -> None:
        # The loop may be awake already, and then comes here before the trigger is even pulled.
        self._pulled.wait()
        self._hang_up()
        self._server.close()

    def _watch(self) -> None:
        while not self._media_server.closing.wait(CHECK_SECONDS):
            self._media_server.sessions.close_idle()
            for channel in list(self._server.active_channels.values()):
                if channel.total_outbufs_len > BEHIND_BYTES:
                    # By the loop, which owns the socket.
                    self._server.trigger.pull_trigger(channel.handle_close)


def start(
    host: str,
    port: int,
    auth_url: str,
    secret: str | None = None,
    clock: Callable[[], datetime] = utc_now,
) -> RunningServer:
    """Start a media server in the background.

    :param host: the address to listen on, such as ``"127.0.0.1"``.
    :param port: 0 for any free one.
    :param auth_url: where the site is asked, such as ``http://127.0.0.1:8000/tv/auth``.
    :param secret: the bearer token for the site, if it wants one.
    :param clock: gives the time now (UTC, aware).
    :raises OSError: the port is taken.
    :raises ValueError: ``auth_url`` is not a URL of HTTP.
    """
    media_server = MediaServer(auth_url, Clip.load(), secret, clock)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return RunningServer(media_server, socket.create_server((host, port), family=family))
