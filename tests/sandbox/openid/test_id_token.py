"""The ID token and the keys that sign it, checked with a library that the provider does not use."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests.sandbox.openid.conftest import BACK, CLIENT, ISSUER, NOW, Op, claims, header, sent_back


async def verified(op: Op, token: str, algorithm: str = "RS256") -> dict[str, Any]:
    """With the published keys only."""
    keys = KeySet.import_key_set({"keys": list(await op.keys())})
    found: dict[str, Any] = dict(jwt.decode(token, keys, algorithms=[algorithm]).claims)
    return found


@pytest.mark.security("9")
@pytest.mark.parametrize("alg", ["RS256", "ES256"])
async def test_it_says_what_openid_connect_asks(op: Op, alg: str) -> None:
    await op.register(id_token_signed_response_alg=alg)
    person = op.person()
    told = await op.tokens(person)
    found, moment = await verified(op, told["id_token"], alg), int(NOW.timestamp())
    digest = hashlib.sha256(told["access_token"].encode()).digest()[:16]
    assert found == {
        "iss": ISSUER,
        "sub": found["sub"],
        "aud": CLIENT,
        "exp": moment + 600,
        "iat": moment,
        "auth_time": moment,
        "nonce": op.nonce,
        "at_hash": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "acr": "urn:op:acr:confirmed",
        "amr": ["pwd"],
        "sid": found["sid"],
    }
    assert isinstance(found["sub"], str) and person.id not in found["sub"]
    assert header(told["id_token"]) == {"alg": alg, "typ": "JWT", "kid": header(told["id_token"])["kid"]}


async def test_without_a_nonce_there_is_none(op: Op) -> None:
    assert "nonce" not in claims((await op.tokens(op.person(), nonce=None))["id_token"])


@pytest.mark.security("26")
async def test_the_subject_is_a_stable_text(op: Op) -> None:
    one, other = op.person(), op.person(number=1)
    subjects = [claims((await op.tokens(person))["id_token"])["sub"] for person in (one, one, other)]
    one.phone, one.email, one.last_name = "+79990000000", "new@mail.town.example", "Новая"
    subjects.append(claims((await op.tokens(one))["id_token"])["sub"])
    assert subjects[0] == subjects[1] == subjects[3] != subjects[2]


async def test_a_pairwise_subject_differs_by_sector_and_not_by_client(op: Op) -> None:
    async def subject(client_id: str, **changes: Any) -> str:
        await op.register(client_id=client_id, client_secret=None, **changes)
        code = await op.code(op.person(), client_id=client_id, redirect_uri=changes["redirect_uris"][0])
        answer = await op.exchange(code, {}, client_id=client_id, redirect_uri=changes["redirect_uris"][0])
        found: str = claims(answer.json()["id_token"])["sub"]
        assert (await op.userinfo(answer.json()["access_token"])).json()["sub"] == found
        return found

    here, elsewhere = [BACK], ["https://chat.example/return"]
    public = await subject("public", redirect_uris=here)
    first = await subject("first", redirect_uris=here, subject_type="pairwise")
    second = await subject("second", redirect_uris=here, subject_type="pairwise")
    third = await subject("third", redirect_uris=elsewhere, subject_type="pairwise")
    assert first == second
    assert len({public, first, third}) == 3


@pytest.mark.parametrize("level", ["simplified", "standard", "confirmed"])
async def test_acr_is_the_accounts_level_in_the_clients_words(op: Op, level: str) -> None:
    person = next(one for one in op.app.sandbox.town.people.values() if one.esia is not None and one.esia.level == level)
    assert claims((await op.tokens(person))["id_token"])["acr"] == f"urn:op:acr:{level}"
    await op.register(acr={level: "loa-of-the-bank"})
    assert claims((await op.tokens(person))["id_token"])["acr"] == "loa-of-the-bank"


async def test_claims_can_be_asked_by_name(op: Op) -> None:
    person = op.person()
    told = await op.tokens(
        person, scope="openid", claims=json.dumps({"id_token": {"email": None}, "userinfo": {"given_name": {"essential": True}}})
    )
    assert claims(told["id_token"])["email"] == person.email
    found = (await op.userinfo(told["access_token"])).json()
    assert set(found) == {"sub", "given_name"}


@pytest.mark.security("11")
async def test_a_new_key_overlaps_with_the_old_one(op: Op) -> None:
    old = (await op.tokens(op.person()))["id_token"]
    made = await op.rotate("overlap")
    new = (await op.tokens(op.person()))["id_token"]
    assert header(new)["kid"] == made["kid"] != header(old)["kid"]
    await verified(op, old)
    await verified(op, new)
    await op.rotate("retire")
    await verified(op, new)
    with pytest.raises((JoseError, ValueError)):
        await verified(op, old)


@pytest.mark.security("11")
async def test_a_key_can_be_replaced_at_once(op: Op) -> None:
    before = {key["kid"] for key in await op.keys() if key["alg"] == "RS256"}
    made = await op.rotate("replace")
    after = {key["kid"] for key in await op.keys() if key["alg"] == "RS256"}
    assert after == {made["kid"]} and not after & before


@pytest.mark.security("11")
async def test_a_key_can_be_announced_before_its_use(op: Op) -> None:
    made = await op.rotate("announce")
    assert made["kid"] in {key["kid"] for key in await op.keys()}
    assert header((await op.tokens(op.person()))["id_token"])["kid"] != made["kid"]
    used = await op.rotate("overlap")
    assert used["kid"] == made["kid"] == header((await op.tokens(op.person()))["id_token"])["kid"]


@pytest.mark.security("11")
async def test_a_token_can_name_a_key_that_nobody_has_seen(op: Op) -> None:
    made = await op.rotate("unpublished")
    token = (await op.tokens(op.person()))["id_token"]
    assert header(token)["kid"] == made["kid"] not in {key["kid"] for key in await op.keys()}
    await op.rotate("publish")
    await verified(op, token)


async def test_the_keys_of_the_two_algorithms_turn_apart_and_show_no_private_half(op: Op) -> None:
    rsa = {key["kid"] for key in await op.keys() if key["alg"] == "RS256"}
    await op.rotate("replace", "ES256")
    keys = await op.keys()
    assert rsa == {key["kid"] for key in keys if key["alg"] == "RS256"}
    assert all(not {"d", "p", "q", "k"} & key.keys() and key["use"] == "sig" for key in keys)
    shown = (await op.http.get("/_sandbox/op/keys")).json()["keys"]
    assert [one["published"] for one in shown] == [True, False, True]
    assert all("PRIVATE" not in one["pem"] for one in shown)


async def test_a_reset_brings_a_single_key_back(op: Op) -> None:
    await op.rotate("overlap")
    await op.http.post("/_sandbox/reset")
    assert len(await op.keys()) == 2


@pytest.mark.security("16")
async def test_an_own_old_id_token_is_a_hint_and_a_strangers_is_not(op: Op) -> None:
    one, other = op.person(), op.person(number=1)
    hint = (await op.tokens(one))["id_token"]
    await op.rotate("replace")
    op.pass_seconds(86_400)
    op.sign_in_as(one, 1)
    assert sent_back(await op.authorize(id_token_hint=hint))["code"]
    op.sign_in_as(other, 1)
    assert sent_back(await op.authorize(id_token_hint=hint))["error"] == "login_required"
    await op.register(client_id="other", client_secret="other")
    assert sent_back(await op.authorize(id_token_hint=hint, client_id="other"))["error"] == "invalid_request"
    body, _, signature = hint.rpartition(".")
    for forged in (f"{body}.{signature[:-8]}AAAAAAAA", f"{body}.", "x", "a.b.c"):
        assert sent_back(await op.authorize(id_token_hint=forged))["error"] == "invalid_request"
