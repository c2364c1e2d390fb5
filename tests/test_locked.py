"""What the commands install is locked, and the lock has all that setup.cfg asks for."""

from __future__ import annotations

import configparser
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from .lowest import SETUP, lowest_versions

LOCKS = SETUP.parent / "requirements"
PYTHONS = ("3.10", "3.11", "3.12", "3.13", "3.14")
SYSTEMS = ("linux", "darwin")


def is_for(requirement: Requirement, python: str, system: str) -> bool:
    """Whether a Python on a system needs it at all."""
    environment = {
        "python_version": python,
        "python_full_version": f"{python}.5",
        "sys_platform": system,
        "platform_system": system.capitalize(),
    }
    return requirement.marker is None or requirement.marker.evaluate(environment)


def packages(lock: Path, python: str, system: str) -> dict[str, str]:
    """The version of each package that a lock names for one Python and system."""
    lines = lock.read_text().replace("\\\n", " ").splitlines()
    pins = [Requirement(line.partition(" --hash=")[0]) for line in lines if line[:1].isalnum()]
    return {
        pin.name: str(pin.specifier).removeprefix("==")
        for pin in pins
        if is_for(pin, python, system)
    }


def needed(extra: str) -> list[Requirement]:
    """What setup.cfg asks for, with one of its extras."""
    parser = configparser.ConfigParser()
    parser.read(SETUP)
    lines = parser["options"]["install_requires"] + parser["options.extras_require"][extra]
    return [Requirement(line) for line in lines.splitlines() if line]


@pytest.mark.parametrize(
    ("name", "extra"), [("run", "example"), ("test", "bench"), ("lowest", "test-lowest")]
)
def test_a_lock_has_all_that_is_needed_for_every_python(name: str, extra: str) -> None:
    missing = [
        f"{requirement}, and for Python {python} on {system} there is {found or 'none'}"
        for python in PYTHONS
        for system in SYSTEMS
        for pins in [packages(LOCKS / f"{name}.txt", python, system)]
        for requirement in needed(extra)
        if is_for(requirement, python, system)
        for found in [pins.get(canonicalize_name(requirement.name))]
        if found is None or not requirement.specifier.contains(found, prereleases=True)
    ]
    assert not missing, f"type 'make lock': setup.cfg asks for {missing[0]}"


def test_the_lock_of_the_lowest_versions_has_those() -> None:
    found = packages(LOCKS / "lowest.txt", "3.10", "linux")
    wrong = [
        pin
        for pin in lowest_versions(SETUP.read_text())
        for name, _, version in [pin.partition("==")]
        if Version(found.get(canonicalize_name(name), "0")) != Version(version)
    ]
    assert not wrong, f"type 'make lock': the lowest versions in setup.cfg are now {wrong}"


@pytest.mark.parametrize("python", PYTHONS)
@pytest.mark.parametrize("system", SYSTEMS)
def test_the_site_is_run_with_what_is_tested(python: str, system: str) -> None:
    run, test = (packages(LOCKS / f"{name}.txt", python, system) for name in ("run", "test"))
    assert run.items() <= test.items()
    assert "pytest" not in run


def test_a_lock_names_no_machine_and_holds_on_every_one() -> None:
    for lock in LOCKS.glob("*.txt"):
        text = lock.read_text()
        assert "://" not in text
        assert "file:" not in text
        assert "index-url" not in text
        pins = text.replace("\\\n", " ").splitlines()
        assert all("--hash=sha256:" in pin for pin in pins if pin[:1].isalnum())
