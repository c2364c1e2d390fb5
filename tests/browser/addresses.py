"""The address of every page, so that no new one is forgotten by who walks through all of them."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Flask
from werkzeug.routing import BuildError

#: What stands in an address that names no record by its number: a user's token.
VALUES = {"token": "bobs-token"}

#: States of pages that a list of addresses alone does not reach.
STATES = (
    "/admin/users?q=nobody-is-called-so",
    "/admin/users?package=basic&sort=-created_at",
    "/admin/users/3",
    "/admin/users/7?done=user-created",
    "/admin/channels?q=odd",
    "/admin/users/1?change=key",
    "/admin/servers/1?change=securetoken_keys&change=api_password",
    "/admin/packages/2",
    "/admin/servers/2",
    # Viewers who may not watch.
    "/my/key-of-10",
    "/my/key-of-11",
)


def addresses(app: Flask, *, states: Sequence[str] = STATES) -> list[str]:
    """Give the address of all that the admin pages and the viewer's page answer to a reader.

    Those about one record are about the first.

    :param states: more addresses, below the prefix of the blueprint.
    """
    found = []
    prefix = ""
    for rule in app.url_map.iter_rules():
        own = rule.endpoint.startswith(("iptv.admin_", "iptv.my"))
        if not own or "GET" not in (rule.methods or ()):
            continue
        values = {argument: VALUES.get(argument, 1) for argument in rule.arguments}
        built = rule.build(values)
        if built is None:
            raise BuildError(rule.endpoint, values, "GET")
        found.append(built[1])
        if rule.endpoint == "iptv.admin_start":
            prefix = built[1].removesuffix("/admin/")
    return sorted(found) + [prefix + state for state in states]
