"""The connector against the sandbox's strict provider: every switch of it that spoils something, and its keys as they change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import ALL, ConnectorError
from connectors.kit.ports import Arrival, SignInPort
from connectors.kit.registry import connect
from identity.claims import Claims, Level
from sandbox.app import SandboxApp, create_app
from sandbox.openid.wire.spoiling import KNOWN
from tests.unit.openid.stub import STATE

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
ROOT = "http://localhost:9000"
BACK = "http://localhost:8000/auth/mosru/return"
HARMLESS = {
    ("id_token", "list_aud"), ("id_token", "no_at_hash"), ("id_token", "no_auth_time"),
    ("id_token", "old_auth_time"), ("id_token", "no_acr"), ("id_token", "unknown_acr"),
    ("id_token", "no_kid"), ("id_token", "jku"), ("id_token", "embedded_jwk"),
    ("discovery", "none_advertised"), ("discovery", "iss_not_announced"), ("discovery", "slow"),
    ("jwks", "slow"), ("jwks", "no_kid"), ("jwks", "symmetric"), ("jwks", "unknown_keys"),
    ("authorization", "double_code"), ("authorization", "double_state"), ("token", "slow"), ("userinfo", "slow"), ("userinfo", "no_names"),
}  # fmt: skip
"""Allowed by the standard, or not believed anyway. Of a doubled parameter the first counts; the page of the return cuts the rest."""


@dataclass(slots=True, kw_only=True)
class Stand:
    """The sandbox in this process, our client registered, and a browser that follows no redirect."""

    app: SandboxApp
    http: httpx.AsyncClient

    async def post(self, path: str, **body: Any) -> None:
        answer = await self.http.post(f"/_sandbox/op/{path}", json=body)
        assert answer.is_success, answer.text

    def port(self, **options: str) -> SignInPort:
        told = {"CLIENT_ID": "hub", "CLIENT_SECRET": "s3cret", **options}
        config = ConnectorConfig(instance="mosru", base_urls={"mosru": f"{ROOT}/op"}, options=told, demo=True, connector="openid")
        network = httpx.ASGITransport(self.app)
        return connect([config], now=self.app.sandbox.clock.now, transport=lambda name: network).sign_ins["mosru"]

    async def sign_in(self, port: SignInPort) -> Claims:
        person = next(one for one in self.app.sandbox.town.people.values() if one.esia and one.esia.level == "confirmed")
        self.app.sandbox.sign_in_as.choose("op", person.id)
        departure = await port.begin(state=STATE, redirect_uri=BACK)
        answer = await self.http.get(departure.url)
        assert answer.headers["location"].startswith(BACK), answer.text
        brought: dict[str, str] = {}
        for name, value in httpx.URL(answer.headers["location"]).params.multi_items():
            brought.setdefault(name, value)
        return await port.finish(Arrival(params=brought, keep=departure.keep, state=STATE, redirect_uri=BACK))


@pytest.fixture(scope="module")
def app() -> SandboxApp:
    """One for all: each test begins with honest switches and our client anew."""
    return create_app(now=lambda: NOW, base_url=ROOT)


@pytest.fixture
async def stand(app: SandboxApp) -> AsyncIterator[Stand]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=ROOT, trust_env=False) as http:
        found = Stand(app=app, http=http)
        await http.delete("/_sandbox/op/switches")
        await found.post("clients", client_id="hub", client_secret="s3cret", redirect_uris=[BACK])
        await found.post("switches", slow_s=0)
        yield found


@pytest.mark.security("9")
@pytest.mark.security("19")
@pytest.mark.parametrize(("part", "name"), sorted((part, name) for part, names in KNOWN.items() for name in names))
async def test_whatever_is_spoilt_is_refused_unless_it_is_harmless(stand: Stand, part: str, name: str) -> None:
    await stand.post("switches", **{part: [name]})
    if (part, name) in HARMLESS:
        assert (await stand.sign_in(stand.port())).subject
        return
    with pytest.raises(ConnectorError) as told:
        await stand.sign_in(stand.port())
    assert type(told.value) in ALL
    assert told.value.text


@pytest.mark.security("11")
@pytest.mark.parametrize("way", ["overlap", "replace"])
async def test_a_rotation_between_two_sign_ins_is_not_noticed(stand: Stand, way: str) -> None:
    port = stand.port()
    before = await stand.sign_in(port)
    await stand.post("keys/rotate", way=way)
    assert (await stand.sign_in(port)).subject == before.subject


@pytest.mark.security("11")
async def test_a_key_that_is_not_published_proves_nothing_until_it_is(stand: Stand) -> None:
    port = stand.port()
    await stand.post("keys/rotate", way="unpublished")
    with pytest.raises(ConnectorError):
        await stand.sign_in(port)
    await stand.post("keys/rotate", way="publish")
    assert (await stand.sign_in(port)).subject


@pytest.mark.security("10")
async def test_an_elliptic_key_is_accepted_only_where_it_is_pinned(stand: Stand) -> None:
    await stand.post("clients", client_id="hub", client_secret="s3cret", redirect_uris=[BACK], id_token_signed_response_alg="ES256")
    assert (await stand.sign_in(stand.port(ALGS="ES256"))).subject
    with pytest.raises(ConnectorError):
        await stand.sign_in(stand.port())


@pytest.mark.security("20")
@pytest.mark.parametrize(("offset_s", "accepted"), [(-50, True), (50, True), (90, False)])
async def test_the_clocks_may_differ_by_less_than_a_minute(stand: Stand, offset_s: float, accepted: bool) -> None:
    await stand.post("switches", clock_offset_s=offset_s)
    if accepted:
        assert (await stand.sign_in(stand.port())).subject
    else:
        with pytest.raises(ConnectorError):
            await stand.sign_in(stand.port())


@pytest.mark.rule("A4")
async def test_the_account_level_is_what_the_settings_make_of_acr(stand: Stand) -> None:
    assert (await stand.sign_in(stand.port())).level is Level.UNKNOWN
    assert (await stand.sign_in(stand.port(LEVELS="urn:op:acr:confirmed=standard"))).level is Level.STANDARD


async def test_pairwise_subjects_and_post_clients_are_the_providers_business(stand: Stand) -> None:
    await stand.post(
        "clients", client_id="hub", client_secret="s3cret", redirect_uris=[BACK], subject_type="pairwise",
        token_endpoint_auth_method="client_secret_basic",
    )  # fmt: skip
    assert (await stand.sign_in(stand.port())).subject
