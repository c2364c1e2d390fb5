"""Each way in which a link is refused, with its own reason."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta, timezone

import pytest

from flask_iptv.securetoken import (
    BadSignature,
    Claims,
    Expired,
    Malformed,
    NotYetValid,
    SecureTokenError,
    WrongAddress,
    WrongStream,
    verify,
)

from .links import COMPUTED, END, KEY, NOW, START, check, link, utc


class TestTime:
    @staticmethod
    def at(now: datetime, skew: timedelta = timedelta(0)) -> Claims:
        return verify(link(), name="ort", ip="10.0.0.1", keys=[KEY], now=now, skew=skew)

    def test_link_works_from_its_first_to_its_last_second(self) -> None:
        assert self.at(START) == self.at(END) == Claims(START, END, True, None)

    def test_link_before_its_start_is_refused_with_the_start(self) -> None:
        with pytest.raises(NotYetValid) as refusal:
            self.at(START - timedelta(seconds=1))
        assert refusal.value.reason == "link_not_yet_valid"
        assert refusal.value.starts_at == START

    def test_link_after_its_end_is_refused_with_the_end(self) -> None:
        with pytest.raises(Expired) as refusal:
            self.at(END + timedelta(seconds=1))
        assert refusal.value.reason == "link_expired"
        assert refusal.value.ends_at == END

    def test_skew_lets_a_link_start_early_but_not_end_late(self) -> None:
        skew, second = timedelta(seconds=30), timedelta(seconds=1)
        self.at(START - skew, skew)
        with pytest.raises(NotYetValid):
            self.at(START - skew - second, skew)
        with pytest.raises(Expired):
            self.at(END + second, skew)

    def test_local_times_are_converted(self) -> None:
        moscow = timezone(timedelta(hours=3))
        token = link(starts_at=START.astimezone(moscow), ends_at=END.astimezone(moscow))
        assert token.endswith("-1700010800-1700000000")

    def test_fractions_of_a_second_are_cut_off(self) -> None:
        half = timedelta(seconds=0.5)
        assert link(starts_at=START + half, ends_at=END + half).endswith("-1700010800-1700000000")

    def test_digits_cannot_move_from_start_to_end(self) -> None:
        """The same hash, but read as a link from 1975 to 4559."""
        token = link(starts_at=utc(1712345678), ends_at=utc(1712356478))
        digest, salt, end, start = token.split("-")
        moved = f"{digest}-{salt}-{start[-1]}{end}-{start[:-1]}"
        assert moved.endswith("-81712356478-171234567")
        with pytest.raises(Malformed):
            check(moved)


class TestRefusals:
    def test_link_for_another_stream(self, known_randomness: None) -> None:
        with pytest.raises(WrongStream) as refusal:
            check(link("ort"), "espn")
        assert refusal.value.reason == "wrong_stream"
        assert refusal.value.name == "espn"

    def test_link_for_another_stream_from_anywhere(self, known_randomness: None) -> None:
        with pytest.raises(WrongStream):
            check(link("ort", None), "espn", "10.9.9.9")

    def test_link_for_another_address(self, known_randomness: None) -> None:
        with pytest.raises(WrongAddress) as refusal:
            check(link(), "ort", "10.0.0.2")
        assert refusal.value.reason == "wrong_address"
        assert refusal.value.ip == "10.0.0.2"

    @pytest.mark.parametrize("ip", [None, "", "localhost", "no_check_ip", "10.0.0.1/32", "\udcff"])
    def test_bound_link_when_the_address_is_unknown(
        self, ip: str | None, known_randomness: None
    ) -> None:
        with pytest.raises(WrongAddress):
            check(link(), "ort", ip)

    def test_what_is_no_address_matches_nothing_even_if_signed(self) -> None:
        text = f"ortlocalhost17000000001700010800{KEY}abcd"
        token = hashlib.sha1(text.encode()).hexdigest() + "-abcd-1700010800-1700000000"
        with pytest.raises(BadSignature):
            check(token, "ort", "localhost")

    @pytest.mark.parametrize("salt", [None, "abcd"])
    def test_half_a_surrogate_pair_in_the_name(self, salt: str | None) -> None:
        with pytest.raises(SecureTokenError):
            check(link(salt=salt), "ort\ud83d")

    def test_link_for_another_stream_and_address(self, known_randomness: None) -> None:
        with pytest.raises(BadSignature) as refusal:
            check(link(), "espn", "10.0.0.2")
        assert refusal.value.reason == "bad_signature"

    def test_reason_is_found_under_an_older_key(self, known_randomness: None) -> None:
        with pytest.raises(WrongStream):
            check(link(key="older"), "espn", "10.0.0.1", "newest", "older")

    def test_diagnosis_never_allows(self, known_randomness: None) -> None:
        """Both tags are right; the times are not the signed ones."""
        digest, salt, _, start = link().split("-")
        with pytest.raises(BadSignature):
            check(f"{digest}-{salt}-1999999999-{start}")

    def test_link_of_a_foreign_salt_for_another_stream(self) -> None:
        with pytest.raises(BadSignature):
            check(link(salt="abcd"), "espn")

    def test_no_key_verifies_nothing(self) -> None:
        with pytest.raises(BadSignature):
            verify(link(), name="ort", ip="10.0.0.1", keys=[], now=NOW)

    @pytest.mark.parametrize("key", ["", "securetoken://", "?no_check_ip=true"])
    def test_empty_key_verifies_nothing(self, key: str) -> None:
        text = "ort10.0.0.117000000001700010800abcd"
        forged = hashlib.sha1(text.encode()).hexdigest() + "-abcd-1700010800-1700000000"
        with pytest.raises(BadSignature):
            check(forged, "ort", "10.0.0.1", key, KEY)

    @pytest.mark.parametrize(
        "token",
        [
            "",
            "-",
            "----",
            COMPUTED.upper(),
            COMPUTED + "\n",
            COMPUTED + "-",
            " " + COMPUTED,
            COMPUTED.replace("a03f", "zzzz"),
            COMPUTED.replace("-1700000000", "-0700000000"),
            COMPUTED.replace("-1700000000", "-+170000000"),
            COMPUTED.replace("-1700000000", "-17000000.0"),
            COMPUTED.replace("-1700000000", "-" + "9" * 5000),
            COMPUTED.replace("-1700000000", "-١٧٠٠٠٠٠٠٠٠"),  # noqa: RUF001
            COMPUTED.replace("-00112233", "-0011\x802233"),
            COMPUTED * 100,
            "a" * 10_000,
            "-" * 10_000,
        ],
    )
    def test_what_is_no_link(self, token: str) -> None:
        with pytest.raises(Malformed) as refusal:
            check(token, "cam/1", "10.77.0.150")
        assert refusal.value.reason == "bad_signature"
