"""Bodies: JSON whatever they are called, and nothing else."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from flask import request

from tests.api.caller import Caller

WRITES = (
    ("POST", "/users"),
    ("PUT", "/users/1"),
    ("POST", "/users/1"),
    ("POST", "/packages"),
    ("PUT", "/packages/basic"),
    ("POST", "/channels"),
    ("PUT", "/channels/sport/espn hd"),
    ("POST", "/servers"),
    ("PUT", "/servers/main"),
    ("POST", "/links"),
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"{", "line 1, column 2"),
        (b'{"name":"ann",}', "line 1, column 1"),
        (b'{\n "name": ann\n}', "line 2, column 10"),
        (b'{"name":"ann"} x', "line 1, column 16"),
        (b"{'name':'ann'}", "line 1, column 2"),
        (b"name=ann&max_sessions=3", "line 1, column 1"),
        (b"[]", "must be a JSON object"),
        (b'[{"name":"ann"}]', "must be a JSON object"),
        (b'"ann"', "must be a JSON object"),
        (b"null", "must be a JSON object"),
        (b"7", "must be a JSON object"),
        (b'{"max_sessions":NaN}', "NaN"),
        (b'{"max_sessions":-Infinity}', "-Infinity"),
        (b'{"max_sessions":1e999}', "1e999"),
        (b'{"max_sessions":' + b"9" * 5000 + b"}", "5000 digits"),
        (b'{"name":"ann","name":"eve"}', "'name' more than once"),
        (b'{"a":{"b":1,"b":2}}', "'b' more than once"),
        (b'{"name":"\\ud83d"}', "\\ud83d"),
        (b'{"\\udc00":1}', "\\udc00"),
        (b'{"packages":["\\ud83d"]}', "\\ud83d"),
        (b"[" * 100_000, "nested too deeply"),
        (b'{"a":' * 100_000, "nested too deeply"),
        (b'{"packages":[[[[[["x"]]]]]]}', "nested too deeply"),
        (b'{"name":"\xff"}', "0xFF at offset 9"),
        ('{"name":"ann"}'.encode("utf-16"), "0xFF at offset 0"),
        (b'{"name":"a\nb"}', "line 1, column 11"),
        (b"\x00", "line 1, column 1"),
    ],
)  # fmt: skip
def test_what_is_no_json_object_is_refused_and_told_where(
    refusing: Caller, body: bytes, words: str
) -> None:
    for method, path in WRITES:
        answer = refusing.send(method, path, body)
        assert answer.status_code == 400, answer.text
        assert answer.json is not None
        assert words in answer.json["message"]
        assert answer.json["errors"][0]["code"] == "malformed"


@pytest.mark.parametrize(
    "content_type",
    [
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "text/xml; charset=latin-1",
        "nonsense",
        "",
    ],
)
def test_json_is_read_whatever_it_is_called(api: Caller, content_type: str) -> None:
    body = json.dumps({"name": "ann & bob=+%41"}).encode()
    answer = api.send("POST", "/users", body, content_type=content_type)
    assert answer.status_code == 201, answer.text
    assert api.get("/users/1")["name"] == "ann & bob=+%41"


def test_a_byte_order_mark_is_passed_over(api: Caller) -> None:
    assert api.send("POST", "/users", b'\xef\xbb\xbf{"name":"ann"}').status_code == 201


def test_a_whole_emoji_is_a_character_like_any_other(api: Caller) -> None:
    assert api.send("POST", "/users", b'{"name":"\\ud83d\\udcfa"}').status_code == 201
    assert api.get("/users/1")["name"] == "\N{TELEVISION}"


def padded(size: int) -> bytes:
    return b'{"title":"One"' + b" " * (size - 15) + b"}"


def test_a_body_of_a_million_bytes_is_read_and_one_more_refused(api: Caller) -> None:
    api.make("/channels", name="one")
    assert api.send("PUT", "/channels/one", padded(1_000_000)).status_code == 200
    answer = api.send("PUT", "/channels/one", padded(1_000_001))
    assert answer.status_code == 413
    assert answer.json is not None
    assert "1000000 bytes" in answer.json["message"]


class Endless(io.RawIOBase):
    """A body that is sent in chunks for ever."""

    def __init__(self) -> None:
        self.sent = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = min(len(buffer), 10_000)
        buffer[:size] = b" " * size
        self.sent += size
        return size


def chunked(stream: io.RawIOBase) -> dict[str, Any]:
    """Send this as servers give it to us when the body is sent in chunks."""
    return {
        "environ_overrides": {"wsgi.input": stream, "wsgi.input_terminated": True},
        "headers": {"Transfer-Encoding": "chunked"},
    }


def test_a_body_without_end_is_read_no_further_than_the_limit(refusing: Caller) -> None:
    body = Endless()
    assert refusing.send("POST", "/channels", **chunked(body)).status_code == 413
    assert body.sent < 1_020_000


def test_a_body_in_chunks_is_read_to_its_end(api: Caller) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 7))

    answer = api.send("POST", "/users", **chunked(Slow(b'{"name":"in chunks"}')))  # type: ignore[arg-type]
    assert answer.status_code == 201, answer.text


def test_a_host_that_allows_less_is_obeyed(api: Caller) -> None:
    api.client.application.config["MAX_CONTENT_LENGTH"] = 10
    answer = api.send("POST", "/users", {"name": "longer than that"})
    assert answer.status_code == 413
    assert answer.json is not None


def test_a_host_that_has_read_the_body_before_us_takes_nothing_away(api: Caller) -> None:
    api.client.application.before_request(lambda: request.get_data() and None)
    assert api.send("POST", "/users", {"name": "ann"}).status_code == 201
