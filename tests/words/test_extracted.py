"""Words for translators are found where they are said, and a text that none can have is refused."""

from __future__ import annotations

import pytest

from . import in_code, in_templates

OURS = "from ..words import said, tr, trn\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('from ..words import tr\ntr("a" "b")', ["ab"]),
        ('from ..words import trn\ntrn("a", "b", 2)', [("a", "b")]),
        ('from . import words\nwords.said("a")', ["a"]),
        ('from ..phrases import mark as _mark\n_mark("a")', ["a"]),
        ('from ..phrases import Phrase\nPhrase("%(a)s", a=Phrase("b"))', ["%(a)s", "b"]),
        ('from ..words import said\nsaid(WORDS["a"])', []),
        # Somebody else's of the same names.
        ('said: dict[str, str] = {"a": "b"}\nsaid["c"] = "d"', []),
        ('queue.said("a")', []),
        ('def mark(text): ...\nmark("a")', []),
        ('from re import tr\ntr("a")', []),
    ],
)
def test_words_of_code_are_those_in_our_own_calls(source: str, found: list[object]) -> None:
    assert list(in_code.words(source, "x.py")) == found


@pytest.mark.parametrize(
    "argument",
    ['f"{n} users"', '"a" + b', '"%s" % b', '"{}".format(b)', '"a" if b else "c"', 'b or "a"'],
)
@pytest.mark.parametrize("call", ["tr({})", 'trn("a", {}, 2)', "said({})"])
def test_a_text_of_code_that_is_put_together_is_refused(argument: str, call: str) -> None:
    with pytest.raises(ValueError, match=r"^x\.py:2: .* can't be translated: write the whole"):
        list(in_code.words(OURS + call.format(argument), "x.py"))


@pytest.mark.parametrize(
    "source",
    ["said = 1", "def said(): ...", "def f(said): ...", "for said in x: ...", "class tr: ..."],
)
def test_a_name_that_takes_words_in_a_file_is_no_other_thing_there(source: str) -> None:
    with pytest.raises(ValueError, match=r"^x\.py:2: '(said|tr)' takes words here"):
        list(in_code.words(OURS + source, "x.py"))


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("{{ tr('a') }}{{ trn(\"b\", 'c', n) }}", ["a", ("b", "c")]),
        ("{{ tr('a %(x)s', x=tr('b')) }}", ["a %(x)s", "b"]),
        ("{{ tr(iptv.words['a']) }}{{ iptv.said('b') }}", []),
        ("{% if tr %}{{ said['a'] }}{{ tr }}{% endif %}", []),
    ],
)
def test_words_of_templates_are_those_in_calls(source: str, found: list[object]) -> None:
    assert sorted(in_templates.words(source, "x.html"), key=str) == sorted(found, key=str)


@pytest.mark.parametrize(
    "argument", ["'a' ~ b", "'a' + b", "'%s' % b", "'a' if b else 'c'", "'a'|upper"]
)
def test_a_text_of_a_template_that_is_put_together_is_refused(argument: str) -> None:
    with pytest.raises(ValueError, match=r"^x\.html:1: .* can't be translated: write the whole"):
        list(in_templates.words(f"{{{{ tr({argument}) }}}}", "x.html"))


@pytest.mark.parametrize("source", ["{% set tr = 1 %}", "{% macro trn() %}{% endmacro %}"])
def test_a_name_that_takes_words_is_no_other_thing_in_templates(source: str) -> None:
    with pytest.raises(ValueError, match="takes words; call this something else"):
        list(in_templates.words(source, "x.html"))
