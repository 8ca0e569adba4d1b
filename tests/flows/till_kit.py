"""A canteen whose till and doors are registered, and what they sell and see."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from ipaddress import ip_network
from typing import Any

from hub.flows.charge_tills import charge_tills
from hub.store.school import carriers, devices
from hub.store.school.carriers import CarrierKind
from hub.store.school.devices import DeviceKind, NewDevice, Sign
from tests.flows.debit_kit import Canteen, canteen_of
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL
from tests.ingest_kit import Played, batch

LUNCH = {"title": "Обед", "price_kop": 11_000}
SECRET = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="


async def tilled(hub: Hub) -> Canteen:
    """The family's child has card 0001; devices are heard from the school's network."""
    hub.change(settings=replace(hub.deps.settings, device_networks=(ip_network("10.1.0.0/16"),)))
    made = await canteen_of(hub)
    now = hub.clock()

    def unit() -> None:
        since = now - timedelta(days=20)
        kind = CarrierKind.CARD
        carriers.add(hub.deps.keys, child=made.family.child, school=SCHOOL, kind=kind, number="0001", since=since, by="t", now=now)

    await hub.deps.db.write(unit)
    return made


async def till(hub: Hub, sign: Sign = Sign.STANDARD_WEBHOOKS, kind: DeviceKind = DeviceKind.CANTEEN) -> Played:
    now = hub.clock()
    new = NewDevice(
        school=SCHOOL, kind=kind, serial=f"{kind}-{sign}", sign=sign, zone="Europe/Moscow", place="Буфет", since=now - timedelta(days=9)
    )
    made = await hub.deps.db.write(lambda: devices.add(hub.deps.keys, new, secret=SECRET, by="t", now=now))
    assert made is not None
    return Played(id=made.id, source=made.source, key_id=made.key_id, secret=SECRET, sign=sign.value)


async def sell(hub: Hub, one: Played, *events: dict[str, Any]) -> list[str]:
    path, headers = one.message(batch(*events), hub.clock())
    answer = await hub.app.test_client().post(path, data=batch(*events), headers=headers, scope_base={"client": ("10.1.0.1", 1)})
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    while await charge_tills(hub.deps):
        pass
    return [verdict["verdict"] for verdict in (await answer.get_json())["verdicts"]]


def receipt(one: Played, hub: Hub, *, id_: str = "r1", kop: int = 11_000, **more: Any) -> dict[str, Any]:
    data = {"credential": {"kind": "card", "number": "0001"}, "amount_kop": kop, "items": [LUNCH], "receipt": id_} | more
    return one.event("meal", hub.clock(), data, id_=id_)
