"""Prints the lowest version of each dependency that setup.cfg allows, as pip constraints."""

from __future__ import annotations

import configparser
import re
import sys
from pathlib import Path

SETUP = Path(__file__).resolve().parent.parent / "setup.cfg"
LOWEST = re.compile(r"(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])? *>= *(?P<version>[0-9.]+)")


def lowest_versions(setup: str) -> list[str]:
    """Give a constraint ``name==version`` for every dependency with a lower bound.

    :param setup: the text of setup.cfg.
    :raises ValueError: when a runtime dependency has no lower bound.
    """
    parser = configparser.RawConfigParser()
    parser.read_string(setup)
    extras = parser["options.extras_require"]
    needed = [
        parser["options"]["install_requires"],
        *(extras[extra] for extra in ("serve", "postgresql", "mariadb", "redis", "country")),
    ]
    pins = []
    for line in filter(None, "\n".join(needed).splitlines()):
        bound = LOWEST.fullmatch(line)
        if bound is None:
            raise ValueError(f"setup.cfg: {line!r} has no lower bound; write it as 'name >= 1.2'")
        pins.append(f"{bound['name']}=={bound['version']}")
    return pins


if __name__ == "__main__":
    sys.stdout.write("\n".join(lowest_versions(SETUP.read_text())) + "\n")
