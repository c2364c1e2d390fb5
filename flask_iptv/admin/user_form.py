"""The form that makes or changes a user."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from flask import Response, request

from .. import config
from .. import users as verbs
from ..errors import InvalidInput
from ..fields import check
from ..models import User, utcnow
from ..moments import typed
from ..users import UserFields
from . import choices
from .choices import Choices
from .door import routes
from .forms import Form, Value
from .pages import see, show

BLANK: Mapping[str, Value] = {
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

#: How long after the first click of a double click the second one may come.
_DOUBLE_CLICK = timedelta(minutes=1)


@routes.add("/users/new", methods=["GET", "POST"])
def user_new() -> Response:
    offered, form = choices.packages(), Form(BLANK)
    if request.method == "POST":
        form = Form.sent(BLANK)
        user = form.save(lambda: verbs.create(**fields(form.changes(BLANK), offered)))
        user = user or _made_a_moment_ago(form, offered)
        if user is not None:
            return see(".admin_user_playlists", "user-created", user_id=user.id)
    return new_page(form, offered)


def new_page(form: Form, offered: Choices) -> Response:
    """The page of a new user."""
    return show(
        "user_new",
        form.status,
        form=form,
        packages=offered,
        namesake=form.namesake(verbs.by_name),
        row=None,
        without_packages=config.current().without_packages,
    )


def values(user: User) -> dict[str, Value]:
    """What the form shows of a user."""
    shown: dict[str, Value] = {
        "name": user.name,
        "email": user.email or "",
        "packages": frozenset(package.id for package in user.packages),
        "everything": False,
        "max_sessions": "" if user.max_sessions is None else str(user.max_sessions),
        "expires_at": typed(user.expires_at),
        "enabled": user.enabled,
        "starts_at": typed(user.starts_at),
        "key": user.key,
        "allowed_networks": "\n".join(user.allowed_networks),
        "comment": user.comment or "",
    }
    return {name: shown[name] for name in BLANK}


def fields(typed_in: Mapping[str, Any], offered: Choices) -> dict[str, Any]:
    """What of a form is to be changed, as the domain takes it."""
    changed = dict(typed_in)
    if changed.pop("everything", False):
        changed.setdefault("packages", None)
    ticked = changed.get("packages")
    if isinstance(ticked, frozenset):
        # Who takes the last one away leaves nothing to watch; "everything" is a tick of its own.
        changed["packages"] = offered.names("packages", ticked)
    networks = changed.get("allowed_networks")
    if networks is not None:
        changed["allowed_networks"] = networks.replace(",", " ").split()
    return changed


def _made_a_moment_ago(form: Form, offered: Choices) -> User | None:
    """The user whom the first click of a double click has made from the same form."""
    found = form.namesake(verbs.by_name)
    if found is None or utcnow() - found.created_at > _DOUBLE_CLICK:
        return None
    try:
        typed_in = check(UserFields, fields(form.changes(BLANK), offered)).model_dump()
    except InvalidInput:
        return None
    made = {name: getattr(found, name) for name in UserFields.model_fields}
    made["packages"] = sorted(package.name for package in found.packages)
    typed_in["packages"] = sorted(set(typed_in["packages"] or ()))
    typed_in["key"] = typed_in["key"] or found.key
    return found if typed_in == made else None
