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
from .in_parts import Progress, joined, parts
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
    progress = Progress.sent()
    action, chosen = request.form.get("action", ""), progress.rest(_chosen())
    if action not in (*DONE, _EXPORT):
        return shown(422, words.tr("Choose what to do with the ticked users."))
    if not chosen.ids and progress.done:
        return _done(action, progress)
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
    states = _states(chosen.ids) if action == "extend" else {}
    if states and joined([*states.values()]) != request.form.get("state"):
        form.refuse(verbs.changed_meanwhile())
        return _ask(action, chosen, form)
    if not progress.carry_on(chosen, form, lambda ids: _act(action, ids, form, states)):
        return _ask(action, progress.rest(chosen), form, progress)
    rest = progress.rest(chosen)
    if not rest.ids:
        return _done(action, progress)
    return progress.page(".admin_users_bulk", rest, {
        **form.values,
        "action": action,
        **({"all": 1} if rest.is_all else {"user": ",".join(map(str, rest.ids))}),
        **({"state": _state(rest.ids)} if states else {}),
    })  # fmt: skip


def _done(action: str, progress: Progress) -> Response:
    return see(".admin_users", DONE[action], number=progress.changed, **lists.here())


def _states(ids: list[int]) -> dict[int, str]:
    """The state of each part, by its first id."""
    return {some[0]: verbs.state_of(some) for some in parts(ids)}


def _state(ids: list[int]) -> str:
    return joined([*_states(ids).values()])


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


def _act(action: str, ids: list[int], form: Form, states: Mapping[int, str]) -> int:
    if action == "enable":
        return verbs.enable(ids)
    if action == "disable":
        return verbs.disable(ids)
    if action == "extend":
        days = verbs.read_days(form.text("days"))
        return verbs.extend(ids, days, now=utcnow(), state=states[ids[0]])
    change = verbs.give if action == "give" else verbs.take
    return change(ids, _package(form.text("package")))


def _package(name: str) -> Package:
    try:
        return packages.get(name)
    except NotFound as error:
        raise InvalidInput([Problem("package", name, error.message)]) from None


def _ask(action: str, chosen: Chosen, form: Form, progress: Progress | None = None) -> Response:
    return show(
        "users_bulk",
        form.status,
        action=action,
        chosen=chosen,
        count=len(chosen.ids),
        state=_state(chosen.ids) if action == "extend" else "",
        progress=progress or Progress.sent(),
        first=verbs.named(chosen.ids[:_NAMED]),
        form=form,
        options=[(row.name, row.title) for row in choices.packages().rows],
        here=lists.here(),
    )
