"""A till of a school's canteen in a test: it signs what it asks, and the family reads what became of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from quart import Response

from hub.store.school import carriers, devices
from hub.store.school.carriers import CarrierKind
from hub.store.school.devices import DeviceKind, NewDevice, Sign
from tests.flows.debit_kit import Canteen
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL
from tests.flows.till_kit import SECRET
from tests.ingest_kit import Played, public_pem, signed

CARD = {"kind": "card", "number": "0001"}


async def till(hub: Hub, sign: Sign = Sign.STANDARD_WEBHOOKS, kind: DeviceKind = DeviceKind.CANTEEN) -> Played:
    now = hub.clock()
    new = NewDevice(
        school=SCHOOL, kind=kind, serial=f"{kind}-{sign}", sign=sign, zone="Europe/Moscow", place="Буфет", since=now - timedelta(days=9),
        public_key=public_pem() if sign is Sign.RFC9421 else None,
    )  # fmt: skip
    secret = None if sign is Sign.RFC9421 else SECRET
    made = await hub.deps.db.write(lambda: devices.add(hub.deps.keys, new, secret=secret, by="t", now=now))
    assert made is not None
    return Played(id=made.id, source=made.source, key_id=made.key_id, secret=secret or "", sign=sign.value)


async def card_of(place: Canteen, number: str = "0001") -> str:
    hub, now = place.hub, place.hub.clock()

    def unit() -> str:
        since = now - timedelta(days=20)
        made = carriers.add(
            hub.deps.keys, child=place.family.child, school=SCHOOL, kind=CarrierKind.CARD, number=number, since=since, by="t", now=now
        )
        assert made is not None
        return made

    return await hub.deps.db.write(unit)


async def ask(hub: Hub, one: Played, path: str = "check", body: Mapping[str, Any] | None = None, **how: Any) -> Response:
    """`how`: a nonce to send again, another `sign`, a `changed` body."""
    method = "GET" if body is None else "POST"
    data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    full = f"/ingest/v1/till/{path}"
    headers = signed(one, data, hub.clock(), method=method, path=full, sign=how.get("sign"), nonce=how.get("nonce"))
    sent = how.get("changed", data)
    client = hub.app.test_client()
    send = client.get if body is None else client.post
    return await send(f"{full}?device={one.id}", data=sent, headers=headers, scope_base={"client": ("10.1.0.1", 1)})


async def told(hub: Hub, one: Played, path: str = "check", body: Mapping[str, Any] | None = None, status: int = 200) -> Any:
    answer = await ask(hub, one, path, body)
    assert answer.status_code == status, await answer.get_data(as_text=True)
    return await answer.get_json()


def receipt(one: Played, hub: Hub, *titles: str, id_: str = "r1", kop: int = 5_000, **more: Any) -> dict[str, Any]:
    items = [{"title": title, "price_kop": kop} for title in titles or ("Обед",)]
    data = {"credential": CARD, "amount_kop": kop * len(items), "items": items, "receipt": id_} | more
    return one.event("meal", hub.clock(), data, id_=id_)


async def kinds(place: Canteen) -> list[str]:
    items = (await (await place.family.browser.get("/api/v1/me/notices")).get_json())["items"]
    return [one["kind"] for one in items]
