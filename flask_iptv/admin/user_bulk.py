"""The page that changes many users at once, after it has said what will happen to how many."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import packages, words
from .. import users as verbs
from ..errors import InvalidInput, NotFound, Problem
from ..models import Package, utcnow
from ..users import Wanted
from . import choices, lists
from .chosen import Chosen
from .chosen import chosen as read_chosen
from .door import routes
from .export import csv_file
from .forms import Form, Value
from .pages import see, show
from .users import shown, wanted

#: What can be done to many, and the notice that says it was.
DONE = {
    "enable": "users-enabled",
    "disable": "users-disabled",
    "extend": "users-extended",
    "give": "users-given",
    "take": "users-taken",
}
_EXPORT = "export"
_BLANK: Mapping[str, Value] = {"days": "30", "package": ""}
#: Names that the page says before it only counts.
_NAMED = 5


@routes.add("/users/bulk", methods=["GET", "POST"])
def users_bulk() -> Response:
    if request.method != "POST":
        # Somebody came back to its address, and what was ticked is not in that.
        return shown()
    action, chosen = request.form.get("action", ""), _chosen()
    if action not in (*DONE, _EXPORT):
        return shown(422, words.tr("Choose what to do with the ticked users."))
    if not chosen.ids:
        return shown(422, _nobody(chosen))
    if "expected" not in request.form:
        return _ask(action, chosen, Form(_BLANK))
    form = Form.sent(_BLANK)
    if request.form["expected"] != chosen.digest:
        form.complaints.append(words.said("The list has changed meanwhile: look at the number."))
        return _ask(action, chosen, form)
    if action == _EXPORT:
        return csv_file(chosen.ids)
    count = form.save(lambda: _act(action, chosen.ids, form))
    if count is None:
        return _ask(action, chosen, form)
    return see(".admin_users", DONE[action], number=count, **lists.here())


def _chosen() -> Chosen:
    return read_chosen(
        "user", lambda: verbs.ids(wanted()), lambda ids: verbs.ids(Wanted(among=ids))
    )


def _nobody(chosen: Chosen) -> str:
    if chosen.is_all:
        return words.tr("No user matches any more, so there was nothing to do.")
    if chosen.gone:
        return words.tr("The users you ticked are not there any more.")
    return words.tr("Tick the users first, then choose what to do with them.")


def _act(action: str, ids: list[int], form: Form) -> int:
    if action == "enable":
        return verbs.enable(ids)
    if action == "disable":
        return verbs.disable(ids)
    if action == "extend":
        days = verbs.read_days(form.text("days"))
        return verbs.extend(ids, days, now=utcnow(), state=request.form.get("state", ""))
    change = verbs.give if action == "give" else verbs.take
    return change(ids, _package(form.text("package")))


def _package(name: str) -> Package:
    try:
        return packages.get(name)
    except NotFound as error:
        raise InvalidInput([Problem("package", name, error.message)]) from None


def _ask(action: str, chosen: Chosen, form: Form) -> Response:
    return show(
        "users_bulk",
        form.status,
        action=action,
        chosen=chosen,
        count=len(chosen.ids),
        state=verbs.state_of(chosen.ids) if action == "extend" else "",
        first=verbs.named(chosen.ids[:_NAMED]),
        form=form,
        options=[(row.name, row.title) for row in choices.packages().rows],
        here=lists.here(),
    )
