"""What somebody does who has a keyboard and no mouse, and what then is in the clipboard."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

MOST_STEPS = 60


def tab_to(page: Page, wanted: Locator) -> None:
    """Go on from where the focus is until it is where it is wanted.

    :raises AssertionError: it does not come there, or nobody could see that it has.
    """
    for _ in range(MOST_STEPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            assert wanted.evaluate(FOCUS_IS_SEEN), "nobody sees where the focus is"
            return
    expect(wanted).to_be_focused()


FOCUS_IS_SEEN = """(element) => {
  const style = getComputedStyle(element);
  const around = parseFloat(style.outlineWidth) > 0 && style.outlineStyle !== "none";
  return around || style.boxShadow !== "none";
}"""


def copied(page: Page) -> str:
    """Give what is in the clipboard."""
    text: str = page.evaluate("navigator.clipboard.readText()")
    return text
