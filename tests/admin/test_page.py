"""The reader of pages that these tests stand on finds what is wrong with a page."""

from __future__ import annotations

import pytest

from .page import Page


@pytest.mark.parametrize(
    "html",
    [
        "<p>open",
        "<p><b>crossed</p></b>",
        '<a href="/a" href="/b">twice</a>',
        '<p style="color: red">styled</p>',
        '<p onclick="x()">scripted</p>',
        "<script>alert(1)</script>",
        '<p id="a"></p><p id="a"></p>',
        '<label for="nothing">x</label>',
        '<p aria-describedby="nothing">x</p>',
        '<form><input name="unlabelled"></form>',
    ],
)
def test_what_is_wrong_with_a_page_is_found(html: str) -> None:
    assert Page(html).wrong


def test_a_sound_page_is_read_as_a_browser_does() -> None:
    page = Page(
        '<form method="post"><label for="a">A</label><input id="a" name="a" value="&lt;1&gt;">'
        '<label><input type="checkbox" name="b" value="1" checked></label>'
        '<label><input type="checkbox" name="b" value="2"></label>'
        '<textarea name="c" aria-label="C">\n\nx</textarea>'
        '<select name="d" aria-label="D"><option value="1">1</option>'
        '<option value="2" selected>2</option></select><button>Go</button></form>'
        '<a href="/there">Go <b>there</b></a>'
    )
    assert page.wrong == []
    assert page.form().sent() == [("a", "<1>"), ("b", "1"), ("c", "\r\nx"), ("d", "2")]
    assert page.link("Go there") == "/there"
