"""Whatever a server answers, it is streams, an outcome, or an error in words."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.fetching import Fetched, Fetcher, FetchError
from flask_iptv.management import (
    KINDS,
    Access,
    CannotCut,
    ManagementError,
    Stream,
    Watcher,
    manage,
)
from flask_iptv.management.answers import read_json

ABLE = sorted(name for name, kind in KINDS.items() if kind.reads_streams)
KEYS = (
    *("streams", "next", "name", "title", "position", "disabled", "stats", "alive", "pageCount"),
    *("items", "ready", "code", "app", "publish", "active", "id", "icestats", "source"),
    *("listenurl", "server_name", "entry", "value", "options"),
    *("data", "token", "status", "success"),
)
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=300), st.just("stream")
)
ANSWERS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=20,
)
TAGS = ["rtmp", "server", "application", "live", "stream", "name", "icestats", "iceresponse"]
XML = st.recursive(
    st.text(st.characters(blacklist_categories=["Cs"]), max_size=10),
    lambda inner: st.builds(
        "<{0}>{1}</{0}>".format, st.sampled_from(TAGS), st.lists(inner, max_size=3).map("".join)
    ),
    max_leaves=10,
)
BODIES = st.one_of(
    st.binary(max_size=100),
    ANSWERS.map(lambda value: json.dumps(value).encode()),
    XML.map(str.encode),
)


class Rubbish(Fetcher):
    """Gives each of some answers, then the last one for ever."""

    def __init__(self, *answers: Fetched) -> None:
        super().__init__()
        self._left = list(answers)

    def fetch(self, *_question: Any, **_named: Any) -> Fetched:
        return self._left.pop(0) if len(self._left) > 1 else self._left[0]


def answered(body: bytes, status: int = 200) -> Fetched:
    return Fetched(status, {}, body)


#: What a kind is answered before the rubbish begins.
BEFORE = {"node-media-server": [answered(b'{"data": {"token": "t"}}')]}


@pytest.mark.parametrize("kind", ABLE)
@given(
    bodies=st.lists(BODIES, min_size=1, max_size=3),
    status=st.sampled_from([200, 200, 204, 404, 500]),
)
def test_any_answer_is_streams_or_an_error(kind: str, bodies: list[bytes], status: int) -> None:
    rubbish = [answered(body, status) for body in bodies]
    for before in ([], BEFORE.get(kind, [])):
        read_and_check(kind, Rubbish(*before, *rubbish))


def read_and_check(kind: str, rubbish: Rubbish) -> None:
    server = manage(Access(kind, "http://h", "u", "p"), rubbish)
    with suppress(ManagementError):
        assert all(isinstance(stream, Stream) and stream.name for stream in server.streams())
    assert all(finding.text.isprintable() for finding in server.check())


@pytest.mark.parametrize("kind", ABLE)
@given(body=BODIES, status=st.sampled_from([200, 204, 301, 400, 401, 403, 404, 500]))
def test_any_answer_to_a_cut_is_an_outcome_or_an_error(kind: str, body: bytes, status: int) -> None:
    before = BEFORE.get(kind, [])
    server = manage(Access(kind, "http://h", "u", "p"), Rubbish(*before, answered(body, status)))
    try:
        outcome = server.cut(Watcher("live/ort", "7", "hls"))
    except (ManagementError, CannotCut):
        pass
    else:
        assert outcome.startswith(("cut", "had left already"))
        assert status not in (301, 401, 403, 500)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"[" * 1_000_000, "not JSON"),
        (b"[" * 100_000 + b"]" * 100_000, "not JSON"),
        (b"9" * 1_000_000, "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"", "not JSON"),
    ],
)
def test_json_that_would_break_the_parser_is_none(body: bytes, words: str) -> None:
    with pytest.raises(ManagementError, match=words):
        read_json(body)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("x" * 256, r"the name of the stream 'x{40}'\.\.\. has more than 255 characters"),
        ("a\nb", r"the name of the stream 'a\\nb' has control characters"),
        ("a\u2028b", r"'a\\u2028b' has control characters"),
        ("\ud800", "has control characters"),
        ("a//b", "has an empty part"),
        ("../a", "has an empty part, '.' or '..' in it"),
        ("a\\b", "which no channel can have"),
        (" a", "which no channel can have"),
        ("", "has an empty part"),
        (7, "is of the type int"),
        (None, "is of the type NoneType"),
    ],
)
def test_a_name_no_channel_can_have_stops_the_reading(name: object, words: str) -> None:
    body = json.dumps({"streams": [{"name": "good"}, {"name": name}]}).encode()
    server = manage(Access("flussonic", "http://h"), Rubbish(answered(body)))
    with pytest.raises(ManagementError, match=words):
        list(server.streams())


@pytest.mark.parametrize(
    ("position", "number"),
    [(0, 0), (1_000_000, 1_000_000), (-1, None), (10**15, None), ("5", None)],
)
def test_a_number_no_channel_can_have_is_none(position: object, number: int | None) -> None:
    title = "A\u0000 \u2028title" + "x" * 300
    item = {"name": "ort", "position": position, "title": title}
    body = json.dumps({"streams": [item]}).encode()
    [stream] = manage(Access("flussonic", "http://h"), Rubbish(answered(body))).streams()
    assert stream.number == number
    assert stream.title is not None
    assert stream.title.startswith("A titlexx")
    assert len(stream.title) == 255


def test_a_failed_fetch_goes_through() -> None:
    server = manage(Access("flussonic", "http://127.0.0.1"), Fetcher())
    with pytest.raises(FetchError):
        list(server.streams())
    with pytest.raises(FetchError):
        server.cut(Watcher("ort", "7"))
