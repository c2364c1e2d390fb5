"""Apps whose rules share what they compile still have maps of their own."""

from __future__ import annotations

from flask import Flask


def app_of(rule: str, *, sort: bool) -> Flask:
    app = Flask("site")
    app.url_map.sort_parameters = sort
    app.add_url_rule(rule, "page", lambda name: name, defaults={"page": 1} if sort else None)
    return app


def test_rules_of_the_same_words_are_asked_in_their_own_maps() -> None:
    rule = "/pages/<path:name>"
    asked = {"name": "a/b", "z": 1, "b": 2}
    for sort, query in ((False, "z=1&b=2"), (True, "b=2&z=1"), (False, "z=1&b=2")):
        urls = app_of(rule, sort=sort).url_map.bind("site.example")
        assert urls.build("page", asked | ({"page": 1} if sort else {})) == f"/pages/a/b?{query}"
        found = {"name": "a/b", "page": 1} if sort else {"name": "a/b"}
        assert urls.match("/pages/a/b") == ("page", found)
