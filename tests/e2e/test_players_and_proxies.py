"""Real players play through real proxies that ask the example site, and only with a right."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, timezone
from itertools import islice

import av
import pytest

from flask_iptv import channels, links, securetoken
from tests.e2e.conftest import Estate
from tests.patience import LIMIT
from tests.real.players import PlaybackRefused, play_with_pyav, play_with_streamlink

OUTPUTS = ["hls", "mpegts"]

#: Frames of twelve seconds.
ENOUGH = 12 * 25


def status(url: str, player: str = "test") -> int:
    """What a player is answered: 200 if it decodes frames."""
    try:
        frames = play_with_pyav(url, frames=5, user_agent=player)
    except PlaybackRefused as refused:
        return refused.status
    assert frames == 5
    return 200


@pytest.mark.parametrize("output", OUTPUTS)
def test_an_exported_playlist_plays(estate: Estate, output: str) -> None:
    playlist = estate.playlist("eve", "eves-token", output)
    assert set(playlist) == {"ORT", "ESPN HD"}
    for url in playlist.values():
        assert play_with_pyav(url, frames=30) == 30
        assert play_with_streamlink(url, size=50_000)


@pytest.mark.parametrize("output", OUTPUTS)
def test_only_a_right_token_plays(estate: Estate, output: str) -> None:
    url = estate.playlist("bob", "bobs-token", output)["ORT"]
    assert status(url) == 200
    for wrong in ("wrong", "", "bobs-token2"):
        assert status(url.replace("bobs-token", wrong)) == 403
    with pytest.raises(PlaybackRefused) as refused:
        play_with_streamlink(url.replace("bobs-token", "wrong"))
    assert refused.value.status == 403


@pytest.mark.parametrize("output", OUTPUTS)
def test_what_a_user_may_not(estate: Estate, output: str) -> None:
    past = datetime.now(timezone.utc) - timedelta(seconds=1)
    url = estate.playlist("bob", "bobs-token", output)["ORT"]
    other = estate.playlist("eve", "eves-token", output)["ESPN HD"]
    assert status(other.replace("eves-token", "bobs-token")) == 403
    for refused, allowed in (
        ({"expires_at": past}, {"expires_at": None}),
        ({"starts_at": past + timedelta(hours=1)}, {"starts_at": None}),
        ({"allowed_networks": ["198.51.100.0/24"]}, {"allowed_networks": ["127.0.0.0/8"]}),
        ({"enabled": False}, {"enabled": True}),
    ):
        estate.change("bob", **refused)
        assert status(url) == 403
        estate.change("bob", **allowed)
        assert status(url) == 200


@pytest.mark.parametrize("output", OUTPUTS)
def test_one_session_too_many(estate: Estate, output: str) -> None:
    url = estate.playlist("bob", "bobs-token", output)["ORT"]
    with av.open(url, options={"user_agent": "tv"}, timeout=LIMIT) as watching:
        assert next(watching.decode(video=0))
        assert status(url, "phone") == 403
        assert status(url, "tv") == 200


def test_disabled_while_watching(estate: Estate) -> None:
    url = estate.playlist("bob", "bobs-token", "hls")["ORT"]
    with av.open(url, timeout=LIMIT) as watching:
        assert next(watching.decode(video=0))
        estate.change("bob", enabled=False)
        decoded = 0
        with suppress(av.error.FFmpegError):
            for _ in islice(watching.decode(video=0), ENOUGH):
                decoded += 1
        # At most what was in the playlist's window of six seconds is played to the end.
        assert decoded < ENOUGH


def test_signed_links(estate: Estate) -> None:
    now = datetime.now(timezone.utc)
    with estate.app.app_context():
        ort = channels.get("ort")
        anywhere = links.sign(ort, ip=None, lifetime=3600, now=now).url
        here = links.sign(ort, ip="127.0.0.1", lifetime=3600, output="mpegts", now=now).url
        elsewhere = links.sign(ort, ip="192.0.2.1", lifetime=3600, now=now).url
        ended = links.sign(ort, ip=None, lifetime=60, now=now - timedelta(hours=1)).url
    assert status(anywhere) == 200
    assert status(here) == 200
    assert status(elsewhere) == 403
    assert status(ended) == 403
    assert status(anywhere.replace("/ort/", "/sport/espn%20hd/")) == 403


def test_a_link_signed_with_another_key(estate: Estate) -> None:
    now = datetime.now(timezone.utc)
    token = securetoken.sign(
        name="ort", ip=None, starts_at=now, ends_at=now + timedelta(hours=1), key="not ours"
    )
    assert status(f"{estate.media}/ort/index.m3u8?token={token}") == 403
