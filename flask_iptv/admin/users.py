"""The pages of users."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, request

from .. import config, database, sessions
from .. import users as verbs
from ..models import User, utcnow
from ..moments import typed
from ..public_url import external_url
from . import choices, lists
from .choices import Choices
from .door import routes
from .forms import Form, Value
from .pages import see, show

_BLANK: Mapping[str, Value] = {
    "name": "",
    "email": "",
    "packages": frozenset(),
    # Only for a user who lost the last package: unlike nothing ticked, it opens all channels.
    "everything": False,
    "max_sessions": "",
    "expires_at": "",
    "enabled": True,
    "starts_at": "",
    "key": "",
    "allowed_networks": "",
    "comment": "",
}


@dataclass(frozen=True)
class Row:
    """A user in the list.

    :param refusal: why the user may not watch now, as a reason code.
    :param watching: sessions now open.
    """

    user: User
    refusal: str | None
    watching: int


@routes.add("/users")
def users() -> Response:
    page = verbs.page(
        search=lists.search(),
        package=request.args.get("package"),
        enabled=lists.enabled(),
        sort="name",
        limit=lists.ROWS,
        cursor=request.args.get("cursor"),
    )
    now = utcnow()
    watching = sessions.count_by_user([user.id for user in page.items], now=now)
    rows = [Row(u, verbs.refusal(u, now), watching.get(u.id, 0)) for u in page.items]
    return show("users", page=page, rows=rows, here=lists.here(), open_to=_open_to)


@routes.add("/users/new", methods=["GET", "POST"])
def user_new() -> Response:
    offered, form = choices.packages(), Form(_BLANK)
    if request.method == "POST":
        form = Form.sent(_BLANK)
        user = form.save(lambda: verbs.create(**_fields(form, _BLANK, offered)))
        if user is not None:
            return see(".admin_user", "user-created", user_id=user.id)
    return show(
        "user_new",
        form.status,
        form=form,
        packages=offered,
        namesake=form.namesake(verbs.by_name),
        row=None,
        without_packages=config.current().without_packages,
    )


@routes.add("/users/<int:user_id>", methods=["GET", "POST"])
def user(user_id: int) -> Response:
    user = verbs.get(user_id)
    offered, before = choices.packages(), _values(user)
    form = Form(before)
    if request.method == "POST":
        form = Form.sent(before)
        if form.save(lambda: verbs.update(user, **_fields(form, before, offered))):
            return see(".admin_user", "user-saved", user_id=user.id)
    now = utcnow()
    watching = sessions.count_by_user([user.id], now=now).get(user.id, 0)
    return show(
        "user",
        form.status,
        form=form,
        packages=offered,
        namesake=form.namesake(verbs.by_name, user),
        row=Row(user, verbs.refusal(user, now), watching),
        open_to=_open_to,
        playlists={output: _playlist(user, output) for output in ("hls", "mpegts")},
        without_packages=config.current().without_packages,
    )


@routes.add("/users/<int:user_id>/enabled", methods=["POST"])
def user_enabled(user_id: int) -> Response:
    user = verbs.update(verbs.get(user_id), enabled=request.form.get("enabled", ""))
    database.session().commit()
    done = "user-enabled" if user.enabled else "user-disabled"
    if "list" not in request.args:
        return see(".admin_user", done, user_id=user.id)
    return see(".admin_users", done, _anchor=f"user-{user.id}", **lists.here())


@routes.add("/users/<int:user_id>/token", methods=["GET", "POST"])
def user_token(user_id: int) -> Response:
    user = verbs.get(user_id)
    if request.method != "POST":
        return show("user_token", user=user)
    verbs.rotate_key(user)
    database.session().commit()
    return see(".admin_user", "token-made", user_id=user.id)


@routes.add("/users/<int:user_id>/delete", methods=["GET", "POST"])
def user_delete(user_id: int) -> Response:
    user = verbs.get(user_id)
    if request.method != "POST":
        return show("user_delete", user=user)
    verbs.delete(user)
    database.session().commit()
    return see(".admin_users", "user-deleted")


def _values(user: User) -> dict[str, Value]:
    values: dict[str, Value] = {
        "name": user.name,
        "email": user.email or "",
        "packages": frozenset(package.id for package in user.packages),
        "everything": False,
        "max_sessions": str(user.max_sessions or ""),
        "expires_at": typed(user.expires_at),
        "enabled": user.enabled,
        "starts_at": typed(user.starts_at),
        "key": user.key,
        "allowed_networks": "\n".join(user.allowed_networks),
        "comment": user.comment or "",
    }
    return {name: values[name] for name in _BLANK}


def _fields(form: Form, before: Mapping[str, Value], offered: Choices) -> dict[str, object]:
    fields = form.changes(before)
    if fields.pop("everything", False):
        fields.setdefault("packages", [])
    ticked = fields.get("packages")
    if isinstance(ticked, frozenset):
        fields["packages"] = offered.names("packages", ticked)
    return fields


def _open_to(user: User) -> str:
    """What a user may watch: ``packages``, or without any ``all`` or ``none``."""
    if user.packages:
        return "packages"
    return "none" if user.by_packages else config.current().without_packages


def _playlist(user: User, output: str) -> str:
    return external_url(".playlists_m3u", name=user.name, token=user.key, output=output)
