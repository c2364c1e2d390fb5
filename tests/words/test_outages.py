"""An outage is said in the reader's language, whichever part of the site has met it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import connections, database
from flask_iptv.errors import Unavailable
from flask_iptv.outages import in_words, outage_of
from flask_iptv.phrases import Phrase

from .furnished import TOKEN
from .reader import ADMIN, Reader


def test_the_storage_and_what_to_do_are_in_the_readers_language(marked_site: Flask) -> None:
    with marked_site.app_context():
        database.session().execute(sa.text("DROP TABLE iptv_user_packages"))
        database.session().commit()
    reader = Reader(marked_site)
    for asked in (
        {"token": TOKEN, "channel": "первый"},
        {"user": "зритель 1", "channel": "первый"},
    ):
        reader.post(f"{ADMIN}/explain", 422, **asked)
    reader.open(f"{ADMIN}/users", 503)
    reader.check()


def test_every_outage_of_a_connection_is_a_phrase(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app()
    ours = app.extensions["iptv"].connections
    for statement in ("nonsense", "SELECT 1 FROM nothing"):
        with pytest.raises(Unavailable) as met:
            ours.ask(lambda lent, statement=statement: lent.cursor.execute(statement))
        assert isinstance(met.value.storage, Phrase)
        ours.close()
        monkeypatch.setitem(connections._OPENED, "sqlite", (statement,))
        with pytest.raises(Unavailable) as met:
            ours.ask(lambda lent: None)
        assert isinstance(met.value.storage, Phrase)
        monkeypatch.undo()


def test_what_a_driver_repeats_of_a_value_is_left_out() -> None:
    said = "Could not decode to UTF-8 column 'key' with text 'secret\ufffd'"
    assert in_words(ValueError(said)) == "Could not decode to UTF-8 column 'key'"


def test_a_value_that_is_refused_is_no_outage() -> None:
    refused = (sa.exc.IntegrityError, sa.exc.DataError)
    failed = (sa.exc.DatabaseError, sa.exc.OperationalError, sa.exc.InternalError)
    for kind in (*refused, *failed):
        outage = outage_of(kind("", {}, Exception("no")))
        assert (outage is None) == (kind in refused), kind
