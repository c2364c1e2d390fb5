"""The pages of one user: what all of them show, the profile, and what a click changes."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template, request

from .. import config, database
from .. import users as verbs
from ..models import User, utcnow
from ..words import tr
from . import choices, lists, notices
from .door import routes
from .forms import Form
from .pages import see, show
from .user_form import fields, values
from .users import open_to, rows

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
    user = verbs.get(user_id)
    offered, before = choices.packages(), values(user)
    form = Form(before)
    if request.method == "POST":
        form = Form.sent(before)
        if form.save(lambda: verbs.update(user, **fields(form, before, offered))):
            return see(".admin_user", "user-saved", user_id=user.id)
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


@routes.add("/users/<int:user_id>/enabled", methods=["POST"])
def user_enabled(user_id: int) -> Response:
    sent: dict[str, Any] = {"enabled": request.form.get("enabled", "")}
    user = verbs.update(verbs.get(user_id), **sent)
    database.session().commit()
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
    user = verbs.get(user_id)
    if request.method != "POST":
        return show("user_token", user=user)
    verbs.rotate_key(user)
    database.session().commit()
    return see(".admin_user_playlists", "token-made", user_id=user.id)


@routes.add("/users/<int:user_id>/delete", methods=["GET", "POST"])
def user_delete(user_id: int) -> Response:
    user = verbs.get(user_id)
    if request.method != "POST":
        return show("user_delete", user=user)
    verbs.delete(user)
    database.session().commit()
    return see(".admin_users", "user-deleted")
