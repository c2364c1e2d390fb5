"""How many examples Hypothesis tries: a share in each run, all in ``make test-thorough``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

ALL = 100
"""What the thorough profile tries of a test that says nothing else; Hypothesis' own default."""
SHARE = 20
"""What other runs try of it."""


def load_profiles() -> None:
    """Let Hypothesis know our profiles, and begin with that of each run."""
    # No test depends on how busy the machine is. Developers get new examples at each run; CI the
    # same ones, so that what is taken there is judged by the change alone.
    patient = settings(
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        derandomize="CI" in os.environ,
    )
    settings.register_profile("thorough", patient, max_examples=ALL)
    settings.register_profile("here", patient, max_examples=SHARE)
    settings.load_profile("here")


def is_thorough() -> bool:
    """Whether this run tries all there is."""
    return settings().max_examples >= ALL


def examples(number: int) -> int:
    """Give how many of so many examples this run tries: a few at least."""
    return max(5, number * settings().max_examples // ALL)
