"""The page that changes many channels at once, after it has said what will happen to how many."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import channels as verbs
from .. import packages, words
from ..errors import InvalidInput, NotFound, Problem
from . import choices, lists
from .channel_list import GROUPS, shown, wanted
from .chosen import Chosen
from .chosen import chosen as read_chosen
from .door import routes
from .forms import Form, Value
from .in_parts import Progress
from .pages import see, show

#: What can be done to many, and the notice that says it was.
DONE = {
    "enable": "channels-enabled",
    "disable": "channels-disabled",
    "group": "channels-grouped",
    "add": "channels-added",
    "remove": "channels-removed",
}
#: The group is not called so, since the address may ask for the channels of one.
_BLANK: Mapping[str, Value] = {"into": "", "package": ""}
#: Titles that the page says before it only counts.
_NAMED = 5


@routes.add("/channels/bulk", methods=["GET", "POST"])
def channels_bulk() -> Response:
    if request.method != "POST":
        # Somebody came back to its address, and what was ticked is not in that.
        return shown()
    action = request.form.get("action", "")
    if action not in DONE:
        return shown(422, words.tr("Choose what to do with the ticked channels."))
    chosen = read_chosen("channel", lambda: verbs.ids(**wanted()), lambda ids: verbs.ids(among=ids))
    progress = Progress.sent()
    chosen = progress.rest(chosen)
    if not chosen.ids and progress.done:
        return _done(action, progress)
    if not chosen.ids:
        return shown(422, _nothing(chosen))
    if "expected" not in request.form:
        return _ask(action, chosen, Form(_BLANK))
    form = Form.sent(_BLANK)
    if request.form["expected"] != chosen.digest:
        form.complaints.append(words.said("The list has changed meanwhile: look at the number."))
        return _ask(action, chosen, form)
    if not progress.carry_on(chosen, form, lambda ids: _act(action, ids, form)):
        return _ask(action, progress.rest(chosen), form, progress)
    rest = progress.rest(chosen)
    if not rest.ids:
        return _done(action, progress)
    return progress.page(".admin_channels_bulk", rest, {
        **form.values,
        "action": action,
        **({"all": 1} if rest.is_all else {"channel": ",".join(map(str, rest.ids))}),
    })  # fmt: skip


def _done(action: str, progress: Progress) -> Response:
    return see(".admin_channels", DONE[action], number=progress.changed, **lists.here())


def _nothing(chosen: Chosen) -> str:
    if chosen.is_all:
        return words.tr("No channel matches any more, so there was nothing to do.")
    if chosen.gone:
        return words.tr("The channels you ticked are not there any more.")
    return words.tr("Tick the channels first, then choose what to do with them.")


def _act(action: str, ids: list[int], form: Form) -> int:
    if action == "enable":
        return verbs.change_all(ids, enabled=True)
    if action == "disable":
        return verbs.change_all(ids, enabled=False)
    if action == "group":
        return _group(ids, form.text("into"))
    change = packages.add if action == "add" else packages.remove
    try:
        package = packages.get(form.text("package"))
    except NotFound as error:
        raise InvalidInput([Problem("package", error.key, error.message)]) from None
    return change(package, verbs.found(among=ids))


def _group(ids: list[int], group: str) -> int:
    try:
        return verbs.change_all(ids, group=group or None)
    except InvalidInput as error:
        raise InvalidInput([Problem("into", group, error.problems[0].message)]) from None


def _ask(action: str, chosen: Chosen, form: Form, progress: Progress | None = None) -> Response:
    return show(
        "channels_bulk",
        form.status,
        action=action,
        chosen=chosen,
        count=len(chosen.ids),
        progress=progress or Progress.sent(),
        first=verbs.named(chosen.ids[:_NAMED]),
        form=form,
        groups=verbs.groups(GROUPS) if action == "group" else [],
        options=[(row.name, row.title) for row in choices.packages().rows],
        here=lists.here(),
    )
