"""A table of the routes of one door, which the blueprint mounts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Route:
    """One address below the mount's prefix."""

    rule: str
    endpoint: str
    view: Callable[..., Any]
    methods: tuple[str, ...]


class Routes:
    """The routes of one door.

    :param prefix: comes before each rule.
    :param endpoint: comes before each view's name in its endpoint: ``"admin"`` makes the view
        ``users`` the endpoint ``.admin_users``.
    """

    def __init__(self, prefix: str, endpoint: str) -> None:
        self._prefix = prefix
        self._endpoint = endpoint
        self._routes: list[Route] = []

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes)

    def add(self, rule: str, *, methods: Iterable[str] = ("GET",)) -> Callable[[View], View]:
        """Decorate a view with the address that leads to it."""

        def decorate(view: View) -> View:
            endpoint = f"{self._endpoint}_{view.__name__}"
            route = Route(self._prefix + rule, endpoint, view, tuple(methods))
            self._routes.append(route)
            return view

        return decorate
