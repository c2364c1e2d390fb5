"""The site's own people: how they join and log in, and which of them are staff."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar, cast

import sqlalchemy as sa
from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from sqlalchemy.orm import Mapped, mapped_column, relationship
from werkzeug.security import generate_password_hash

from flask_iptv import models
from flask_iptv.rate_limits import check_password

from .database import db

P = ParamSpec("P")
R = TypeVar("R")

ADMIN = "admin"

blueprint = Blueprint("accounts", __name__)
login_manager = LoginManager()
login_manager.login_view = "accounts.login"
login_manager.login_message = None


class Account(UserMixin, db.Model):  # type: ignore[misc, name-defined]
    """Somebody who can log in; ``user`` is the IPTV user who watches for this account."""

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    password_hash: Mapped[str]
    #: What browsers remember; a new password makes a new one and so logs them all out.
    login_key: Mapped[str] = mapped_column(unique=True)
    is_staff: Mapped[bool] = mapped_column(default=False)
    user_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey(models.User.__table__.c.id, ondelete="SET NULL")
    )
    # The class itself: by name, only the site's own models are found.
    user: Mapped[models.User | None] = relationship(models.User)

    def set_password_hash(self, password_hash: str) -> None:
        """Change the password; whoever is logged in has to log in again."""
        self.password_hash = password_hash
        self.login_key = secrets.token_urlsafe(16)

    def get_id(self) -> str:
        """What Flask-Login keeps in the browser's session."""
        return self.login_key


def by_name(name: str) -> Account | None:
    """Look up an account."""
    return db.session.scalar(sa.select(Account).filter_by(name=name))


def set_admin(password_hash: str) -> None:
    """Give the staff account ``admin`` this password; make the account if there is none."""
    account = by_name(ADMIN) or Account(name=ADMIN)
    account.is_staff = True
    if account.password_hash != password_hash:
        account.set_password_hash(password_hash)
    db.session.add(account)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def _by_login_key(login_key: str) -> Account | None:
    return db.session.scalar(sa.select(Account).filter_by(login_key=login_key))


def staff_required(view: Callable[P, R]) -> Callable[P, R | ResponseReturnValue]:
    """Decorate a view that only staff may open; others are asked to log in, or turned away."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> R | ResponseReturnValue:
        if not current_user.is_authenticated:
            return cast(ResponseReturnValue, login_manager.unauthorized())
        if not current_user.is_staff:
            abort(403, "Only the club's staff may open this page.")
        return view(*args, **kwargs)

    return guarded


def enter(account: Account) -> None:
    """Log somebody in, in a new session.

    Whoever put the cookie of the old one into the browser would know its token against forgery.
    """
    session.clear()
    login_user(account)


@blueprint.get("/login")
def login() -> str:
    return render_template("login.html")


@blueprint.post("/login")
def log_in() -> ResponseReturnValue:
    name = request.form.get("name", "")
    password = request.form.get("password", "")
    account = by_name(name)
    # Checked even if nobody has the name, so that the time taken does not tell.
    password_hash = account.password_hash if account else _nobodys_hash()
    is_right = check_password(name, password, password_hash, exists=account is not None)
    if not is_right or account is None:
        flash("There is no account with this name and password.")
        return render_template("login.html"), 403
    # Flask-Login put it there (USE_SESSION_FOR_NEXT), so it is a page of this site.
    page = session.get("next")
    enter(account)
    return redirect(page or url_for("iptv.admin_start" if account.is_staff else "pages.my_tv"))


@blueprint.post("/logout")
def log_out() -> ResponseReturnValue:
    session.clear()
    logout_user()
    return redirect(url_for("pages.front"))


@cache
def _nobodys_hash() -> str:
    return generate_password_hash(secrets.token_hex())
