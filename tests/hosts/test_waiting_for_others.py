"""While another server is waited for, the host has all the connections of its pool."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.pool import QueuePool

from flask_iptv import database, elsewhere, servers, users
from tests.conftest import LOGIN, furnish
from tests.patience import LIMIT
from tests.real.site import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ONE = {"poolclass": QueuePool, "pool_size": 1, "max_overflow": 0, "pool_timeout": 20}


class Hanging:
    """A server that says nothing before it is freed, and then what nobody can use."""

    url = ""

    def __init__(self) -> None:
        self.asked, self.freed = threading.Semaphore(0), threading.Event()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        self.asked.release()
        self.freed.wait(LIMIT)
        start_response("418 Teapot", [("Content-Length", "0")])
        return []


@pytest.fixture
def hanging() -> Iterator[Hanging]:
    server = Hanging()
    with serve(server, threads=4) as server.url:
        try:
            yield server
        finally:
            server.freed.set()


@pytest.fixture
def host(make_app: Callable[..., Flask], hanging: Hanging) -> Flask:
    """A host with a single connection, whose own hook has read and changed something before."""
    app = make_app(
        SQLALCHEMY_ENGINE_OPTIONS=ONE,
        IPTV_FETCH_NETWORKS=["127.0.0.0/8"],
        IPTV_PUBLIC_URL=hanging.url,
        IPTV_UPSTREAM_AUTH=[f"{hanging.url}/auth"],
        IPTV_SESSION_STORE="memory:",
    )
    with app.app_context():
        furnish()
        servers.update(servers.get("main"), api_url=hanging.url)
        servers.create(name="shy", url="https://shy.example", kind="alta")
        database.session().commit()

    @app.before_request
    def see() -> None:
        bob = users.by_name("bob")
        bob.comment = f"{bob.comment or ''}+"

    @app.get("/own")
    def own() -> str:
        return str(database.session().scalar(sa.text("SELECT 1")))

    return app


def _post(path: str, **fields: str) -> Callable[[Flask], object]:
    return lambda app: app.test_client().post(f"/tv/admin{path}", data=fields, auth=LOGIN)


def _call(path: str, **fields: object) -> Callable[[Flask], object]:
    return lambda app: app.test_client().post(f"/tv/api{path}", json=fields, auth=LOGIN)


def _type(*words: str) -> Callable[[Flask], object]:
    return lambda app: app.test_cli_runner().invoke(args=["iptv", *words])


#: Each way to wait for another server; URL stands for one.
WAITS: dict[str, Callable[[str], Callable[[Flask], object]]] = {
    "import": lambda url: _post("/channels/import", url=url),
    "import now": lambda url: _post("/channels/import/now", url=url),
    "check of a server": lambda url: _post("/servers/1/check"),
    "check of the site": lambda url: _post("/servers/2/check"),
    "sync": lambda url: _post("/servers/1/sync"),
    "sync now": lambda url: _post("/servers/1/sync/now"),
    "sync with a playlist": lambda url: _post("/servers/1/sync", m3u=url),
    "sync by the API": lambda url: _call("/servers/main/sync"),
    "sync with a playlist by the API": lambda url: _call("/servers/main/sync", m3u=url),
    "explain": lambda url: _post("/explain", token="x", channel="ort", ask_upstream="on"),
    "explain by the API": lambda url: _call(
        "/explain", token="x", channel="ort", ask_upstream=True
    ),
    "sync command": lambda url: _type("channels", "sync", "main"),
    "sync command with a playlist": lambda url: _type("channels", "sync", "main", "--m3u", url),
    "check command": lambda url: _type("check", "main"),
    "check command of the site": lambda url: _type("check", "shy"),
    "explain command": lambda url: _type(
        "explain", "--token", "x", "--channel", "ort", "--ask-upstream"
    ),
}


@pytest.mark.parametrize("way", WAITS)
def test_a_page_of_the_host_gets_its_connection(host: Flask, hanging: Hanging, way: str) -> None:
    wait = WAITS[way](hanging.url)
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(wait, host)
        assert hanging.asked.acquire(timeout=LIMIT)
        answer = host.test_client().get("/own")
        assert (answer.status_code, answer.text) == (200, "1")
        hanging.freed.set()
        waiting.result(LIMIT)


def test_what_the_host_has_changed_before_is_neither_lost_nor_in_the_way(
    host: Flask, hanging: Hanging
) -> None:
    with ThreadPoolExecutor(1) as thread:
        waiting = thread.submit(_post("/servers/1/sync"), host)
        assert hanging.asked.acquire(timeout=LIMIT)
        with host.app_context():
            assert users.by_name("bob").comment == "+"
            users.update(users.by_name("bob"), comment="written meanwhile")
            database.session().commit()
        hanging.freed.set()
        waiting.result(LIMIT)


def test_few_threads_wait_and_the_others_say_so(host: Flask, hanging: Hanging) -> None:
    with ThreadPoolExecutor(elsewhere.MOST) as threads:
        check = WAITS["check of a server"](hanging.url)
        waiting = [threads.submit(check, host) for _ in range(elsewhere.MOST)]
        assert all(hanging.asked.acquire(timeout=LIMIT) for _ in waiting)
        client = host.test_client()
        pages = ("/servers/1/check", "/servers/1/sync", "/channels/import")
        told = [client.post(f"/tv/admin{page}", data={"url": hanging.url}, auth=LOGIN)
                for page in pages]  # fmt: skip
        assert [answer.status_code for answer in told] == [409, 422, 422]
        assert all("thers are waiting for other servers" in answer.text for answer in told)
        answer = client.post("/tv/api/servers/main/sync", json={}, auth=LOGIN)
        assert answer.status_code == 409
        hanging.freed.set()
        for one in waiting:
            one.result(LIMIT)
    assert client.post("/tv/admin/servers/1/check", auth=LOGIN).status_code == 200
