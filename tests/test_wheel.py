"""The wheel holds the whole package, and works in an environment that knows nothing else of us."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import venv
import zipfile
from collections.abc import Iterable
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.patience import LIMIT
from tests.real.program import Program

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "flask_iptv"
STATIC = "static"
NOT_SOURCE = {"build", "dist", "instance", "__pycache__"}

HOST_SITE = """\
import json
import flask
import flask_iptv
from waitress import create_server

app = flask.Flask(__name__)
app.register_blueprint(flask_iptv.IPTV(), url_prefix="/tv")
server = create_server(app, host="127.0.0.1", port=0)
print(json.dumps({"file": flask_iptv.__file__, "port": server.effective_port}), flush=True)
server.run()
"""


def source_files() -> Iterable[Path]:
    """Give the files of the checkout, relative to it, without what was built from them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found = [Path(name) for name in done.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        # Without git, or in a checkout of someone else's, which git refuses to look into.
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if _is_source(path)]
    return [path for path in found if (ROOT / path).is_file()]


def _is_source(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return not any(
        name in NOT_SOURCE or name.startswith(".") or name.endswith(".egg-info") for name in folders
    )


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the checkout that nothing was built in yet."""
    copy = tmp_path_factory.mktemp("checkout")
    for path in source_files():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy / path)
    return copy


@pytest.fixture(scope="module")
def built(checkout: Path) -> Path:
    """Give the folder of the sdist, and of the wheel that was built from it."""
    # Without isolation nothing is fetched: setuptools is one of the test tools.
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", "built", ".", cwd=checkout)
    return checkout / "built"


@pytest.fixture(scope="module")
def wheel(built: Path) -> Path:
    """Give the path of the wheel."""
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def environment(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a fresh virtual environment with the wheel, and our dependencies in reach."""
    folder = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(folder, with_pip=False)
    python = folder / "bin" / "python"
    installing = ("install", "--no-deps", "--no-index", "--quiet", wheel)
    run(sys.executable, "-m", "pip", "--python", python, *installing, cwd=folder)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    # A plain path in a .pth file is only searched: the .pth files that lie there, such as the one
    # of an editable install of ourselves, have no effect.
    ours = [path for path in sys.path if Path(path).name in {"site-packages", "dist-packages"}]
    (site_packages / "dependencies.pth").write_text("\n".join(ours))
    return folder


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(
        command,
        check=False,
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=clean_environment(),
    )
    if done.returncode != 0:
        pytest.fail(f"{command} ended with status {done.returncode}:\n{done.stdout}", pytrace=False)


def clean_environment() -> dict[str, str]:
    """Leave out what would let the checkout or another place of ours be imported."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def wanted_in_wheel(checkout: Path) -> set[str]:
    """Give the names that the files of the package and of its static folder have in the wheel."""
    homes = {checkout / PACKAGE: PACKAGE, checkout / STATIC: f"{PACKAGE}/{STATIC}"}
    return {
        f"{name}/{path.relative_to(home).as_posix()}"
        for home, name in homes.items()
        for path in home.rglob("*")
        if path.is_file()
    }


def test_the_wheel_holds_every_file_of_the_package_and_nothing_else(
    wheel: Path, checkout: Path
) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = wanted_in_wheel(checkout)
    assert sorted(wanted - names) == [], "add them to packages or package_data in setup.cfg"
    assert sorted(names - wanted) == [], "only the package and its static files belong in it"


@pytest.mark.parametrize(
    "kind", ["__init__.py", "py.typed", ".html", ".css", "versions/0001_first_tables.py", ".mako"]
)
def test_the_checkout_has_each_kind_of_file_that_must_be_in_the_wheel(
    kind: str, checkout: Path
) -> None:
    assert any(name.endswith(kind) for name in wanted_in_wheel(checkout))


def test_the_sdist_holds_what_the_wheel_is_built_from(built: Path, checkout: Path) -> None:
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    wanted = {
        path.relative_to(checkout).as_posix()
        for home in (PACKAGE, STATIC)
        for path in (checkout / home).rglob("*")
        if path.is_file()
    }
    assert sorted(wanted - names) == []
    assert {"LICENSE", "README.md", "setup.cfg", "pyproject.toml"} <= names


def test_a_site_elsewhere_serves_the_stylesheet_of_the_installed_wheel(
    environment: Path, tmp_path: Path
) -> None:
    (tmp_path / "site.py").write_text(HOST_SITE)
    log = tmp_path / "site.log"
    site = Program(
        [environment / "bin" / "python", "site.py"],
        log=log,
        folder=tmp_path,
        ready=lambda: any(line.startswith("{") for line in log.read_text().splitlines()),
        environment=clean_environment(),
    )
    with site:
        (told,) = (line for line in site.output.splitlines() if line.startswith("{"))
        facts = json.loads(told)
        assert Path(facts["file"]).resolve().is_relative_to(environment.resolve())
        url = f"http://127.0.0.1:{facts['port']}/tv/static/any/iptv.css"
        with urlopen(url, timeout=LIMIT) as response:
            assert response.status == 200
            assert response.headers.get_content_type() == "text/css"
            assert response.read()
