"""Who may ask: a token by client credentials, or a certificate that the proxy checked (RULES C7)."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import NameOID

from hub.app import create_app
from hub.flows.serve_schedule import add_system
from hub.flows.serve_schedule.registering import BadRegistration
from hub.store.database import Overloaded
from hub.store.fields import rows
from hub.store.outputs.fgis import FgisClient
from tests.flows.fgis_kit import FORM, Systems, basic, open_systems
from tests.flows.kit import Hub
from tests.flows.office_kit import OGRN

HOST = {"Host": "localhost:8000"}


@pytest.fixture
async def federal(hub: Hub) -> Systems:
    return await open_systems(hub)


async def test_a_secret_is_told_once_and_kept_as_a_hash(federal: Systems) -> None:
    kept = await federal.hub.deps.db.read(lambda: rows(FgisClient, "SELECT * FROM fgis_client", ()))
    assert federal.system.id in str(kept)
    assert federal.system.secret not in str(kept)


async def test_both_ways_of_naming_the_client_give_a_token_that_nobody_keeps(federal: Systems) -> None:
    posted = await federal.token()
    by_header = await federal.hub.app.test_client().post(
        "/fgis/token", form={**FORM, "scope": "schedule"}, headers=basic(federal.system.id, federal.system.secret)
    )
    for answer in (posted, by_header):
        assert answer.status_code == 200, await answer.get_data(as_text=True)
        body = await answer.get_json()
        assert (body["token_type"], body["expires_in"], body["scope"]) == ("Bearer", 3600, "schedule")
        assert answer.headers["Cache-Control"] == "no-store"


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"form": {}}, "invalid_request"),
    ({"form": {"grant_type": "client_credentials"}}, "invalid_request"),
    ({"form": {"grant_type": "password", "client_id": "a", "client_secret": "b"}}, "unsupported_grant_type"),
    ({"form": {"grant_type": "client_credentials", "client_id": "a", "client_secret": "b", "scope": "all"}}, "invalid_scope"),
    ({"form": FORM | {"client_id": "a", "client_secret": "b"}, "headers": HOST | basic("a", "b")}, "invalid_request"),
    ({"data": b"grant_type=client_credentials&client_id=a&client_id=b&client_secret=c"}, "invalid_request"),
    ({"json": FORM | {"client_id": "a", "client_secret": "b"}}, "invalid_request"),
    ({"form": FORM, "query_string": {"client_id": "a", "client_secret": "b"}}, "invalid_request"),
    ({"form": FORM | {"client_id": "a", "client_secret": "b"}}, "invalid_client"),
    ({"form": FORM, "headers": HOST | {"Authorization": "Basic !!!"}}, "invalid_client"),
    ({"form": FORM, "headers": HOST | {"Authorization": "Bearer abc"}}, "invalid_client"),
]


@pytest.mark.security("33")
@pytest.mark.parametrize(("given", "error"), WRONG)
async def test_errors_are_those_of_the_standard(hub: Hub, given: dict[str, Any], error: str) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"} if "data" in given else {}
    answer = await hub.app.test_client().post("/fgis/token", **{"headers": HOST | form, **given})
    assert (await answer.get_json()) == {"error": error}
    assert answer.status_code == (401 if error == "invalid_client" else 400)
    assert ("WWW-Authenticate" in answer.headers) == (error == "invalid_client")
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.security("29")
async def test_after_ten_wrong_secrets_the_right_one_waits_too(federal: Systems) -> None:
    for _ in range(10):
        assert (await federal.token(client_secret="wrong")).status_code == 401
    answer = await federal.token()
    assert (answer.status_code, (await answer.get_json())["error"]) == (429, "slow_down")
    assert int(answer.headers["Retry-After"]) >= 1


async def told(answer: Any) -> tuple[int, str]:
    return answer.status_code, (await answer.get_json())["issue"][0]["code"]


@pytest.mark.rule("C7")
async def test_without_a_good_token_nothing_is_answered(federal: Systems) -> None:
    good = await federal.bearer()
    said, _, mark = good.removeprefix("Bearer ").rpartition(".")
    client, _, ends = said.rpartition(".")
    forged = [f"Bearer {client}.{int(ends) + 9999}.{mark}", f"Bearer {said}.{mark[:-1]}B", "Bearer x", "Bearer a.b.c", f"Bearer {said}."]
    for bearer in forged:
        answer = await federal.ask(bearer=bearer)
        assert await told(answer) == (401, "expired"), bearer
        assert "invalid_token" in answer.headers["WWW-Authenticate"]
    for bearer in ("", "Basic eDp5", "Bearer", "Bearer a b"):
        assert await told(await federal.ask(bearer=bearer)) == (401, "login"), bearer
    federal.hub.clock.go(minutes=61)
    assert await told(await federal.ask(bearer=good)) == (401, "expired")


async def test_a_signed_in_parent_is_no_system(federal: Systems) -> None:
    anna = federal.hub.browser()
    await anna.sign_in()
    assert (await anna.get("/fgis/Schedule/1000772211")).status_code == 401


async def test_over_six_hundred_questions_a_minute_wait(federal: Systems) -> None:
    bearer = await federal.bearer()
    for _ in range(600):
        federal.hub.deps.memory.fgis_reads.note(federal.system.id)
    answer = await federal.ask(bearer=bearer)
    assert await told(answer) == (429, "throttled")
    assert int(answer.headers["Retry-After"]) >= 1


def a_certificate() -> x509.Certificate:
    key, name = Ed25519PrivateKey.generate(), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "system")])
    start = datetime(2026, 1, 1, tzinfo=UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(1).not_valid_before(start).not_valid_after(start + timedelta(days=900))
    return made.sign(key, None)


@pytest.mark.rule("C7")
async def test_a_certificate_is_believed_from_a_trusted_proxy_only(federal: Systems) -> None:
    hub, certificate = federal.hub, a_certificate()
    pem, now = certificate.public_bytes(serialization.Encoding.PEM), hub.clock()
    await hub.deps.db.write(lambda: add_system(name="Система с ключом", ogrns=[OGRN], certificate_pem=pem, now=now))
    header = f":{base64.b64encode(certificate.public_bytes(serialization.Encoding.DER)).decode()}:"
    assert await told(await federal.ask(bearer="", Client_Cert=header)) == (401, "login")
    hub.deps = replace(hub.deps, settings=replace(hub.deps.settings, trusted_proxies=(ip_network("127.0.0.0/8"),)))
    hub.app = create_app(hub.deps)
    by_proxy = partial(federal.ask, bearer="", scope_base={"client": ("127.0.0.1", 1)})
    assert await told(await by_proxy(Client_Cert=header)) == (404, "not-found"), "let in, and no such pupil"
    for spoiled in (header[:-9] + ":", ":!!:", header.strip(":"), ":" + "A" * 20_000 + ":"):
        assert (await by_proxy(Client_Cert=spoiled)).status_code == 401
    assert (await by_proxy(Client_Cert=header, client_cert=header)).status_code == 401, "the proxy added its word to the client's own"
    stranger = partial(federal.ask, bearer="", scope_base={"client": ("10.0.0.9", 1)})
    assert (await stranger(Client_Cert=header)).status_code == 401


@pytest.mark.parametrize(
    ("name", "ogrns", "pem"), [("  ", [OGRN], None), ("Система", [], None), ("Система", ["1"], None), ("Система", [OGRN], b"no pem")]
)
async def test_a_registration_that_cannot_be_is_refused(federal: Systems, name: str, ogrns: list[str], pem: bytes | None) -> None:
    now = federal.hub.clock()

    def register() -> None:
        with pytest.raises(BadRegistration):
            add_system(name=name, ogrns=ogrns, certificate_pem=pem, now=now)

    await federal.hub.deps.db.write(register)


async def test_another_method_than_reading_is_not_supported(federal: Systems) -> None:
    for method in ("POST", "PUT", "DELETE"):
        answer = await federal.hub.browser().send(method, "/fgis/Schedule/1")
        assert await told(answer) == (405, "not-supported")
        assert answer.headers["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    ("error", "status", "code"), [(Overloaded("busy", retry_after_s=7), 503, "transient"), (RuntimeError("inside"), 500, "exception")]
)
async def test_our_own_trouble_is_told_in_the_contracts_words(
    federal: Systems, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int, code: str
) -> None:
    bearer = await federal.bearer()

    async def fails(unit: object) -> object:
        raise error

    monkeypatch.setattr(federal.hub.deps.db, "read", fails)
    answer = await federal.ask(bearer=bearer)
    assert await told(answer) == (status, code)
    assert "inside" not in await answer.get_data(as_text=True)
    refused = await federal.token()
    assert (refused.status_code, (await refused.get_json())["error"]) == (503, "temporarily_unavailable")
