"""Whatever is sent, the answer is none of the server's own errors, and a refusal keeps nothing."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import quote

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flask_iptv.channels import ChannelFields
from flask_iptv.fields import Input
from flask_iptv.links import LinkFields
from flask_iptv.packages import PackageFields
from flask_iptv.servers import ServerFields
from flask_iptv.users import UserFields
from tests.api.caller import Caller
from tests.api.conftest import furnish, rows
from tests.examples import examples

FIELDS: dict[str, type[Input]] = {
    "/users": UserFields,
    "/users/1": UserFields,
    "/packages": PackageFields,
    "/packages/basic": PackageFields,
    "/channels": ChannelFields,
    "/channels/ort": ChannelFields,
    "/servers": ServerFields,
    "/servers/main": ServerFields,
    "/links": LinkFields,
}
METHODS = {path: "PUT" if path.count("/") > 1 else "POST" for path in FIELDS}

# Every character there is, halves of surrogate pairs among them.
anything = st.text(st.characters(exclude_categories=()), max_size=300)
TELLING = """
    a bob ort main basic bobs-token \N{TELEVISION} a@b.example https://a.example/x {base}/{name}
    192.0.2.0/24 203.0.113.7 2030-01-01T00:00:00Z 0001-01-01T00:00:00+14:00
    9999-12-31T23:59:59-14:00 3 -1 \N{ARABIC-INDIC DIGIT THREE} 1e400 true hls a\\b %2e ' " .. a/b
"""
likely = st.sampled_from([*TELLING.split(), "", " ", "x" * 256, "\x00", "\ud800"])
numbers = st.integers() | st.integers(0, 5) | st.sampled_from([2**31, 2**63, 2**64, 10**80, -1])
scalars = st.none() | st.booleans() | numbers | st.floats() | likely | anything
values = scalars | st.lists(likely | scalars, max_size=4) | st.dictionaries(likely, scalars)


@st.composite
def objects(draw: st.DrawFn) -> tuple[str, bytes]:
    """Draw an address and a body that knows some of its fields."""
    path = draw(st.sampled_from(sorted(FIELDS)))
    names = sorted(FIELDS[path].model_fields)
    known = draw(st.dictionaries(st.sampled_from(names), likely | values, max_size=5))
    if draw(st.booleans()):
        known |= draw(st.dictionaries(anything, scalars, max_size=2))
    return path, json.dumps(known).encode()


@pytest.fixture(params=["sqlite", "postgresql"], scope="module")
def database(request: pytest.FixtureRequest) -> str:
    """Name the database."""
    return str(request.param)


class Watched:
    """Calls an API and looks at the tables after every call."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.caller = Caller(app.test_client())
        furnish(self.caller)
        self.rows = rows(app)

    def send(self, method: str, path: str, body: bytes | None = None) -> None:
        """Send a request; a refusal must be worded, and have changed nothing."""
        answer = self.caller.send(method, path, body)
        assert answer.status_code < 500, answer.text
        before, self.rows = self.rows, rows(self.app)
        if answer.status_code >= 400:
            assert answer.json is not None
            assert answer.json["errors"]
            assert self.rows == before


@pytest.fixture
def random_api(
    database: str, request: pytest.FixtureRequest, make_app: Callable[..., Flask]
) -> Watched:
    """Watch an app on SQLite, and one on PostgreSQL, which is stricter."""
    url = None if database == "sqlite" else request.getfixturevalue("postgresql_tables_url")
    return Watched(make_app(url))


patient = settings(
    max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@patient
@given(sent=objects())
def test_objects(random_api: Watched, sent: tuple[str, bytes]) -> None:
    path, body = sent
    random_api.send(METHODS[path], path, body)


@patient
@given(path=st.sampled_from(sorted(FIELDS)), body=st.binary(max_size=200) | values.map(json.dumps))
def test_bodies(random_api: Watched, path: str, body: bytes | str) -> None:
    random_api.send(METHODS[path], path, body.encode() if isinstance(body, str) else body)


NOUN_FILTERS = ["package", "server", "user", "channel"]
PARAMETERS = ["limit", "cursor", "sort", "search", "enabled", "name", "email", *NOUN_FILTERS]
PARAMETERS += ["since", "until"]
NOUNS = ["users", "packages", "channels", "servers", "sessions", "history", "usage"]


@patient
@given(
    noun=st.sampled_from(NOUNS),
    query=st.dictionaries(
        st.sampled_from(PARAMETERS), likely | st.text(max_size=300) | st.integers().map(str)
    ),
)
def test_queries(random_api: Watched, noun: str, query: dict[str, str]) -> None:
    words = [f"{name}={quote(text, safe='', errors='replace')}" for name, text in query.items()]
    random_api.send("GET", f"/{noun}?{'&'.join(words)}")


@patient
@given(
    method=st.sampled_from(["GET", "PUT", "POST", "DELETE", "PATCH", "OPTIONS"]),
    noun=st.sampled_from([*NOUNS, "links", "nothing"]),
    # Flask's routing knows no line breaks in paths, so these are the host's to refuse.
    name=st.binary(max_size=60).filter(lambda name: b"\n" not in name),
)
def test_addresses(random_api: Watched, method: str, noun: str, name: bytes) -> None:
    # What is there is left there, so that the refusals after it are those of a living site.
    if name not in (b"1", b"2", b"main", b"ort", b"basic"):
        random_api.send(method, f"/{noun}/{quote(name, safe='')}")
