"""The lines of the original plugin's manual, as they are typed there."""

from __future__ import annotations

import pytest

from tests.api.caller import Caller

CREATE = (
    "curl -u 'admin:correct horse' --data-binary "
    """'{"name":"flussonic","email":"support1@flussonic.com","max_sessions":"3"}' /users"""
)
UPDATE = (
    "curl -u 'admin:correct horse' --data-binary "
    """'{"created_at":null,"email":"support3@flussonic.com","id":10,"key":"newtoken","""
    """"max_sessions":3,"name":"support","packages":null,"updated_at":null}' /users/1"""
)
DELETE = UPDATE.replace("--data-binary", "-X DELETE --data-binary")
DELETE_BY_ADDRESS = UPDATE.replace("/users/1", "/users/1/delete")
LIST = "curl -u 'admin:correct horse' /users"


def test_the_list_is_a_page(api: Caller) -> None:
    api.type(CREATE)
    answer = api.type(LIST)
    assert answer.status_code == 200
    assert answer.json is not None
    assert [user["name"] for user in answer.json["users"]] == ["flussonic"]


def test_a_form_content_type_and_a_text_for_a_number_create_a_user(api: Caller) -> None:
    answer = api.type(CREATE)
    assert answer.status_code == 201
    assert answer.json is not None
    assert answer.json["email"] == "support1@flussonic.com"
    assert answer.json["max_sessions"] == 3
    assert answer.json["packages"] is None
    assert len(answer.json["key"]) >= 11


def test_read_only_fields_are_passed_over(api: Caller) -> None:
    made = api.type(CREATE).json
    answer = api.type(UPDATE)
    assert answer.status_code == 200
    assert made is not None
    assert answer.json is not None
    assert answer.json["id"] == made["id"] == 1
    assert answer.json["created_at"] == made["created_at"]
    told = {name: answer.json[name] for name in ("name", "email", "key", "max_sessions")}
    assert told == {
        "name": "support",
        "email": "support3@flussonic.com",
        "key": "newtoken",
        "max_sessions": 3,
    }


@pytest.mark.parametrize("line", [DELETE, DELETE_BY_ADDRESS])
def test_both_ways_to_delete_work(api: Caller, line: str) -> None:
    api.type(CREATE)
    answer = api.type(line)
    assert (answer.status_code, answer.data) == (204, b"")
    assert api.get("/users")["users"] == []


def test_a_user_is_deleted_without_a_body_too(api: Caller) -> None:
    api.type(CREATE)
    assert api.send("POST", "/users/1/delete").status_code == 204
    assert api.send("DELETE", "/users/1").status_code == 404
