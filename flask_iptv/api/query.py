"""Reading query strings: how a part of a list is asked for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, TypeVar

from flask import request
from pydantic import BeforeValidator, ConfigDict, Field
from werkzeug.exceptions import BadRequest

from ..errors import InvalidInput, NotFound, Problem
from ..fields import Input, Line, Title, WholeNumber, check, told
from ..records import MAX_LIMIT, P, Page

Q = TypeVar("Q", bound=Input)


def _not_blank(value: object) -> object:
    # What a script has never set must not list everything.
    if isinstance(value, str) and not value.strip():
        raise ValueError("must not be empty; leave it out for any")
    return value


#: Comes before the type of a parameter that may be left out.
NotBlank = BeforeValidator(_not_blank)
#: The exact value to list by.
Text = Annotated[Title | None, NotBlank]


Sort = Annotated[str, Field(max_length=50)]
SORTING = "What to sort by; with `-` before it, in reverse."
_Searched = Annotated[str, Field(max_length=255), Line, told.LINE]
_Cursor = Annotated[str, Field(max_length=2000), Line, told.CURSOR]


class Paging(Input):
    """Which part of a list is wanted."""

    model_config = ConfigDict(defer_build=True)

    limit: Annotated[int, Field(ge=1, le=MAX_LIMIT), WholeNumber] = Field(
        100, description="How many at most."
    )
    cursor: Annotated[_Cursor | None, NotBlank] = Field(
        None, description="`next` of the part before."
    )
    sort: Annotated[Sort, told.sorts("id", "name")] = Field("id", description=SORTING)


class Search(Paging):
    """Which part of a list is wanted, and what to look for in it."""

    search: Annotated[_Searched | None, NotBlank] = Field(
        None, description="A text in the name or in what else describes it, whatever its case."
    )


def read(model: type[Q]) -> Q:
    """Read the query of this request.

    :raises InvalidInput: naming each parameter that is unknown, given twice or can't be used.
    """
    try:
        given = request.args.to_dict(flat=False)
    except UnicodeDecodeError:
        raise BadRequest("the query is not UTF-8; percent-encode it") from None
    twice = [
        Problem(name, values[1], "is given more than once; once is right")
        for name, values in given.items()
        if len(values) > 1
    ]
    if twice:
        raise InvalidInput(twice)
    return check(model, {name: values[0] for name, values in given.items()})


def page(read_page: Callable[..., Page[P]], query: Paging, **more: Any) -> Page[P]:
    """Read the part of the list that a query wants.

    :param read_page: the domain's function; its parameters are the fields of the query.
    :raises InvalidInput: if there is nothing of a name that is listed by.
    """
    try:
        return read_page(**query.model_dump(exclude_none=True), **more)
    except NotFound as error:
        raise InvalidInput([Problem(error.noun, error.key, str(error))]) from None
