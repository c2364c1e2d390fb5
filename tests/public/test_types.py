"""What a type checker tells a host whose site calls the verbs wrongly."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import get_type_hints

import pytest

from flask_iptv import channels, packages, servers, users
from flask_iptv.channels.fields import SharedFields
from flask_iptv.fields import Input
from tests.public.test_names import MODULES

ROOT = Path(__file__).resolve().parents[2]

#: A host's module; a comment names the kind of error that its line must be, all others are right.
HOST = """\
from datetime import datetime, timezone
from typing import Any

import flask_iptv
from flask_iptv import channels, packages, servers, users
from flask_iptv.models import Channel, Package, Server, User

now = datetime.now(timezone.utc)

user: User = users.create(name="bob", max_sessions=2, packages=["basic"], expires_at=now)
users.create(nome="typo")  # call-arg
users.create(email="bob@example.com")  # call-arg
users.create(name="bob", expires_at="tomorrow")  # arg-type
users.update(user, max_sessions=None, enabled=False)
users.update(user, max_sessions="x")  # arg-type
users.update(user, package=["basic"])  # call-arg
users.extend([user.id], "x", now=now)  # arg-type
users.page(search="bob", limit=10, cursor=None).items[0].name
users.page(serach="bob")  # call-arg
users.page(limit="10")  # arg-type

channel: Channel = channels.create(name="ort", number=1, server=None)
channels.create(name="ort", nummer=1)  # call-arg
channels.update(channel, number="1")  # arg-type
channels.change_all([channel.id], group="News")
channels.change_all([channel.id], name="ort")  # call-arg
channels.page(package="basic", sort="number")
channels.page(pakage="basic")  # call-arg
channels.ids(enabled="yes")  # arg-type

package: Package = packages.create(name="basic", channels=["ort"])
packages.create(name="basic", channel=["ort"])  # call-arg
packages.update(package, channels=[1])  # list-item
packages.add(package, channels.found(group="News"))

server: Server = servers.create(name="main", url="https://media.example", kind="srs")
servers.create(name="main")  # call-arg
servers.update(server, kind="unheard-of")  # arg-type

some: users.NewUser = {"name": "eve", "comment": "typed before it is given"}
users.create(**some)
read: dict[str, Any] = {"name": "ann"}
users.create(**read)
flask_iptv.users.update(user, comment=None)
flask_iptv.signals.user_created.connect(print)
"""


def test_a_call_with_a_wrong_field_is_an_error_of_its_type(tmp_path: Path) -> None:
    names = [(module, name) for module, public in MODULES.items() for name in public]
    imports = [
        f"from {module} import {name} as name_{number}"
        for number, (module, name) in enumerate(names)
    ]
    file = tmp_path / "host.py"
    file.write_text(HOST + "\n".join(imports) + "\n")
    # What mypy knows of the libraries is kept where the checks of this repository keep it.
    # In a process of its own: mypy switches the garbage collection of the one it is in.
    command = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", str(file)]
    done = subprocess.run(command, check=False, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode in (0, 1), done.stderr
    found = re.findall(r"host\.py:(\d+): error: .*\[([a-z-]+)\]", done.stdout)
    lines = HOST.splitlines()
    expected = [
        (str(number), line.partition("  # ")[2])
        for number, line in enumerate(lines, 1)
        if "  # " in line
    ]
    assert found == expected, done.stdout


@pytest.mark.parametrize(
    ("new", "changes", "checked"),
    [
        (users.NewUser, users.UserChanges, users.UserFields),
        (channels.NewChannel, channels.ChannelChanges, channels.ChannelFields),
        (packages.NewPackage, packages.PackageChanges, packages.PackageFields),
        (servers.NewServer, servers.ServerChanges, servers.ServerFields),
        (None, channels.SharedChanges, SharedFields),
    ],
)
def test_the_typed_fields_are_those_that_are_checked(
    new: type | None, changes: type, checked: type[Input]
) -> None:
    hints = get_type_hints(checked)
    types = {name: hints[name] for name in checked.model_fields}
    required = {name for name, field in checked.model_fields.items() if field.is_required()}
    assert get_type_hints(changes) == types
    assert changes.__required_keys__ == set()  # type: ignore[attr-defined]
    if new is not None:
        assert get_type_hints(new) == types
        assert new.__required_keys__ == required  # type: ignore[attr-defined]


def test_channels_are_listed_by_what_they_are_found_by() -> None:
    found = get_type_hints(channels.found)
    del found["return"]
    assert get_type_hints(channels.Which) == found
