"""The way back from Gosuslugi: the callback, the exchange of the code, the tokens, and every lie among them."""

from __future__ import annotations

import uuid

import httpx
import pytest

from connectors.kit.errors import AccessDenied, ConnectorError, Drifted, Rejected, Unavailable
from tests.unit.esia.material import BACK, STATE
from tests.unit.esia.stub import OID, PERSON, Stub, access_token, id_token
from tests.unit.kit.forge import at, hmac_token, pair, token


async def test_the_code_is_exchanged_with_a_new_state_and_the_same_redirect(stub: Stub) -> None:
    await stub.finish()
    first = stub.form
    await stub.finish()
    second = stub.form
    for form in (first, second):
        assert form["state"] != STATE
        assert str(uuid.UUID(form["state"])) == form["state"]
        assert (form["grant_type"], form["code"], form["redirect_uri"], form["token_type"]) == (
            "authorization_code",
            "c0de",
            BACK,
            "Bearer",
        )
        assert form["timestamp"] == "2026.09.15 09:00:00 +0000"
    assert first["state"] != second["state"]


@pytest.mark.security("7")
@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"code": "c", "state": "another"}, "state"),
        ({"state": STATE}, "no_code"),
        ({"code": "", "state": STATE}, "no_code"),
        ({"code": "x" * 9000, "state": STATE}, "code"),
        ({"code": "a b", "state": STATE}, "code"),
        ({"code": "a\n", "state": STATE}, "code"),
        ({"code": "c", "state": STATE, "iss": "http://evil.example/"}, "iss"),
        ({}, "no_code"),
    ],
)
async def test_a_callback_that_is_not_ours_asks_nothing(stub: Stub, params: dict[str, str], reason: str) -> None:
    with pytest.raises(Rejected) as caught:
        await stub.finish(params)
    assert caught.value.reason == reason
    assert caught.value.text
    assert stub.seen == []


async def test_a_code_longer_than_a_kilobyte_is_passed_on_whole(stub: Stub) -> None:
    code = "eyJ2ZXIiOjF9." + "x" * 3000 + ".sig"
    await stub.finish({"code": code, "state": STATE})
    assert stub.form["code"] == code


async def test_an_error_beside_a_code_wins(stub: Stub) -> None:
    with pytest.raises(AccessDenied, match="007004"):
        await stub.finish({"code": "c", "error": "access_denied", "error_description": "ESIA-007004: refused", "state": STATE})
    assert stub.seen == []


@pytest.mark.security("6")
@pytest.mark.parametrize(("echo", "error"), [("another", Rejected), ("", Rejected), (None, Drifted), (5, Drifted)])
async def test_the_echo_of_state_is_verified(stub: Stub, echo: object, error: type[ConnectorError]) -> None:
    stub.token_changes = {"state": echo}
    with pytest.raises(error):
        await stub.finish()
    assert stub.read == []


@pytest.mark.parametrize(
    "changes", [{"access_token": None}, {"id_token": None}, {"token_type": "mac"}, {"access_token": 5}, {"expires_in": "soon"}]
)
async def test_a_token_answer_of_another_shape_is_drifted(stub: Stub, changes: dict[str, object]) -> None:
    stub.token_changes = changes
    with pytest.raises(Drifted) as caught:
        await stub.finish()
    assert caught.value.text


@pytest.mark.parametrize(
    "changes", [{"expires_in": "3600"}, {"token_type": "bearer"}, {"refresh_token": "r", "scope": "openid"}, {"expires_in": None}]
)
async def test_small_differences_of_stands_are_tolerated(stub: Stub, changes: dict[str, object]) -> None:
    stub.token_changes = changes
    assert await stub.finish()


FORGED = {
    "another issuer": id_token(iss="http://evil.example/"),
    "the test stand's issuer": id_token(iss="http://esia-portal1.test.gosuslugi.ru/"),
    "another system": id_token(aud="OTHER"),
    "expired": id_token(exp=at(-61), iat=at(-600), nbf=at(-600), auth_time=at(-600)),
    "no end": id_token(exp=None),
    "from the future": id_token(iat=at(3600)),
    "another nonce": id_token(nonce="n-2"),
    "another key": token(key="thief"),
    "an access token": access_token(),
    "hs256 with the public pem": hmac_token(pair("esia").public()),
    "not a number": id_token(sub="../../admin"),
    "sub and oid differ": id_token(sub=1),
    "no text": "x",
}


@pytest.mark.security("9")
@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
async def test_a_forged_id_token_ends_the_sign_in_before_anything_is_read(stub: Stub, forged: str) -> None:
    stub.id_token = forged
    with pytest.raises(Rejected) as caught:
        await stub.finish()
    assert caught.value.reason.startswith("token_")
    assert caught.value.text
    assert stub.read == []


@pytest.mark.security("8")
async def test_the_right_nonce_is_accepted_and_so_is_none_at_all(stub: Stub) -> None:
    stub.id_token = id_token(nonce="n-1")
    assert await stub.finish()
    stub.id_token = id_token()
    assert await stub.finish()


@pytest.mark.security("13")
async def test_a_person_with_another_oid_than_the_token_is_refused(stub: Stub) -> None:
    stub.person = {**PERSON, "oid": 1000000001}
    with pytest.raises(Rejected, match="subject_differs"):
        await stub.finish()
    stub.person = {**PERSON, "oid": int(OID)}
    assert await stub.finish()


@pytest.mark.security("13")
@pytest.mark.parametrize("changed", [{"urn:esia:sbj_id": 1}, {"client_id": "OTHER"}])
async def test_an_access_token_of_another_person_or_system_is_refused(stub: Stub, changed: dict[str, object]) -> None:
    stub.access = access_token(**changed)
    with pytest.raises(Rejected, match="subject_differs"):
        await stub.finish()
    assert stub.read == []


async def test_an_opaque_access_token_is_nobodys_business(stub: Stub) -> None:
    stub.access = "opaque"
    assert await stub.finish()


async def test_an_access_token_that_no_header_can_carry_is_drifted(stub: Stub) -> None:
    stub.access = "ключ"
    with pytest.raises(Drifted):
        await stub.finish()


async def test_the_exchange_of_a_code_is_never_repeated(stub: Stub) -> None:
    stub.replies["te"] = httpx.ConnectError("x")
    with pytest.raises(Unavailable):
        await stub.finish()
    assert len(stub.seen) == 1
