"""What a host may count on: it is named in ``__all__``, it is there and it says what it is."""

from __future__ import annotations

import ast
import inspect
import re
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

#: The public names of each public module.
MODULES: dict[str, list[str]] = {
    name: import_module(name).__all__
    for name in (
        "flask_iptv",
        "flask_iptv.channels",
        "flask_iptv.errors",
        "flask_iptv.logging",
        "flask_iptv.models",
        "flask_iptv.packages",
        "flask_iptv.rate_limits",
        "flask_iptv.servers",
        "flask_iptv.signals",
        "flask_iptv.users",
    )
}
NAMES = [(module, name) for module, names in MODULES.items() for name in names]


def commented(source: str) -> set[str]:
    """The names that have a comment for documentation right above them."""
    return set(re.findall(r"^#: .+\n(?:#: .+\n)*(\w+)(?:, \w+)* =", source, re.MULTILINE))


def sources(module: str) -> str:
    """The code of a module, or of all files of a package."""
    path = Path(inspect.getfile(import_module(module)))
    files = path.parent.rglob("*.py") if path.name == "__init__.py" else [path]
    return "\n".join(file.read_text() for file in files)


@pytest.mark.parametrize(("module", "name"), NAMES)
def test_every_public_name_says_what_it_is(module: str, name: str) -> None:
    value = getattr(import_module(module), name)
    if inspect.ismodule(value) or inspect.isclass(value) or inspect.isfunction(value):
        assert inspect.getdoc(value), f"{module}.{name} has no docstring"
        if not inspect.isclass(value):
            return
        for own, method in vars(value).items():
            if inspect.isfunction(method) and not own.startswith("_"):
                assert inspect.getdoc(method), f"{module}.{name}.{own} has no docstring"
    else:
        assert name in commented(sources(module)), f"{module}.{name} has no '#:' comment"


@pytest.mark.parametrize(
    "module", ["flask_iptv.channels", "flask_iptv.packages", "flask_iptv.servers",
               "flask_iptv.users"]
)  # fmt: skip
def test_every_verb_that_checks_says_so(module: str) -> None:
    for name in MODULES[module]:
        verb = getattr(import_module(module), name)
        if not inspect.isfunction(verb):
            continue
        told = inspect.getdoc(verb) or ""
        if "check(" in inspect.getsource(verb):
            assert ":raises InvalidInput:" in told, f"{module}.{name}"
        for parameter in inspect.signature(verb).parameters.values():
            if parameter.kind is parameter.VAR_KEYWORD:
                assert f":param {parameter.name}:" in told, name


def test_the_documentation_lists_the_public_modules() -> None:
    text = (ROOT / "docs" / "embedding.md").read_text()
    section = text.partition("## What is public")[2].partition("\n## ")[0]
    assert section
    for module in MODULES:
        assert f"`{module}`" in section, module


def test_the_example_uses_only_what_is_public_or_says_that_it_is_not() -> None:
    for file in (ROOT / "example_app").rglob("*.py"):
        source = file.read_text()
        for node in ast.walk(ast.parse(source)):
            module = node.module if isinstance(node, ast.ImportFrom) and not node.level else None
            if (module or "").partition(".")[0] != "flask_iptv":
                continue
            assert isinstance(node, ast.ImportFrom)
            others = {name.name for name in node.names} - set(MODULES.get(module or "", []))
            assert not others or "not public" in source, f"{file}: {module} {others}"
