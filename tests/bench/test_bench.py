"""The benchmark computes what it says, tells what it could not measure, and runs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa
from flask import Flask

from bench import load, provider, report
from bench.figures import Result, Row, Series, Skipped, at_least, at_most, compared
from flask_iptv import database
from tests.patience import LIMIT
from tests.real.site import serve

ROOT = Path(__file__).resolve().parents[2]
ROW = Row("auth", "ours ÷ theirs", at_least(1.8))


def test_the_figure_is_the_median_of_what_each_round_gave() -> None:
    ours, peer = Series([200, 100, 400], "requests/s"), Series([100, 80, 100], "requests/s")
    result = compared(ROW, ours, peer)
    assert list(result.figure.values) == [2, 1.25, 4]
    assert result.figure.median == 2
    assert (result.figure.low, result.figure.high) == (1.625, 3)
    # Not 200 / 100 of the medians of other rounds.
    assert compared(ROW, ours, Series([400, 80, 100], "requests/s")).figure.median == 1.25


def test_rounds_that_do_not_pair_are_an_error() -> None:
    with pytest.raises(ValueError, match="shorter"):
        compared(ROW, Series([1, 2], "ms"), Series([1], "ms"))


@pytest.mark.parametrize(
    ("target", "figure", "met"),
    [
        (at_least(1.8), 1.8, True),
        (at_least(1.8), 1.79, False),
        (at_most(30), 30, True),
        (at_most(30), 30.1, False),
        (None, 1, None),
    ],
)
def test_a_target_is_met_or_not(target: object, figure: float, met: bool | None) -> None:
    row = Row("row", "a row", target)  # type: ignore[arg-type]
    assert Result(row, Series([figure], "x")).is_met is met


def test_the_report_tells_the_target_the_figure_and_why_a_line_is_missing() -> None:
    contenders = {"iptv": {"requests/s": 300.0, "CPU µs per request": 150.0}}
    filled = compared(
        ROW, Series([300, 300], "requests/s"), Series([200, 200], "requests/s"), more=contenders
    )
    outcomes: list[Result | Skipped] = [
        filled,
        Skipped(Row("php", "PHP"), "PHP is not installed"),
    ]
    text = report.markdown(outcomes, {"machine": "a lathe"})
    assert "| ours ÷ theirs | ≥ 1.8 x | 1.50 x | 1.50 to 1.50 | NO |" in text
    assert "| PHP | - | - | - | skipped |" in text
    assert "- skipped: PHP: PHP is not installed" in text
    assert "| iptv | 300 | 150 | - |" in text
    assert "| machine | a lathe |" in text
    told = json.loads(report.as_json(outcomes, {"machine": "a lathe"}))
    assert told["rows"][0]["rounds"]["peer"]["values"] == [200, 200]
    assert told["rows"][0]["met"] is False
    assert told["rows"][1]["skipped"] == "PHP is not installed"


@pytest.fixture
def filled(app: Flask) -> Flask:
    """An app with the provider that is measured, small."""
    with app.app_context():
        provider.fill(database.current().connection(), 100)
        database.session().commit()
    return app


@pytest.fixture
def filled_url(filled: Flask) -> Iterator[str]:
    with serve(filled) as url:
        yield url


def test_every_viewer_of_the_measured_provider_may_watch(filled: Flask) -> None:
    client = filled.test_client()
    viewers = list(provider.viewers(100, 20))
    assert len({viewer.user for viewer in viewers}) == 20
    for viewer in viewers:
        for path in (viewer.opening(), viewer.update()):
            answer = client.get(path)
            assert (answer.status_code, answer.text) == (200, "")
            assert answer.headers["X-UserId"] == str(viewer.user)


def test_keys_lie_in_another_order_than_ids(filled: Flask) -> None:
    with filled.app_context():
        rows = (
            database.current()
            .connection()
            .execute(sa.text("SELECT id FROM iptv_users ORDER BY key"))
        )
        ids = [row.id for row in rows]
    assert sorted(ids) == list(range(1, 101))
    assert ids != sorted(ids)


def test_each_path_is_asked_once(filled_url: str) -> None:
    viewers = list(provider.viewers(100, 50))
    done = load.ask_each(_port(filled_url), [viewer.opening() for viewer in viewers])
    assert done.answers == 50
    assert 0 < done.middle <= done.slow


@contextmanager
def without_wrk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr("shutil.which", lambda name: None)
        yield


def test_without_wrk_the_own_loop_asks(
    filled_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = tmp_path / "paths"
    paths.write_text("".join(f"{viewer.update()}\n" for viewer in provider.viewers(100, 4)))
    with without_wrk(monkeypatch):
        assert load.generator() != "wrk"
        done = load.ask_for(0.2, _port(filled_url), paths)
    assert done.answers > 4


def test_answers_in_chunks_are_read_to_their_end() -> None:
    """Waitress sends what has no length in chunks, and closes the connection behind it."""

    def application(environ: Any, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return iter([b"0\r\n\r", b"\n" * 100_000, environ["PATH_INFO"].encode()])

    with serve(application) as url:
        done = load.ask_each(_port(url), [f"/{number}" for number in range(20)], connections=3)
    assert done.answers == 20


def test_a_refusal_is_no_speed(filled_url: str) -> None:
    path = provider.Viewer(7).opening().replace("token-of", "token-off")
    assert parse_qs(urlsplit(path).query)["token"]
    with pytest.raises(load.WrongAnswer, match="403"):
        load.ask_each(_port(filled_url), [path])


def _port(url: str) -> int:
    return urlsplit(url).port or 0


def test_it_runs() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--quick", "--only", "import"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
        timeout=LIMIT,
    )
    assert "import of `flask_iptv` beyond its dependencies" in done.stdout
    assert "≤ 30 ms" in done.stdout
