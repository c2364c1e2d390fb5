"""Asserting that an input is refused with a message that helps, and that nothing was kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flask_iptv.errors import InvalidInput


def refused(call: Callable[..., Any], *args: Any, **fields: Any) -> dict[str, str]:
    """The message of each field that a call refuses."""
    with pytest.raises(InvalidInput) as caught:
        call(*args, **fields)
    return {problem.field: problem.message for problem in caught.value.problems}
