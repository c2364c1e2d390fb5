"""A command that tells what went wrong in one line each, never with a traceback."""

from __future__ import annotations

from typing import Any

import click
from alembic.util import CommandError
from click.core import ParameterSource
from flask.cli import AppGroup
from sqlalchemy.exc import SQLAlchemyError

from .. import database
from ..errors import InvalidInput, IPTVError
from ..outages import cause_of, in_words


class Command(click.Command):
    """A command that exits with 1 and a sentence on standard error when something is refused."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Called by click."""
        rest = super().parse_args(ctx, args)
        for param in self.params:
            _refuse_blank(ctx, param)
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Called by click."""
        try:
            return super().invoke(ctx)
        except InvalidInput as error:
            for problem in error.problems:
                field = f"{problem.field}: " if problem.field else ""
                click.echo(f"Error: {field}{problem.message}", err=True)
        except (IPTVError, CommandError, SQLAlchemyError) as error:
            click.echo(f"Error: {_worded(error)}", err=True)
        return ctx.exit(1)


def _refuse_blank(ctx: click.Context, param: click.Parameter) -> None:
    """Refuse what a script has given out of a variable that was never set: it may end a limit."""
    if ctx.get_parameter_source(param.name or "") is ParameterSource.DEFAULT:
        return
    given = ctx.params.get(param.name or "")
    for value in given if isinstance(given, tuple) else (given,):
        if isinstance(value, str) and not value.strip():
            leave_it_out = "" if param.required else "; leave it out for none"
            raise click.BadParameter(f"must not be empty{leave_it_out}", ctx=ctx, param=param)


class Commands(AppGroup):
    """A group of such commands, each with the app's context."""

    command_class = Command


def _worded(error: Exception) -> str:
    outage = database.outage_of(error)
    if outage is not None or not isinstance(error, SQLAlchemyError):
        return str(outage or error)
    # The whole error would show the statement with its values, tokens among them.
    return f"the database failed: {in_words(cause_of(error))}"
