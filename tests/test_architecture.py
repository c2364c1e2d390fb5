"""The code keeps its shape: imports point up one list, files are short nouns that say what for."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.lowest import lowest_versions

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "flask_iptv"

FLOORS: tuple[frozenset[str], ...] = tuple(
    frozenset(row.split())
    for row in (
        "phrases redaction",
        "errors forks logging recent resting said ticking unreadable values redis_urls waiting",
        "rate_limits hurried",
        "outages config devices signals routes cursors prepared sweeping upserts casefolding",
        "fetching",
        "management",
        "commits lent listening",
        "connections",
        "browser_files crosssite csrf login public_url",
        "stream_urls",
        "securetoken playlists qr",
        "fields",
        "models",
        "migrations",
        "own_file",
        "database",
        "elsewhere records",
        "holding",
        "users channels packages servers links numbering",
        "channel_import",
        "channel_sync",
        "sessions",
        "history cuts attendance",
        "backup recorder processes",
        "authorization",
        "lineup words",
        "misrouted moments plots unexpected",
        "pages",
        "mediaservers",
        "services",
        "state checking explaining",
        "api admin players serving viewer",
        "host cli",
        "extension",
        "__init__",
    )
)
"""A module imports from the rows above its own, and within its own folder; nothing else of ours."""

ALL_ROOMS = frozenset().union(*FLOORS)

NEIGHBOURS = frozenset({"users", "channels", "packages", "servers"})
"""These speak of each other, so they may import each other as well."""

PURE = frozenset(
    {"errors", "phrases", "plots", "redaction", "stream_urls", "securetoken", "playlists"}
)
NOT_PURE = frozenset({"flask", "werkzeug", "sqlalchemy", "alembic"})

DRAWERS = re.compile(r"_?(utils?|helpers?|core|common)")
SENTENCE = re.compile(r"[^.!?]([^.!?]|[.!?](?![\s]+[A-Z]))*[.!?]", re.DOTALL)


def python_files(*folders: str) -> list[Path]:
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def room_of(path: Path) -> str:
    """Give the module or folder directly below the package that a file belongs to."""
    return path.relative_to(ROOT / PACKAGE).parts[0].removesuffix(".py")


def is_room(name: str) -> bool:
    """Tell a module or folder of ours from a name that the package's ``__init__`` gives."""
    return name in ALL_ROOMS | {path.stem for path in (ROOT / PACKAGE).iterdir()}


def imported_modules(source: str, path: Path) -> Iterator[tuple[int, str]]:
    """Give the line and the absolute name of everything a file imports."""
    package = path.relative_to(ROOT).parent.parts
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            for name in node.names:
                yield node.lineno, name.name
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = [*above, *([node.module] if node.module else [])]
            for name in node.names:
                yield node.lineno, ".".join([*module, name.name])


def wrong_imports(source: str, path: Path) -> Iterator[str]:
    """Give a sentence for each import of ours that doesn't point up the list."""
    floors = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    room = room_of(path)
    if room not in floors:
        yield f"{named(path)}: {room!r} is in no row of FLOORS; add it where it belongs"
        return
    for line, module in imported_modules(source, path):
        if module.partition(".")[0] != PACKAGE:
            continue
        target = f"{module}.".split(".")[1]
        if not is_room(target):
            target = "__init__"
        allowed = floors.get(target, 0) < floors[room] or {target, room} <= NEIGHBOURS
        if target != room and not allowed:
            yield f"{named(path)}:{line}: {room} must not import {target}, it is not above it"


def wrong_libraries(source: str, path: Path) -> Iterator[str]:
    """Give a sentence for each library that a pure module must do without."""
    for line, module in imported_modules(source, path):
        library = module.partition(".")[0]
        if room_of(path) in PURE and library in NOT_PURE:
            yield f"{named(path)}:{line}: {room_of(path)} is pure and must not import {library}"


def wrong_shape(source: str, path: Path) -> Iterator[str]:
    """Give a sentence for each way in which a file is not a short noun that says what for."""
    limit = 300 if path.is_relative_to(ROOT / "tests") else 250
    lines = len(source.splitlines())
    if lines > limit:
        yield f"{named(path)}: {lines} lines are too many, divide it: at most {limit}"
    docstring = ast.get_docstring(ast.parse(source)) or ""
    if source and not SENTENCE.fullmatch(docstring):
        begins = textwrap.shorten(docstring, 70, placeholder=" ...")
        yield f"{named(path)}: the module docstring must be one sentence, is {begins!r}"
    for part in path.relative_to(ROOT).with_suffix("").parts:
        if DRAWERS.fullmatch(part):
            yield f"{named(path)}: {part!r} says nothing, name it after what is in it"


def fail_with(wrong: Iterable[str]) -> None:
    """Fail with one line for each thing that is wrong."""
    if sentences := "\n".join(wrong):
        pytest.fail(sentences, pytrace=False)


def test_imports_point_up_the_list() -> None:
    files = python_files(PACKAGE)
    assert files
    fail_with(wrong for file in files for wrong in wrong_imports(file.read_text(), file))


def test_pure_modules_know_neither_flask_nor_the_database() -> None:
    files = python_files(PACKAGE)
    fail_with(wrong for file in files for wrong in wrong_libraries(file.read_text(), file))


def test_files_are_short_nouns_that_say_what_for() -> None:
    files = python_files(PACKAGE, "example_app", "tests")
    fail_with(wrong for file in files for wrong in wrong_shape(file.read_text(), file))


def test_every_row_of_the_list_names_something_there() -> None:
    rooms = {room_of(path) for path in python_files(PACKAGE)}
    fail_with(f"FLOORS: there is no {room}" for room in sorted(ALL_ROOMS - rooms))


def test_every_dependency_has_a_lower_bound_to_be_tested_with() -> None:
    setup = (ROOT / "setup.cfg").read_text()
    names = {pin.partition("==")[0] for pin in lowest_versions(setup)}
    assert {"flask", "sqlalchemy", "pydantic", "waitress", "psycopg", "redis"} <= names
    with pytest.raises(ValueError, match="'flask < 4' has no lower bound"):
        lowest_versions(setup.replace("flask >= 3.0", "flask < 4"))


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("errors.py", "import flask_iptv.users"),
        ("errors.py", "from flask_iptv import users"),
        ("errors.py", "from .users import create"),
        ("errors.py", "from . import config"),
        ("errors.py", "from . import __version__"),
        ("errors.py", "import flask_iptv"),
        ("users.py", "import flask_iptv"),
        ("users.py", "from .sessions import cut"),
        ("users.py", "if TYPE_CHECKING:\n    from .api import Page"),
        ("users.py", "def later():\n    from . import extension"),
        ("api/users.py", "from ..admin.users import form"),
        ("api/users.py", "from .. import extension"),
        ("api/v1/users.py", "from ...cli import import_channels"),
        ("playlists/m3u.py", "from ..models import Channel"),
        ("unheard_of.py", ""),
    ],
)
def test_an_import_that_does_not_point_up_is_found(file: str, line: str) -> None:
    assert len(list(wrong_imports(line, ROOT / PACKAGE / file))) == 1


@pytest.mark.parametrize(
    ("file", "line"),
    [
        ("users.py", "from . import packages, records"),
        ("users.py", "from .errors import NotFound"),
        ("api/users.py", "from .pages import Page"),
        ("api/__init__.py", "from . import users"),
        ("api/users.py", "from .. import users"),
        ("api/users.py", "import flask_iptv.models"),
        ("__init__.py", "from .extension import IPTV"),
        ("errors.py", "import flask, json"),
    ],
)
def test_an_import_that_points_up_is_fine(file: str, line: str) -> None:
    assert list(wrong_imports(line, ROOT / PACKAGE / file)) == []


@pytest.mark.parametrize("line", ["import flask", "from sqlalchemy.orm import Session"])
def test_a_pure_module_with_a_library_is_found(line: str) -> None:
    assert len(list(wrong_libraries(line, ROOT / PACKAGE / "playlists/m3u.py"))) == 1
    assert list(wrong_libraries(line, ROOT / PACKAGE / "users.py")) == []


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("flask_iptv/users.py", '"""One."""\n' * 251),
        ("tests/test_users.py", '"""One."""\n' * 301),
        ("flask_iptv/users.py", "import json"),
        ("flask_iptv/users.py", '"""Users. They watch."""'),
        ("flask_iptv/users.py", '"""Users"""'),
        ("flask_iptv/utils.py", '"""Users."""'),
        ("flask_iptv/api/_helpers.py", '"""Users."""'),
        ("example_app/core/users.py", '"""Users."""'),
        ("tests/common.py", '"""Users."""'),
    ],
)
def test_a_file_out_of_shape_is_found(file: str, source: str) -> None:
    assert len(list(wrong_shape(source, ROOT / file))) == 1


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("flask_iptv/api/__init__.py", ""),
        ("flask_iptv/users.py", '"""Users, as read from setup.cfg or users.csv."""\n' * 250),
        ("tests/test_users.py", '"""Who watches?"""\n' * 300),
    ],
)
def test_a_file_in_shape_is_fine(file: str, source: str) -> None:
    assert list(wrong_shape(source, ROOT / file)) == []
