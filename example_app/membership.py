"""Joining the club: one transaction makes an account and the IPTV user who watches for it."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.security import generate_password_hash

from flask_iptv import rate_limits, users
from flask_iptv.errors import Duplicate, InvalidInput, Problem
from flask_iptv.models import utcnow
from flask_iptv.rate_limits import Limit, TooMany, one_hash

from .accounts import Account, by_name, enter
from .database import db

#: What a new member may watch, on how many devices, and for how long.
PACKAGE = "basic"
DEVICES = 2
TRIAL = timedelta(days=30)

PASSWORD_LENGTH = 10

#: Tries to join from one address.
JOINING = Limit("harbour_joining", 20, 3600)

blueprint = Blueprint("membership", __name__)


@blueprint.get("/join")
def form() -> str:
    return render_template("join.html", days=TRIAL.days, password_length=PASSWORD_LENGTH)


@blueprint.post("/join")
def join() -> ResponseReturnValue:
    if wait := rate_limits.count(JOINING):
        raise TooMany("Too many members joined from this address.", wait)
    given = request.form
    try:
        account = _admit(given.get("name", ""), given.get("email", ""), given.get("password", ""))
    except InvalidInput as error:
        for problem in error.problems:
            flash(f"{problem.field.capitalize()}: {problem.message}")
        return form(), 422
    db.session.commit()
    enter(account)
    return redirect(url_for("pages.my_tv"))


def _admit(name: str, email: str, password: str) -> Account:
    if len(password) < PASSWORD_LENGTH:
        message = f"must have at least {PASSWORD_LENGTH} characters"
        raise InvalidInput([Problem("password", None, message)])
    if by_name(name.strip()):
        raise Duplicate("member", "name", name.strip())
    user = users.create(
        name=name,
        # A form says by an empty text that there is none; what we call takes none for that.
        email=email.strip() or None,
        packages=[PACKAGE],
        max_sessions=DEVICES,
        expires_at=utcnow() + TRIAL,
    )
    account = Account(name=user.name, user=user)
    with one_hash():
        account.set_password_hash(generate_password_hash(password))
    db.session.add(account)
    return account
