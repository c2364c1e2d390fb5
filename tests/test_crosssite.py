"""Writes from another site's page are refused, whatever the browser tells of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import LOGIN

SAME = "http://localhost"


def post(client: FlaskClient, **headers: str) -> int:
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    body = '{"name": "bob"}'
    return client.post("/tv/api/users", data=body, headers=sent, auth=LOGIN).status_code


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec_Fetch_Site": "same-origin"},
        {"Sec_Fetch_Site": "none"},
        {"Origin": SAME},
        {"Origin": "https://evil.example", "Sec_Fetch_Site": "same-origin"},
        {"Origin": "https://billing.example", "Sec_Fetch_Site": "cross-site"},
    ],
)
def test_allowed(make_app: Callable[..., Flask], headers: dict[str, str]) -> None:
    app = make_app(IPTV_TRUSTED_ORIGINS="https://billing.example")
    assert post(app.test_client(), **headers) == 201


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec_Fetch_Site": "cross-site"},
        {"Sec_Fetch_Site": "same-site"},
        {"Sec_Fetch_Site": "cross-site", "Origin": SAME},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://["},
        {"Origin": ""},
    ],
)
def test_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    assert post(client, **headers) == 403
    assert client.get("/tv/api/users", auth=LOGIN).get_json()["users"] == []


def test_reading_is_never_refused(client: FlaskClient) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
    assert client.get("/tv/api/users", headers=headers, auth=LOGIN).status_code == 200
