"""What takes long is begun first, so that no process is left alone with it at the end."""

from __future__ import annotations

import pytest

LONG = (
    "tests/browser/test_walk",
    "tests/e2e/",
    "tests/sessions/test_killed.py",
    "tests/cli/test_processes.py",
    "tests/sessions/test_zapping",
    "tests/test_migrations.py",
    "tests/browser/",
    "tests/admin/test_users_script.py",
    "tests/admin/test_channel_import.py",
    "tests/sessions/",
    "tests/example_app/",
    "tests/admin/",
)
"""How the names of test files begin, the longest first; one that is forgotten only costs time."""


def place(test: pytest.Item) -> int:
    """Give where in the order of a run a test belongs; those of a file belong together."""
    places = (at for at, begin in enumerate(LONG) if test.nodeid.startswith(begin))
    return next(places, len(LONG))
