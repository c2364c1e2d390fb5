"""``docs/api.md``: every line is typed into a shell, and answers what the page says."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from tests.conftest import PASSWORD
from tests.patience import LIMIT
from tests.real import missing
from tests.real.site import serve

PAGE = Path(__file__).parents[2] / "docs" / "api.md"
SITE = "https://tv.example"
BLOCK = re.compile(r"^```sh\n(.*?)^```\n(?:```json\n(.*?)^```\n)?", re.DOTALL | re.MULTILINE)
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z")


@pytest.fixture
def site(app: Flask) -> Iterator[str]:
    """Serve an app with nothing in it."""
    with serve(app) as url:
        yield url


def alike(shown: object, answered: object) -> bool:
    """Compare what a page shows to an answer: times differ, and ``…`` stands for anything."""
    if isinstance(shown, dict) and isinstance(answered, dict):
        same = shown.keys() == answered.keys()
        return same and all(alike(value, answered[name]) for name, value in shown.items())
    if isinstance(shown, list) and isinstance(answered, list):
        return len(shown) == len(answered) and all(map(alike, shown, answered))
    if isinstance(shown, str) and isinstance(answered, str):
        if MOMENT.fullmatch(shown):
            return MOMENT.fullmatch(answered) is not None
        pattern = ".+".join(map(re.escape, shown.split("…")))
        return re.fullmatch(pattern, answered) is not None
    return shown == answered


def answers(output: str) -> list[object]:
    """Read what several lines have answered, one after the other."""
    found = []
    while output := output.strip():
        answer, end = json.JSONDecoder().raw_decode(output)
        found.append(answer)
        output = output[end:]
    return found


def test_every_line_answers_what_the_page_says(site: str) -> None:
    if shutil.which("curl") is None:
        missing("curl", "there is no such program; install curl")
    (setting, _), *blocks = BLOCK.findall(PAGE.read_text())
    assert len(blocks) >= 15
    for typed, shown in blocks:
        lines = f"set -e\n{setting}{typed}".replace(SITE, site)
        lines = lines.replace("admin:PASSWORD", f"'admin:{PASSWORD}'")
        done = subprocess.run(
            ["bash", "-c", lines.replace("curl ", "curl --no-progress-meter ")],
            capture_output=True,
            text=True,
            timeout=LIMIT,
        )
        assert (done.returncode, done.stderr) == (0, ""), typed
        if shown:
            # Of several lines the last one's answer is shown.
            answered = answers(done.stdout)[-1]
            assert alike(json.loads(shown), answered), f"{typed}\n{answered}"
        else:
            # What has no answer on the page is no refusal either.
            assert '"errors"' not in done.stdout, typed + done.stdout
