"""How long tests wait for what surely comes."""

from __future__ import annotations

#: Seconds after which a test gives up: only what is broken lets them pass, on the slowest machine.
LIMIT = 300
