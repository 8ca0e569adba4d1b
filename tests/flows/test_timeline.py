"""A family's timeline of passes: late ones say so, repeated reads are one, a card brings its past along (RULES E4, E5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import CARD, carded, device, guarded, send, timeline, verdicts
from tests.flows.kit import Hub
from tests.flows.test_desk_pages import text
from tests.ingest_kit import batch


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


@pytest.mark.rule("E4")
async def test_a_late_event_says_so_and_reads_within_five_seconds_are_one_pass(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    start = hub.clock()
    hub.clock.go(minutes=20)
    now = hub.clock()
    events = [gate.passed(start + timedelta(seconds=1)), *(gate.passed(now + timedelta(seconds=n)) for n in (0, 2, 5, 11))]
    await verdicts(await send(hub, gate, batch(*events)))
    items = await timeline(desk)
    assert [(one["received_late"], one["repeats"]) for one in items] == [(True, 0), (False, 2), (False, 0)]


@pytest.mark.rule("E5")
async def test_an_unknown_card_finds_its_owner_later_and_a_card_of_another_school_never(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    at = hub.clock()
    await verdicts(await send(hub, gate, batch(gate.passed(at, number="77-88"))))
    assert await timeline(desk) == []
    asked = CARD | {"number": "7788", "since": at.isoformat()}
    assert (await desk.nina.send("POST", f"/api/v1/office/pupils/{desk.petya}/carriers", json=asked)).status_code == 201
    assert [one["at"] for one in await timeline(desk)] == [at.isoformat().replace("+00:00", "Z")]


async def test_the_timeline_goes_on_where_the_page_before_ended(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    start = hub.clock()
    hub.clock.go(hours=10)
    await verdicts(await send(hub, gate, batch(*(gate.passed(start + timedelta(minutes=n), id_=f"n{n}") for n in range(1, 251)))))
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline?cursor={cursor}")).get_json()
        seen += [one["event_id"] for one in page["items"]]
        cursor = page["next"]
    assert seen == [f"n{n}" for n in range(1, 251)]
    assert (await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline?cursor=zzz")).status_code == 400
    assert (await desk.anna.get(f"/api/v1/children/{desk.petya}/timeline?from=2026-11-20&to=2026-11-01")).status_code == 400


@pytest.mark.feature("F012")
@pytest.mark.feature("F013")
async def test_the_page_tells_each_day_by_the_schools_clock_and_what_is_to_be_doubted(desk: Desk) -> None:
    hub, gate, weak = desk.hub, await device(desk), await device(desk, "basic", serial="SN-2")
    await carded(desk)
    meal = {"credential": {"kind": "card", "number": "0001"}, "amount_kop": 8500, "items": [{"title": "Обед", "price_kop": 8500}]}
    await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()), gate.event("meal", hub.clock() + timedelta(minutes=5), meal))))
    denied = weak.passed(hub.clock() + timedelta(minutes=6), direction="out", passed=False, reason="карта заблокирована")
    await verdicts(await send(hub, weak, batch(denied)))
    told = await text(desk.anna, f"/children/{desk.petya}/passes")
    for words in ("15:00", "вход", "Обед", "85,00", "не прошёл: карта заблокирована", "устройство не подтверждено"):
        assert words in told
    before = await text(desk.anna, f"/children/{desk.petya}/passes?from=2026-10-01&to=2026-10-05")
    assert "ничего не записали" in before
