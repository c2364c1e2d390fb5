"""The stylesheets may live in any page: every rule is for what is inside of ours, and readable."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import accumulate
from pathlib import Path

import pytest

STATIC = Path(__file__).resolve().parents[2] / "static"
ALONE = STATIC / "alone.css"
OURS = sorted(path for path in STATIC.glob("*.css") if path != ALONE)
BASE = STATIC / "vendor/pico/pico.min.css"

BELOW = re.compile(r"(\[dir=rtl\] )?\.iptv(?=$|[ :.])")
NAMED = re.compile(r"(--[a-z0-9-]+):\s*([^;}]+)")

SCHEMES = ("light", "dark")
PAIRS = (
    "text surface",
    "text hover",
    "text accent-tint",
    "text warm-tint",
    "text bad-tint",
    "text good-tint",
    "link surface",
    "link hover",
    "link page",
    "on-accent accent",
    "on-accent accent-hover",
    "fine surface",
    "fine good-tint",
    "warm surface",
    "warm hover",
    "warm warm-tint",
    "bad surface",
    "bad bad-tint",
    "white danger",
    "white danger-hover",
    "quiet surface",
    "quiet hover",
    "quiet accent-tint",
    "quiet page",
)
"""What is written in which colour, on which."""

EDGES = ("field-line surface", "accent surface", "accent page", "accent hover")
"""What is told apart by its colour alone: the edges of fields, and the ring of the focus."""


def rules(css: str) -> Iterator[str]:
    """Give every selector, each of a list of them by itself."""
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    # The steps of a movement are no selectors.
    css = re.sub(r"@keyframes [\w-]+\s*\{(\s*[\w%, ]+\{[^{}]*\})*\s*\}", "", css)
    for found in re.findall(r"([^{}]+)\{", css):
        head = found.rpartition(";")[2].strip()
        if not head.startswith("@"):
            # Commas inside of brackets belong to one selector.
            yield from (part.strip() for part in re.split(r",(?![^(]*\))", _flat(head)))


def _flat(head: str) -> str:
    """Take brackets inside of brackets away."""
    return re.sub(r"\(([^()]*\([^()]*\))+[^()]*\)", "()", head)


def outside(css: str) -> list[str]:
    """Give the selectors of what is not inside of our pages."""
    return [one for one in rules(css) if not BELOW.match(one)]


@pytest.mark.parametrize("path", [*OURS, BASE], ids=lambda path: path.name)
def test_every_rule_is_for_what_is_inside_of_our_pages(path: Path) -> None:
    css = path.read_text()
    assert len(list(rules(css))) >= 3
    assert outside(css) == []


@pytest.mark.parametrize(
    "css",
    [
        "p { color: red }",
        ".iptv a, a { x: y }",
        ".iptv-button { x: y }",
        ":root { --x: y }",
        "@media print { body { x: y } }",
        ".iptv :is(a, :not(b, c)), d { x: y }",
    ],
)
def test_a_rule_for_the_hosts_page_is_found(css: str) -> None:
    assert outside(css)


def test_the_base_gives_way_to_our_rules_and_to_the_hosts() -> None:
    css = BASE.read_text()
    assert css.count("@layer iptv-base{") == 1
    steps = [{"{": 1, "}": -1}.get(letter, 0) for letter in css[css.index("{") :].strip()]
    depths = list(accumulate(steps))
    assert depths.index(0) == len(depths) - 1, "all of it is in the layer"


def test_the_base_says_what_it_is() -> None:
    version = (BASE.parent / "VERSION").read_text()
    found = re.match(r"Pico CSS ([\d.]+), MIT, https://picocss\.com\n", version)
    assert found
    assert f"Pico CSS ✨ v{found[1]} " in BASE.read_text()
    assert "MIT License" in (BASE.parent / "LICENSE").read_text()


def test_the_base_has_every_value_that_it_asks_for() -> None:
    asked = set(re.findall(r"var\((--pico-[\w-]+)\)", BASE.read_text()))
    given = {name for name, _ in NAMED.findall((STATIC / "iptv.css").read_text())}
    of_its_own = {name for name, _ in NAMED.findall(BASE.read_text())}
    assert asked - given - of_its_own == set()


@pytest.mark.parametrize("path", OURS, ids=lambda path: path.name)
def test_every_variable_is_there(path: Path) -> None:
    given = {name for one in OURS for name, _ in NAMED.findall(one.read_text())}
    assert set(re.findall(r"var\((--[\w-]+)\)", path.read_text())) <= given


@pytest.mark.parametrize("path", [*OURS, ALONE, BASE], ids=lambda path: path.name)
def test_nothing_is_loaded_from_elsewhere(path: Path) -> None:
    css = re.sub(r"/\*!.*?\*/", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"https?:|//[a-z]|@import|url\(", css)


@pytest.mark.parametrize("path", sorted(STATIC.glob("*.js")), ids=lambda path: path.name)
def test_no_script_loads_from_elsewhere(path: Path) -> None:
    assert not re.search(r"https?://[a-z]|\bfrom \"//", path.read_text())


def test_every_class_that_the_pages_use_has_our_name() -> None:
    templates = (STATIC.parent / "flask_iptv/templates/iptv").glob("*.html")
    for template in templates:
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}", " ", template.read_text())
        for value in re.findall(r'class="([^"]*)"', text):
            words = value.split()
            assert [word for word in words if not word.startswith("iptv")] == [], template.name


# Colours

Colour = tuple[float, ...]


def colours(scheme: str) -> dict[str, Colour]:
    """Give the colours of a scheme by their names, with those of the page around."""
    named = dict(NAMED.findall((STATIC / "iptv.css").read_text()))
    found = {}
    for name, value in named.items():
        pair = re.fullmatch(r"light-dark\((#\w+), (#\w+)\)", value) or re.match("(#\\w+)()", value)
        if pair:
            text = pair[1] if scheme == "light" or not pair[2] else pair[2]
            found[name.removeprefix("--iptv-")] = rgb(text)
    found["accent-tint"] = tint(named["--iptv-accent-tint"], scheme, found)
    pages = re.findall(r"background: (#\w+)", ALONE.read_text())
    found |= {"page": rgb(pages[SCHEMES.index(scheme)]), "white": rgb("#fff")}
    return found


def tint(value: str, scheme: str, found: dict[str, Colour]) -> Colour:
    """Give the ground that a colour of the host's choice makes."""
    shares = re.findall(r"in srgb, var\(--iptv-accent\) (\d+)%, var\(--iptv-surface\)", value)
    return mixed(int(shares[SCHEMES.index(scheme)]) / 100, found["accent"], found["surface"])


def mixed(part: float, one: Colour, other: Colour) -> Colour:
    return tuple(part * top + (1 - part) * ground for top, ground in zip(one, other, strict=True))


def rgb(text: str) -> Colour:
    digits = text[1:] if len(text) == 7 else "".join(letter * 2 for letter in text[1:])
    return tuple(int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4))


def contrast(one: Colour, other: Colour) -> float:
    """Give the ratio of two colours, as the WCAG have it."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: Colour) -> float:
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in colour
    ]
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def of_pair(pair: str, scheme: str) -> float:
    found = colours(scheme)
    name, behind = pair.split()
    back = found[behind]
    if name != "quiet":
        return contrast(found[name], back)
    share = re.search(r"--iptv-quiet: .*currentColor (\d+)%", (STATIC / "iptv.css").read_text())
    assert share
    return contrast(mixed(int(share[1]) / 100, found["text"], back), back)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", PAIRS)
def test_text_is_readable(pair: str, scheme: str) -> None:
    assert of_pair(pair, scheme) >= 4.5


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("pair", EDGES)
def test_edges_are_seen(pair: str, scheme: str) -> None:
    assert of_pair(pair, scheme) >= 3


def test_a_browser_that_knows_one_scheme_has_the_same_light_one() -> None:
    css = (STATIC / "iptv.css").read_text()
    plain, both = css.split("@supports", 1)
    light = dict(NAMED.findall(plain))
    for name, value in NAMED.findall(both):
        if value.startswith("light-dark(#"):
            assert value.startswith(f"light-dark({light[name]}, "), name


def test_contrast_is_that_of_the_guidelines() -> None:
    assert contrast(rgb("#000"), rgb("#fff")) == pytest.approx(21)
    assert contrast(rgb("#777777"), rgb("#fff")) == pytest.approx(4.48, abs=0.01)
