"""What a stranger is told to type works as it is typed."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.hosts.conftest import dispose

_ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["README.md", "docs/package.md"])
def test_the_lines_that_embed_it_are_a_site(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    block = re.search(r"```python\n(.*?)```", (_ROOT / page).read_text(), re.DOTALL)
    assert block is not None
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {"__name__": "readme"}
    exec(block[1], names)
    app = names["app"]
    app.instance_path = str(tmp_path)
    client = app.test_client()
    assert client.get("/tv/auth?name=ort&token=x").status_code == 403
    # Closed, since no password is configured, but there.
    assert client.get("/tv/admin/").status_code in (401, 403)
    dispose(app)


@pytest.mark.parametrize(
    "page", [*sorted(_ROOT.glob("docs/**/*.md")), _ROOT / "README.md"], ids=lambda path: path.name
)
def test_links_of_the_documentation_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)", page.read_text())
    missing = [target for target in targets if not (page.parent / target).exists()]
    assert missing == []
