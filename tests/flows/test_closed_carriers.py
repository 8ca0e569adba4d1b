"""A door that signs hears what it is to refuse, as marks that name nobody (RULES E5, E6)."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from quart import Response

from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import SCHOOL, carded, device, guarded
from tests.flows.kit import Hub
from tests.ingest_kit import Played

PATH = "/ingest/v1/doors/closed"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    found = await guarded(hub)
    await carded(found, "00-11-22")
    return found


async def ask(desk: Desk, gate: Played, headers: dict[str, str] | None = None) -> Response:
    _, made = gate.message(b"", desk.hub.clock()) if gate.sign != "rfc9421" else ("", {})
    given = made | {"Host": "localhost:8000"} | (headers or {})
    given.pop("Content-Type", None)
    return await desk.hub.app.test_client().get(f"{PATH}?device={gate.id}", headers=given, scope_base={"client": (SCHOOL, 1)})


def mark(told: dict[str, Any], kind: str, number: str) -> str:
    return hmac.new(told["salt"].encode(), f"{kind}\n{number}".encode(), hashlib.sha256).hexdigest()


@pytest.mark.rule("E5")
async def test_a_blocked_card_is_on_the_doors_list_from_that_moment_and_names_nobody(desk: Desk) -> None:
    gate = await device(desk)
    first = await (await ask(desk, gate)).get_json()
    assert first["closed"] == []
    mine = f"/api/v1/children/{desk.petya}/cards"
    (one,) = (await (await desk.anna.get(mine)).get_json())["items"]
    await desk.anna.send("POST", f"{mine}/{one['id']}/lose")
    answer = await ask(desk, gate)
    told = await answer.get_json()
    assert told["closed"] == [{"token": mark(told, "card", "001122"), "state": "lost"}] and told["salt"] != first["salt"]
    assert desk.petya not in json.dumps(told) and answer.headers["Cache-Control"] == "no-store"


@pytest.mark.rule("E6")
@pytest.mark.security("7")
async def test_a_device_that_does_not_sign_or_is_a_stranger_hears_nothing(desk: Desk) -> None:
    for sign, reason in (("basic", "weak"), ("serial", "network")):
        answer = await ask(desk, await device(desk, sign, serial=sign))
        assert (answer.status_code, (await answer.get_json())["reason"]) == (403, reason)
    gate = await device(desk)
    assert (await ask(desk, gate, {"webhook-signature": "v1,AAAA"})).status_code == 401
    assert (await desk.hub.app.test_client().get(f"{PATH}?device=nobody", headers={"Host": "localhost:8000"})).status_code in (
        400,
        401,
        403,
    )
