"""Tokens of real servers and manuals, and what other programs got wrong."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest

from flask_iptv.securetoken import NotYetValid, SecureTokenError, looks_like

from .links import COMPUTED, KEY, NOW, VECTORS, Vector, ask, check, link

vectors = pytest.mark.parametrize("vector", VECTORS, ids=["captured", "alta", "computed", "user"])


@vectors
def test_known_token_is_accepted(vector: Vector) -> None:
    assert ask(vector, vector.token) == vector.claims


@vectors
def test_known_token_is_made_again(vector: Vector) -> None:
    claims = vector.claims
    token = link(
        vector.name,
        vector.ip,
        vector.key,
        claims.starts_at,
        claims.ends_at,
        vector.user_id,
        salt=vector.token.split("-")[1],
    )
    assert token == vector.token


@vectors
def test_known_token_has_the_shape_of_a_link(vector: Vector) -> None:
    assert looks_like(vector.token)


@pytest.mark.parametrize(
    "key", ["", "3KJ_dkf83-kdjf-8293", "a" * 40, COMPUTED[:-1], COMPUTED + "0"]
)
def test_user_key_does_not_look_like_a_link(key: str) -> None:
    assert not looks_like(key)


class TestMistakesSeenElsewhere:
    def test_a_boolean_is_not_hashed_for_the_address(self) -> None:
        text = f"ortTrue17000000001700010800{KEY}abcd"
        wrong = hashlib.sha1(text.encode()).hexdigest()
        assert not link(ip=None, salt="abcd").startswith(wrong)

    def test_the_option_is_not_appended_to_the_token(self) -> None:
        token = link(key=f"{KEY}?no_check_ip=true", ip=None)
        assert "no_check_ip" not in token
        with pytest.raises(SecureTokenError):
            check(token + "-no_check_ip=true")

    def test_hash_is_plain_sha1(self) -> None:
        text = f"ort10.0.0.117000000001700010800{KEY}abcd"
        assert link(salt="abcd").split("-")[0] == hashlib.sha1(text.encode()).hexdigest()

    def test_salt_is_never_the_same(self) -> None:
        salts = [link().split("-")[1] for _ in range(50)]
        assert len({salt[:24] for salt in salts}) == 50
        assert {len(salt) for salt in salts} == {32}

    @pytest.mark.parametrize("position", [1, 2, 3])
    def test_viewer_chooses_neither_salt_nor_times(self, position: int) -> None:
        parts = COMPUTED.split("-")
        parts[position] = parts[position][:-1] + ("1" if parts[position][-1] != "1" else "2")
        with pytest.raises(SecureTokenError):
            check("-".join(parts), "cam/1", "10.77.0.150")

    def test_start_is_checked(self) -> None:
        token = link(starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=2))
        with pytest.raises(NotYetValid):
            check(token)
