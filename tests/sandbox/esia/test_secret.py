"""What client_secret must be: signer, text, order of fields, encoding, certificate hash; everything else is ESIA-007053."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives import hashes

from tests.sandbox.esia.conftest import BACK, Esia, gost_signer, rsa_signer, sent_back
from tests.sandbox.esia.signers import CURRENT, V1, b64, joined, streebog

WRONG = "ESIA-007053: OAuthErrorEnum.clientSecretWrong"


async def asked(esia: Esia, params: dict[str, str], dialect: str) -> dict[str, str]:
    esia.sign_in_as(esia.person())
    return sent_back(await esia.http.get(esia.ac(dialect), params=params))


@pytest.mark.parametrize("attached", [False, True])
@pytest.mark.parametrize("attributes", [False, True])
@pytest.mark.parametrize("kind", ["rsa", "gost"])
async def test_every_shape_of_cms_signs_the_older_dialect(esia: Esia, kind: str, attached: bool, attributes: bool) -> None:
    params = esia.asking("v1")
    signer = esia.rsa if kind == "rsa" else esia.gost
    secret = signer.cms(joined(params, V1), attached=attached, attributes=attributes)
    assert "code" in await asked(esia, params | {"client_secret": b64(secret)}, "v1")


async def test_a_longer_rsa_digest_is_accepted(esia: Esia) -> None:
    params = esia.asking("v1")
    assert "code" in await asked(esia, params | {"client_secret": b64(esia.rsa.cms(joined(params, V1), digest=hashes.SHA512()))}, "v1")


SPELLINGS: list[Callable[[bytes], str]] = [
    lambda data: base64.urlsafe_b64encode(data).decode(),
    lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    lambda data: base64.b64encode(data).decode(),
]


@pytest.mark.parametrize("spell", SPELLINGS, ids=["padded", "stripped", "standard"])
@pytest.mark.parametrize("dialect", ["v1", "current"])
async def test_three_spellings_of_base64_are_accepted(esia: Esia, dialect: str, spell: Callable[[bytes], str]) -> None:
    params = esia.asking(dialect)
    data = esia.rsa.cms(joined(params, V1)) if dialect == "v1" else esia.gost.raw(joined(params, CURRENT).encode())
    assert "code" in await asked(esia, params | {"client_secret": spell(data)}, dialect)


async def test_strict_base64_refuses_the_standard_alphabet(esia: Esia) -> None:
    await esia.switch(strict_base64=True)
    params = esia.asking("v1")
    data = esia.rsa.cms(joined(params, V1))
    spelled = base64.b64encode(data).decode()
    assert {"+", "/"} & set(spelled)
    assert (await asked(esia, params | {"client_secret": spelled}, "v1"))["error_description"] == WRONG
    assert "code" in await asked(esia, params | {"client_secret": b64(data).rstrip("=")}, "v1")


@pytest.mark.parametrize("secret", ["", "!!!", "AAAA", b64(b"\x30\x03\x02\x01\x01"), b64(b"\x30\x80"), "А" * 20])
@pytest.mark.parametrize("dialect", ["v1", "current"])
async def test_garbage_is_refused(esia: Esia, dialect: str, secret: str) -> None:
    back = await asked(esia, esia.asking(dialect) | {"client_secret": secret}, dialect)
    assert back["error_description"].startswith("ESIA-007014" if not secret else "ESIA-007053")


@pytest.mark.parametrize("name", ["scope", "timestamp", "state"])
@pytest.mark.parametrize("dialect", ["v1", "current"])
async def test_a_field_changed_after_signing_is_refused(esia: Esia, dialect: str, name: str) -> None:
    params = esia.signed(esia.asking(dialect), dialect)
    changed = {"scope": "openid fullname", "timestamp": "2026.11.20 09:00:01 +0000", "state": "other"}
    back = await asked(esia, params | {name: changed[name]}, dialect)
    assert (back["error"], back["error_description"]) == ("access_denied", WRONG)
    assert (await esia.last_verdicts())["signature"] == "bad"


async def test_the_redirect_address_is_signed_in_the_current_dialect_only(esia: Esia) -> None:
    await esia.register(redirect_uris=[BACK, f"{BACK}/2"])
    for dialect, good in (("v1", True), ("current", False)):
        params = esia.signed(esia.asking(dialect), dialect) | {"redirect_uri": f"{BACK}/2"}
        assert ("code" in await asked(esia, params, dialect)) == good


@pytest.mark.parametrize("dialect", ["v1", "current"])
async def test_a_flipped_bit_is_refused(esia: Esia, dialect: str) -> None:
    params = esia.signed(esia.asking(dialect), dialect)
    data = bytearray(base64.urlsafe_b64decode(params["client_secret"]))
    data[-1] ^= 1
    assert (await asked(esia, params | {"client_secret": b64(bytes(data))}, dialect))["error_description"] == WRONG


async def test_attached_text_other_than_the_request_is_refused(esia: Esia) -> None:
    params = esia.asking("v1")
    secret = esia.rsa.cms("another text", attached=True)
    assert (await asked(esia, params | {"client_secret": b64(secret)}, "v1"))["error_description"] == WRONG


async def test_a_foreign_certificate_is_refused_though_it_signs_well(esia: Esia) -> None:
    params = esia.asking("v1")
    secret = rsa_signer("foreign").cms(joined(params, V1))
    assert (await asked(esia, params | {"client_secret": b64(secret)}, "v1"))["error_description"] == WRONG


async def test_another_systems_certificate_is_refused_in_the_current_dialect(esia: Esia) -> None:
    other = gost_signer(9)
    await esia.register(mnemonic="OTHER", certificate_pem=other.pem)
    params = esia.asking("current", client_certificate_hash=other.hash)
    secret = b64(other.raw(joined(params, CURRENT).encode()))
    assert (await asked(esia, params | {"client_secret": secret}, "current"))["error_description"] == WRONG


@pytest.mark.parametrize(
    ("fields", "hint"),
    [
        (V1, "the older dialect's order"),
        (tuple(name for name in CURRENT if name != "redirect_uri"), "no redirect_uri"),
    ],
)
async def test_a_wrong_order_of_fields_is_refused_and_named(esia: Esia, fields: tuple[str, ...], hint: str) -> None:
    params = esia.asking("current")
    secret = b64(esia.gost.raw(joined(params, fields).encode()))
    assert (await asked(esia, params | {"client_secret": secret}, "current"))["error_description"] == WRONG
    verdicts = await esia.last_verdicts()
    assert (verdicts["order"], verdicts["hint"]) == ("bad", f"signed with {hint}")


async def test_the_newer_order_is_refused_in_the_older_dialect(esia: Esia) -> None:
    params = esia.asking("v1")
    secret = b64(esia.rsa.cms(joined(params, CURRENT)))
    assert (await asked(esia, params | {"client_secret": secret}, "v1"))["error_description"] == WRONG
    assert (await esia.last_verdicts())["hint"] == "signed with the newer dialect's order"


async def test_a_container_is_refused_in_the_current_dialect(esia: Esia) -> None:
    params = esia.asking("current")
    secret = b64(esia.gost.cms(joined(params, CURRENT)))
    assert (await asked(esia, params | {"client_secret": secret}, "current"))["error_description"] == WRONG
    assert "CMS container" in (await esia.last_verdicts())["hint"]


async def test_reversed_bytes_are_refused_and_named(esia: Esia) -> None:
    params = esia.asking("current")
    secret = b64(esia.gost.raw(joined(params, CURRENT).encode())[::-1])
    assert (await asked(esia, params | {"client_secret": secret}, "current"))["error_description"] == WRONG
    assert "csptest" in (await esia.last_verdicts())["hint"]


@pytest.mark.parametrize("spell", [str.upper, str.lower])
async def test_the_certificate_hash_is_accepted_in_either_case(esia: Esia, spell: Callable[[str], str]) -> None:
    params = esia.signed(esia.asking("current", client_certificate_hash=spell(esia.gost.hash)), "current")
    assert "code" in await asked(esia, params, "current")


async def test_a_hash_over_the_pem_text_is_refused_and_named(esia: Esia) -> None:
    wrong = streebog(esia.gost.pem.encode()).hex()
    params = esia.signed(esia.asking("current", client_certificate_hash=wrong), "current")
    assert (await asked(esia, params, "current"))["error_description"] == WRONG
    verdicts = await esia.last_verdicts()
    assert verdicts["hash"] == "bad"
    assert "PEM" in verdicts["hint"]


@pytest.mark.parametrize("name", ["sha1", "sha256"])
async def test_a_sha_hash_is_refused_and_named(esia: Esia, name: str) -> None:
    wrong = hashlib.new(name, esia.gost.certificate_der).hexdigest()
    params = esia.signed(esia.asking("current", client_certificate_hash=wrong), "current")
    assert (await asked(esia, params, "current"))["error_description"] == WRONG
    assert "Streebog" in (await esia.last_verdicts())["hint"]


async def test_the_hash_must_be_that_of_the_signing_certificate(esia: Esia) -> None:
    other = gost_signer(9)
    await esia.register(certificate_pem=esia.gost.pem + other.pem)
    params = esia.signed(esia.asking("current", client_certificate_hash=other.hash), "current")
    assert (await asked(esia, params, "current"))["error_description"] == WRONG


async def test_organisation_scopes_stand_behind_the_scopes_in_the_signed_text(esia: Esia) -> None:
    params = esia.signed(esia.asking("current", scope="openid fullname", scope_org="org_fullname org_ogrn"), "current")
    assert "code" in await asked(esia, params, "current")


async def test_a_certificate_out_of_date_is_refused_by_a_switch(esia: Esia) -> None:
    esia.pass_seconds(3600 * 24 * 365 * 20)
    params = esia.signed(esia.asking("v1"), "v1")
    assert "code" in await asked(esia, params, "v1")
    await esia.switch(certificate_dates=True)
    assert (await asked(esia, params, "v1"))["error_description"] == WRONG


async def test_an_older_certificate_works_beside_the_newer_one(esia: Esia) -> None:
    newer = rsa_signer("newer")
    await esia.register(certificate_pem=newer.pem + esia.rsa.pem)
    for signer in (newer, esia.rsa):
        params = esia.asking("v1")
        assert "code" in await asked(esia, params | {"client_secret": b64(signer.cms(joined(params, V1)))}, "v1")
