"""A school whose office registers turnstiles and cards, heard from its own network, and the parent who looks."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network
from typing import Any

from quart import Response

from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Hub
from tests.ingest_kit import BATCH, Played, public_pem

PLAIN = {"Content-Type": BATCH, "Host": "localhost:8000"}
SCHOOL = "10.1.2.3"
CARD = {"kind": "card", "number": "0001"}


async def guarded(hub: Hub) -> Desk:
    hub.change(settings=replace(hub.deps.settings, device_networks=(ip_network("10.1.0.0/16"),)))
    return await open_desk(hub)


async def device(desk: Desk, sign: str = "standard_webhooks", serial: str = "SN-1") -> Played:
    asked = {"kind": "turnstile", "serial": serial, "sign": sign, "place": "Вход", "public_key": public_pem() if sign == "rfc9421" else ""}
    made = await desk.nina.send("POST", "/api/v1/office/devices", json=asked)
    assert made.status_code == 201, await made.get_data(as_text=True)
    told = await made.get_json()
    return Played(id=told["id"], source=told["source"], key_id=told["key_id"], secret=told["secret"] or "", sign=sign)


async def carded(desk: Desk, number: str = "0001") -> None:
    made = await desk.nina.send("POST", f"/api/v1/office/pupils/{desk.petya}/carriers", json=CARD | {"number": number})
    assert made.status_code == 201, await made.get_data(as_text=True)


async def send(hub: Hub, gate: Played, body: bytes, *, headers: dict[str, str] | None = None, **how: Any) -> Response:
    path, made = gate.message(body, hub.clock(), **how)
    return await hub.app.test_client().post(path, data=body, headers=made | (headers or {}), scope_base={"client": (SCHOOL, 1)})


async def verdicts(answer: Response) -> list[str]:
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    return [one["verdict"] for one in (await answer.get_json())["verdicts"]]


async def reason(answer: Response) -> tuple[int, str]:
    return answer.status_code, (await answer.get_json()).get("reason", "")


async def timeline(desk: Desk, query: str = "") -> list[dict[str, Any]]:
    answer = await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline{query}")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    items: list[dict[str, Any]] = (await answer.get_json())["items"]
    return items
