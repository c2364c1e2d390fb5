"""What a link is signed with: addresses, keys, users, and what it can't be signed with."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta, timezone

import pytest

from flask_iptv.securetoken import BadSignature, Malformed, SecureTokenError, bare_key, verify

from .links import COMPUTED, END, KEY, NOW, START, check, link, utc


class TestAddresses:
    @pytest.mark.parametrize(
        ("signed", "seen"),
        [
            ("10.0.0.1", "::ffff:10.0.0.1"),
            ("::ffff:10.0.0.1", "10.0.0.1"),
            ("::ffff:a00:1", "10.0.0.1"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
        ],
    )
    def test_address_may_be_spelled_differently(self, signed: str, seen: str) -> None:
        assert check(link(ip=signed), "ort", seen).address_bound

    def test_foreign_signer_may_have_hashed_the_mapped_form(self) -> None:
        text = f"ort::ffff:10.0.0.117000000001700010800{KEY}abcd"
        token = hashlib.sha1(text.encode()).hexdigest() + "-abcd-1700010800-1700000000"
        assert check(token, "ort", "10.0.0.1").address_bound

    def test_unbound_link_works_from_any_address_and_without_one(self) -> None:
        for ip in ("10.0.0.1", "2001:db8::1", None):
            assert not check(link(ip=None), "ort", ip).address_bound


class TestKeys:
    def test_every_key_verifies(self) -> None:
        for key in ("newest", "older", "oldest"):
            check(link(key=key), "ort", "10.0.0.1", "newest", "older", "oldest")

    @pytest.mark.parametrize(
        "key", [f"securetoken://{KEY}?no_check_ip=true", f"{KEY}?no_check_ip=true", KEY]
    )
    def test_option_of_the_server_is_no_part_of_the_key(self, key: str) -> None:
        assert bare_key(key) == KEY
        check(link(key=key))
        check(link(), "ort", "10.0.0.1", key)

    def test_empty_key_is_refused(self) -> None:
        with pytest.raises(ValueError, match="empty"):
            bare_key("securetoken://?no_check_ip=true")

    def test_comparison_takes_constant_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        compared: list[tuple[str, str]] = []

        def never_equal(one: str, other: str) -> bool:
            compared.append((one, other))
            return False

        monkeypatch.setattr(hmac, "compare_digest", never_equal)
        with pytest.raises(BadSignature):
            check(COMPUTED, "cam/1", "10.77.0.150")
        assert (COMPUTED[:40], COMPUTED[:40]) in compared


class TestUserId:
    @pytest.mark.parametrize("user_id", ["u42", "user-42", "-42", "~"])
    def test_user_id_travels_as_fifth_part(self, user_id: str) -> None:
        token = link(user_id=user_id)
        assert token.endswith(f"-1700010800-1700000000-{user_id}")
        assert check(token).user_id == user_id

    def test_links_have_none_by_default(self) -> None:
        assert link().count("-") == 3
        assert check(link()).user_id is None

    @pytest.mark.parametrize("user_id", ["42", "abc", "F"])
    def test_user_id_without_a_border_to_the_salt_is_not_believed(self, user_id: str) -> None:
        assert check(link(user_id=user_id)).user_id is None

    def test_user_id_cannot_be_carved_out_of_a_salt(self) -> None:
        digest, salt, end, start = link(salt="abcd42").split("-")
        carved = f"{digest}-{salt[:-2]}-{end}-{start}-{salt[-2:]}"
        assert check(carved).user_id is None

    def test_user_id_cannot_be_shortened_or_dropped(self) -> None:
        digest, salt, end, start, user_id = link(user_id="u42").split("-")
        for moved in range(1, len(user_id) + 1):
            shorter = f"-{user_id[moved:]}" if user_id[moved:] else ""
            with pytest.raises(SecureTokenError):
                check(f"{digest}-{salt}{user_id[:moved]}-{end}-{start}{shorter}")

    def test_user_id_cannot_be_lengthened(self) -> None:
        digest, salt, end, start, user_id = link(user_id="u42").split("-")
        with pytest.raises(Malformed):
            check(f"{digest}-{salt[:-1]}-{end}-{start}-{salt[-1]}{user_id}")

    def test_changed_user_id_is_refused(self) -> None:
        with pytest.raises(BadSignature):
            check(link(user_id="u42").removesuffix("42") + "43")


class TestSigning:
    @pytest.mark.parametrize(
        ("change", "complaint"),
        [
            ({"name": ""}, "name is empty"),
            ({"ip": "localhost"}, "'localhost' is not an address"),
            ({"starts_at": START.replace(tzinfo=None)}, "starts_at .* no time zone"),
            ({"ends_at": END.replace(tzinfo=None)}, "ends_at .* no time zone"),
            ({"ends_at": START - timedelta(seconds=1)}, "is before starts_at"),
            ({"starts_at": utc(999_999_999)}, "starts_at .* between the years"),
            ({"ends_at": utc(10_000_000_000)}, "ends_at .* between the years"),
            ({"ends_at": datetime.max.replace(tzinfo=timezone.utc)}, "between the years"),
            ({"salt": "ab-cd"}, "salt 'ab-cd' must be"),
            ({"salt": "xyz"}, "salt 'xyz' must be"),
            ({"salt": ""}, "salt '' must be"),
            ({"user_id": ""}, "user_id '' must be"),
            ({"user_id": "4u2"}, "user_id '4u2' must be .* such as 'u42'"),
            ({"user_id": "u 42"}, "user_id 'u 42' must be"),
            ({"user_id": "usér"}, "user_id 'usér' must be"),
            ({"key": "securetoken://"}, "empty"),
        ],
    )
    def test_what_cannot_become_a_link_is_refused(
        self, change: dict[str, str], complaint: str
    ) -> None:
        with pytest.raises(ValueError, match=complaint):
            link(**change)  # type: ignore[arg-type]

    def test_naive_clock_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            verify(link(), name="ort", ip=None, keys=[KEY], now=NOW.replace(tzinfo=None))
