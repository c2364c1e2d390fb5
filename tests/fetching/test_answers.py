"""An answer is read as it came, up to a size and for a time, and whatever it is."""

from __future__ import annotations

import gzip
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.fetching import Fetcher, FetchError, Patience
from tests.fetching.failing import LOOPBACK, SECRET, failure, saying
from tests.management.web_server import Answer, WebServer


def test_an_answer_comes_with_status_headers_and_body(server: WebServer, fetcher: Fetcher) -> None:
    got = fetcher.fetch(
        "POST",
        f"{server.url}/a%20b?c=d",
        body=b"x=y",
        headers={"X-Two": "2"},
        login=("ann", "pä:ss"),
    )
    assert (got.status, got.body, got.headers["x-one"]) == (200, b"hello", "1")
    asked = server.asked[0]
    assert (asked.method, asked.path, asked.query, asked.body) == (
        "POST",
        "/a%20b",
        {"c": "d"},
        b"x=y",
    )
    assert asked.login == "ann:pä:ss"
    assert asked.headers["x-two"] == "2"
    assert asked.headers["host"] == f"127.0.0.1:{server.port}"


def test_a_redirect_is_an_answer_like_another(server: WebServer, fetcher: Fetcher) -> None:
    server.answer = lambda asked: Answer(302, b"", {"Location": f"{server.url}/other"})
    assert fetcher.fetch("GET", server.url).status == 302
    assert len(server.asked) == 1


def test_no_proxy_of_the_environment_is_used(
    server: WebServer, fetcher: Fetcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert fetcher.fetch("GET", server.url).status == 200


def test_a_server_that_says_nothing_is_not_waited_for() -> None:
    hasty = Fetcher(LOOPBACK, patience=Patience(read=0.1))
    with saying(for_ever=b"") as url:
        assert failure(hasty, url) == "the server took longer than 0.1 seconds"


@pytest.mark.parametrize(
    ("begun", "drop"),
    [
        (b"", b"H"),
        (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
        (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
def test_a_server_whose_answer_drips_holds_nobody(begun: bytes, drop: bytes) -> None:
    hasty = Fetcher(LOOPBACK, patience=Patience(read=10, whole=0.3))
    with saying(begun, for_ever=drop) as url:
        assert failure(hasty, url) == "the server took longer than 0.3 seconds"


def test_many_threads_share_a_fetcher(server: WebServer, fetcher: Fetcher) -> None:
    with ThreadPoolExecutor(8) as threads:
        got = threads.map(lambda _: fetcher.fetch("GET", server.url).body, range(40))
    assert set(got) == {b"hello"}


def test_an_answer_may_be_as_large_as_was_said(server: WebServer, fetcher: Fetcher) -> None:
    server.answer = lambda asked: Answer(200, b"x" * 100_000)
    assert len(fetcher.fetch("GET", server.url, most=100_000).body) == 100_000
    words = failure(fetcher, server.url, most=99_999)
    assert words == "the answer is larger than 99999 bytes"


def test_what_counts_is_the_size_after_unpacking(server: WebServer, fetcher: Fetcher) -> None:
    packed = gzip.compress(b"x" * 10_000_000, mtime=0)
    server.answer = lambda asked: Answer(200, packed, {"Content-Encoding": "gzip"})
    assert len(fetcher.fetch("GET", server.url, most=10_000_000).body) == 10_000_000
    assert "larger than 9999999 bytes" in failure(fetcher, server.url, most=9_999_999)
    server.answer = lambda asked: Answer(200, packed + b"y" * 99_999, {"Content-Encoding": "gzip"})
    assert "larger than 50000 bytes" in failure(fetcher, server.url, most=50_000)


def test_an_endless_answer_ends_at_its_size(fetcher: Fetcher) -> None:
    with saying(b"HTTP/1.1 200 OK\r\n\r\n", for_ever=b"x" * 60_000) as url:
        assert "larger than 1000000 bytes" in failure(fetcher, url, most=1_000_000)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (b"", "closed the connection without a whole answer"),
        (b"rubbish\r\n\r\n", "does not speak HTTP as it should"),
        (b"\x16\x03\x01\x02", "does not speak HTTP as it should"),
        (b"HTTP/1.1 abc OK\r\n\r\n", "does not speak HTTP as it should"),
        (b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 1000, "does not speak HTTP as it should"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"b" * 100_000, "does not speak HTTP as it should"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc", "breaks off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc", "breaks off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\nabc", "breaks off"),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-5\r\nabc", "does not speak HTTP"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\nabc", "is packed wrongly"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n"
            + gzip.compress(b"abc", mtime=0)[:-9],
            "breaks off",
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nabc", "a way that was not asked for"),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\n\r\n", "was not asked for"),
    ],
)
def test_an_answer_that_is_none_is_told_in_words(
    fetcher: Fetcher, said: bytes, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with saying(said) as url:
        assert words in failure(fetcher, url)
    assert SECRET not in caplog.text


def test_broken_headers_do_not_write_the_url_to_the_log(
    fetcher: Fetcher, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with saying(b"HTTP/1.1 200 OK\r\nno header at all\r\nA: b\r\n\r\n") as url:
        fetcher.fetch("GET", url)
    assert SECRET not in caplog.text


@given(said=st.binary(max_size=200), status=st.booleans())
def test_whatever_is_answered_is_an_answer_or_words(said: bytes, status: bool) -> None:
    with saying(b"HTTP/1.1 200 OK\r\n" * status + said) as url, suppress(FetchError):
        Fetcher(LOOPBACK).fetch("GET", url)


@pytest.mark.parametrize("name", ["X-A", "X-A\r\nX-B"])
@pytest.mark.parametrize("value", [f"{SECRET}\r\nX-C: d", f"{SECRET}\n", f"{SECRET}\u20ac"])
def test_a_header_that_would_be_two_is_not_sent(
    server: WebServer, fetcher: Fetcher, name: str, value: str
) -> None:
    assert "characters that HTTP does not allow" in failure(
        fetcher, server.url, headers={name: value}
    )
    assert server.asked == []
