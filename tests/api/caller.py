"""A billing script: calls the API as curl would."""

from __future__ import annotations

import json
import shlex
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.conftest import LOGIN


class Caller:
    """Sends requests with the login.

    :param client: of the app.
    :param base: path of the API.
    """

    def __init__(self, client: FlaskClient, base: str = "/tv/api") -> None:
        self.client = client
        self.base = base

    def send(self, method: str, path: str, body: object = None, **options: Any) -> TestResponse:
        """Send a request; a body that is not bytes is sent as JSON, marked as curl marks it."""
        if body is not None:
            options["data"] = body if isinstance(body, bytes) else json.dumps(body).encode()
            options.setdefault("content_type", "application/x-www-form-urlencoded")
        options.setdefault("auth", LOGIN)
        return self.client.open(self.base + path, method=method, **options)

    def get(self, path: str) -> Any:
        """Fetch what is surely there."""
        response = self.send("GET", path)
        assert response.status_code == 200, response.text
        return response.json

    def make(self, path: str, **fields: object) -> Any:
        """Create what can surely be created."""
        response = self.send("POST", path, fields)
        assert response.status_code == 201, response.text
        return response.json

    def change(self, path: str, **fields: object) -> Any:
        """Change what can surely be changed."""
        response = self.send("PUT", path, fields)
        assert response.status_code == 200, response.text
        return response.json

    def type(self, line: str) -> TestResponse:
        """Do what a line with curl does.

        :param line: ``curl -u LOGIN:PASS [-X METHOD] [--data-binary DATA] PATH``.
        """
        program, *words = shlex.split(line)
        assert program == "curl"
        *options, path = words
        given = dict(zip(options[::2], options[1::2], strict=True))
        login, _, password = given.pop("-u").partition(":")
        data = given.pop("--data-binary", None)
        method = given.pop("-X", "GET" if data is None else "POST")
        assert given == {}
        body = None if data is None else data.encode()
        return self.send(method, path, body, auth=(login, password))
