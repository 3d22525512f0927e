"""Who may reach what: the table of rights is whole, and it is kept."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter

from quiz.people.roles import Role
from tests.web.conftest import Staff
from web.permissions import ANYONE, PERMISSIONS, READER, SIGNED_IN

WHO = {
    "CLERK-ZQ": Role.CLERK,
    "HALL-ZQ": Role.HALL_MANAGER,
    "BRANCH-AL": Role.BRANCH_MANAGER,
    "TRAINER-AL": Role.TRAINER,
    "INSPECT-AL": Role.INSPECTOR,
    "ADMIN-AL": Role.ADMIN,
}


def routes(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every route, with values that lead nowhere in place of its parameters."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            values = {name: nowhere(rule._converters[name]) for name in rule.arguments}
            found += [(rule.endpoint, method, str(rule.build(values)[1])) for method in sorted((rule.methods or set()) & {"GET", "POST"})]
    return found


def nowhere(converter: BaseConverter) -> object:
    """A value that the parameter takes and that leads nowhere; of a few words that it takes, one."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 987654 if isinstance(converter, IntegerConverter) else "none"


def test_every_route_stands_in_the_table_and_nothing_else(app: Flask) -> None:
    assert {endpoint for endpoint, _, _ in routes(app)} == set(PERMISSIONS)


def test_a_guest_reaches_only_what_is_for_guests(app: Flask, client: FlaskClient) -> None:
    for endpoint, method, address in routes(app):
        status = client.open(address, method=method, headers={"X-Requested-With": "fetch"}).status_code
        assert (status == 401) == (PERMISSIONS[endpoint] not in {ANYONE, READER}), (endpoint, method, status)


def test_a_guest_is_sent_to_the_sign_in_page_and_back(client: FlaskClient) -> None:
    response = client.get("/account/password?x=1")
    assert (response.status_code, response.headers["Location"]) == (303, "/account/sign-in?next=/account/password?x%3D1")


@pytest.mark.parametrize("number", WHO)
def test_each_role_reaches_what_the_table_says(app: Flask, client: FlaskClient, staff: Staff, number: str) -> None:
    for endpoint, method, address in routes(app):
        staff.sign_in(client, number)
        audience = PERMISSIONS[endpoint]
        allowed = isinstance(audience, str) or WHO[number] in audience
        response = client.open(address, method=method, headers={"X-Requested-With": "fetch"})
        if endpoint != "static":
            refused = response.status_code == 403 and response.get_json()["error"]["code"] == "not-allowed"
            assert refused != allowed, (endpoint, method, response.status_code)


def test_guests_are_refused_the_knowledge_base_where_the_setting_says_so(app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "OPEN_TO_GUESTS", False)
    assert client.get("/").status_code == 303
    assert client.get("/api/v1/entries").status_code == 401
    assert client.get("/healthz").status_code == 200


def test_the_audiences_are_known() -> None:
    assert {a for a in PERMISSIONS.values() if isinstance(a, str)} <= {ANYONE, READER, SIGNED_IN}
