"""Times and spans of time are short, and never longer than they are."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask

from flask_iptv.moments import span, timed, typed


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (60, "1 min"), (3599, "59 min"), (3600, "1 h"), (86_399, "23 h"),
     (86_400, "1 day"), (172_800, "2 days"), (-61, "1 min")],
)  # fmt: skip
def test_a_span_is_said_in_one_unit(app: Flask, seconds: int, words: str) -> None:
    with app.test_request_context():
        assert span(timedelta(seconds=seconds)) == words


def test_a_time_goes_into_a_field_to_the_minute() -> None:
    assert typed(datetime(2027, 1, 31, 18, 5, 59, tzinfo=timezone.utc)) == "2027-01-31T18:05"
    assert typed(None) == ""


def test_times_in_a_text_are_marked_and_the_rest_is_escaped() -> None:
    text = "<b> begins on 2027-01-31 18:30 UTC, ends at 2027-01-31 18:30:05 UTC"
    assert timed(text) == (
        '&lt;b&gt; begins on <time datetime="2027-01-31T18:30:00Z">2027-01-31 18:30'
        '<span class="iptv-utc"> UTC</span></time>, ends at '
        '<time datetime="2027-01-31T18:30:05Z">2027-01-31 18:30'
        '<span class="iptv-utc"> UTC</span></time>'
    )
