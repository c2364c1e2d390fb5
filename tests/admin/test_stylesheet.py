"""The stylesheet may live in any page: every rule is for what is inside of ours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
RULE = re.compile(r"([^{}]+)\{")


def selectors(css: str) -> Iterator[str]:
    """Give every selector, each of a list of them by itself."""
    for found in RULE.findall(re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)):
        head = found.rpartition(";")[2].strip()
        if not head.startswith("@"):
            # Commas inside of brackets belong to one selector.
            yield from (part.strip() for part in re.split(r",(?![^(]*\))", head))


def test_every_rule_is_for_what_is_inside_of_our_pages() -> None:
    found = list(selectors((STATIC / "iptv.css").read_text()))
    assert len(found) > 100
    outside = [one for one in found if not re.match(r"\.iptv(?=$|[ :])", one)]
    assert outside == []


@pytest.mark.parametrize(
    "css", ["p { color: red }", ".iptv a, a { x: y }", ".iptv-button { x: y }"]
)
def test_a_rule_for_the_hosts_page_is_found(css: str) -> None:
    assert [one for one in selectors(css) if not re.match(r"\.iptv(?=$|[ :])", one)]


@pytest.mark.parametrize("name", ["iptv.css", "alone.css", "iptv.js"])
def test_nothing_is_loaded_from_elsewhere(name: str) -> None:
    text = (STATIC / name).read_text()
    assert not re.search(r"https?:|//[a-z]|@import|url\(", text)


def test_every_class_that_the_pages_use_has_our_name() -> None:
    templates = (STATIC.parent / "flask_iptv/templates/iptv").glob("*.html")
    for template in templates:
        for value in re.findall(r'class="([^"]*)"', template.read_text()):
            words = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", value).split()
            assert [word for word in words if not word.startswith("iptv")] == [], template.name
