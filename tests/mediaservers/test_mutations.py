"""Whatever a media server or a viewer sends, both doors answer it, alike and never with a 500."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from hypothesis import given, note, settings
from hypothesis import strategies as st
from werkzeug.test import run_wsgi_app

from flask_iptv import IPTV
from flask_iptv.mediaservers import DIALECTS
from tests.examples import examples
from tests.mediaservers.asking import SECRET
from tests.mediaservers.conftest import broadcast
from tests.mediaservers.mutations import Sent, mutated

#: With a storage that answers nobody is told that it does not.
STATUSES = {"200", "302", "401", "403"}


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    """An app with the door and one with the view, alike in everything else."""
    made = []
    for door in ("wsgi", "view"):
        app = Flask(door, instance_path=str(tmp_path_factory.mktemp(door)))
        app.config.update(
            IPTV_AUTH_DOOR=door, IPTV_AUTH_SECRET=SECRET, IPTV_SESSION_STORE="memory:"
        )
        app.register_blueprint(IPTV(), url_prefix="/tv")
        made.append(broadcast(app, limit=None))
    yield made[0], made[1]
    for app in made:
        app.extensions["iptv"].close()


def answer(app: Flask, sent: Sent) -> tuple[str, list[tuple[str, str]], bytes]:
    """Ask, and give all that comes back."""
    body, status, headers = run_wsgi_app(app, sent.environ(), buffered=True)
    return status, list(headers), b"".join(body)


@settings(max_examples=examples(2000))
@given(seed=st.integers(0, 2**64 - 1))
def test_no_question_is_answered_with_an_error(doors: tuple[Flask, Flask], seed: int) -> None:
    sent = mutated(seed)
    note(repr(sent)[:2000])
    door, view = doors
    with pytest.MonkeyPatch.context() as patch:
        errors: list[str] = []
        # MistServer is told of errors with a 200 too.
        patch.setattr(
            logging.getLogger("flask_iptv.auth"), "error", lambda *said: errors.append(str(said))
        )
        told = answer(door, sent)
        assert answer(view, sent) == told
    assert not errors
    assert told[0][:3] in STATUSES


def test_the_mutations_reach_every_dialect_and_are_understood_at_times(
    doors: tuple[Flask, Flask],
) -> None:
    seen: dict[str, set[str]] = {}
    for seed in range(1000):
        sent = mutated(seed)
        seen.setdefault(sent.path.rpartition("/")[2], set()).add(answer(doors[0], sent)[0][:3])
    assert seen.keys() == DIALECTS.keys() | {"auth"}
    assert all("200" in statuses for statuses in seen.values())
