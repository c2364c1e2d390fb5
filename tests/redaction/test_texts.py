"""A text that is to be logged keeps of each secret its last four characters, and nothing else."""

from __future__ import annotations

import json
import threading
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.redaction import hides, redact, redact_traceback
from flask_iptv.users.tokens import make_key
from tests.patience import LIMIT

TOKEN = "bobs-token"
SIGNED = "3e1f03301ca8ce2f74ae3391bfbd4237c09c8e2e-55d8fc7b5e656a51c6da90b0818bebae-1786225234-1786"

LINES = {
    # By the names of parameters.
    "/tv/playlists/bob.m3u?token=bobs-token&output=hls":
        "/tv/playlists/bob.m3u?token=…oken&output=hls",
    '"GET /live/ort?a=1&password=bobs-token HTTP/1.1" 200':
        '"GET /live/ort?a=1&password=…oken HTTP/1.1" 200',
    "?KEY=bobs-token&SECRET=bobs-token.": "?KEY=…oken&SECRET=…oken.",
    "?md5=_e4Nc3iduzkWRm01TBBNYw&expires=2147483647": "?md5=…BNYw&expires=2147483647",
    "?wmsAuthSign=c2VydmVyX3RpbWU9MTEvMTQ%3D": "?wmsAuthSign=…MTQ%3D",
    "?hdnts=exp=1700010800~acl=/ort/*~hmac=e90ec42c72ba7d63": "?hdnts=…7d63",
    "?policy=eyJ1cmxfZXhwaXJlIjox&signature=dvVdBpoxAeCPl94": "?policy=…Ijox&signature=…Pl94",
    "?wowzatokenhash=DVeIsJI0QQvt0u90Y1T": "?wowzatokenhash=…0Y1T",
    "?sign=1700010800-95d709e481fc57b625625ee58cf1f7ad": "?sign=…f7ad",
    "Set-Cookie: iptv_token=bobs-token; Path=/ort/": "Set-Cookie: iptv_token=…oken; Path=…",
    # In the words of Python and JSON.
    '{"token": "bobs-token", "x": 1}': '{"token": "…oken", "x": 1}',
    r'{\"token\":\"bobs-token\"}': r'{\"token\":\"…oken\"}',
    "User(key='bobs-token', name='bob')": "User(key='…oken', name='bob')",
    "{'publish_key': b'bobs-token'}": "{'publish_key': b'…oken'}",
    r"key='it\'s-bobs-token'": "key='…oken'",
    "securetoken_keys=['bobs-token', 'eves-token']": "securetoken_keys=[…]",
    "[('token', 'bobs-token')]": "[('token', '…oken')]",
    # By the addresses that they are part of, wherever the site has us.
    "Exception on /tv/my/bobs-token [GET]": "Exception on /tv/my/…oken [GET]",
    "/my/bobs-token.": "/my/…oken.",
    "/club/tv/my/bobs-token/new-token?done=x": "/club/tv/my/…oken/new-token?done=x",
    "'/tv/my/bobs-token/devices/12',": "'/tv/my/…oken/devices/12',",
    "/tv/my/a/b&c=d,e%23f%2541token HTTP/1.1": "/tv/my/…oken HTTP/1.1",
    "/tv/my/bobs'token HTTP/1.1": "/tv/my/…oken HTTP/1.1",
    "http://x/live/bob/bobs-token/7.ts": "http://x/live/…/…oken/7.ts",
    "/tv/timeshift/bob/bobs-token/60/2026-11-30:10-30/7.ts":
        "/tv/timeshift/…/…oken/60/2026-11-30:10-30/7.ts",
    "GET /bob/bobs-token/7.m3u8 HTTP": "GET /…/…oken/7.m3u8 HTTP",
    "GET /tv/bob/bobs-token/7": "GET /tv/…/…oken/7",
    "/tv/t/WDJBMJHT": "/tv/t/…MJHT",
    # Percent-encoded, as often as they come.
    "next=%2Ftv%2Fmy%2Fbobs-token%2Fnew-token&x=1": "next=%2Ftv%2Fmy%2F…oken%2Fnew-token&x=1",
    "next=%252Ftv%252Fmy%252Fbobs-token": "next=%252Ftv%252Fmy%252F…oken",
    "url=%2Fx%3Ftoken%3Dbobs-token%26output%3Dhls&y=1":
        "url=%2Fx%3Ftoken%3D…oken%26output%3Dhls&y=1",
    "?t%6Fken=bobs-token": "?token=…oken",
    "/m%79/bobs-token": "/my/…oken",
    "?token=bobs%2Dt%6Fken": "?token=…oken",
    # Headers, logins and cookies.
    "Authorization: Bearer bobs-token": "Authorization: Bearer …oken",
    "('Authorization', 'Basic Ym9iOnNlY3JldA')": "('Authorization', '…JldA')",
    "curl -H 'Cookie: iptv_token=bobs-token; a=b' http://x":
        "curl -H 'Cookie: iptv_token=…oken; a=…' http://x",
    "{'HTTP_COOKIE': 'iptv_token=\"bobs-token\"'}": "{'HTTP_COOKIE': 'iptv_token=\"…oken\"'}",
    '"Cookie":["iptv_token=bobs-token"]': '"Cookie":[…]',
    "X-Api-Key: bobs-token": "X-Api-Key: …oken",
    "redis://:bobs-token@valkey:6379/0": "redis://:…oken@valkey:6379/0",
    # By their shape.
    f"a link {SIGNED}": "a link …1786",
    f"{SIGNED}-u42 ended": "…-u42 ended",
    "HS256-1-L2rISTLcujMY9UFf2tbZ41d5i-Bme1g1oTK_Z2QMLJk": "…MLJk",
    "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJib2IifQ.c2lnbmF0dXJl": "jwt …dXJl",
    "/slp/CwOIWKhsW8JXxWYwjEEM1g/1700010800/ort/index.m3u8":
        "/slp/…EM1g/1700010800/ort/index.m3u8",
    # What databases say.
    "Duplicate entry 'bobs-token' for key 'uq_key'": "Duplicate entry '…oken' for key 'uq_key'",
    "DETAIL:  Key (key)=(bobs-token) already exists.":
        "DETAIL:  Key (key)=(…oken) already exists.",
    "[SQL: SELECT 1]\n[parameters: ('bobs-token', 1)]\n(Background":
        "[SQL: SELECT 1]\n[parameters: …]\n(Background",
}  # fmt: skip

PLAIN = (
    "refused: expired stream='ort' ip='192.0.2.7' user=5",
    "user key: must have 8 characters",
    "the token is unknown",
    "token=None key=''",
    "KeyError: 'number' and keyword='sports'",
    "design=wood-panels and monkeys",
    "/tv/admin/users/5 and /tv/admin/channels/5?page=2",
    "/tv/api/packages/12",
    "/sport/espn hd/index.m3u8",
    "http://127.0.0.1:8000/tv/auth?name=ort&ip=192.0.2.7",
    "2026-11-30 10:30:00 it took 0.2 s",
)


@pytest.mark.parametrize("line", LINES)
def test_what_is_secret_is_hidden_but_for_its_end(line: str) -> None:
    redacted = redact(line)
    assert redacted == LINES[line]
    assert redact(redacted) == redacted, "whoever redacts it once more changes nothing"


@pytest.mark.parametrize("line", PLAIN)
def test_what_is_not_stays(line: str) -> None:
    assert redact(line) == line


@pytest.mark.parametrize("token", ["x", "short", "1234567"])
def test_nothing_is_shown_of_a_short_one(token: str) -> None:
    assert redact(f"?token={token}&output=hls") == "?token=…&output=hls"
    assert redact(f"/tv/my/{token}/new-token") == "/tv/my/…/new-token"


CHOSEN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=8, max_size=40)


@given(CHOSEN | st.builds(make_key))
def test_no_token_that_an_address_can_have_is_left_in_it(token: str) -> None:
    encoded = quote(token, safe="")
    once = urlencode({"next": f"/tv/my/{encoded}"})
    twice = urlencode({"next": f"/x?{once}"})
    playlist = f"/tv/playlists/bob.m3u?token={encoded}&output=hls"
    for text in (playlist, f"/tv/my/{encoded}", once, twice, json.dumps({"token": token}),
                 f"{token!r}".join(["key=", ""]), urlencode({"url": playlist})):  # fmt: skip
        redacted = redact(f'"GET {text}" 200') if text[0] == "/" else redact(text)
        assert token not in redacted
        assert encoded not in redacted


@pytest.mark.parametrize(
    "text",
    [
        "a" * 60_000, "token" * 12_000, "token=" * 10_000, "token='" * 9_000, "\\" * 60_000,
        "'" * 60_000, "/my/" * 15_000, "%2Fmy" * 12_000, "/live/a/" * 8_000, "/a" * 30_000,
        " /a" * 20_000, "://" * 20_000, "eyJ" * 20_000, "0123456789abcdef" * 4_000,
        "token%" + "25" * 30_000, "Key (" * 12_000, "Duplicate entry '" * 4_000,
        "[parameters: " * 5_000, "token=" + "." * 60_000, "/my/" + "." * 60_000,
        "Cookie:" * 9_000, "keys=[" * 10_000, "token" + " " * 60_000, "x-" * 30_000,
        "token=[\\'" * 7_000,
    ],
)  # fmt: skip
def test_no_text_that_somebody_sends_takes_long(text: str) -> None:
    # Of a pattern that looks again from each place on, every one of these would take hours.
    worker = threading.Thread(target=redact, args=[text], daemon=True)
    worker.start()
    worker.join(LIMIT)
    assert not worker.is_alive()


def test_a_traceback_keeps_its_files() -> None:
    line = '  File "/home/my/site/live/a/b/c.py", line 3, in view\n'
    assert (
        redact_traceback(f"{line}ValueError: token=bobs-token") == f"{line}ValueError: token=…oken"
    )


def test_a_decorator_that_is_given_a_class_without_fields_is_refused() -> None:
    with pytest.raises(TypeError):
        hides("token")(object)
