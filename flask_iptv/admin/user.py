"""The pages of one user: what all of them show, the profile, and what a click changes."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request

from .. import config, database
from .. import users as verbs
from ..errors import Conflict, NotFound, Problem
from ..fields import faults
from ..lineup import open_to
from ..models import User, utcnow
from ..phrases import Phrase
from ..users import STORED, UserFields
from ..words import tr
from . import choices, lists, notices
from .choices import Choices
from .door import routes
from .edits import Edit, asked, opened, orphan
from .pages import see, show
from .questions import Question
from .user_form import BLANK, fields, new_page, values
from .users import rows

#: The tabs, by their endpoints.
_TABS = (".admin_user", ".admin_user_playlists", ".admin_user_sessions", ".admin_user_links")


def show_tab(template: str, user: User, status: int = 200, **facts: Any) -> Response:
    """Show a tab of the page of a user.

    :param facts: what it shows besides the user.
    """
    (row,) = rows([user], utcnow())
    return show(template, status, row=row, **facts)


@routes.add("/users/<int:user_id>", methods=["GET", "POST"])
def user(user_id: int) -> Response:
    try:
        user = opened(User, "user", user_id)
    except NotFound as error:
        return new_page(orphan(error, BLANK), choices.packages())
    offered, now = choices.packages(), asked(values(user))
    form = Edit(now)
    if request.method == "POST":
        form = Edit.posted(now)
        if form.save(lambda: _update(user, form, offered)):
            return see(".admin_user", "user-saved", user_id=user.id, **form.beside)
    else:
        # A token that is shorter than one may be today is no fault.
        stored = {name: getattr(user, name) for name in STORED if name != "key"}
        form.look_over(faults(UserFields, stored))
    return show_tab(
        "user",
        user,
        form.status,
        form=form,
        packages=offered,
        namesake=form.namesake(verbs.by_name, user),
        open_to=open_to,
        without_packages=config.current().without_packages,
    )


def _update(user: User, form: Edit, offered: Choices) -> User:
    if form.edited.get("everything") and user.packages:
        message = Phrase("this user was given packages meanwhile, so not everything was opened")
        raise Conflict([Problem("", None, message)])
    return verbs.update(user, **fields(form.edited, offered))


@routes.add("/users/<int:user_id>/enabled", methods=["POST"])
def user_enabled(user_id: int) -> Response:
    sent: dict[str, Any] = {"enabled": request.form.get("enabled", "")}
    user = verbs.update(verbs.get(user_id), **sent)
    database.commit()
    if lists.wants_json():
        state = render_template(
            "iptv/user_state.html", refusal=verbs.refusal(user, utcnow()), tr=tr
        )
        return jsonify(said=notices.switched(user), state=state)
    done = "user-enabled" if user.enabled else "user-disabled"
    if "list" in request.args:
        place: dict[str, Any] = {"user_id": user.id, "_anchor": f"user-{user.id}"}
        return see(".admin_users", done, **place, **lists.here())
    tab = request.args.get("tab")
    return see(tab if tab in _TABS else ".admin_user", done, user_id=user.id)


@routes.add("/users/<int:user_id>/token", methods=["GET", "POST"])
def user_token(user_id: int) -> Response:
    user = opened(User, "user", user_id)
    # A second new token would stop the first, which may have been sent to the viewer already.
    question = Question(user.name, user.updated_at)
    if not question.is_answered:
        return show("user_token", question.status, question=question, user=user)
    verbs.rotate_key(user)
    database.commit()
    return see(".admin_user_playlists", "token-made", user_id=user.id)


@routes.add("/users/<int:user_id>/delete", methods=["GET", "POST"])
def user_delete(user_id: int) -> Response:
    user = verbs.get(user_id)
    question = Question(user.name)
    if not question.is_answered:
        return show("user_delete", question.status, question=question, user=user)
    verbs.delete(user)
    database.commit()
    return see(".admin_users", "user-deleted")
