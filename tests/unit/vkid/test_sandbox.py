"""The connector against the sandbox's VK ID in one process: its switches, its faults, and the life of the tokens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.kit.calls import Caller
from connectors.kit.clients import new_client
from connectors.kit.config import ConnectorConfig, Equipment
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, RateLimited, Rejected, Unavailable
from connectors.kit.ports import Access, Arrival, OpenedProfile
from connectors.kit.secret import Secret
from connectors.vkid.client import VkId
from sandbox.app import SandboxApp, create_app
from sandbox.world.model import Person
from tests.unit.vkid.stub import BACK, BASE, CLIENT, NOW, STATE, query


@dataclass(slots=True, kw_only=True)
class Vk:
    """One sandbox with our application registered, and a browser that follows no redirect."""

    app: SandboxApp
    http: httpx.AsyncClient

    def port(self, **options: str) -> VkId:
        async def no_pause(seconds: float) -> None:
            await asyncio.sleep(0)

        caller = Caller("vkid", BASE, new_client(transport=httpx.ASGITransport(self.app)), sleep=no_pause)
        config = ConnectorConfig(instance="vkid", base_urls={"vkid": BASE}, options={"CLIENT_ID": CLIENT, **options}, demo=True)
        return VkId(config, Equipment(callers={"vkid": caller}, now=self.app.sandbox.clock.now))

    @property
    def people(self) -> list[Person]:
        return [one for one in self.app.sandbox.town.people.values() if one.vkid]

    def person(self, *, phone: bool = True) -> Person:
        return next(one for one in self.people if one.vkid and bool(one.vkid.get("phone")) == phone)

    async def control(self, path: str, **body: Any) -> None:
        answer = await self.http.post(f"/_sandbox/{path}", json=body)
        assert answer.is_success, answer.text

    async def arrive(self, port: VkId, person: Person | None = None) -> Arrival:
        await self.control("vkid/sign_in_as", person=(person or self.person()).id, times=1)
        departure = await port.begin(state=STATE, redirect_uri=BACK)
        answer = await self.http.get(departure.url)
        assert answer.headers["location"].startswith(BACK), answer.text
        return Arrival(params=query(answer.headers["location"]), keep=departure.keep, state=STATE, redirect_uri=BACK)

    async def open(self, port: VkId, person: Person | None = None) -> OpenedProfile:
        return await port.open(await self.arrive(port, person))


@pytest.fixture
async def vk() -> AsyncIterator[Vk]:
    app = create_app(now=NOW)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE.removesuffix("/vkid")) as http:
        found = Vk(app=app, http=http)
        await found.control("vkid/apps", client_id=CLIENT, redirect_uris=[BACK], scopes=["vkid.personal_info", "phone", "email"])
        yield found


@pytest.mark.feature("F063")
@pytest.mark.parametrize("errors_with_200", [True, False])
@pytest.mark.parametrize("callback", ["parameters", "payload"])
async def test_everybody_with_a_profile_signs_in(vk: Vk, errors_with_200: bool, callback: str) -> None:
    await vk.control("vkid/switches", errors_with_200=errors_with_200, callback=callback)
    assert len(vk.people) >= 3
    for person in vk.people:
        assert person.vkid is not None
        claims = (await vk.open(vk.port(), person)).claims
        assert claims.subject == str(person.vkid["user_id"])
        assert (claims.last_name, claims.first_name, claims.sex) == (person.last_name, person.first_name, person.sex)
        assert claims.children is None and claims.snils is None


@pytest.mark.parametrize(("shown", "known"), [("full", True), ("no_year", False), ("absent", False)])
async def test_a_birthday_as_the_person_shows_it(vk: Vk, shown: str, known: bool) -> None:
    await vk.control("vkid/switches", birthday=shown)
    person = vk.person()
    claims = (await vk.open(vk.port(), person)).claims
    assert (claims.birth_date is not None) is known
    assert claims.birth_date in (None, person.birth_date)


@pytest.mark.parametrize("spelling", ["7", "8", "+7"])
async def test_a_phone_in_every_spelling_is_the_persons(vk: Vk, spelling: str) -> None:
    await vk.control("vkid/switches", phone_format=spelling)
    person = vk.person()
    (phone,) = (await vk.open(vk.port(), person)).claims.phones
    assert person.vkid is not None
    assert (phone.value[-10:], phone.verified) == ("".join(filter(str.isdigit, person.vkid["phone"]))[-10:], False)


async def test_what_the_person_withheld_or_the_scope_lacks_is_absent(vk: Vk) -> None:
    assert (await vk.open(vk.port(SCOPE="vkid.personal_info"))).claims.phones == ()
    await vk.control("vkid/switches", withheld_scopes=["phone"])
    opened = await vk.open(vk.port())
    assert opened.claims.phones == () and opened.access.extra["scope"] == "vkid.personal_info"


async def test_a_person_without_a_profile_has_refused(vk: Vk) -> None:
    port = vk.port()
    nobody = next(one for one in vk.app.sandbox.town.people.values() if not one.vkid)
    with pytest.raises(AccessDenied):
        await vk.open(port, nobody)


@pytest.mark.parametrize("errors_with_200", [True, False])
@pytest.mark.parametrize(
    "spoilt",
    [
        {"code": "vk2.a.never-given-out"},
        {"device_id": "another"},
        {"verifier": "x" * 64},
        {"verifier": ""},
        {"redirect_uri": BACK + "/"},
    ],
    ids=str,
)
async def test_a_spoilt_return_is_refused_with_any_status(vk: Vk, spoilt: dict[str, str], errors_with_200: bool) -> None:
    await vk.control("vkid/switches", errors_with_200=errors_with_200)
    good = await vk.arrive(vk.port())
    bad = replace(
        good,
        params={**good.params, **{name: value for name, value in spoilt.items() if name in good.params}},
        keep={"verifier": spoilt.get("verifier", good.keep["verifier"])},
        redirect_uri=spoilt.get("redirect_uri", BACK),
    )
    with pytest.raises((AuthExpired, Rejected)) as caught:
        await vk.port().open(bad)
    assert caught.value.text


async def test_a_late_code_asks_to_sign_in_again(vk: Vk) -> None:
    arrival = await vk.arrive(vk.port())
    vk.app.sandbox.clock.shift(601)
    with pytest.raises(AuthExpired):
        await vk.port().open(arrival)


@pytest.mark.security("15")
async def test_both_tokens_rotate_and_the_new_ones_work(vk: Vk) -> None:
    port = vk.port()
    opened = await vk.open(port)
    first = await port.refresh(opened.access)
    second = await port.refresh(first)
    tokens = {access.token.reveal() for access in (opened.access, first, second)}
    assert len(tokens) == 3
    assert second.extra == opened.access.extra and second.owner == opened.claims.subject
    await port.log_out(second)


@pytest.mark.security("15")
async def test_a_spent_refresh_token_ends_the_whole_session(vk: Vk) -> None:
    port = vk.port()
    old = (await vk.open(port)).access
    new = await port.refresh(old)
    for access in (old, new):
        with pytest.raises(AuthExpired):
            await port.refresh(access)


async def test_a_wrong_device_spends_nothing(vk: Vk) -> None:
    port = vk.port()
    access = (await vk.open(port)).access
    with pytest.raises(AuthExpired):
        await port.refresh(replace(access, extra={**access.extra, "device_id": "another"}))
    assert (await port.refresh(access)).owner == access.owner


async def test_a_refresh_may_bring_an_id_token_too(vk: Vk) -> None:
    await vk.control("vkid/switches", id_token_on_refresh=True)
    port = vk.port()
    access = (await vk.open(port)).access
    assert (await port.refresh(access)).owner == access.owner


async def test_after_half_a_year_the_person_signs_in_again(vk: Vk) -> None:
    port = vk.port()
    access = (await vk.open(port)).access
    vk.app.sandbox.clock.shift(timedelta(days=181).total_seconds())
    with pytest.raises(AuthExpired):
        await port.refresh(access)


async def _dead(port: VkId, access: Access) -> None:
    with pytest.raises(AuthExpired):
        await port.refresh(access)


async def test_revoking_ends_every_sign_in_of_the_person_and_logging_out_this_one(vk: Vk) -> None:
    port = vk.port()
    first, second = [(await vk.open(port)).access for _ in range(2)]
    await port.log_out(first)
    await _dead(port, first)
    second = await port.refresh(second)
    await port.revoke(second)
    await _dead(port, second)
    with pytest.raises(AuthExpired):
        await port.log_out(replace(second, token=Secret("vk2.a.unknown")))


@pytest.mark.parametrize("errors_with_200", [True, False])
@pytest.mark.parametrize(
    ("kind", "value", "error"),
    [
        ("rate_limit", 30, RateLimited),
        ("auth_expired", None, AuthExpired),
        ("error", "temporarily_unavailable", Unavailable),
        ("error", "invalid_scope", Rejected),
        ("error", "invalid_client", Rejected),
        ("error", "access_denied", AccessDenied),
        ("status", 503, Unavailable),
        ("drop", None, Unavailable),
    ],
)
async def test_a_fault_of_vk_is_one_of_the_eight(vk: Vk, kind: str, value: Any, error: type[ConnectorError], errors_with_200: bool) -> None:
    await vk.control("vkid/switches", errors_with_200=errors_with_200)
    arrival = await vk.arrive(vk.port())
    await vk.control("faults", system="vkid", kind=kind, **({} if value is None else {"value": value}))
    with pytest.raises(error) as caught:
        await vk.port().open(arrival)
    assert caught.value.text
    if isinstance(caught.value, RateLimited):
        assert caught.value.after_s == 30
