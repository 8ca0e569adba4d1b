"""The token endpoint: client authentication, codes that live once, rotation of refresh tokens."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest

from tests.sandbox.openid.conftest import BACK, CLIENT, SECRET, VERIFIER, Op, basic, challenge, claims, sent_back

OFFLINE = "openid profile offline_access"


def refused(answer: httpx.Response, error: str, status: int = 400) -> bool:
    assert answer.status_code == status, answer.text
    assert answer.headers["cache-control"] == "no-store"
    assert ("www-authenticate" in answer.headers) == (status == 401)
    told = answer.json()
    assert set(told) == {"error", "error_description"}
    return bool(told["error"] == error)


async def test_a_code_becomes_tokens(op: Op) -> None:
    answer = await op.exchange(await op.code(op.person()))
    assert (answer.headers["cache-control"], answer.headers["pragma"]) == ("no-store", "no-cache")
    told = answer.json()
    assert set(told) == {"access_token", "token_type", "expires_in", "id_token", "scope"}
    assert (told["token_type"], told["expires_in"], told["scope"]) == ("Bearer", 3600, "openid profile")


@pytest.mark.security("3")
async def test_a_code_is_good_once_and_its_replay_kills_the_tokens(op: Op) -> None:
    code = await op.code(op.person(), scope=OFFLINE)
    told = (await op.exchange(code)).json()
    assert refused(await op.exchange(code), "invalid_grant")
    assert (await op.userinfo(told["access_token"])).status_code == 401
    assert refused(await op.refresh(told["refresh_token"]), "invalid_grant")


@pytest.mark.security("3")
async def test_of_twenty_parallel_exchanges_one_wins(op: Op) -> None:
    code = await op.code(op.person())
    answers = await asyncio.gather(*(op.exchange(code) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * 19


@pytest.mark.security("4")
async def test_a_code_is_bound_to_client_address_and_verifier(op: Op) -> None:
    await op.register(client_id="other", client_secret="other")
    code = await op.code(op.person())
    assert refused(await op.exchange(code, {"Authorization": basic("other", "other")}), "invalid_grant")
    assert refused(await op.exchange(code, redirect_uri=BACK + "/"), "invalid_grant")
    assert refused(await op.exchange(code, redirect_uri=None), "invalid_request")
    assert refused(await op.exchange(code, code_verifier="w" * 43), "invalid_grant")
    assert refused(await op.exchange(code, code_verifier=None), "invalid_grant")
    assert refused(await op.exchange(code, code_verifier="short"), "invalid_grant")
    assert refused(await op.exchange(code, code_verifier=challenge()), "invalid_grant")
    assert (await op.exchange(code)).status_code == 200


async def test_a_code_lives_a_minute(op: Op) -> None:
    code = await op.code(op.person())
    op.pass_seconds(60)
    assert refused(await op.exchange(code), "invalid_grant")


@pytest.mark.security("14")
async def test_basic_is_form_urlencoded(op: Op) -> None:
    code = await op.code(op.person())
    bare = "Basic " + base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
    answer = await op.exchange(code, {"Authorization": bare})
    assert refused(answer, "invalid_client", 401)
    assert "form-urlencoded" in answer.json()["error_description"]
    assert (await op.exchange(code)).status_code == 200
    assert await op.verdicts() == {"client_auth": "client_secret_basic", "pkce": "ok"}


async def test_the_secret_may_stand_in_the_form(op: Op) -> None:
    answer = await op.exchange(await op.code(op.person()), {}, client_id=CLIENT, client_secret=SECRET)
    assert answer.status_code == 200
    assert await op.verdicts() == {"client_auth": "client_secret_post", "pkce": "ok"}


async def test_a_client_id_beside_basic_is_harmless_when_it_is_the_same(op: Op) -> None:
    code = await op.code(op.person())
    assert refused(await op.exchange(code, client_id="another"), "invalid_request")
    assert (await op.exchange(code, client_id=CLIENT)).status_code == 200


@pytest.mark.security("14")
@pytest.mark.parametrize(
    ("headers", "form"),
    [
        ({}, {}),
        ({}, {"client_id": CLIENT}),
        ({}, {"client_id": CLIENT, "client_secret": "wrong"}),
        ({"Authorization": basic(secret="wrong")}, {}),
        ({"Authorization": basic(client_id="nobody")}, {}),
        ({"Authorization": "Basic %%%"}, {}),
        ({"Authorization": "Bearer x"}, {}),
    ],
)
async def test_without_the_right_secret_nobody_gets_tokens(op: Op, headers: dict[str, str], form: dict[str, str]) -> None:
    assert refused(await op.exchange(await op.code(op.person()), headers, **form), "invalid_client", 401)


async def test_two_methods_at_once_are_refused(op: Op) -> None:
    assert refused(await op.exchange(await op.code(op.person()), client_secret=SECRET), "invalid_request")


@pytest.mark.security("14")
@pytest.mark.parametrize("method", ["client_secret_basic", "client_secret_post"])
async def test_a_registered_method_is_the_only_one(op: Op, method: str) -> None:
    await op.register(token_endpoint_auth_method=method)
    code = await op.code(op.person())
    by_form = await op.exchange(code, {}, client_id=CLIENT, client_secret=SECRET)
    assert (by_form.status_code == 200) == (method == "client_secret_post")
    by_header = await op.exchange(await op.code(op.person()))
    assert (by_header.status_code == 200) == (method == "client_secret_basic")


async def test_a_public_client_shows_its_name_and_the_verifier(op: Op) -> None:
    await op.register(client_id="app", client_secret=None)
    code = await op.code(op.person(), client_id="app")
    assert refused(await op.exchange(code, {}, client_id="app", code_verifier="w" * 43), "invalid_grant")
    assert (await op.exchange(code, {}, client_id="app")).status_code == 200


@pytest.mark.security("33")
async def test_the_body_is_a_form_with_each_field_once(op: Op) -> None:
    code = await op.code(op.person())
    assert (await op.http.get("/op/token")).status_code == 405
    assert refused(await op.http.post("/op/token", json={"code": code}, headers=op.headers), "invalid_request")
    content = f"grant_type=authorization_code&code={code}&code={code}&redirect_uri={BACK}&code_verifier={VERIFIER}"
    headers = op.headers | {"Content-Type": "application/x-www-form-urlencoded"}
    assert refused(await op.http.post("/op/token", content=content, headers=headers), "invalid_request")
    in_query = await op.http.post("/op/token", params={"code": code}, data={"grant_type": "authorization_code"}, headers=op.headers)
    assert refused(in_query, "invalid_request")


async def test_other_grants_are_refused(op: Op) -> None:
    assert refused(await op.token(grant_type="client_credentials"), "unsupported_grant_type")
    assert refused(await op.token(code="x"), "invalid_request")
    await op.register(grant_types=["authorization_code"])
    assert refused(await op.refresh("x"), "unauthorized_client")
    assert "refresh_token" not in await op.tokens(op.person(), scope=OFFLINE)


@pytest.mark.security("15")
async def test_a_refresh_token_is_exchanged_for_another(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    op.pass_seconds(600)
    again = (await op.refresh(told["refresh_token"])).json()
    assert again["refresh_token"] != told["refresh_token"]
    first, second = claims(told["id_token"]), claims(again["id_token"])
    assert {name: second[name] for name in ("iss", "sub", "aud", "auth_time", "acr", "sid")} == {
        name: first[name] for name in ("iss", "sub", "aud", "auth_time", "acr", "sid")
    }
    assert second["iat"] == first["iat"] + 600
    assert "nonce" not in second
    assert (await op.userinfo(again["access_token"])).status_code == 200


@pytest.mark.security("15")
async def test_a_used_refresh_token_kills_its_family(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    again = (await op.refresh(told["refresh_token"])).json()
    assert refused(await op.refresh(told["refresh_token"]), "invalid_grant")
    assert refused(await op.refresh(again["refresh_token"]), "invalid_grant")
    assert (await op.userinfo(again["access_token"])).status_code == 401


@pytest.mark.security("15")
async def test_of_twenty_parallel_refreshes_one_wins_and_the_family_dies(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    answers = await asyncio.gather(*(op.refresh(told["refresh_token"]) for _ in range(20)))
    won = [answer for answer in answers if answer.status_code == 200]
    assert len(won) == 1
    assert refused(await op.refresh(won[0].json()["refresh_token"]), "invalid_grant")


@pytest.mark.security("15")
async def test_a_refresh_token_is_its_clients_own(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    await op.register(client_id="other", client_secret="other")
    foreign = await op.token({"Authorization": basic("other", "other")}, grant_type="refresh_token", refresh_token=told["refresh_token"])
    assert refused(foreign, "invalid_grant")
    assert (await op.refresh(told["refresh_token"])).status_code == 200


async def test_a_refresh_may_ask_for_less_but_not_for_more(op: Op) -> None:
    told = await op.tokens(op.person(), scope=OFFLINE)
    assert refused(await op.refresh(told["refresh_token"], scope="openid email"), "invalid_scope")
    less = (await op.refresh(told["refresh_token"], scope="openid")).json()
    assert set((await op.userinfo(less["access_token"])).json()) == {"sub"}
    assert (await op.refresh(less["refresh_token"])).json()["scope"] == OFFLINE


async def test_refresh_tokens_and_access_tokens_grow_old(op: Op) -> None:
    await op.switch(access_life_s=10, refresh_life_s=100)
    told = await op.tokens(op.person(), scope=OFFLINE)
    op.pass_seconds(10)
    assert (await op.userinfo(told["access_token"])).status_code == 401
    op.pass_seconds(90)
    assert refused(await op.refresh(told["refresh_token"]), "invalid_grant")


async def test_without_offline_access_there_is_no_refresh_token(op: Op) -> None:
    assert "refresh_token" not in await op.tokens(op.person())


async def test_a_reset_forgets_tokens_and_keeps_clients(op: Op) -> None:
    code, told = await op.code(op.person()), await op.tokens(op.person(), scope=OFFLINE)
    await op.switch(id_token=["alg_none"])
    assert (await op.http.post("/_sandbox/reset")).status_code == 200
    assert refused(await op.exchange(code), "invalid_grant")
    assert refused(await op.refresh(told["refresh_token"]), "invalid_grant")
    op.sign_in_as(op.person())
    fresh = (await op.exchange(sent_back(await op.authorize())["code"])).json()
    assert fresh["id_token"].rsplit(".", 1)[1]
