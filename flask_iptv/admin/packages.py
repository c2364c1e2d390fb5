"""The pages of packages."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import database, records
from .. import packages as verbs
from ..errors import NotFound
from ..fields import faults
from ..models import Package
from . import lists
from .door import routes
from .edits import Edit, opened, orphan
from .forms import Form, Value
from .pages import see, show
from .questions import Question

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
    return _new_page(form)


def _new_page(form: Form) -> Response:
    namesake = form.namesake(verbs.get)
    return show("package", form.status, form=form, namesake=namesake, package=None)


@routes.add("/packages/<int:package_id>", methods=["GET", "POST"])
def package(package_id: int) -> Response:
    try:
        package = opened(Package, "package", package_id)
    except NotFound as error:
        return _new_page(orphan(error, _BLANK))
    now: dict[str, Value] = {"name": package.name, "title": package.title}
    form = Edit(now)
    if request.method == "POST":
        form = Edit.posted(now)
        if form.save(lambda: verbs.update(package, **form.edited)):
            return see(".admin_package", "package-saved", package_id=package.id, **form.beside)
    else:
        form.look_over(faults(verbs.PackageFields, now))
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
    package: Package = records.by_id(Package, "package", package_id)
    users = _count_users(package)
    question = Question(package.title, users)
    if not question.is_answered:
        return show(
            "package_delete", question.status, question=question, package=package, users=users
        )
    verbs.delete(package)
    database.commit()
    return see(".admin_packages", "package-deleted")


def _count_users(package: Package) -> int:
    return verbs.count_users([package.id]).get(package.id, 0)
