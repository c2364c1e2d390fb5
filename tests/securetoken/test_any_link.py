"""What holds for every link and for every text that is none."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from flask_iptv.securetoken import Claims, SecureTokenError, looks_like, verify

from .links import NOW, VECTORS, Vector, ask, check, link, utc

names = st.text(min_size=1, max_size=30)
addresses = st.one_of(st.none(), st.ip_addresses().map(str))
times = st.integers(1_000_000_000, 9_999_999_999)
keys = st.text(st.characters(exclude_characters="?"), min_size=1).filter(
    lambda key: bool(key.removeprefix("securetoken://"))
)
user_ids = st.none() | st.from_regex(r"[g-zG-Z~.:-][!-~]{0,127}", fullmatch=True)


@given(names, addresses, times, times, keys, user_ids)
def test_what_is_signed_verifies(
    name: str, ip: str | None, one: int, other: int, key: str, user_id: str | None
) -> None:
    start, end = utc(min(one, other)), utc(max(one, other))
    token = link(name, ip, key, start, end, user_id)
    assert looks_like(token)
    claims = verify(token, name=name, ip=ip, keys=["other", key], now=start)
    assert claims == Claims(start, end, ip is not None, user_id)


@given(st.text("0123456789abcdefABCDEF", min_size=1, max_size=256))
def test_foreign_hexadecimal_salt_of_any_length_verifies(salt: str) -> None:
    check(link(salt=salt))


@given(
    st.sampled_from(VECTORS),
    st.integers(0, 200),
    st.characters() | st.sampled_from("0123456789abcdef-"),
)
def test_any_changed_character_is_refused(vector: Vector, position: int, character: str) -> None:
    token = vector.token
    position %= len(token)
    changed = token[:position] + character + token[position + 1 :]
    assume(changed != token)
    with pytest.raises(SecureTokenError):
        ask(vector, changed)


@given(
    st.text()
    | st.lists(st.text("0123456789abcdef") | st.integers().map(str), max_size=6).map("-".join)
    | st.from_regex(r"[0-9a-f]{40}-[0-9a-f]{32}-[0-9]{10}-[0-9]{10}(-.*)?", fullmatch=True),
    st.text() | st.just("ort"),
    st.none() | st.text() | st.just("10.0.0.1"),
    st.lists(st.text(), max_size=3),
)
def test_garbage_is_only_ever_refused(
    token: str, name: str, ip: str | None, keys: list[str]
) -> None:
    with pytest.raises(SecureTokenError):
        verify(token, name=name, ip=ip, keys=keys, now=NOW)
