"""The rules of routes, compiled once for all the apps of a test run."""

from __future__ import annotations

from copy import copy
from typing import Any

from werkzeug.routing import Map, Rule

_MADE = ("_trace", "_parts", "_converters", "arguments")
"""What werkzeug's rules learn by compiling, beside the two functions that build addresses."""
_BUILDERS = ("_build", "_build_unknown")


def compile_rules_once() -> None:
    """Let rules share what they compile, which comes out the same in each app.

    It is most of the time that it takes to register a blueprint. A werkzeug that keeps what it
    compiles elsewhere goes on compiling, at its own speed.
    """
    compiles = Rule.compile
    compiled: dict[object, dict[str, Any]] = {}

    def compile_once(rule: Rule) -> None:
        # Converters of a host's own may look at the map that they are in.
        if rule.map.converters != Map.default_converters:
            compiles(rule)
            return
        where = (rule.host if rule.map.host_matching else rule.subdomain, rule.merge_slashes)
        key = (rule.rule, *where, repr(rule.defaults))
        made = compiled.get(key)
        if made is None:
            compiles(rule)
            if vars(rule).keys() >= {*_MADE, *_BUILDERS}:
                made = {name: copy(vars(rule)[name]) for name in _MADE}
                made |= {name: vars(rule)[name].__func__ for name in _BUILDERS}
                compiled[key] = made
            return
        for name in _MADE:
            setattr(rule, name, copy(made[name]))
        for name in _BUILDERS:
            setattr(rule, name, made[name].__get__(rule))

    Rule.compile = compile_once  # type: ignore[assignment, method-assign]
