"""The real programs the tests run against: servers, players and a clip maker, all come by pip."""

from __future__ import annotations

import importlib
import os
from types import ModuleType
from typing import NoReturn

import pytest


def missing(part: str, why: str) -> NoReturn:
    """Skip the test that needs a part this machine can't give, or fail it in CI.

    CI sets ``CI=true``, and a part skipped there would be a part nobody ever tests.

    :param part: what is missing, such as ``"PostgreSQL"``.
    :param why: what was tried and what would help, as a plain sentence.
    """
    sentence = f"{part} can't be used here: {why}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)


def imported(module: str, part: str) -> ModuleType:
    """Give a module of the test tools, or report its part as missing.

    :param module: the module's import name.
    :param part: what to call it in the report.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing(part, f"{error}; run 'make test' or install the extra 'test'")
