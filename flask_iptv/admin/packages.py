"""The pages of packages."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import database, records
from .. import packages as verbs
from ..models import Package
from . import lists
from .door import routes
from .forms import Form, Value
from .pages import see, show

_BLANK: Mapping[str, Value] = {"name": "", "title": ""}


@routes.add("/packages")
def packages() -> Response:
    page = verbs.page(
        search=lists.search(),
        sort="name",
        limit=lists.ROWS,
        cursor=request.args.get("cursor") or None,
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
    form = Form(_BLANK)
    if request.method == "POST":
        form = Form.sent(_BLANK)
        if package := form.save(lambda: verbs.create(**form.changes(_BLANK))):
            return see(".admin_package_channels", "package-created", package_id=package.id)
    return show("package", form.status, form=form, namesake=form.namesake(verbs.get), package=None)


@routes.add("/packages/<int:package_id>", methods=["GET", "POST"])
def package(package_id: int) -> Response:
    package = _get(package_id)
    before: dict[str, Value] = {"name": package.name, "title": package.title}
    form = Form(before)
    if request.method == "POST":
        form = Form.sent(before)
        if form.save(lambda: verbs.update(package, **form.changes(before))):
            return see(".admin_package", "package-saved", package_id=package.id)
    return show(
        "package",
        form.status,
        form=form,
        namesake=form.namesake(verbs.get, package),
        package=package,
        users=_count_users(package),
        channels=verbs.count_channels([package.id]).get(package.id, 0),
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
