"""Processes in which something of ours can't work say so."""

from __future__ import annotations

import sys
from types import SimpleNamespace

import pytest
from flask import Flask

from tests.conftest import LOGIN

QUESTION = {"name": "ort", "token": "bobs-token", "ip": "192.0.2.1"}


@pytest.mark.parametrize("has_threads", [0, 1])
def test_uwsgi_without_threads_is_told_of(
    provider: Flask,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    has_threads: int,
) -> None:
    # What uWSGI puts there; Debian's 2.0.21 says 0 without the option, and threads stand still.
    monkeypatch.setitem(sys.modules, "uwsgi", SimpleNamespace(has_threads=has_threads))
    client = provider.test_client()
    assert client.get("/tv/auth", query_string=QUESTION).status_code == 200
    assert ("uWSGI runs no threads" in caplog.text) == (not has_threads)
    page = client.get("/tv/admin/", auth=LOGIN).text
    assert ("Start it with the option enable-threads" in page) == (not has_threads)


def test_nothing_is_said_where_all_is_well(provider: Flask) -> None:
    assert 'role="alert"' not in provider.test_client().get("/tv/admin/", auth=LOGIN).text
