"""The token endpoint: codes, refresh tokens and every error that it tells."""

from __future__ import annotations

import asyncio
import base64

import httpx
import pytest

from tests.sandbox.esia.conftest import BACK, SCOPE, Esia, claims, sent_back
from tests.sandbox.esia.signers import b64, joined

DIALECTS = pytest.mark.parametrize("dialect", ["v1", "current"])


def refused(answer: httpx.Response, code: str, error: str, status: int = 400) -> None:
    told = answer.json()
    assert (answer.status_code, told["error"], told["error_description"][:11]) == (status, error, f"ESIA-{code}"), answer.text


@DIALECTS
async def test_a_code_becomes_tokens(esia: Esia, dialect: str) -> None:
    answer = await esia.exchange(await esia.code(esia.person(), dialect), dialect, state="new-state")
    told = answer.json()
    assert answer.status_code == 200
    assert set(told) == {"access_token", "id_token", "refresh_token", "state", "token_type", "expires_in"}
    assert (told["state"], told["token_type"], told["expires_in"]) == ("new-state", "Bearer", 3600)
    assert answer.headers["cache-control"] == "no-store"
    assert (await esia.last_verdicts())["signature"] == "ok"


async def test_online_access_has_no_refresh_token(esia: Esia) -> None:
    for access_type in ("online", None):
        told = await esia.tokens(esia.person(), access_type=access_type)
        assert "refresh_token" not in told


async def test_without_openid_there_is_no_id_token(esia: Esia) -> None:
    told = await esia.tokens(esia.person(), scope="fullname")
    assert "id_token" not in told


async def test_the_scope_of_the_exchange_does_not_narrow_the_token(esia: Esia) -> None:
    code = await esia.code(esia.person(), scope="openid fullname snils")
    told = (await esia.exchange(code, scope="openid")).json()
    assert "snils?oid=" in claims(told["access_token"])["scope"]


@DIALECTS
async def test_a_code_works_once(esia: Esia, dialect: str) -> None:
    code = await esia.code(esia.person(), dialect)
    assert (await esia.exchange(code, dialect)).status_code == 200
    answer = await esia.exchange(code, dialect, state="again")
    refused(answer, "007011", "invalid_grant")
    assert answer.json()["state"] == "again"
    assert answer.json()["error_description"].endswith("or was issued to another client.")


@DIALECTS
async def test_of_two_parallel_redemptions_one_wins(esia: Esia, dialect: str) -> None:
    code = await esia.code(esia.person(), dialect)
    answers = await asyncio.gather(*(esia.exchange(code, dialect) for _ in range(6)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400, 400, 400]


@pytest.mark.parametrize(("age_s", "good"), [(239, True), (240, False), (3000, False)])
async def test_a_code_lives_240_seconds(esia: Esia, age_s: int, good: bool) -> None:
    code = await esia.code(esia.person())
    esia.pass_seconds(age_s)
    assert ((await esia.exchange(code)).status_code == 200) == good


async def test_a_code_of_another_system_is_refused_and_not_spent(esia: Esia) -> None:
    code = await esia.code(esia.person())
    await esia.register(mnemonic="OTHER")
    refused(await esia.exchange(code, client_id="OTHER"), "007011", "invalid_grant")
    assert (await esia.exchange(code)).status_code == 200


async def test_a_code_is_bound_to_its_redirect_address(esia: Esia) -> None:
    await esia.register(redirect_uris=[BACK, f"{BACK}/2"])
    code = await esia.code(esia.person())
    refused(await esia.exchange(code, redirect_uri=f"{BACK}/2"), "007011", "invalid_grant")
    refused(await esia.exchange(code, redirect_uri="https://evil.example/"), "007023", "invalid_request")
    assert (await esia.exchange(code)).status_code == 200


def another_letter(code: str) -> str:
    """One letter in the middle of the signature changed; the last letters may stand for the same bytes."""
    return code[:-20] + ("A" if code[-20] != "A" else "B") + code[-19:]


@pytest.mark.parametrize("tamper", [another_letter, lambda code: code[:200], lambda code: code + "A"])
async def test_a_tampered_or_cut_code_is_refused(esia: Esia, tamper: object) -> None:
    code = await esia.code(esia.person())
    assert callable(tamper)
    refused(await esia.exchange(tamper(code)), "007011", "invalid_grant")


@pytest.mark.parametrize(
    ("changes", "code", "error", "status"),
    [
        ({"client_id": None}, "007014", "invalid_request", 400),
        ({"client_id": "NOBODY"}, "007002", "invalid_client", 401),
        ({"grant_type": None}, "007014", "invalid_request", 400),
        ({"grant_type": "password"}, "007012", "unsupported_grant_type", 400),
        ({"code": None}, "007014", "invalid_request", 400),
        ({"redirect_uri": None}, "007014", "invalid_request", 400),
        ({"state": None}, "007014", "invalid_request", 400),
        ({"timestamp": None}, "007014", "invalid_request", 400),
        ({"scope": None}, "007013", "invalid_scope", 400),
        ({"token_type": "mac"}, "007003", "invalid_request", 400),
        ({"timestamp": "2026.11.20 05:00:00 +0000"}, "007015", "invalid_request", 400),
    ],
)
@DIALECTS
async def test_each_error_of_the_exchange(
    esia: Esia, dialect: str, changes: dict[str, str | None], code: str, error: str, status: int
) -> None:
    refused(await esia.exchange(await esia.code(esia.person(), dialect), dialect, **changes), code, error, status)


@DIALECTS
async def test_a_wrong_secret_is_007053(esia: Esia, dialect: str) -> None:
    code = await esia.code(esia.person(), dialect)
    params = esia.signed(esia.exchanging(code, dialect), dialect) | {"state": "changed"}
    answer = await esia.http.post(esia.te(dialect), data=params)
    refused(answer, "007053", "access_denied", 401)
    assert answer.json() == {
        "error_description": "ESIA-007053: OAuthErrorEnum.clientSecretWrong",
        "state": "changed",
        "error": "access_denied",
    }
    assert (await esia.exchange(code, dialect)).status_code == 200


async def test_the_code_is_part_of_the_signed_text_in_the_current_dialect(esia: Esia) -> None:
    params = esia.exchanging(await esia.code(esia.person(), "current"), "current")
    text = joined(params, ("client_id", "scope", "timestamp", "state", "redirect_uri"))
    answer = await esia.http.post(esia.te("current"), data=params | {"client_secret": b64(esia.gost.raw(text.encode()))})
    refused(answer, "007053", "access_denied", 401)
    assert (await esia.last_verdicts())["hint"] == "signed with no code"


async def test_a_repeated_field_is_007003(esia: Esia) -> None:
    params = esia.signed(esia.exchanging("x"), "v1")
    answer = await esia.http.post(esia.te("v1"), data={**params, "scope": [params["scope"], "openid"]})
    refused(answer, "007003", "invalid_request")


async def test_a_body_that_is_no_form_is_007038(esia: Esia) -> None:
    refused(await esia.http.post(esia.te("v1"), json={"client_id": "X"}), "007038", "invalid_request")


async def test_a_get_is_not_a_token_request(esia: Esia) -> None:
    assert (await esia.http.get(esia.te("v1"))).status_code == 405


async def test_junk_beside_the_code_is_harmless(esia: Esia) -> None:
    """One public client sends refresh_token=state with the code."""
    assert (await esia.exchange(await esia.code(esia.person()), refresh_token="the-state")).status_code == 200


async def test_a_grant_that_the_system_has_not_is_007005(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    await esia.register(grants=["authorization_code"])
    refused(await esia.refresh(told["refresh_token"]), "007005", "unauthorized_client")


@DIALECTS
async def test_a_refresh_token_is_rotated(esia: Esia, dialect: str) -> None:
    told = await esia.tokens(esia.person(), dialect=dialect)
    esia.pass_seconds(3000)
    answer = await esia.refresh(told["refresh_token"], dialect)
    assert answer.status_code == 200, answer.text
    newer = answer.json()
    assert newer["refresh_token"] != told["refresh_token"]
    assert newer["access_token"] != told["access_token"]
    refused(await esia.refresh(told["refresh_token"], dialect), "007011", "invalid_grant")
    assert (await esia.refresh(newer["refresh_token"], dialect)).status_code == 200


async def test_of_two_parallel_refreshes_one_wins(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    answers = await asyncio.gather(*(esia.refresh(told["refresh_token"]) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [200, 400, 400, 400]


async def test_a_refreshed_id_token_keeps_the_time_of_the_sign_in(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    esia.pass_seconds(600)
    newer = (await esia.refresh(told["refresh_token"])).json()
    old, new = claims(told["id_token"]), claims(newer["id_token"])
    assert new["auth_time"] == old["auth_time"]
    assert new["iat"] == old["iat"] + 600


async def test_a_foreign_refresh_token_is_refused_and_not_spent(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    await esia.register(mnemonic="OTHER")
    refused(await esia.refresh(told["refresh_token"], client_id="OTHER"), "007011", "invalid_grant")
    assert (await esia.refresh(told["refresh_token"])).status_code == 200


async def test_a_refresh_cannot_widen_the_scopes(esia: Esia) -> None:
    told = await esia.tokens(esia.person(), scope="openid fullname")
    refused(await esia.refresh(told["refresh_token"], scope="openid fullname snils"), "007006", "invalid_scope")
    assert (await esia.refresh(told["refresh_token"], scope="openid fullname")).status_code == 200


@pytest.mark.parametrize("absent", ["client_certificate_hash", "redirect_uri", "refresh_token"])
async def test_refreshing_in_the_current_dialect_needs_address_and_hash(esia: Esia, absent: str) -> None:
    told = await esia.tokens(esia.person(), dialect="current")
    refused(await esia.refresh(told["refresh_token"], "current", **{absent: None}), "007014", "invalid_request")


async def other_spelling(esia: Esia, token: str) -> httpx.Response:
    params = esia.exchanging("", "current", code=None, grant_type="refresh_token", refresh_token=token)
    del params["client_certificate_hash"], params["redirect_uri"]
    text = joined(params, ("client_id", "scope", "timestamp", "state", "refresh_token"))
    return await esia.http.post(esia.te("current"), data=params | {"client_secret": b64(esia.gost.raw(text.encode()))})


async def test_the_other_public_spelling_of_a_refresh_is_accepted_with_the_switch(esia: Esia) -> None:
    told = await esia.tokens(esia.person(), dialect="current")
    refused(await other_spelling(esia, told["refresh_token"]), "007014", "invalid_request")
    await esia.switch(lenient_refresh=True)
    answer = await other_spelling(esia, told["refresh_token"])
    assert answer.status_code == 200, answer.text
    assert (await esia.refresh(answer.json()["refresh_token"], "current")).status_code == 200


async def test_the_code_is_a_jwt_of_the_real_shape(esia: Esia) -> None:
    person = esia.person()
    code = await esia.code(person, state="the-state")
    told = claims(code)
    assert person.esia is not None
    assert {"iss", "urn:esia:client:state", "auth_mthd", "urn:esia:sbj", "client_id", "acr", "scope", "auth_time", "urn:esia:sid"} <= set(
        told
    )
    assert told["exp"] - told["iat"] == 240
    assert told["urn:esia:client:state"] == "the-state"
    head = base64.urlsafe_b64decode(code.split(".")[0] + "==")
    assert b'"sbt":"authorization_code"' in head
    assert b'"x5t":' in head


async def test_two_codes_of_one_moment_differ(esia: Esia) -> None:
    esia.sign_in_as(esia.person())
    first, second = [sent_back(await esia.authorize(state="same"))["code"] for _ in range(2)]
    assert first != second


async def test_the_default_scopes_are_those_of_a_parents_diary(esia: Esia) -> None:
    from sandbox.esia.wire.scopes import DEFAULT_PARENT

    assert DEFAULT_PARENT == SCOPE
