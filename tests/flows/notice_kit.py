"""A family whose child passes a turnstile, and short ways to its wishes about notices and to the log that says why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any

from hub.flows.notices import follow_events, send_due
from hub.flows.send_texts import send_due as send_texts
from hub.ledger.model import Purpose
from hub.store import preferences
from hub.store.preferences import Preferences
from hub.store.reach import addresses, pushes
from hub.store.reach.addresses import ContactState
from hub.store.reach.pushes import Subscription
from hub.store.school import carriers, devices
from hub.store.school.carriers import CarrierKind
from hub.store.school.devices import DeviceKind, NewDevice, Sign
from tests.flows.channel_kit import FakeChannel, fake_channels
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, device, guarded, send, verdicts
from tests.flows.kit import Browser, Hub
from tests.flows.money_kit import SCHOOL, ZONE, Family, family
from tests.flows.text_kit import FakeGateway
from tests.ingest_kit import Played, batch
from tests.unit.ledger.kit import top_up

NOON = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
"""16:00 of a Wednesday in Krasnoyarsk: the lessons are over."""
PHONE, EMAIL = "+79131234567", "anna@example.org"
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


async def doors(hub: Hub, sign: str = "standard_webhooks") -> tuple[Desk, Played]:
    """Petya's school with a turnstile and his card; Anna is his parent."""
    desk = await guarded(hub)
    gate = await device(desk, sign)
    await carded(desk)
    hub.clock.go(hours=1)
    return desk, gate


async def followed(hub: Hub) -> None:
    while await follow_events(hub.deps):
        pass


async def passed(hub: Hub, gate: Played, *, ago_s: float = 5, direction: str = "in", **more: Any) -> str:
    """A pass is reported and decided about; its id."""
    event = gate.passed(hub.clock() - timedelta(seconds=ago_s), direction=direction, **more)
    assert await verdicts(await send(hub, gate, batch(event))) == ["stored"]
    await followed(hub)
    return str(event["id"])


async def wish(browser: Browser, child: str, channel: str, *, kind: str = "pass", enabled: bool = True, kop: int = 0) -> None:
    asked = {"channel": channel, "enabled": enabled, "accepted_price_kop": kop}
    answer = await browser.send("PUT", f"/api/v1/children/{child}/notices/{kind}", json=asked)
    assert answer.status_code == 200, await answer.get_data(as_text=True)


async def log_of(browser: Browser, child: str, query: str = "") -> list[dict[str, Any]]:
    answer = await browser.get(f"/api/v1/children/{child}/notices/log{query}")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    items: list[dict[str, Any]] = (await answer.get_json())["items"]
    return items


def by_channel(items: list[dict[str, Any]], event: str) -> Mapping[str, tuple[str, str]]:
    """Decision and rule of one event by channel."""
    return {one["channel"]: (one["decision"], one["rule"]) for one in items if one["event_id"] == event}


@dataclass
class Reached:
    """Anna, whose child has a card, with channels and a gateway that the test plays; the school is in Krasnoyarsk."""

    hub: Hub
    family: Family
    me: str
    gate: Played
    weak: Played
    channels: dict[str, FakeChannel]
    sms: FakeGateway

    @property
    def child(self) -> str:
        return self.family.child

    @property
    def browser(self) -> Browser:
        return self.family.browser

    async def wish(self, channel: str, *, kind: str = "pass", enabled: bool = True, kop: int = 0) -> None:
        await wish(self.browser, self.child, channel, kind=kind, enabled=enabled, kop=kop)

    async def report(self, *events: dict[str, Any], of: Played | None = None, follow: bool = True) -> list[str]:
        path, headers = (of or self.gate).message(batch(*events), self.hub.clock())
        answer = await self.hub.app.test_client().post(path, data=batch(*events), headers=headers, scope_base={"client": ("10.1.0.1", 1)})
        found = await verdicts(answer)
        if follow:
            await followed(self.hub)
        return found

    async def passed(self, *, ago_s: float = 5, of: Played | None = None, **more: Any) -> str:
        event = (of or self.gate).passed(self.hub.clock() - timedelta(seconds=ago_s), **more)
        assert await self.report(event, of=of) == ["stored"]
        return str(event["id"])

    async def ate(self, *, of: Played | None = None, **more: Any) -> str:
        data = {"credential": {"kind": "card", "number": "0001"}, "amount_kop": 11_000, "items": [{"title": "Обед", "price_kop": 11_000}]}
        event = (of or self.gate).event("meal", self.hub.clock(), data | more)
        assert await self.report(event, of=of) == ["stored"]
        return str(event["id"])

    async def rounds(self, count: int = 3, seconds: float = 1) -> None:
        """What the worker does, again and again."""
        for _ in range(count):
            await send_due(self.hub.deps)
            await send_texts(self.hub.deps)
            self.hub.clock.go(seconds=seconds)

    async def log(self, query: str = "") -> list[dict[str, Any]]:
        return await log_of(self.browser, self.child, query)

    async def said(self, event: str, channel: str) -> tuple[str, str]:
        return by_channel(await self.log(), event)[channel]

    async def fill(self, kop: int) -> None:
        await self.family.put(top_up(self.family.own[Purpose.NOTICES], kop, at=self.hub.clock()))

    async def money(self) -> list[tuple[str, int]]:
        return [(one["kind"], one["amount_kop"]) for one in (await self.family.statement(Purpose.NOTICES))["items"]]


async def reached(hub: Hub, *channels: str, kop: int = 0, at: datetime = NOON) -> Reached:
    """`channels` are there with an address of Anna's; the others are not configured."""
    hub.clock.at = at - timedelta(days=1)
    played, gateway = fake_channels(*channels) if channels else {}, FakeGateway()
    networks = (ip_network("10.1.0.0/16"),)
    hub.change(channels=played, texts={"smsc": gateway}, settings=replace(hub.deps.settings, device_networks=networks))
    town = await family(hub)
    me = (await town.browser.me())["person"]["id"]
    now = hub.clock()

    def unit() -> list[Played]:
        carriers.add(hub.deps.keys, child=town.child, school=SCHOOL, kind=CarrierKind.CARD, number="0001", since=now, by="t", now=now)
        addresses.put(hub.deps.keys, me, "phone", PHONE, ContactState.CONFIRMED, now=now)
        addresses.put(hub.deps.keys, me, "email", EMAIL, ContactState.CONFIRMED, now=now)
        preferences.save(hub.deps.keys, me, Preferences(phone=PHONE, email=EMAIL), now=now)
        if "push" in channels:
            pushes.put(hub.deps.keys, me, Subscription(endpoint="https://push.test/1", p256dh="p", auth="a"), label="", now=now)
        return [_gate(hub, sign, now) for sign in (Sign.STANDARD_WEBHOOKS, Sign.BASIC)]

    strong, weak = await hub.deps.db.write(unit)
    made = Reached(hub, town, me, strong, weak, played, gateway)
    hub.clock.at = at
    await town.browser.sign_in()
    if kop:
        await made.fill(kop)
    return made


def _gate(hub: Hub, sign: Sign, now: datetime) -> Played:
    new = NewDevice(school=SCHOOL, kind=DeviceKind.TURNSTILE, serial=sign.value, sign=sign, zone=ZONE, since=now)
    made = devices.add(hub.deps.keys, new, secret=SECRET, by="t", now=now)
    assert made is not None
    return Played(id=made.id, source=made.source, key_id=made.key_id, secret=SECRET, sign=sign.value)
