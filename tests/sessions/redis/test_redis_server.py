"""How the store gets on with its server: what is sent, who is gone, and who has come back."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from redis import Redis

from flask_iptv.errors import ConfigError, Unavailable
from flask_iptv.sessions.redis import server as redis_server
from flask_iptv.sessions.redis.redis_store import RedisStore
from flask_iptv.sessions.redis.scripts import Script
from flask_iptv.sessions.store import EndedSession, Event, Selection
from tests.patience import LIMIT
from tests.real.ports import reserved_port
from tests.real.valkey import Valkey
from tests.sessions.redis.wishes import LEASE, START, later, wish


def test_a_question_is_one_round_trip(store: RedisStore, valkey: Valkey) -> None:
    store.admit(wish(), now=START)
    store.end(wish().device, now=START)
    with Redis(port=valkey.port) as client, client.monitor() as monitor:
        for number in range(3):
            assert store.admit(wish(agent=f"tv {number}"), now=START) is None
            assert store.admit(wish(agent=f"tv {number}", event=Event.UPDATE), now=START) is None
            store.end(wish(agent=f"tv {number}").device, now=START)
        client.echo("that was all")
        heard = [monitor.next_command()]
        while "that was all" not in heard[-1]["command"]:
            heard.append(monitor.next_command())
    # What a script does costs no round trip, and the one who says the last word is not the store.
    others = ("lua", heard[-1]["client_port"])
    sent = [one["command"].split()[0] for one in heard
            if one["client_type"] not in others and one["client_port"] not in others]  # fmt: skip
    assert sent == ["EVALSHA"] * 9


def test_a_server_that_forgot_the_scripts_learns_them(store: RedisStore, valkey: Valkey) -> None:
    store.admit(wish(), now=START)
    valkey.execute("SCRIPT FLUSH")
    assert store.admit(wish(event=Event.UPDATE), now=later(9)) is None
    assert store.count(Selection(), now=later(9)) == 1


def test_a_restarted_server_is_found_again(
    make_store: Callable[..., RedisStore], tmp_path: Path
) -> None:
    with Valkey(tmp_path) as server:
        store = make_store(server.url)
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda n: store.admit(wish(n), now=START), range(1, 9)))
        server.stop()
        with pytest.raises(Unavailable):
            store.admit(wish(), now=START)
        with server:
            assert store.admit(wish(), now=START) is None
            assert store.count(Selection(), now=START) == 1
            for client in server.execute("CLIENT LIST"):
                server.execute("CLIENT", "KILL", "ID", client["id"], "SKIPME", "yes")
            assert store.admit(wish(agent="phone"), now=START) is None


def test_a_dead_server_is_said_to_be_unavailable(make_store: Callable[..., RedisStore]) -> None:
    store = make_store(f"redis://:secret@127.0.0.1:{reserved_port()}/0")
    questions: list[Callable[[], Any]] = [
        lambda: store.admit(wish(), now=START),
        lambda: store.end(wish().device, now=START),
        lambda: store.end_all(1, now=START),
        lambda: store.keep_oldest(1, 1, now=START),
        lambda: store.cut(1, now=START),
        lambda: store.get(1, now=START),
        lambda: store.select(Selection(), limit=1, now=START),
        lambda: store.count(Selection(), now=START),
        lambda: store.count_by_user([1], now=START),
        lambda: store.tick(START),
    ]
    for question in questions:
        with pytest.raises(Unavailable) as refusal:
            question()
        assert refusal.value.storage == "Redis"
        assert "secret" not in str(refusal.value)


def test_a_silent_server_is_not_waited_for(
    make_store: Callable[..., RedisStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_server, "_RESTS", (LIMIT, LIMIT, LIMIT))
    # It takes connections and never says a word.
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        store = make_store(f"redis://127.0.0.1:{port}/0?socket_timeout=0.05")
        with pytest.raises(Unavailable, match=r"(?i)timeout"):
            store.admit(wish(), now=START)
        silent.accept()[0].close()
        # Nor does anybody else wait then.
        with pytest.raises(Unavailable, match="said nothing a moment ago"):
            store.admit(wish(), now=START)
        silent.setblocking(False)
        with pytest.raises(BlockingIOError):
            silent.accept()


@pytest.mark.parametrize(
    "url",
    [
        "redis://:pass/word@localhost/0",
        "http://:password@localhost",
        "redis://:password@localhost?no_such_option=1",
        "redis://:password@localhost?socket_timeout=password",
    ],
)
def test_a_url_that_cant_be_used_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as refusal:
        RedisStore(url, print)
    assert "word" not in str(refusal.value)


def test_without_the_client_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "redis", None)
    monkeypatch.setitem(sys.modules, "redis.connection", None)
    with pytest.raises(ConfigError, match=r"flask-iptv\[redis\]"):
        RedisStore("redis://localhost", print)


def test_each_way_to_write_the_address(
    make_store: Callable[..., RedisStore], valkey: Valkey, tmp_path: Path
) -> None:
    make_store().admit(wish(), now=START)
    named_valkey = make_store(valkey.url.replace("redis://", "valkey://"))
    assert named_valkey.count(Selection(), now=START) == 1
    path = str(tmp_path / "s")
    with Valkey(tmp_path / "one", unixsocket=path):
        assert make_store(f"unix://{path}").admit(wish(), now=START) is None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")
def test_a_forked_process_has_connections_of_its_own(store: RedisStore, valkey: Valkey) -> None:
    store.admit(wish(), now=START)
    before = valkey.execute("INFO", "stats")["total_connections_received"]
    child = os.fork()
    if child == 0:
        status = 1
        try:
            status = 0 if store.admit(wish(agent="phone"), now=START) is None else 2
        finally:
            os._exit(status)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert store.admit(wish(agent="third"), now=START) is None
    # The child's own, and the one that asks.
    assert valkey.execute("INFO", "stats")["total_connections_received"] == before + 2
    assert store.count(Selection(), now=START) == 3


def test_a_cluster_keeps_a_question_on_one_server(
    make_store: Callable[..., RedisStore], tmp_path: Path, ended: list[EndedSession]
) -> None:
    with Valkey(tmp_path, cluster=True) as server:
        store = make_store(f"{server.url}?cluster=1")
        for user_id in (1, 2, None):
            assert store.admit(wish(user_id, session="a", limit=1), now=START) is None
        assert store.admit(wish(1, "phone", limit=1), now=START) == "too_many_sessions"
        assert [item.user_id for item in store.select(Selection(), limit=9, now=START)]
        store.end(wish(1, session="a").device, "a", now=START)
        store.tick(later(LEASE))
        assert sorted(item.ending.value for item in ended) == ["closed", "silent", "silent"]
        server.stop()
        with pytest.raises(Unavailable):
            store.admit(wish(), now=START)


def test_all_keys_of_a_call_have_one_hash_tag(
    store: RedisStore, valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[bytes] = []
    packed = Script.packed

    def recorded(script: Script, shard: int, arguments: Sequence[bytes]) -> bytes:
        sent.append(packed(script, shard, arguments))
        return sent[-1]

    monkeypatch.setattr(Script, "packed", recorded)
    store.admit(wish(session="a"), now=START)
    store.tick(START)
    store.select(Selection(), limit=1, now=START)
    for command in sent:
        words = command.split(b"\r\n")[2::2]
        assert words[0] == b"EVALSHA"
        names = words[3 : 3 + int(words[2])]
        assert len({name[name.index(b"{") : name.index(b"}")] for name in names}) == 1
    every_key = {key for command in sent for key in command.split(b"\r\n") if b"iptv:" in key}
    assert set(valkey.execute("KEYS", "*")) <= every_key
