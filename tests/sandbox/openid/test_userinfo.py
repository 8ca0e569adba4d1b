"""Userinfo, revocation and introspection."""

from __future__ import annotations

import base64
import json

import pytest

from tests.sandbox.openid.conftest import CLIENT, ISSUER, SECRET, Op, basic, claims

OFFLINE = "openid profile offline_access"


@pytest.mark.security("13")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_profile_tells_names_and_birth_date_of_the_same_subject(op: Op, method: str) -> None:
    person = op.person()
    told = await op.tokens(person)
    answer = await op.userinfo(told["access_token"], method)
    found = answer.json()
    assert answer.headers["cache-control"] == "no-store"
    assert found["sub"] == claims(told["id_token"])["sub"]
    assert (found["family_name"], found["given_name"], found["middle_name"]) == (person.last_name, person.first_name, person.middle_name)
    assert found["birthdate"] == person.birth_date.isoformat()
    assert found["gender"] == {"M": "male", "F": "female"}[person.sex]
    assert not {"email", "phone_number", "snils", "address"} & found.keys()


async def test_each_scope_adds_its_claims(op: Op) -> None:
    person = op.person()
    told = await op.tokens(person, scope="openid email phone address snils")
    found = (await op.userinfo(told["access_token"])).json()
    assert (found["email"], found["email_verified"], found["phone_number"], found["snils"]) == (
        person.email,
        True,
        person.phone,
        person.snils,
    )
    assert found["address"]["locality"]
    assert "given_name" not in found


@pytest.mark.security("25")
async def test_a_simplified_account_vouches_for_nothing(op: Op) -> None:
    told = await op.tokens(op.person("simplified"), scope="openid email phone snils")
    found = (await op.userinfo(told["access_token"])).json()
    assert "snils" not in found
    assert not found.get("email_verified") and not found.get("phone_number_verified")


async def test_scope_openid_alone_tells_the_subject_only(op: Op) -> None:
    told = await op.tokens(op.person(), scope="openid")
    assert set((await op.userinfo(told["access_token"])).json()) == {"sub"}


async def test_no_token_is_challenged_without_an_error_and_a_wrong_one_with(op: Op) -> None:
    bare = await op.http.get("/op/userinfo")
    assert (bare.status_code, bare.headers["www-authenticate"]) == (401, 'Bearer realm="op"')
    wrong = await op.userinfo("wrong")
    assert wrong.status_code == 401
    assert 'error="invalid_token"' in wrong.headers["www-authenticate"]
    assert wrong.headers["cache-control"] == "no-store"


@pytest.mark.security("12")
async def test_an_id_token_or_a_refresh_token_opens_nothing(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    for text in (told["id_token"], told["refresh_token"]):
        assert (await op.userinfo(text)).status_code == 401


async def test_a_token_in_the_query_is_refused(op: Op) -> None:
    told = await op.tokens(op.person())
    answer = await op.http.get("/op/userinfo", params={"access_token": told["access_token"]})
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


async def test_a_client_may_have_its_userinfo_signed(op: Op) -> None:
    await op.register(userinfo_signed_response_alg="ES256")
    told = await op.tokens(op.person())
    answer = await op.userinfo(told["access_token"])
    assert answer.headers["content-type"] == "application/jwt"
    payload = answer.text.split(".")[1]
    found = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert (found["iss"], found["aud"], found["sub"]) == (ISSUER, CLIENT, claims(told["id_token"])["sub"])


async def revoke(op: Op, token: str, **headers: str) -> int:
    return (await op.http.post("/op/revoke", data={"token": token}, headers=headers or op.headers)).status_code


async def test_a_revoked_access_token_is_dead_alone(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    assert await revoke(op, told["access_token"]) == 200
    assert (await op.userinfo(told["access_token"])).status_code == 401
    assert (await op.refresh(told["refresh_token"])).status_code == 200


async def test_a_revoked_refresh_token_takes_its_grant_along(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    assert await revoke(op, told["refresh_token"]) == 200
    assert (await op.userinfo(told["access_token"])).status_code == 401
    assert (await op.refresh(told["refresh_token"])).status_code == 400


async def test_revoking_needs_the_client_and_tells_nothing_of_foreign_tokens(op: Op) -> None:
    told = await op.tokens(op.person())
    await op.register(client_id="other", client_secret="other")
    assert await revoke(op, told["access_token"], Authorization=basic("other", "other")) == 200
    assert (await op.userinfo(told["access_token"])).status_code == 200
    assert await revoke(op, "unknown") == 200
    assert await revoke(op, told["access_token"], Authorization=basic(secret="wrong")) == 401
    assert (await op.http.post("/op/revoke", data={}, headers=op.headers)).json()["error"] == "invalid_request"


async def test_introspection_tells_of_own_living_tokens(op: Op) -> None:
    async def active(token: str, **headers: str) -> dict[str, object]:
        answer = await op.http.post("/op/introspect", data={"token": token}, headers=headers or op.headers)
        assert answer.headers["cache-control"] == "no-store"
        found: dict[str, object] = answer.json()
        return found

    told = await op.tokens(op.person(), scope=OFFLINE)
    found = await active(told["access_token"])
    assert (found["active"], found["client_id"], found["scope"], found["token_type"]) == (True, CLIENT, OFFLINE, "Bearer")
    assert found["sub"] == claims(told["id_token"])["sub"]
    assert (await active(told["refresh_token"]))["active"] is True
    await op.register(client_id="other", client_secret="other")
    assert await active(told["access_token"], Authorization=basic("other", "other")) == {"active": False}
    await revoke(op, told["refresh_token"])
    assert await active(told["access_token"]) == {"active": False}
    assert await active(told["refresh_token"]) == {"active": False}


async def test_introspection_is_not_for_public_clients(op: Op) -> None:
    await op.register(client_id="app", client_secret=None)
    answer = await op.http.post("/op/introspect", data={"token": "x", "client_id": "app"})
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.security("32")
async def test_the_request_log_shows_no_secret(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    await op.userinfo(told["access_token"])
    await op.refresh(told["refresh_token"])
    await revoke(op, told["refresh_token"])
    shown = (await op.http.get("/_sandbox/requests")).text
    for secret in (told["access_token"], told["refresh_token"], told["id_token"], SECRET, "v" * 43):
        assert secret not in shown
