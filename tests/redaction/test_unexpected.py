"""An error that nobody expected: the host hears of it as of any other, its log of no token."""

from __future__ import annotations

import logging

import pytest
import sqlalchemy as sa
from flask import Flask, got_request_exception
from sqlalchemy.exc import DataError

from flask_iptv import IPTV, database, users
from flask_iptv.models import User
from tests.conftest import LOGIN

TOKEN = "bobs-token"
ADDRESSES = (f"/tv/my/{TOKEN}", f"/tv/playlists/bob.m3u?token={TOKEN}", "/tv/admin/users/1")

Caplog = pytest.LogCaptureFixture


class Unheard(Exception):
    """What nobody catches."""


@pytest.fixture
def broken(provider: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """A site in production, whose pages and playlists fail and tell a token with it."""

    def fails(*args: object, **kwargs: object) -> None:
        user = users.by_name("bob")
        user.comment = "half done"
        database.session().flush()
        raise Unheard(f"key={user.key!r}")

    for place in ("users.refusal", "viewer.page.show", "admin.user.show"):
        monkeypatch.setattr(f"flask_iptv.{place}", fails)
    provider.testing = False
    return provider


def answer(app: Flask, address: str) -> int:
    return app.test_client().get(address, auth=LOGIN).status_code


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_log_has_the_error_and_no_token(broken: Flask, caplog: Caplog, address: str) -> None:
    heard: list[object] = []

    def hear(sender: Flask, exception: Exception, **kwargs: object) -> None:
        heard.append(exception)

    with got_request_exception.connected_to(hear, sender=broken):
        assert answer(broken, address) == 500
    assert [type(error) for error in heard] == [Unheard]
    assert TOKEN not in caplog.text
    assert caplog.text.count("Traceback") == 1
    assert "Unheard: key='…oken'" in caplog.text
    path = address.partition("?")[0].replace(TOKEN, "…oken")
    assert f"Exception on {path} [GET]" in caplog.text
    assert {record.name for record in caplog.records} == {broken.logger.name}
    with broken.app_context():
        assert users.by_name("bob").comment is None


def test_what_a_statement_was_given_is_not_in_it(
    provider: Flask, caplog: Caplog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise DataError("SELECT ?", ("x", 1, TOKEN), ValueError("too long"))

    monkeypatch.setattr("flask_iptv.viewer.page.show", fails)
    provider.testing = False
    assert answer(provider, ADDRESSES[0]) == 500
    assert "too long" in caplog.text
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("setting", ["TESTING", "PROPAGATE_EXCEPTIONS", "DEBUG"])
def test_who_wants_to_see_it_does(broken: Flask, setting: str) -> None:
    broken.config[setting] = True
    with pytest.raises(Unheard):
        answer(broken, ADDRESSES[0])


def test_a_page_of_the_host_for_what_went_wrong_is_shown(broken: Flask) -> None:
    causes: list[object] = []

    def sorry(error: Exception) -> tuple[str, int]:
        causes.append(getattr(error, "original_exception", None))
        return "sorry", 500

    broken.register_error_handler(500, sorry)
    assert broken.test_client().get(ADDRESSES[0]).text == "sorry"
    assert [type(cause) for cause in causes] == [Unheard]


def test_a_host_that_expects_it_handles_it_alone(broken: Flask, caplog: Caplog) -> None:
    broken.register_error_handler(Unheard, lambda error: ("I know", 418))
    assert answer(broken, ADDRESSES[0]) == 418
    assert caplog.text == ""


def test_what_the_api_could_not_expect(
    provider: Flask, caplog: Caplog, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*args: object, **kwargs: object) -> None:
        raise Unheard(f"token={TOKEN}")

    monkeypatch.setattr("flask_iptv.users.page", fails)
    assert answer(provider, "/tv/api/users") == 500
    assert "Exception on /tv/api/users [GET]" in caplog.text
    assert "Unheard: token=…oken" in caplog.text


def test_our_own_loggers_write_no_token_though_nothing_was_installed(
    app: Flask, caplog: Caplog
) -> None:
    names = [name for name in logging.root.manager.loggerDict if name.startswith("flask_iptv")]
    ours = [name for name in names if isinstance(logging.root.manager.loggerDict[name],
                                                 logging.Logger)]  # fmt: skip
    assert {"flask_iptv", "flask_iptv.auth", "flask_iptv.viewer"} <= set(ours)
    for name in ours:
        logging.getLogger(name).error("it failed: token=%s", TOKEN)
    assert TOKEN not in caplog.text
    assert caplog.text.count("token=…oken") == len(ours)


def test_an_engine_of_our_own_tells_no_values(tmp_path_factory: pytest.TempPathFactory) -> None:
    site = Flask("site", instance_path=str(tmp_path_factory.mktemp("site")))
    site.register_blueprint(IPTV())
    with site.app_context(), pytest.raises(sa.exc.SQLAlchemyError) as failed:
        database.session().execute(sa.select(User.id).where(sa.text("nothing = :x")), {"x": TOKEN})
    assert TOKEN not in str(failed.value)
    assert "hide_parameters" in str(failed.value)
    site.extensions["iptv"].close()
