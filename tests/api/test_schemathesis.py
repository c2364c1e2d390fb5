"""Schemathesis reads our OpenAPI document and tries whether the API is what it says."""

from __future__ import annotations

import base64
import json
import sys
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask
from hypothesis import strategies as st

from tests.api.caller import Caller
from tests.api.conftest import furnish
from tests.api.test_openapi import operations
from tests.conftest import LOGIN
from tests.examples import examples, is_thorough

if sys.version_info < (3, 11):
    pytest.skip("Schemathesis wants Python 3.11", allow_module_level=True)

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema

#: What a valid request may be refused for: it does not fit to what there is, or its fields don't
#: fit to each other, which no schema can say.
UNFITTING = ("there is no ", "has no server", "has no address", "cursor that the list itself gave")


def is_unfitting(answer: bytes) -> bool:
    """Tell whether a refusal is about no field by itself."""
    try:
        problems = json.loads(answer)["errors"]
    except (ValueError, KeyError):
        return False
    return all(
        not problem["field"] or any(words in problem["message"] for words in UNFITTING)
        for problem in problems
    )


def failures(app: Flask) -> list[str]:
    """Try every operation of the document; gives a line for each thing that is wrong."""
    schemathesis.openapi.format(
        "ip-network",
        st.ip_addresses().flatmap(
            lambda address: st.integers(0, address.max_prefixlen).map(
                lambda length: str(ip_network((address, length), strict=False))
            )
        ),
    )
    thorough = is_thorough()
    config = SchemathesisConfig.from_dict(
        {
            "seed": 1,
            "generation": {
                "max-examples": examples(60),
                "deterministic": True,
                "database": "none",
            },
            "auth": {"basic": {"username": LOGIN[0], "password": LOGIN[1]}},
            "phases": {
                # Takes half a minute to make texts as long as they may be.
                "coverage": {"enabled": thorough},
                "stateful": {"enabled": False},
            },
            # Fails by itself with an app in the same process (schemathesis 4.32); that the API is
            # closed without the login is tried in test_errors.
            "checks": {"ignored_auth": {"enabled": False}},
        }
    )
    login = base64.b64encode(":".join(LOGIN).encode()).decode()
    schema = schemathesis.openapi.from_wsgi(
        "/tv/api/openapi.json", app, config=config, headers={"Authorization": f"Basic {login}"}
    )
    found: list[str] = []
    tried = set()
    for event in from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            found.append(repr(event))
        if isinstance(event, events.ScenarioFinished):
            tried.add(event.recorder.label)
            found += _failed(event.recorder)
    told = operations(Caller(app.test_client()).get("/openapi.json"))
    # There is nothing to vary in the last one.
    assert {" ".join(each) for each in told} - tried <= {"GET /openapi.json"}
    return found


def _failed(recorder: Any) -> list[str]:
    found = []
    for case_id, checks in recorder.checks.items():
        sent = recorder.cases[case_id].value
        response = recorder.interactions[case_id].response
        for check in checks:
            if check.failure_info is None:
                continue
            # A made-up ETag is valid, and of nothing, whatever comes with it; and of a made-up
            # server that is asked, 502 is what is to be said.
            is_refusal = response.status_code in (412, 502) or (
                check.name == "positive_data_acceptance"
                and response.status_code == 422
                and is_unfitting(response.content)
            )
            if not is_refusal and not (
                # Spaces around a text are dropped before it is measured, which no schema can say.
                "violates `maxLength`" in check.failure_info.failure.message
                and _is_padded(sent.body)
            ):
                told = (sent.path_parameters, sent.query, sent.body, response.content[:300])
                found.append(f"{recorder.label}: {check.failure_info.failure.message}: {told}")
    return found


def _is_padded(body: Any) -> bool:
    texts = body.values() if isinstance(body, dict) else []
    return any(isinstance(text, str) and text != text.strip() for text in texts)


def test_the_api_is_what_its_document_says(app: Flask) -> None:
    furnish(Caller(app.test_client()))
    assert failures(app) == []
