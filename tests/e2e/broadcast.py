"""What every media server must let happen, or refuse, that is told by the site who may play."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from tests.e2e.provider import Provider, Viewer
from tests.real.ffmpeg import Publisher, publish_until_cut
from tests.real.players import PlaybackCut, PlaybackRefused, play_with_pyav, watching

#: The first is on the air and in the package of all viewers, the second on the air. Any server has
#: them with the publish keys ``espn-key``, ``film-key`` and ``news-key``, and none for the last.
ESPN, FILM, NEWS, MUTE = "espn", "film", "news", "mute"
ON_AIR = (ESPN, FILM)

#: Another device than the one that the players are without it.
PHONE = {"user_agent": "phone", "address": "127.0.0.2"}

#: Frames that nobody waits for: a viewer who is refused is cut long before.
ENDLESS = 2000


@dataclass(frozen=True)
class Broadcast:
    """A media server with streams on it.

    :param play_url: where a channel plays, by its name and a viewer's token.
    :param publish_url: where it is sent to, by its name and a publish key.
    :param asks: what is in the server's question about a viewer on 127.0.0.1.
    :param leaves: what it says when that viewer leaves.
    """

    provider: Provider
    play_url: Callable[[str, str], str]
    publish_url: Callable[[str, str], str]
    asks: tuple[str, ...]
    leaves: tuple[str, ...]

    @contextmanager
    def on_air(self, clip: Path, folder: Path) -> Iterator[None]:
        """Send the channels of :data:`ON_AIR`."""
        with ExitStack() as running:
            for channel in ON_AIR:
                url = self.publish_url(channel, f"{channel}-key")
                running.enter_context(Publisher(url, clip, folder=folder / channel))
            yield

    def plays(self, channel: str, viewer: Viewer, **player: Any) -> bool:
        """Whether a player plays more than what a server has at hand for it."""
        return play_with_pyav(self.play_url(channel, viewer.token), frames=60, **player) == 60

    def refuses(self, channel: str, token: str, **player: Any) -> bool:
        """Whether a player is refused, if only after its first frames."""
        try:
            url = self.play_url(channel, token)
            return play_with_pyav(url, frames=ENDLESS, **player) < ENDLESS
        except (PlaybackCut, PlaybackRefused):
            return True

    @contextmanager
    def watching(self, channel: str, viewer: Viewer) -> Iterator[Iterator[Any]]:
        """Play until the block ends; it begins when the site has said that this may be."""
        with ExitStack() as playing:
            with self.provider.hears(*self.asks, viewer.token):
                url = self.play_url(channel, viewer.token)
                stream = playing.enter_context(watching(url))
            yield stream


class Rights:
    """The tests; each server's module has a fixture ``broadcast``."""

    def test_only_a_right_token_plays(self, broadcast: Broadcast) -> None:
        viewer = broadcast.provider.viewer()
        assert broadcast.plays(ESPN, viewer)
        for wrong in ("wrong", "", viewer.token + "2", "espn-key"):
            assert broadcast.refuses(ESPN, wrong)

    def test_what_a_user_may_not(self, broadcast: Broadcast) -> None:
        viewer = broadcast.provider.viewer()
        assert broadcast.refuses(FILM, viewer.token)
        assert broadcast.plays(FILM, broadcast.provider.viewer(packages=None))
        past = datetime.now(timezone.utc) - timedelta(seconds=1)
        for refused, allowed in (
            ({"enabled": False}, {"enabled": True}),
            ({"expires_at": past}, {"expires_at": None}),
            ({"allowed_networks": ["198.51.100.0/24"]}, {"allowed_networks": ["127.0.0.0/8"]}),
        ):
            broadcast.provider.change(viewer, **refused)
            assert broadcast.refuses(ESPN, viewer.token)
            broadcast.provider.change(viewer, **allowed)
        assert broadcast.plays(ESPN, viewer)

    def test_one_session_too_many_until_the_first_one_leaves(self, broadcast: Broadcast) -> None:
        viewer = broadcast.provider.viewer(max_sessions=1)
        with (
            broadcast.provider.hears(*broadcast.leaves, viewer.token),
            broadcast.watching(ESPN, viewer) as stream,
        ):
            assert next(stream)
            assert broadcast.refuses(ESPN, viewer.token, **PHONE)
            assert next(stream)
        assert broadcast.plays(ESPN, viewer, **PHONE)

    def test_only_the_channels_own_key_publishes(
        self, broadcast: Broadcast, mpegts_clip: Path, tmp_path: Path
    ) -> None:
        viewer = broadcast.provider.viewer(packages=None)
        for channel, key in (
            (NEWS, "espn-key"),
            (NEWS, "wrong"),
            (NEWS, viewer.token),
            (MUTE, "wrong"),
            ("nothing", "news-key"),
        ):
            publish_until_cut(broadcast.publish_url(channel, key), mpegts_clip)
        with Publisher(broadcast.publish_url(NEWS, "news-key"), mpegts_clip, folder=tmp_path):
            assert broadcast.plays(NEWS, viewer)
