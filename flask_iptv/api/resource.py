"""The addresses of the API and what can be done at each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from flask import Response, request, url_for
from pydantic import BaseModel
from werkzeug.exceptions import MethodNotAllowed, NotFound

from .. import database
from ..errors import NotFound as NoSuchRecord
from ..fields import Input
from ..routes import Routes
from . import body, conditions, query
from .answer import Created, RecordOut, json_response, nothing

Handler = TypeVar("Handler", bound=Callable[..., "BaseModel | Created | None"])

routes = Routes("/api", "api")

# All are led to our views, so that a method an address does not know is refused in JSON too.
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")


@dataclass(frozen=True)
class Operation:
    """One thing that can be done at an address.

    :param name: its ``operationId`` in the OpenAPI document.
    :param handler: is called with the parts of the address, with ``query`` if there is one, and
        with ``fields`` if there is a body.
    :param query: what the query may hold.
    :param body: what the body may hold.
    :param partial: whether the body needs only the fields that are to be changed.
    :param read_only: fields of the body that are not looked at, so that an object we gave can be
        sent back as it was.
    :param answer: what comes back; nothing if ``None``.
    :param status: of the answer: 200, 201 or 204.
    :param asks_servers: whether a media server is asked, which may fail.
    :param max_body: bytes that the body may have.
    """

    name: str
    method: str
    handler: Callable[..., BaseModel | Created | None]
    query: type[Input] | None
    body: type[Input] | None
    partial: bool
    read_only: frozenset[str]
    answer: type[BaseModel] | None
    status: int
    asks_servers: bool
    max_body: int

    def carry_out(self, require_match: Callable[[], None], **arguments: Any) -> Response:
        """Do it and commit.

        :param require_match: refuses a write to what is not as the caller has seen it.
        :param arguments: the parts of the address.
        """
        if self.query is not None:
            arguments["query"] = query.read(self.query)
        if self.body is not None:
            # Before anything is held: it may come slowly.
            arguments["fields"] = body.read(self.read_only, self.max_body)
        if self.method != "GET":
            require_match()
        response = self._respond(self.handler(**arguments))
        if self.method != "GET":
            database.commit()
        return response

    def _respond(self, result: BaseModel | Created | None) -> Response:
        if result is None:
            return nothing(self.status)
        if isinstance(result, BaseModel):
            response = json_response(result, self.status)
            return conditions.spared(response) if self.method == "GET" else response
        response = json_response(result.answer, self.status)
        response.headers["Location"] = result.location
        return response


class Resource:
    """One address, or as many as its rule matches.

    :param rule: below ``/api``.
    :param name: its endpoint is ``.api_NAME``.
    :param hold: is called with the parts of the address, and lets nobody else change what is there
        until the transaction ends.
    :param part_of: the record that is changed here, if it is shown elsewhere.
    """

    def __init__(
        self,
        rule: str,
        name: str,
        *,
        hold: Callable[..., None] | None = None,
        part_of: Resource | None = None,
    ) -> None:
        self.rule = rule
        self._hold = hold
        self._part_of = part_of
        self.operations: dict[str, Operation] = {}

        def view(**parts: str) -> Response:
            return self._answer(parts)

        view.__name__ = name
        routes.add(rule, methods=_METHODS)(view)
        _all.append(self)

    @property
    def record(self) -> Resource | None:
        """Where the record that is changed here is shown, with its ETag."""
        place = self._part_of or self
        shown = place.operations.get("GET")
        is_record = shown is not None and issubclass(shown.answer or BaseModel, RecordOut)
        return place if is_record else None

    def on(
        self,
        *methods: str,
        query: type[Input] | None = None,
        body: type[Input] | None = None,
        partial: bool = False,
        read_only: Iterable[str] = (),
        answer: type[BaseModel] | None = None,
        status: int = 200,
        asks_servers: bool = False,
        max_body: int = body.MAX_BODY,
    ) -> Callable[[Handler], Handler]:
        """Decorate the function that does what these methods stand for; see :class:`Operation`."""

        def decorate(handler: Handler) -> Handler:
            for method in methods:
                name = handler.__name__
                if method != methods[0]:
                    name += f"_by_{method.lower()}"
                self.operations[method] = Operation(
                    name=name,
                    method=method,
                    handler=handler,
                    query=query,
                    body=body,
                    partial=partial,
                    read_only=frozenset(read_only),
                    answer=answer,
                    status=status,
                    asks_servers=asks_servers,
                    max_body=max_body,
                )
            return handler

        return decorate

    def _answer(self, parts: dict[str, str]) -> Response:
        if not self.operations:
            every = url_for(".api_openapi")
            raise NotFound(f"there is nothing at {request.path}; {every} names all addresses")
        allowed = [*self.operations, "OPTIONS", *(["HEAD"] if "GET" in self.operations else [])]
        if request.method == "OPTIONS":
            response = nothing(204)
            response.headers["Allow"] = ", ".join(allowed)
            return response
        operation = self.operations.get("GET" if request.method == "HEAD" else request.method)
        if operation is None:
            message = f"{request.method} is not possible here, only {', '.join(allowed)}"
            raise MethodNotAllowed(allowed, message)
        return operation.carry_out(lambda: self._require_match(parts), **parts)

    def _require_match(self, parts: dict[str, str]) -> None:
        if not conditions.is_given():
            return
        record = self.record
        if record is None:
            raise conditions.without_etag()
        own = {name: parts[name] for name in re.findall(r"(\w+)>", record.rule)}
        # What was read before may be old on some databases, however late it is read again. What
        # the host has written in this request is not ours to throw away.
        database.commit()
        database.session().expire_all()
        record.hold(**own)
        conditions.require(cast("BaseModel", record.operations["GET"].handler(**own)))

    def hold(self, **parts: str) -> None:
        """Let nobody else change the record until the transaction ends."""
        if self._hold is not None:
            self._hold(**parts)


_all: list[Resource] = []


def resources() -> list[Resource]:
    """Every address that something can be done at."""
    return [resource for resource in _all if resource.operations]


def number(noun: str, part: str) -> int:
    """Read an id in an address.

    :raises NotFound: if it is no number, or one of so many digits that reading it takes long.
    """
    if not re.fullmatch(r"[0-9]{1,18}", part):
        raise NoSuchRecord(noun, part)
    return int(part)
