"""The authorisation request: what is refused, where it is told, and what the way back carries."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import pytest

from tests.sandbox.openid.conftest import BACK, CLIENT, ISSUER, Op, challenge, claims, sent_back


async def test_success_carries_code_state_and_the_issuer(op: Op) -> None:
    op.sign_in_as(op.person())
    answer = await op.authorize()
    back = sent_back(answer)
    assert (back["state"], back["iss"], set(back)) == (op.state, ISSUER, {"code", "state", "iss"})
    assert answer.headers["cache-control"] == "no-store"


async def test_the_request_log_tells_what_was_protected(op: Op) -> None:
    op.sign_in_as(op.person())
    await op.authorize(nonce=None)
    assert await op.verdicts() == {"pkce": "ok", "nonce": "absent", "state": "ok"}
    await op.authorize(code_challenge_method="plain")
    assert (await op.verdicts())["hint"] == "code_challenge_method must be S256"


async def test_the_form_is_as_good_as_the_query(op: Op) -> None:
    op.sign_in_as(op.person())
    back = sent_back(await op.http.post("/op/authorize", data=op.asking()))
    assert back["code"]


@pytest.mark.security("1")
@pytest.mark.parametrize(
    "uri",
    [
        BACK + "/",
        BACK + "x",
        BACK + "?a=b",
        BACK + "#f",
        BACK.replace("/return", ""),
        BACK.upper(),
        BACK.replace("localhost", "user@localhost"),
        BACK.replace(":8000", ":8001"),
        BACK.replace("/auth/", "/%61uth/"),
        BACK.replace("/auth/", "/x/../auth/"),
        "https://evil.example/",
        "",
    ],
)
async def test_another_redirect_address_gets_a_page_and_no_redirect(op: Op, uri: str) -> None:
    op.sign_in_as(op.person())
    answer = await op.authorize(redirect_uri=uri)
    assert answer.status_code == 400
    assert "location" not in answer.headers
    assert "Войти не получилось" in answer.text


async def test_a_missing_redirect_address_and_an_unknown_client_get_a_page(op: Op) -> None:
    for changes in ({"redirect_uri": None}, {"client_id": "nobody"}, {"client_id": None}):
        answer = await op.authorize(**changes)
        assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.security("33")
@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
async def test_a_repeated_client_or_address_gets_a_page(op: Op, name: str) -> None:
    pairs = [*op.asking().items(), (name, op.asking()[name])]
    answer = await op.http.get(f"/op/authorize?{urlencode(pairs)}")
    assert (answer.status_code, "location" in answer.headers) == (400, False)


@pytest.mark.security("33")
@pytest.mark.parametrize("name", ["scope", "response_type", "nonce", "code_challenge", "state", "unheard_of"])
async def test_a_repeated_parameter_is_an_invalid_request(op: Op, name: str) -> None:
    value = op.asking().get(name, "x")
    pairs = [*op.asking().items(), (name, value), *([] if name in op.asking() else [(name, value)])]
    back = sent_back(await op.http.get(f"/op/authorize?{urlencode(pairs)}"))
    assert (back["error"], back["iss"]) == ("invalid_request", ISSUER)
    assert back.get("state") == (None if name == "state" else op.state)


@pytest.mark.security("5")
@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_type": "code id_token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "dance"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "soon"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": '{"id_token": []}'}, "invalid_request"),
        ({"claims": '{"id_token": {"acr": "x"}}'}, "invalid_request"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"id_token_hint": "a.b.c"}, "invalid_request"),
    ],
)
async def test_a_wrong_request_goes_back_with_error_state_and_issuer(op: Op, changes: dict[str, str | None], error: str) -> None:
    op.sign_in_as(op.person())
    back = sent_back(await op.authorize(**changes))
    assert (back["error"], back["state"], back["iss"]) == (error, op.state, ISSUER)
    assert back["error_description"]
    assert "code" not in back


@pytest.mark.security("34")
@pytest.mark.parametrize("name", ["request", "request_uri"])
async def test_request_objects_are_refused_by_name(op: Op, name: str) -> None:
    op.sign_in_as(op.person())
    back = sent_back(await op.authorize(**{name: "eyJhbGciOiJub25lIn0.e30."}))
    assert (back["error"], back["iss"]) == (f"{name}_not_supported", ISSUER)


@pytest.mark.security("2")
@pytest.mark.parametrize(
    "changes",
    [
        {"code_challenge": None},
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge_method": None},
        {"code_challenge_method": "plain"},
        {"code_challenge_method": "s256"},
        {"code_challenge": "short"},
        {"code_challenge": challenge() + "="},
        {"code_challenge": challenge()[:-1] + "+"},
    ],
)
async def test_pkce_with_s256_is_demanded_of_a_confidential_client_too(op: Op, changes: dict[str, str | None]) -> None:
    op.sign_in_as(op.person())
    back = sent_back(await op.authorize(**changes))
    assert (back["error"], back["iss"]) == ("invalid_request", ISSUER)


async def test_unknown_scopes_are_left_out_and_those_not_registered_refused(op: Op) -> None:
    person = op.person()
    told = await op.tokens(person, scope="openid profile unheard-of")
    assert told["scope"] == "openid profile"
    await op.register(scopes=["openid", "profile"])
    assert (await op.tokens(person))["scope"] == "openid profile"
    op.sign_in_as(person)
    assert sent_back(await op.authorize(scope="openid snils"))["error"] == "invalid_scope"


@pytest.mark.parametrize("named", [{"scopes": ["openid", "profile", "unheard-of"]}, {"scope": "openid profile unheard-of"}])
async def test_scopes_are_registered_as_a_list_or_as_a_text(op: Op, named: dict[str, object]) -> None:
    assert (await op.register(**named)).json()["scopes"] == ["openid", "profile"]
    op.sign_in_as(op.person())
    assert sent_back(await op.authorize(scope="openid email"))["error"] == "invalid_scope"


async def test_the_query_of_a_registered_address_is_kept(op: Op) -> None:
    await op.register(redirect_uris=[BACK + "?tenant=1"])
    op.sign_in_as(op.person())
    back = sent_back(await op.authorize(redirect_uri=BACK + "?tenant=1"))
    assert (back["tenant"], bool(back["code"])) == ("1", True)


async def test_a_request_without_state_gets_none_back(op: Op) -> None:
    op.sign_in_as(op.person())
    assert set(sent_back(await op.authorize(state=None))) == {"code", "iss"}


async def test_a_client_without_the_code_grant_is_refused(op: Op) -> None:
    await op.register(grant_types=["refresh_token"])
    assert sent_back(await op.authorize())["error"] == "unauthorized_client"


async def test_somebody_without_an_account_cannot_come_in(op: Op) -> None:
    person = next(one for one in op.app.sandbox.town.people.values() if "op" not in one.accounts)
    op.sign_in_as(person)
    back = sent_back(await op.authorize())
    assert (back["error"], back["iss"]) == ("access_denied", ISSUER)


@pytest.mark.security("16")
async def test_an_essential_acr_that_is_not_met_is_told(op: Op) -> None:
    wanted = {"id_token": {"acr": {"essential": True, "values": ["urn:op:acr:confirmed"]}}}
    op.sign_in_as(op.person("simplified"), 1)
    assert sent_back(await op.authorize(claims=json.dumps(wanted)))["error"] == "unmet_authentication_requirements"
    told = await op.tokens(op.person(), claims=json.dumps(wanted))
    assert claims(told["id_token"])["acr"] == "urn:op:acr:confirmed"


async def test_acr_values_are_a_wish_only(op: Op) -> None:
    person = op.person("simplified")
    told = await op.tokens(person, acr_values="urn:op:acr:confirmed")
    assert claims(told["id_token"])["acr"] == "urn:op:acr:simplified"


async def test_the_control_name_may_be_the_id_or_the_prefix(op: Op) -> None:
    for name in ("op", "openid"):
        assert (await op.http.get(f"/_sandbox/{name}/clients")).json()["clients"][0]["client_id"] == CLIENT
