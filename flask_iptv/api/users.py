"""``/api/users``: the viewers, as the Flussonic IPTV plugin's own API had them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from flask import url_for
from pydantic import Field

from .. import holding, packages, users
from ..fields import Flag, told
from ..models import User
from ..users import UserFields
from .answer import Created, RecordOut
from .body import MAX_BODY_OF_NAMES
from .listing import Listing
from .query import SORTING, Search, Sort, Text, page
from .resource import Resource, number


class UserQuery(Search):
    """Which part of the list of users is wanted."""

    sort: Annotated[Sort, told.sorts("id", "name", "created_at", "expires_at")] = Field(
        "id", description=SORTING
    )
    package: Text = Field(None, description="Only users who have the package of this name.")
    enabled: Flag | None = None
    name: Text = Field(None, description="Only the user of exactly this name.")
    email: Text = Field(None, description="Only users with exactly this e-mail address.")


class UserOut(RecordOut):
    """A viewer."""

    id: int
    name: str
    email: str | None
    key: str = Field(description="The viewer's token.")
    max_sessions: int | None = Field(
        description="How many devices may watch at once; `null` for no limit."
    )
    packages: list[str] | None = Field(
        description="Names; `null` leaves it to IPTV_WITHOUT_PACKAGES, an empty list is nothing."
    )
    enabled: bool
    starts_at: datetime | None
    expires_at: datetime | None
    allowed_networks: list[str] = Field(
        description="Networks the viewer may watch from; anywhere while empty."
    )
    comment: str | None
    created_at: datetime
    updated_at: datetime


class UserList(Listing):
    """A part of the list of users."""

    users: list[UserOut]


_READ_ONLY = UserOut.model_fields.keys() - UserFields.model_fields.keys()


def _hold(user_id: str) -> None:
    holding.hold_id(User, number("user", user_id))


collection = Resource("/users", "users")
item = Resource("/users/<user_id>", "user", hold=_hold)
# How the plugin's own manual deletes a user.
deletion = Resource("/users/<user_id>/delete", "user_deletion", part_of=item)
having = Resource("/users/<user_id>/packages/<package>", "user_package", part_of=item)


@collection.on("GET", query=UserQuery, answer=UserList)
def list_users(query: UserQuery) -> UserList:
    """List users."""
    found = page(users.page, query)
    shown = [_shown(user) for user in found.items]
    return UserList(users=shown, next=found.next, estimated_count=found.count)


@collection.on(
    "POST",
    body=UserFields,
    read_only=_READ_ONLY,
    answer=UserOut,
    status=201,
    max_body=MAX_BODY_OF_NAMES,
)
def create_user(fields: dict[str, Any]) -> Created:
    """Create a user."""
    user = users.create(**fields)
    return Created(_shown(user), url_for(".api_user", user_id=user.id))


@item.on("GET", answer=UserOut)
def get_user(user_id: str) -> UserOut:
    """Show a user."""
    return _shown(_find(user_id))


@item.on(
    "PUT",
    "POST",
    body=UserFields,
    partial=True,
    read_only=_READ_ONLY,
    answer=UserOut,
    max_body=MAX_BODY_OF_NAMES,
)
def update_user(user_id: str, fields: dict[str, Any]) -> UserOut:
    """Change the given fields of a user."""
    return _shown(users.update(_find(user_id), **fields))


@item.on("DELETE", status=204)
def delete_user(user_id: str) -> None:
    """Delete a user and end the user's sessions."""
    users.delete(_find(user_id))


@deletion.on("POST", status=204)
def delete_user_by_address(user_id: str) -> None:
    """Delete a user; the body is not looked at."""
    users.delete(_find(user_id))


@having.on("PUT", status=204)
def give_package(user_id: str, package: str) -> None:
    """Give a package to a user who may have it already; the others stay."""
    user = _find(user_id)
    users.give([user.id], packages.get(package))


@having.on("DELETE", status=204)
def take_package(user_id: str, package: str) -> None:
    """Take a package from a user; whose last one it was has nothing to watch."""
    user = _find(user_id)
    users.take([user.id], packages.get(package))


def _find(user_id: str) -> User:
    return users.get(number("user", user_id))


def _packages(user: User) -> list[str] | None:
    names = [package.name for package in user.packages]
    return names if names or user.by_packages else None


def _shown(user: User) -> UserOut:
    return UserOut(
        id=user.id,
        name=user.name,
        email=user.email,
        key=user.key,
        max_sessions=user.max_sessions,
        packages=_packages(user),
        enabled=user.enabled,
        starts_at=user.starts_at,
        expires_at=user.expires_at,
        allowed_networks=user.allowed_networks,
        comment=user.comment,
        created_at=user.created_at,
        updated_at=user.updated_at,
    )
