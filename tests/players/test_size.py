"""A playlist of any length costs the same memory, and leaves nothing open behind it."""

from __future__ import annotations

import gc
import socket
import tracemalloc
import zlib
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.pool import QueuePool

from flask_iptv import channels, database, servers, users
from flask_iptv.models import Channel, User
from flask_iptv.players import remembered
from tests.real.site import serve
from tests.statements import statements

BOB = "/tv/playlists/bob.m3u?token=bobs-token"


def fill(app: Flask, count: int) -> None:
    """Give the app a user who may watch so many channels."""
    with app.app_context():
        server = servers.create(name="main", url="https://media.example")
        users.create(name="bob", key="bobs-token")
        rows = [
            {"name": f"channel{number}", "title": f"Channel {number}", "number": number,
             "group": "News", "server_id": server.id}
            for number in range(count)
        ]  # fmt: skip
        database.session().execute(sa.insert(Channel), rows)
        database.session().commit()


def keep(app: Flask, count: int) -> None:
    """Take all but so many channels away."""
    with app.app_context():
        database.session().execute(sa.delete(Channel).where(Channel.number >= count))
        database.session().commit()


def fetch(app: Flask, *, encoding: str) -> int:
    """Fetch the playlist chunk by chunk, keeping none; give the number of bytes."""
    size = 0
    response = app.test_client().get(BOB, headers={"Accept-Encoding": encoding})
    for chunk in response.iter_encoded():
        size += len(chunk)
        # When Python would do it by itself depends on whatever ran in this process before.
        gc.collect(1)
    return size


def peak(app: Flask, *, encoding: str) -> int:
    """The most bytes that were in use at once while the playlist was fetched."""
    gc.collect()
    tracemalloc.start()
    try:
        fetch(app, encoding=encoding)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_ten_times_the_channels_need_the_same_memory(
    app: Flask, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Both lists are longer than what is remembered; that has its bound in test_remembered.py.
    monkeypatch.setattr(remembered, "LONGEST", 20_000)
    fill(app, 10_000)
    long = fetch(app, encoding="identity")
    peak_of_long = peak(app, encoding=encoding)
    keep(app, 1_000)
    short = fetch(app, encoding="identity")
    assert long > 8 * short
    # Whoever held the whole list would need four times as much for its text alone; less than this
    # may be another thread's.
    assert peak_of_long - peak(app, encoding=encoding) < (long - short) / 4


def test_statements_per_playlist_are_three_whatever_its_length(app: Flask) -> None:
    fill(app, 3_000)
    for count in (3_000, 10):
        keep(app, count)
        with statements() as sent:
            fetch(app, encoding="identity")
        assert len(sent) == 3


def pool(app: Flask) -> QueuePool:
    with app.app_context():
        engine = database.session().get_bind(User)
    assert isinstance(engine, sa.Engine)
    assert isinstance(engine.pool, QueuePool)
    return engine.pool


def test_a_real_server_sends_it_whole_and_gives_the_connection_back(app: Flask) -> None:
    fill(app, 3_000)
    with serve(app) as site, urlopen(site + BOB) as response:
        body = response.read().decode()
        assert response.headers["Content-Length"] == str(len(body))
    assert body.count("#EXTINF") == 3_000
    assert body.endswith("/channel2999/index.m3u8?token=bobs-token\n")
    assert pool(app).checkedout() == 0


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
@pytest.mark.parametrize("address", [BOB, BOB.replace(".m3u", ".xspf")])
def test_a_list_that_is_too_long_to_remember_is_the_same(
    app: Flask, address: str, encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(app, 2_345)
    asked = {"Accept-Encoding": encoding}
    whole = app.test_client().get(address, headers=asked)
    remembered.here_of(app).forget()
    monkeypatch.setattr(remembered, "LONGEST", 20_000)
    long = app.test_client().get(address, headers=asked)
    head = app.test_client().head(address, headers=asked)
    texts = [zlib.decompress(one.data, 47) if encoding == "gzip" else one.data
             for one in (whole, long)]  # fmt: skip
    assert texts[0] == texts[1]
    assert texts[0].count(b"bobs-token") == 2_345
    assert head.headers["Content-Length"] == str(len(long.data))


def test_nothing_is_held_while_a_player_takes_its_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remembered, "LONGEST", 20_000)
    fill(app, 3_000)
    bodies = [app.test_client().get(BOB).iter_encoded() for _ in range(20)]
    begun = [next(body) for body in bodies]
    assert pool(app).checkedout() == 0
    with app.app_context():
        channels.update(channels.get("channel2999"), title="Written meanwhile")
        database.session().commit()
    whole = {first + b"".join(body) for first, body in zip(begun, bodies, strict=True)}
    assert [text.count(b"#EXTINF") for text in whole] == [3_000]
    assert b"Written meanwhile" in whole.pop()


def test_a_player_that_hangs_up_leaves_no_connection_behind(app: Flask) -> None:
    fill(app, 10_000)
    with serve(app, threads=2) as site:
        host, port = urlsplit(site).netloc.split(":")
        for _ in range(4):
            with socket.create_connection((host, int(port))) as player:
                player.sendall(f"GET {BOB} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                assert player.recv(12) == b"HTTP/1.1 200"
        with urlopen(site + BOB) as response:
            assert response.read().count(b"#EXTINF") == 10_000
    assert pool(app).checkedout() == 0
