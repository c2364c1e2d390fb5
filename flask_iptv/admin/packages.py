"""The pages of packages."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import database, records
from .. import packages as verbs
from ..models import Package
from . import choices, lists
from .choices import Choices
from .door import routes
from .forms import Form, Value
from .pages import see, show

_BLANK: Mapping[str, Value] = {"name": "", "title": "", "channels": frozenset()}


@routes.add("/packages")
def packages() -> Response:
    page = verbs.page(
        search=lists.search(),
        sort="name",
        limit=lists.ROWS,
        cursor=request.args.get("cursor"),
    )
    ids = [package.id for package in page.items]
    return show(
        "packages",
        page=page,
        users=verbs.count_users(ids),
        channels=verbs.count_channels(ids),
        here=lists.here(),
    )


@routes.add("/packages/new", methods=["GET", "POST"])
def package_new() -> Response:
    offered, form = choices.channels(), Form(_BLANK)
    if request.method == "POST":
        form = Form.sent(_BLANK)
        if form.save(lambda: verbs.create(**_fields(form, _BLANK, offered))):
            return see(".admin_packages", "package-created")
    return show(
        "package",
        form.status,
        form=form,
        channels=offered,
        namesake=form.namesake(verbs.get),
        package=None,
    )


@routes.add("/packages/<int:package_id>", methods=["GET", "POST"])
def package(package_id: int) -> Response:
    package = _get(package_id)
    offered = choices.channels()
    before: dict[str, Value] = {
        "name": package.name,
        "title": package.title,
        "channels": choices.channel_ids(package),
    }
    form = Form(before)
    if request.method == "POST":
        form = Form.sent(before)
        if form.save(lambda: verbs.update(package, **_fields(form, before, offered))):
            return see(".admin_package", "package-saved", package_id=package.id)
    return show(
        "package",
        form.status,
        form=form,
        channels=offered,
        namesake=form.namesake(verbs.get, package),
        package=package,
        users=_count_users(package),
    )


@routes.add("/packages/<int:package_id>/delete", methods=["GET", "POST"])
def package_delete(package_id: int) -> Response:
    package = _get(package_id)
    if request.method != "POST":
        return show("package_delete", package=package, users=_count_users(package))
    verbs.delete(package)
    database.session().commit()
    return see(".admin_packages", "package-deleted")


def _get(package_id: int) -> Package:
    return records.by_id(Package, "package", package_id)


def _count_users(package: Package) -> int:
    return verbs.count_users([package.id]).get(package.id, 0)


def _fields(form: Form, before: Mapping[str, Value], offered: Choices) -> dict[str, object]:
    fields = form.changes(before)
    ticked = fields.get("channels")
    if isinstance(ticked, frozenset):
        fields["channels"] = offered.names("channels", ticked)
    return fields
