"""The verbs on one package."""

from __future__ import annotations

from typing import TYPE_CHECKING

import sqlalchemy as sa

from .. import database, holding, records, users
from ..fields import check, check_changes
from ..models import Channel, Package, User, package_channels, user_packages, utcnow
from . import members
from .fields import NewPackage, PackageChanges, PackageFields

if TYPE_CHECKING:
    from typing_extensions import Unpack


def create(**fields: Unpack[NewPackage]) -> Package:
    """Create a package.

    :param fields: those of :class:`NewPackage`; ``name`` is required.
    :raises InvalidInput: if a field can't be used or is unknown, or a channel is unknown.
    """
    checked = check(PackageFields, fields)
    records.require_unique("package", Package.name, checked.name)
    channel_ids = records.ids_named(Channel, "channel", "channels", checked.channels)
    package = Package(name=checked.name, title=checked.title or checked.name)
    database.session().add(package)
    database.flush()
    members.replace(package, channel_ids)
    return package


def update(package: Package, /, **fields: Unpack[PackageChanges]) -> Package:
    """Change the given fields of a package; what is so already is no change.

    :param fields: those of :class:`PackageChanges`.
    :raises InvalidInput: if a field can't be used or is unknown; nothing is changed then.
    """
    before = {"name": package.name, "title": package.title}
    checked = check_changes(PackageFields, before, fields)
    records.require_unique("package", Package.name, checked.name, package.id)
    is_changed = False
    if "channels" in fields:
        channel_ids = records.ids_named(Channel, "channel", "channels", checked.channels)
        holding.hold_id(Package, package.id)
        is_changed = members.replace(package, channel_ids)
    after = {"name": checked.name, "title": checked.title or checked.name}
    if is_changed or after != before:
        package.name, package.title = after["name"], after["title"]
        # The members are no column of the package, yet playlists are as old as their last change.
        package.updated_at = utcnow()
        database.flush()
    return package


def delete(package: Package) -> None:
    """Delete a package: its users lose its channels at once, and are told to have changed.

    Whose last one it was has nothing to watch then, rather than everything.
    """
    session = database.session()
    owners = sa.select(user_packages.c.user_id).where(user_packages.c.package_id == package.id)
    owner_ids = list(database.current().connection().execute(owners).scalars())
    statement = sa.update(User).where(User.id.in_(owners))
    session.execute(statement.values(updated_at=utcnow(), by_packages=True))
    for links in (user_packages, package_channels):
        session.execute(sa.delete(links).where(links.c.package_id == package.id))
    session.expire(package, ["channels"])
    session.delete(package)
    database.flush()
    session.expire_all()
    users.tell_changed(owner_ids, "packages")


def get(name: str) -> Package:
    """Look up a package.

    :raises NotFound: if there is none of this name.
    """
    return records.by_name(Package, "package", name)
