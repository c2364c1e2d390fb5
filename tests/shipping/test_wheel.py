"""The wheel holds the whole package, and works in an environment that knows nothing else of us."""

from __future__ import annotations

import json
import subprocess
import sys
import venv
import zipfile
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.patience import LIMIT
from tests.real.program import Program
from tests.shipping.distribution import clean_environment

PACKAGE = "flask_iptv"
STATIC = "static"

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
