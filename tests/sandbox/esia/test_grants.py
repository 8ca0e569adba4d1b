"""The token endpoint: challenges, and the system's own right."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from tests.sandbox.esia.conftest import Esia, claims
from tests.sandbox.esia.signers import b64, streebog


def refused(answer: httpx.Response, code: str, error: str, status: int = 400) -> None:
    told = answer.json()
    assert (answer.status_code, told["error"], told["error_description"][:11]) == (status, error, f"ESIA-{code}"), answer.text


VERIFIER = "v" * 64


@pytest.mark.parametrize(
    ("method", "challenge"),
    [
        ("S256", b64(hashlib.sha256(VERIFIER.encode()).digest()).rstrip("=")),
        ("GOST3411", b64(streebog(VERIFIER.encode())).rstrip("=")),
        ("plain", VERIFIER),
    ],
)
async def test_a_challenge_is_compared_with_its_verifier(esia: Esia, method: str, challenge: str) -> None:
    code = await esia.code(esia.person(), code_challenge=challenge, code_challenge_method=method)
    refused(await esia.exchange(code, code_verifier="w" * 64), "007040", "invalid_grant")
    refused(await esia.exchange(code), "007014", "invalid_request")
    assert (await esia.exchange(code, code_verifier=VERIFIER)).status_code == 200


async def test_a_verifier_without_a_challenge_is_007039(esia: Esia) -> None:
    refused(await esia.exchange(await esia.code(esia.person()), code_verifier=VERIFIER), "007039", "invalid_request")


async def by_right(esia: Esia, scope: str, **changes: str | None) -> httpx.Response:
    params = esia.exchanging("", "current", code=None, grant_type="client_credentials", scope=scope, **changes)
    return await esia.http.post(esia.te("current"), data=esia.signed(params, "current"))


async def test_a_system_renews_what_a_person_once_allowed(esia: Esia) -> None:
    person = esia.person()
    assert person.esia is not None
    refused(await by_right(esia, f"prm_chg?oid={person.esia.oid}"), "007019", "access_denied")
    await esia.tokens(person)
    answer = await by_right(esia, f"prm_chg?oid={person.esia.oid}")
    assert answer.status_code == 200, answer.text
    told = claims(answer.json()["access_token"])
    assert (told["scope"], told["urn:esia:sbj_id"]) == (f"prm_chg?oid={person.esia.oid}", person.esia.oid)
    assert "id_token" not in answer.json()
    assert "refresh_token" not in answer.json()


@pytest.mark.parametrize(("scope", "code"), [("fullname", "007006"), ("nonsense?oid=1", "007006"), ("prm_chg?oid=1", "007019")])
async def test_a_system_gets_nothing_else_by_its_own_right(esia: Esia, scope: str, code: str) -> None:
    answer = await by_right(esia, scope)
    assert answer.json()["error_description"].startswith(f"ESIA-{code}")


async def test_a_system_reads_organisations_by_its_own_right(esia: Esia) -> None:
    answer = await by_right(esia, "org_fullname org_ogrn")
    assert answer.status_code == 200
    assert "urn:esia:sbj_id" not in claims(answer.json()["access_token"])
