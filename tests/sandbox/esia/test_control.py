"""Registration, keys, switches, faults and the reset, as tests and people drive them."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization

from tests.sandbox.esia.conftest import BACK, Esia, gost_signer, sent_back
from tests.sandbox.esia.signers import V1, b64, joined


async def test_a_registration_tells_the_certificates_hash(esia: Esia) -> None:
    answer = await esia.register(certificate_pem=esia.gost.pem, dialect="current", claims="strict", token_alg="GOST3410_2012_256")
    told = answer.json()
    assert answer.status_code == 201
    assert told["client_certificate_hashes"] == [esia.gost.hash]
    assert (told["dialect"], told["claims"], told["token_alg"]) == ("current", "strict", "GOST3410_2012_256")
    listed = (await esia.http.get("/_sandbox/esia/clients")).json()["clients"]
    assert [one["mnemonic"] for one in listed] == [esia.mnemonic]


@pytest.mark.parametrize(
    "changes",
    [
        {"mnemonic": ""},
        {"redirect_uris": []},
        {"redirect_uris": "http://x"},
        {"certificate_pem": "nonsense"},
        {"certificate_pem": None},
        {"dialect": "v2"},
        {"claims": "loose"},
        {"token_alg": "HS256"},
        {"token_alg": "none"},
        {"scopes": ["shoe_size"]},
        {"unknown": 1},
    ],
)
async def test_a_wrong_registration_is_422_and_changes_nothing(esia: Esia, changes: dict[str, Any]) -> None:
    before = (await esia.http.get("/_sandbox/esia/clients")).json()
    answer = await esia.register(**changes)
    assert answer.status_code == 422
    assert answer.json()["text"]
    assert (await esia.http.get("/_sandbox/esia/clients")).json() == before


async def test_a_body_that_is_no_json_is_422(esia: Esia) -> None:
    for path in ("clients", "switches", "keys/rotate"):
        assert (await esia.http.post(f"/_sandbox/esia/{path}", content=b"{")).status_code == 422


async def test_registering_again_replaces(esia: Esia) -> None:
    await esia.register(certificate_pem=gost_signer(9).pem)
    back = sent_back(await esia.authorize())
    assert back["error_description"].startswith("ESIA-007053")


async def test_a_removed_system_is_unknown(esia: Esia) -> None:
    assert (await esia.http.delete(f"/_sandbox/esia/clients/{esia.mnemonic}")).status_code == 200
    assert (await esia.http.delete(f"/_sandbox/esia/clients/{esia.mnemonic}")).status_code == 404
    assert "ESIA-007002" in (await esia.authorize()).text


async def test_the_key_is_a_public_pem(esia: Esia) -> None:
    answer = await esia.http.get("/_sandbox/esia/key.pem")
    assert serialization.load_pem_public_key(answer.content)
    other = await esia.http.get("/_sandbox/esia/key.pem", params={"alg": "GOST3410_2012_256"})
    assert other.text.startswith("-----BEGIN PUBLIC KEY-----")
    assert other.text != answer.text


async def test_switches_are_shown_and_only_known_ones_are_set(esia: Esia) -> None:
    await esia.switch(code_life_s=60)
    told = (await esia.http.get("/_sandbox/esia/switches")).json()
    assert (told["code_life_s"], told["timestamp_window_s"], told["nonce"]) == (60, 3600, "never")
    assert (await esia.http.post("/_sandbox/esia/switches", json={"nonsense": 1})).status_code == 422
    assert (await esia.http.post("/_sandbox/esia/switches", json={"nonce": "sometimes"})).status_code == 422


async def test_the_life_of_a_code_is_a_switch(esia: Esia) -> None:
    await esia.switch(code_life_s=10)
    code = await esia.code(esia.person())
    esia.pass_seconds(11)
    assert (await esia.exchange(code)).status_code == 400


async def test_a_reset_keeps_systems_and_keys_and_forgets_the_rest(esia: Esia) -> None:
    key = (await esia.http.get("/_sandbox/esia/key.pem")).text
    told = await esia.tokens(esia.person())
    code = await esia.code(esia.person())
    await esia.switch(nonce="echo")
    assert (await esia.http.post("/_sandbox/reset", json={})).status_code == 200
    assert (await esia.http.get("/_sandbox/esia/key.pem")).text == key
    assert (await esia.http.get("/_sandbox/esia/switches")).json()["nonce"] == "never"
    assert (await esia.exchange(code)).status_code == 400
    assert (await esia.refresh(told["refresh_token"])).status_code == 400
    assert (await esia.tokens(esia.person()))["access_token"]


async def test_the_request_log_masks_every_secret(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    await esia.refresh(told["refresh_token"])
    await esia.read(told["access_token"], "/prns/1")
    text = (await esia.http.get("/_sandbox/requests", params={"system": "esia"})).text
    for secret in (told["access_token"], told["refresh_token"], told["id_token"]):
        assert secret not in text
    assert "eyJ" not in text
    log = (await esia.http.get("/_sandbox/requests", params={"system": "esia"})).json()["requests"]
    assert {one["query"]["client_secret"] for one in log if "client_secret" in one["query"]} == {"***"}


async def test_the_log_tells_absent_secrets_and_bad_tokens(esia: Esia) -> None:
    params = esia.asking()
    await esia.http.get(esia.ac("v1"), params=params)
    verdicts = await esia.last_verdicts()
    assert (verdicts["signature"], verdicts["error"]) == ("absent", "ESIA-007014")
    await esia.http.post(esia.te("v1"), data=esia.exchanging("x"))
    assert (await esia.last_verdicts())["error"] == "ESIA-007014"
    await esia.read("x", "/prns/1")
    assert await esia.last_verdicts() == {"token": "bad", "error": "ESIA-005011"}


async def fault(esia: Esia, kind: str, value: object = None, path: str | None = None) -> None:
    body = {"system": "esia", "kind": kind} | ({"value": value} if value is not None else {}) | ({"path": path} if path else {})
    answer = await esia.http.post("/_sandbox/faults", json=body)
    assert answer.status_code in {200, 201}, answer.text


@pytest.mark.parametrize("value", ["ESIA-007008", "007008", 7008])
async def test_an_error_fault_is_worded_at_the_authorisation_and_the_exchange(esia: Esia, value: object) -> None:
    await fault(esia, "error", value)
    back = sent_back(await esia.authorize(state="s"))
    assert (back["error"], back["error_description"][:11], back["state"]) == ("temporarily_unavailable", "ESIA-007008", "s")
    answer = await esia.http.post(esia.te("v1"), data={})
    assert (answer.status_code, answer.json()["error"]) == (400, "temporarily_unavailable")


async def test_an_error_fault_is_worded_in_rest(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    await fault(esia, "error", "ESIA-005029")
    answer = await esia.read(told["access_token"], "/prns/1")
    assert (answer.status_code, answer.json()["code"]) == (403, "ESIA-005029")


async def test_an_unknown_error_is_an_inner_one(esia: Esia) -> None:
    await fault(esia, "error", "whatever")
    assert sent_back(await esia.authorize())["error_description"].startswith("ESIA-007007")


async def test_an_error_fault_never_redirects_to_an_unregistered_address(esia: Esia) -> None:
    await fault(esia, "error", "ESIA-007008")
    answer = await esia.authorize(redirect_uri="https://evil.example/")
    assert answer.status_code == 400
    assert "ESIA-007023" in answer.text


async def test_expired_access_is_told_in_rest_and_refuses_refresh_and_sign_in(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    code = await esia.code(esia.person())
    await fault(esia, "auth_expired")
    answer = await esia.read(told["access_token"], "/prns/1")
    assert (answer.status_code, answer.json()["code"]) == (401, "ESIA-005013")
    for refused in (await esia.refresh(told["refresh_token"]), await esia.exchange(code)):
        assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_a_rate_limit_carries_retry_after(esia: Esia) -> None:
    told = await esia.tokens(esia.person())
    await fault(esia, "rate_limit", 7)
    for answer in (await esia.read(told["access_token"], "/prns/1"), await esia.refresh(told["refresh_token"])):
        assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
        assert "ESIA-007008" in answer.text


async def test_drift_renames_a_required_field_of_every_answer(esia: Esia) -> None:
    person = esia.person(kids=True)
    assert person.esia is not None
    told = await esia.tokens(person)
    code = await esia.code(person)
    await fault(esia, "drift")
    assert "firstName" not in (await esia.read(told["access_token"], f"/prns/{person.esia.oid}")).json()
    assert "elements" not in (await esia.read(told["access_token"], f"/prns/{person.esia.oid}/kids")).json()
    assert "access_token" not in (await esia.exchange(code)).json()


async def test_two_sandboxes_share_no_system_and_no_token(esia: Esia) -> None:
    from sandbox.app import create_app

    other = Esia(app=create_app(now=esia.now), http=esia.http)
    assert other.app.sandbox is not esia.app.sandbox
    assert other.app.systems["esia"] is not esia.app.systems["esia"]


async def test_signing_over_a_certificate_chain_uses_any_of_them(esia: Esia) -> None:
    await esia.register(certificate_pem=gost_signer(9).pem + esia.rsa.pem)
    params = esia.asking("v1")
    esia.sign_in_as(esia.person())
    answer = await esia.http.get(esia.ac("v1"), params=params | {"client_secret": b64(esia.rsa.cms(joined(params, V1)))})
    assert answer.headers["location"].startswith(BACK)
    assert "code" in sent_back(answer)
