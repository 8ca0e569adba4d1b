"""A device falls silent, jumps in time, gets a new key, is revoked: the school and the families hear of each (E3, E6, E7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from hub.flows.charge_tills import charge_tills
from hub.flows.device_life import Watch, doubt_events
from hub.store.school import carriers
from hub.store.school.carriers import CarrierKind
from hub.store.school.devices import DeviceKind, Sign
from tests.flows.debit_kit import Canteen, canteen_of
from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, device, guarded, reason, send, timeline, verdicts
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL
from tests.flows.roster_kit import press
from tests.flows.test_desk_pages import text
from tests.flows.till_kit import receipt, sell, till
from tests.ingest_kit import batch

DEVICES = "/api/v1/office/devices"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


@pytest.fixture
async def canteen(hub: Hub) -> Canteen:
    made, now = await canteen_of(hub), hub.clock()
    since, child, kind = now - timedelta(days=20), made.family.child, CarrierKind.CARD
    await hub.deps.db.write(
        lambda: carriers.add(hub.deps.keys, child=child, school=SCHOOL, kind=kind, number="0001", since=since, by="t", now=now)
    )
    return made


async def watched(hub: Hub) -> None:
    watch = Watch(hub.deps)
    while await watch.batch():
        pass


async def troubles(desk: Desk, place: int = 0) -> list[tuple[str, bool, int | None]]:
    (shown) = (await (await desk.nina.get(DEVICES)).get_json())["items"][place]
    return [(one["kind"], one["ended_at"] is None, one["amount"]) for one in shown["troubles"]]


async def notices(browser: Any, kind: str) -> list[str]:
    items = (await (await browser.get("/api/v1/me/notices")).get_json())["items"]
    return [one["text"] for one in items if one["kind"] == kind]


async def doubted(hub: Hub) -> None:
    while await doubt_events(hub.deps):
        pass


# --- silence (E7) ---


@pytest.mark.rule("E7")
async def test_a_silent_device_is_an_event_that_its_next_word_ends(desk: Desk) -> None:
    hub = desk.hub
    hub.clock.at = datetime(2026, 11, 18, 2, 0, tzinfo=UTC)  # 08:00 at the school
    gate, _never_heard = await device(desk), await device(desk, serial="new")
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock())))) == ["stored"]
    await watched(hub)
    assert await troubles(desk) == []
    hub.clock.go(hours=3, minutes=1)
    await watched(hub)
    await watched(hub)
    assert await troubles(desk) == [("silent", True, None)]
    (told,) = await notices(desk.nina, "device_silent")
    assert told == "Турникет «Вход» молчит с 08:00: отсутствие проходов ничего не значит. Проверьте питание и связь."
    assert "отсутствие прохода" in (await text(desk.anna, f"/children/{desk.petya}/passes")).lower(), "the family sees it too"
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock())))) == ["stored"]
    await watched(hub)
    assert await troubles(desk) == [("silent", False, None)]


@pytest.mark.rule("E7")
@pytest.mark.parametrize(
    ("at", "why"),
    [
        (datetime(2026, 11, 18, 14, 0, tzinfo=UTC), "evening"),
        (datetime(2026, 11, 22, 4, 0, tzinfo=UTC), "Sunday"),
    ],
)
async def test_nobody_waits_for_a_device_while_the_school_is_closed(desk: Desk, at: datetime, why: str) -> None:
    hub, gate = desk.hub, await device(desk)
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock())))) == ["stored"]
    hub.clock.at = at
    await watched(hub)
    assert await troubles(desk) == [], why


@pytest.mark.rule("E7")
async def test_the_night_is_no_silence(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    hub.clock.at = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)  # 15:00 at the school
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock())))) == ["stored"]
    for hours, silent in ((17.1, False), (2.8, False), (0.2, True)):
        hub.clock.go(hours=hours)
        await watched(hub)
        assert [kind for kind, _, _ in await troubles(desk)] == ["silent"] * silent
        (shown,) = (await (await desk.nina.get(DEVICES)).get_json())["items"]
        assert shown["health"]["silent"] is silent


@pytest.mark.rule("E7")
async def test_a_device_that_always_speaks_at_this_hour_is_missed_sooner_and_one_that_never_does_is_not(desk: Desk) -> None:
    hub = desk.hub
    hub.clock.at = datetime(2026, 11, 16, 2, 0, tzinfo=UTC)  # Monday, 08:00 at the school
    busy, idle = await device(desk, serial="busy"), await device(desk, serial="idle")
    for day in range(3):
        for minutes, gate in ((5, busy), (5, idle), (20, busy), (40, busy), (60, busy)):
            hub.clock.at = datetime(2026, 11, 16 + day, 2, 0, tzinfo=UTC) + timedelta(minutes=minutes)
            await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()))))
    hub.clock.at = datetime(2026, 11, 19, 2, 6, tzinfo=UTC)
    for gate in (busy, idle):
        await verdicts(await send(hub, gate, batch(gate.passed(hub.clock()))))
    hub.clock.go(minutes=50)
    await watched(hub)
    shown = (await (await desk.nina.get(DEVICES)).get_json())["items"]
    assert {one["serial"]: one["health"]["silent"] for one in shown} == {"busy": True, "idle": False}


# --- clocks (E3) ---


@pytest.mark.rule("E3")
async def test_a_clock_that_jumps_by_two_hours_and_a_half_is_told_to_the_office_once(desk: Desk) -> None:
    hub = desk.hub
    gate = await device(desk, "basic")
    assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock())))) == ["stored"]
    answer = await send(hub, gate, batch(gate.passed(hub.clock() + timedelta(hours=2, minutes=30))))
    (one,) = (await answer.get_json())["verdicts"]
    assert (one["verdict"], one["reason"]) == ("quarantined", "future")
    await watched(hub)
    await watched(hub)
    assert await troubles(desk) == [("clock", False, 9000)]
    (told,) = await notices(desk.nina, "device_clock")
    assert told.endswith("часы прыгнули на 2 ч 30 мин вперёд. Проверьте время на устройстве.")


@pytest.mark.rule("E3")
async def test_two_clocks_under_one_id_are_noticed(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    for skew in (0, 200, 0, 200, 0):
        hub.clock.go(minutes=1)
        body = batch(gate.passed(hub.clock()))
        path, headers = gate.message(body, hub.clock() + timedelta(seconds=skew))
        assert await verdicts(await hub.app.test_client().post(path, data=body, headers=headers)) == ["stored"]
        await watched(hub)
    assert [kind for kind, _, _ in await troubles(desk)].count("two") == 1
    assert "говорят два устройства" in (await notices(desk.nina, "device_two"))[0]


@pytest.mark.rule("E6")
async def test_a_second_device_with_the_serial_number_of_a_living_one_is_refused(desk: Desk) -> None:
    await device(desk, serial="SN-7")
    asked = {"kind": "turnstile", "serial": " SN-7 ", "sign": "basic", "place": ""}
    made = await desk.nina.send("POST", DEVICES, json=asked)
    assert made.status_code == 400
    assert "с этим серийным номером уже записано" in (await made.get_json())["detail"]


# --- the end of trust (E6) ---


@pytest.mark.rule("E6")
async def test_a_revoked_device_is_stopped_its_later_events_are_suspect_and_the_parents_hear_it_once(desk: Desk) -> None:
    hub, gate = desk.hub, await device(desk)
    await carded(desk)
    start = hub.clock()
    for hour in range(3):
        hub.clock.at = start + timedelta(hours=hour, minutes=1)
        assert await verdicts(await send(hub, gate, batch(gate.passed(hub.clock(), id_=f"p{hour}")))) == ["stored"]
    since = (start + timedelta(minutes=30)).isoformat()
    for _ in range(2):
        assert (await desk.nina.send("POST", f"{DEVICES}/{gate.id}/revoke", json={"since": since})).status_code == 200
    assert await reason(await send(hub, gate, batch(gate.passed(hub.clock())))) == (403, "revoked")
    await doubted(hub)
    await doubted(hub)
    assert [(one["event_id"], one["suspect"]) for one in await timeline(desk)] == [("p0", False), ("p1", True), ("p2", True)]
    (told,) = await notices(desk.anna, "device_doubted")
    assert told.startswith("Пётр: школа отозвала устройство (Турникет «Вход») и не верит его записям с 18.11, 15:30.")
    (office,) = await notices(desk.nina, "device_revoked")
    assert "которых это касается: 1" in office
    (shown,) = (await (await desk.nina.get(DEVICES)).get_json())["items"]
    assert shown["doubt"] == {"children": 1, "debits": 0, "done": True}


@pytest.mark.rule("E6")
async def test_debits_of_a_revoked_till_are_proposed_for_return_and_given_back_with_one_tap(canteen: Canteen) -> None:
    hub, one = canteen.hub, await till(canteen.hub)
    start, before = hub.clock(), await canteen.left()
    await sell(hub, one, receipt(one, hub, id_="good", kop=5_000))
    hub.clock.go(hours=2)
    await sell(hub, one, receipt(one, hub, id_="bad", kop=5_000))
    # Reported, not charged yet when the school stops the till.
    waits = batch(receipt(one, hub, id_="waits", kop=5_000))
    path, headers = one.message(waits, hub.clock())
    assert await verdicts(await hub.app.test_client().post(path, data=waits, headers=headers)) == ["stored"]
    await canteen.ask("school_admin", "POST", f"/devices/{one.id}/revoke", since=(start + timedelta(hours=1)).isoformat())
    while await charge_tills(hub.deps):
        pass
    assert await canteen.left() == before - 10_000
    await doubted(hub)
    (item,) = (await canteen.ask("school_admin", "GET", "/disputes"))["items"]
    assert (item["amount_kop"], item["side"], item["may"]) == (5_000, "staff", ["give_back", "refuse"])
    assert "отозвано" in item["text"]
    await canteen.ask("school_admin", "POST", f"/disputes/{item['id']}/reverse", reason="Кассу отозвали.")
    assert await canteen.left() == before - 5_000
    (told,) = await notices(canteen.family.browser, "device_doubted")
    assert "деньги школа проверит" in told
    await doubted(hub)
    assert (await canteen.ask("school_admin", "GET", "/disputes"))["items"] == []


@pytest.mark.rule("E6")
async def test_a_device_revoked_from_a_moment_after_its_last_word_troubles_no_family(canteen: Canteen) -> None:
    hub, gate = canteen.hub, await till(canteen.hub, Sign.STANDARD_WEBHOOKS, DeviceKind.TURNSTILE)
    await sell(hub, gate, gate.passed(hub.clock()))
    hub.clock.go(hours=1)
    await canteen.ask("school_admin", "POST", f"/devices/{gate.id}/revoke")
    await doubted(hub)
    assert await notices(canteen.family.browser, "device_doubted") == []


async def test_the_pages_do_what_the_json_does(desk: Desk) -> None:
    gate = await device(desk)
    page = await text(desk.nina, "/office/devices")
    assert "Сменить ключ" in page
    changed = await press(desk.nina, f"/office/devices/{gate.id}/key", overlap_hours="5")
    assert "Новый секрет" in await changed.get_data(as_text=True)
    assert changed.headers["Cache-Control"] == "no-store"
    wrong = await press(desk.nina, f"/office/devices/{gate.id}/key", overlap_hours="много")
    assert wrong.status_code == 400
    bad = await press(desk.nina, f"/office/devices/{gate.id}/revoke", since="2026-11-17", hour="99:99")
    assert bad.status_code == 400
    assert (await press(desk.nina, f"/office/devices/{gate.id}/revoke", since="2026-11-18", hour="08:30")).status_code == 303
    assert "не верим с" in await text(desk.nina, "/office/devices")
