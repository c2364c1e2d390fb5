"""A page as a browser reads it: its words, links and forms, and what is wrong with its HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input", "link", "meta"}
DRAWN = {"circle", "path", "rect"}
Attributes = dict[str, str]


@dataclass
class Control:
    """A field or button of a form."""

    tag: str
    attributes: Attributes
    value: str = ""
    options: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        return self.attributes.get("name", "")

    @property
    def kind(self) -> str:
        return self.attributes.get("type", "text" if self.tag == "input" else self.tag)

    @property
    def is_sent(self) -> bool:
        """Whether a browser sends it, untouched as it is."""
        if self.kind in ("checkbox", "radio"):
            return bool(self.name) and "checked" in self.attributes
        return bool(self.name) and self.tag != "button"


@dataclass
class Form:
    """A form of a page.

    :param address: where it is sent to.
    """

    address: str
    attributes: Attributes
    controls: list[Control] = field(default_factory=list)

    @property
    def method(self) -> str:
        return self.attributes.get("method", "get")

    def named(self, name: str) -> list[Control]:
        return [control for control in self.controls if control.name == name]

    def control(self, name: str) -> Control:
        (found,) = self.named(name)
        return found

    def value(self, name: str) -> str:
        return self.control(name).value

    def ticked(self, name: str) -> list[str]:
        return [control.value for control in self.named(name) if control.is_sent]

    def sent(self) -> list[tuple[str, str]]:
        """What a browser sends when nothing was changed."""
        sent = [(control.name, control.value) for control in self.controls if control.is_sent]
        return [(name, value.replace("\n", "\r\n")) for name, value in sent]


class Page(HTMLParser):
    """A page, read.

    :param address: where it was found.
    """

    def __init__(self, html: str, address: str = "/") -> None:
        super().__init__()
        self.html = html
        self.address = address
        self.elements: list[tuple[str, Attributes]] = []
        self.forms: list[Form] = []
        self.wrong: list[str] = []
        self._open: list[str] = []
        self._form: Form | None = None
        self._control: Control | None = None
        self._texts: list[str] = []
        self._link: list[str] | None = None
        self.links: list[tuple[str, str]] = []
        self.feed(html)
        self.wrong += [f"<{tag}> is not closed" for tag in self._open]
        self.wrong += self._wrong_references()
        # Words are counted as a reader sees them, whatever the line breaks.
        self.text = " ".join("".join(self._texts).split())

    def all(self, tag: str) -> list[Attributes]:
        return [attributes for name, attributes in self.elements if name == tag]

    def by_id(self, wanted: str) -> Attributes:
        (found,) = [a for _, a in self.elements if a.get("id") == wanted]
        return found

    def link(self, words: str) -> str:
        """The address of the one link with these words."""
        (found,) = [address for address, text in self.links if text == words]
        return found

    def form(self, action: str = "") -> Form:
        """The one posted form whose address ends so; the page's own one when it has none."""
        (found,) = [
            form
            for form in self.forms
            if form.method == "post"
            and form.address.partition("?")[0].endswith(action)
            and bool(action) == ("action" in form.attributes)
        ]
        return found

    def addresses(self) -> Iterator[str]:
        """Everything that this page leads to or loads."""
        for _, attributes in self.elements:
            for name in ("href", "action", "src"):
                if name in attributes:
                    yield attributes[name]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if len(attributes) != len(attrs):
            self.wrong.append(f"<{tag}> has an attribute twice: {attrs}")
        for name in attributes:
            if name == "style" or name.startswith("on"):
                self.wrong.append(f"<{tag} {name}=…> does not work under a strict policy")
        self.elements.append((tag, attributes))
        if tag not in VOID | DRAWN:
            self._open.append(tag)
        if tag == "form":
            self._form = Form(attributes.get("action") or self.address, attributes)
            self.forms.append(self._form)
        elif tag in ("input", "select", "textarea", "button") and (form := self._owner(attributes)):
            self._control = Control(tag, attributes, attributes.get("value", ""))
            form.controls.append(self._control)
        elif tag == "option" and self._control is not None and self._control.tag == "select":
            self._control.options.append(attributes["value"])
            if "selected" in attributes:
                self._control.value = attributes["value"]
        elif tag == "a":
            self._link = []
            self.links.append((attributes.get("href", ""), ""))

    def handle_endtag(self, tag: str) -> None:
        if tag in DRAWN:
            return
        if not self._open or self._open[-1] != tag:
            self.wrong.append(f"</{tag}> closes {self._open[-1:]}")
        else:
            self._open.pop()
        if tag == "form":
            self._form = None
        elif tag == "textarea" and self._control is not None:
            # A browser drops the first line end.
            self._control.value = self._control.value.removeprefix("\n")
        elif tag == "a" and self._link is not None:
            self.links[-1] = (self.links[-1][0], " ".join("".join(self._link).split()))
            self._link = None

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["textarea"] and self._control is not None:
            self._control.value += data
            return
        if self._open[-1:] == ["script"] and data.strip():
            self.wrong.append("an inline script does not work under a strict policy")
        self._texts.append(data)
        if self._link is not None:
            self._link.append(data)

    def _owner(self, attributes: Attributes) -> Form | None:
        """The form that a control belongs to: the one around it, unless it names another."""
        named = attributes.get("form")
        if named is None:
            return self._form
        found = [form for form in self.forms if form.attributes.get("id") == named]
        if not found:
            self.wrong.append(f"there is no form {named} before its controls")
        return found[0] if found else None

    def _wrong_references(self) -> Iterator[str]:
        ids = [attributes["id"] for _, attributes in self.elements if "id" in attributes]
        yield from (f"id {one} is there twice" for one in set(ids) if ids.count(one) > 1)
        for tag, attributes in self.elements:
            for name in ("for", "aria-describedby", "aria-labelledby", "list"):
                for target in attributes.get(name, "").split():
                    if target not in ids:
                        yield f'<{tag} {name}="{target}"> leads nowhere'
        labels = {label.get("for") for label in self.all("label")}
        for form in self.forms:
            for control in form.controls:
                labelled = {"aria-label"} & control.attributes.keys()
                if control.attributes.get("id") not in labels and not labelled:
                    yield from self._wrong_label(control)

    @staticmethod
    def _wrong_label(control: Control) -> Iterator[str]:
        # Tick boxes stand inside of their labels, buttons are labelled by their words.
        if control.kind not in ("hidden", "checkbox", "radio", "button"):
            yield f"the field {control.attributes} has no label"

    def words_of(self, wanted: str) -> str:
        """The words of the element with this id, without what is inside of other elements' tags."""
        (found,) = re.findall(rf'id="{re.escape(wanted)}"[^>]*>(.*?)</p>', self.html, re.DOTALL)
        return " ".join(unescape(re.sub(r"<[^>]*>", " ", found)).split())
