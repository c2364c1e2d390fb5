"""The page that imports the channels of a playlist, after it has shown what that would change."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

from flask import Response, current_app, request
from werkzeug.exceptions import RequestEntityTooLarge

from .. import channel_import as imports
from .. import channel_sync, database, elsewhere
from ..channel_import import Plan
from ..errors import InvalidInput, NotFound, Problem
from ..fetching import FetchError
from ..management import ManagementError
from ..phrases import Phrase
from ..words import number, said, spoken
from . import choices
from .carried import MAX_BYTES, allow_long_fields, pack, unpack
from .door import routes
from .forms import Form, Value
from .pages import see, show

#: The playlist comes in one of the first three, or in "packed" once it was looked at.
_BLANK: Mapping[str, Value] = {
    "file": "",
    "url": "",
    "text": "",
    "server": "",
    "package": "",
    "update": True,
    "skip": False,
    "packed": "",
    "seen": "",
}

#: Channels of each kind of change that the page names.
NAMED = 200
#: New channels that it names, so that the rest of the page stays in sight.
FIRST = 20


@dataclass(frozen=True)
class _Looked:
    """What a playlist would change.

    :param packed: the playlist itself, if a form can bring it back.
    :param seen: stands for all that was shown; differs when anything of it does.
    """

    plan: Plan
    packed: str | None
    seen: str


@routes.add("/channels/import", methods=["GET", "POST"])
def channel_import() -> Response:
    if request.method != "POST":
        return _page(Form(_BLANK), None)
    form = _sent()

    def look() -> _Looked:
        looked = _look(form)
        # Servers were made only to tell of them.
        database.session().rollback()
        return looked

    return _page(form, None if form.is_wrong else form.save(look))


@routes.add("/channels/import/now", methods=["POST"])
def channel_import_now() -> Response:
    form, looked = _sent(), None

    def carry_out() -> bool:
        nonlocal looked
        looked = _look(form)
        if looked.seen != form.values["seen"]:
            message = Phrase("this is not what was shown before: the playlist, the choices below "
                             "or the channels are others now; look at it again")  # fmt: skip
            raise InvalidInput([Problem("", None, message)])
        if looked.plan.problems and not form.values["skip"]:
            message = Phrase("must be ticked, or the lines above be mended in the playlist")
            raise InvalidInput([Problem("skip", None, message)])
        looked.plan.carry_out()
        return True

    if not form.is_wrong and form.save(carry_out):
        return see(".admin_channels", "channels-imported")
    return _page(form, looked)


def _sent() -> Form:
    allow_long_fields()
    try:
        return Form.sent(_BLANK)
    except RequestEntityTooLarge:
        form = Form(_BLANK)
        form.complaints.append(
            said("This is more than the site takes at once. Give the address of the playlist "
                 "instead, or let the site's owner raise MAX_CONTENT_LENGTH.")
        )  # fmt: skip
        return form


def _look(form: Form) -> _Looked:
    source, content = _content(form)
    if len(content) > MAX_BYTES:
        message = Phrase("is larger than %(most)s bytes", most=number(MAX_BYTES))
        raise InvalidInput([Problem(source, None, message)])
    server, package = form.text("server") or None, form.text("package") or None
    try:
        plan = imports.plan_playlist(
            content, server=server, package=package, update=bool(form.values["update"])
        )
    except NotFound as error:
        raise InvalidInput([Problem(error.noun, error.key, error.message)]) from None
    except InvalidInput as error:
        raise InvalidInput([_at(source, problem) for problem in error.problems]) from None
    facts = (content, server, package, plan.added, plan.changed, plan.unchanged, plan.new_servers)
    return _Looked(plan, pack(content), hashlib.sha256(repr(facts).encode()).hexdigest())


def _content(form: Form) -> tuple[str, bytes]:
    """The playlist, and the field it came in."""
    if packed := form.text("packed"):
        content = unpack(packed)
        if content is None:
            message = Phrase("the playlist got lost on its way; choose it again")
            raise InvalidInput([Problem("file", None, message)])
        return "file", content
    given = [name for name in ("url", "text") if form.text(name)]
    upload = request.files.get("file")
    if upload is not None and upload.filename:
        given.append("file")
    if len(given) > 1:
        message = Phrase("give only one of these three: a file, an address or a text")
        raise InvalidInput([Problem(given[-1], None, message)])
    if given == ["url"]:
        return "url", _fetch(form.text("url"))
    if given == ["text"]:
        return "text", form.text("text").encode("utf-8", "surrogateescape")
    if upload is not None and given:
        return "file", upload.stream.read(MAX_BYTES + 1)
    message = Phrase("choose a file, or give an address or a text below")
    raise InvalidInput([Problem("file", None, message)])


def _fetch(url: str) -> bytes:
    try:
        with elsewhere.waiting():
            return channel_sync.download(url, current_app.extensions["iptv"].fetcher)
    except (FetchError, ManagementError) as error:
        message = error.args[0] if error.args else ""
        raise InvalidInput([Problem("url", None, message)]) from None


def _at(source: str, problem: Problem) -> Problem:
    return Problem(
        source, None, problem.told if problem.field.startswith("line ") else problem.message
    )


def _page(form: Form, looked: _Looked | None) -> Response:
    return show(
        "channel_import",
        form.status,
        form=form,
        plan=looked.plan if looked else None,
        packed=looked.packed if looked else None,
        seen=looked.seen if looked else "",
        spoken=spoken,
        named=NAMED,
        first=FIRST,
        servers=choices.servers().rows,
        packages=choices.packages().rows,
    )
