"""The page on which the channels of a package are ticked, a part of the list at a time."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from flask import Response, jsonify, make_response, request

from .. import channels, database, packages
from ..models import Channel, Package
from ..words import number, tr, trn
from . import lists
from .door import routes
from .edits import SEEN, opened, ticked, untold
from .pages import see, show
from .questions import Question

#: Channels on one page.
ROWS = 100
#: Groups that can be ticked as a whole.
GROUPS = 200

_ALL: dict[str, tuple[Callable[[Package, sa.Select[Any]], int], str]] = {
    "add": (packages.add, "package-joined"),
    "remove": (packages.remove, "package-left"),
}


@routes.add("/packages/<int:package_id>/channels", methods=["GET", "POST"])
def package_channels(package_id: int) -> Response:
    package = opened(Package, "package", package_id)
    if request.method == "POST":
        return _tick(package)
    return _shown(package)


def _shown(
    package: Package,
    status: int = 200,
    complaint: str = "",
    typed: frozenset[int] = frozenset(),
) -> Response:
    page = channels.page(
        **_which(package),
        sort="number",
        limit=ROWS,
        cursor=request.args.get("cursor") or None,
    )
    groups = packages.groups_of(package, GROUPS)
    inside = packages.members_of(package, [channel.id for channel in page.items])
    return show(
        "package_channels",
        status,
        complaint=complaint,
        package=package,
        page=page,
        seen=json.dumps({"channels": sorted(inside)}),
        ticked=inside | typed,
        members=_members(package),
        groups=groups,
        more_groups=len(groups) == GROUPS,
        here={**_here(), "package_id": package.id},
    )


@routes.add("/packages/<int:package_id>/channels/all", methods=["GET", "POST"])
def package_channels_all(package_id: int) -> Response:
    """Add or remove all channels that the address asks for; the latter after a confirmation."""
    package = opened(Package, "package", package_id)
    # Only what is taken out is asked about, so a bare address means that.
    is_asking = request.method != "POST"
    do = request.values.get("do", "remove" if is_asking else "")
    if do not in _ALL or (is_asking and do != "remove"):
        return _shown(package, 422, tr("Choose whether to add or to remove what was found."))
    act, done = _ALL[do]
    found = channels.found(**_which(package))
    if do == "remove":
        count = _count_in(package, found)
        users = packages.count_users([package.id]).get(package.id, 0)
        question = Question(package.title, count, users)
        if not question.is_answered:
            return show(
                "package_remove",
                question.status,
                question=question,
                package=package,
                channels=count,
                users=users,
                here={**_here(), "package_id": package.id},
            )
    elif "group" not in request.form and request.form.get(SEEN) != str(_count_found(package)):
        # A whole group is one, whatever is in it; of all that was found the button told how many.
        complaint = tr("Other channels are found now than when you looked: see how many there are.")
        return _shown(package, 409, complaint)
    act(package, found)
    database.commit()
    here = {name: value for name, value in _here().items() if name != "cursor"}
    return see(".admin_package_channels", done, package_id=package.id, **here)


def _count_in(package: Package, found: sa.Select[Any]) -> int:
    leaving = found.where(Channel.id.in_(packages.member_ids(package)))
    count = sa.select(sa.func.count()).select_from(leaving.subquery())
    return database.session().scalar(count, bind_arguments={"mapper": Channel}) or 0


def _count_found(package: Package) -> int:
    return channels.page(**_which(package), limit=1).count


def _tick(package: Package) -> Response:
    changes = ticked("channels")
    if changes is None:
        database.session().rollback()
        return _shown(package, 409, untold(), lists.ids("channels"))
    those, (joining, leaving) = sa.select(Channel), changes
    packages.add(package, those.where(Channel.id.in_(joining)))
    packages.remove(package, those.where(Channel.id.in_(leaving)))
    database.commit()
    if lists.wants_json():
        count = _members(package)
        words = trn("%(num)s channel is in it", "%(num)s channels are in it", count,
                    num=number(count))  # fmt: skip
        return make_response(jsonify(said=str(words)))
    return see(".admin_package_channels", "package-saved", package_id=package.id, **_here())


def _which(package: Package) -> channels.Which:
    inside = request.args.get("inside") == "yes"
    return {
        "search": lists.search(),
        "group": lists.group(),
        "package": package.name if inside else None,
    }


def _here() -> dict[str, str]:
    names = ("q", "group", "inside", "cursor")
    return {name: request.args[name] for name in names if request.args.get(name)}


def _members(package: Package) -> int:
    return packages.count_channels([package.id]).get(package.id, 0)
