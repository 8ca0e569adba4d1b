"""`/export/events.ndjson`: the school takes the log of its own devices away, day by day, and families read of it (RULES A13, B6)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from device_ingest.store import Kept
from hub.cli.keeping.export import lines_after
from hub.flows.outputs import device_events as story
from hub.flows.outputs.cloud_events import lines_of
from hub.flows.recognise import recognise
from hub.store.sessions import Visitor
from tests.flows.desk_kit import Desk, put_on_card
from tests.flows.gate_kit import CARD, carded, device, guarded, send
from tests.flows.kit import Browser, Hub, kid
from tests.flows.office_kit import OTHER, signed
from tests.ingest_kit import Played, ago, batch

PATH = "/export/events.ndjson"
DAYS = f"{PATH}?from=2026-11-01&to=2026-11-30"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


async def stored(desk: Desk, gate: Played, *events: dict[str, Any]) -> None:
    told = (await (await send(desk.hub, gate, batch(*events))).get_json())["verdicts"]
    assert {one["verdict"] for one in told} == {"stored"}, told


async def old_gate(desk: Desk, officer: Browser | None = None, serial: str = "SN-1") -> Played:
    """Registered so long ago that the events of this month are believed."""
    asked = {"kind": "turnstile", "serial": serial, "sign": "standard_webhooks", "place": "Вход", "since": "2026-09-01T00:00:00Z"}
    made = await (officer or desk.nina).send("POST", "/api/v1/office/devices", json=asked)
    assert made.status_code == 201, await made.get_data(as_text=True)
    told = await made.get_json()
    return Played(id=told["id"], source=told["source"], key_id=told["key_id"], secret=told["secret"])


async def taken(browser: Browser, path: str = DAYS) -> list[dict[str, Any]]:
    answer = await browser.get(path)
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 200, text
    return [json.loads(line) for line in text.splitlines()]


async def refused(browser: Browser, path: str = DAYS, **headers: str) -> tuple[int, str]:
    answer = await browser.get(path, **headers)
    return answer.status_code, str((await answer.get_json())["type"]).rpartition("/")[2]


async def noted(desk: Desk) -> list[tuple[str, int]]:
    return [
        (str(child), int(times))
        for child, times in await desk.hub.rows(
            "SELECT subject, COUNT(*) FROM audit_event WHERE action = 'office.events' AND kind = 'export' GROUP BY subject"
        )
    ]


async def test_the_file_holds_the_lines_that_the_command_writes(desk: Desk) -> None:
    gate, now = await device(desk), desk.hub.clock()
    await stored(
        desk, gate, gate.passed(now, id_="a", number="0012345678"), gate.passed(now, id_="b", number="0012345678", direction="out")
    )
    answer = await desk.nina.get(DAYS)
    body = await answer.get_data(as_text=False)
    assert (answer.status_code, answer.content_type) == (200, "application/x-ndjson; charset=utf-8")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="school-hub-events-2026-11-01-2026-11-30.ndjson"'
    assert answer.headers["Cache-Control"] == "no-store"
    _, lines = await desk.hub.deps.db.read(lambda: lines_after(None, 0))
    assert body == lines and lines.count(b"\n") == 2
    first = json.loads(lines.splitlines()[0])
    assert (first["id"], first["source"], first["specversion"]) == ("a", gate.source, "1.0")
    assert b"0012345678" not in lines and first["data"]["credential"] == {"kind": "card", "tail": "…5678"}


async def test_days_are_the_schools_and_both_ends_are_in_it(desk: Desk) -> None:
    """Omsk is six hours ahead of UTC."""
    gate = await old_gate(desk)
    for id_, at in (("before", "2026-11-09T17:59:59Z"), ("first", "2026-11-09T18:00:00Z"), ("last", "2026-11-11T17:59:59Z"),
                    ("after", "2026-11-11T18:00:00Z")):  # fmt: skip
        await stored(desk, gate, gate.event("pass", at, {"direction": "in", "door": "main", "credential": CARD}, id_=id_))
    assert [one["id"] for one in await taken(desk.nina, f"{PATH}?from=2026-11-10&to=2026-11-11")] == ["first", "last"]
    assert [one["id"] for one in await taken(desk.nina, f"{PATH}?from=2026-11-12&to=2026-11-12")] == ["after"]


async def test_one_device_may_be_named_and_a_revoked_one_too(desk: Desk) -> None:
    now, one, other = desk.hub.clock(), await device(desk), await device(desk, serial="SN-2")
    await stored(desk, one, one.passed(now, id_="one"))
    await stored(desk, other, other.passed(now, id_="other"))
    assert (await desk.nina.send("POST", f"/api/v1/office/devices/{other.id}/revoke", json={})).status_code == 200
    assert {line["id"] for line in await taken(desk.nina)} == {"one", "other"}
    assert [line["id"] for line in await taken(desk.nina, f"{DAYS}&device={other.id}")] == ["other"]
    assert len(await taken(desk.nina, f"{DAYS}&device=")) == 2


@pytest.mark.rule("B6")
async def test_another_schools_events_are_not_in_it_and_its_device_is_not_there(desk: Desk) -> None:
    now, mine, foreign = desk.hub.clock(), await device(desk), await old_gate(desk, desk.oleg, "SN-2")
    await stored(desk, mine, mine.passed(now, id_="mine"))
    await stored(desk, foreign, foreign.passed(now, id_="foreign"))
    assert [line["id"] for line in await taken(desk.nina)] == ["mine"]
    assert [line["id"] for line in await taken(desk.oleg)] == ["foreign"]
    answers = {await refused(desk.nina, f"{DAYS}&device={id_}") for id_ in (foreign.id, "nobody")}
    assert answers == {(404, "not_found")}
    assert await refused(desk.nina, f"{DAYS}&school_ogrn={OTHER}") == (404, "not_found")


@pytest.mark.rule("B6")
@pytest.mark.parametrize("name", ["anna", "vera"])
async def test_a_parent_and_a_guard_find_nothing(desk: Desk, name: str) -> None:
    assert await refused(await signed(desk.hub, name)) == (404, "not_found")


async def test_nobody_a_foreign_page_and_an_old_sign_in_get_nothing(desk: Desk) -> None:
    assert await refused(desk.hub.browser()) == (401, "not_signed_in")
    assert (await refused(desk.nina, **{"Sec-Fetch-Site": "cross-site"}))[0] == 403
    desk.hub.clock.go(minutes=6)
    assert await refused(desk.nina) == (403, "not_fresh")
    led = await desk.nina.get(DAYS, Accept="text/html")
    assert (led.status_code, led.headers["Location"]) == (303, "/office/devices?again=1#events")


@pytest.mark.parametrize(
    "query",
    [
        "", "?from=2026-11-01", "?to=2026-11-01", "?from=2026-11-02&to=2026-11-01", "?from=2026-11-01&to=2026-12-02",
        "?from=yesterday&to=2026-11-01", "?from=2026-02-30&to=2026-03-01", "?from=0001-01-01&to=9999-12-31",
    ],
)  # fmt: skip
async def test_days_that_are_wrong_missing_reversed_or_too_many_are_refused(desk: Desk, query: str) -> None:
    assert await refused(desk.nina, PATH + query) == (400, "malformed")


@pytest.mark.parametrize("days", ["from=2026-10-01&to=2026-10-31", "from=1900-01-01&to=1900-01-31", "from=2999-12-31&to=2999-12-31"])
async def test_days_without_events_are_an_empty_file(desk: Desk, days: str) -> None:
    await device(desk)
    assert await taken(desk.nina, f"{PATH}?{days}") == []


async def test_a_school_without_devices_has_an_empty_file(desk: Desk) -> None:
    assert await taken(desk.nina) == []


@pytest.mark.rule("A13")
async def test_every_child_in_it_gets_one_event_in_its_log(desk: Desk) -> None:
    gate, now = await device(desk), desk.hub.clock()
    await carded(desk)
    olga = await _second(desk)
    by_name = {"direction": "in", "door": "main", "credential": {"kind": "manual", "number": olga}, "operator": "Охрана"}
    ways = [gate.passed(now, id_="a"), gate.passed(now, id_="b", direction="out"), gate.passed(now, id_="c", number="0999")]
    await stored(desk, gate, *ways, gate.event("pass", now, by_name, id_="d"))
    assert len(await taken(desk.nina, f"{PATH}?from=2026-10-01&to=2026-10-02")) == 0 and await noted(desk) == []
    assert len(await taken(desk.nina)) == 4
    assert sorted(await noted(desk)) == sorted([(desk.petya, 1), (olga, 1)])
    log = await (await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")).get_json()
    assert "Школа выгрузила события устройств файлом" in str(log)


@pytest.mark.rule("A13")
async def test_a_carrier_is_the_childs_only_while_it_was(desk: Desk) -> None:
    """What was shown before the card was given is in the file and is not the child's."""
    gate = await old_gate(desk)
    now = desk.hub.clock()
    await stored(desk, gate, gate.passed(ago(now, days=2), id_="before"))
    await carded(desk)
    assert len(await taken(desk.nina)) == 1 and await noted(desk) == []


@pytest.mark.rule("A13")
async def test_a_big_export_goes_in_pieces_and_names_each_child_once(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "AT_ONCE", 2)
    monkeypatch.setattr(story, "NOTED_AT_ONCE", 1)
    gate, now = await old_gate(desk), desk.hub.clock()
    await carded(desk)
    at = [now] * 3 + [now + timedelta(seconds=one) for one in (10, 20)] + [ago(now, days=3)]
    await stored(desk, gate, *(gate.passed(moment, id_=f"e{number}") for number, moment in enumerate(at)))
    first, last = (datetime.fromtimestamp(at[one].timestamp(), UTC).date() for one in (-1, 0))
    answer = await desk.nina.get(f"{PATH}?from={first}&to={last + timedelta(days=1)}")
    lines = (await answer.get_data(as_text=True)).splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["e5", "e0", "e1", "e2", "e3", "e4"]
    assert await noted(desk) == [(desk.petya, 1)]


async def test_no_piece_is_read_before_it_is_asked_for(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(story, "AT_ONCE", 1)
    gate, now, asked = await device(desk), desk.hub.clock(), list[int]()
    await stored(desk, gate, *(gate.passed(now, id_=f"e{number}", direction="in") for number in range(3)))

    def counted(rows: Sequence[Kept]) -> bytes:
        asked.append(len(rows))
        return lines_of(rows)

    monkeypatch.setattr(story, "lines_of", counted)
    visitor = await _visitor(desk)
    day = now.astimezone(UTC).date()
    file = await story.device_events(desk.hub.deps, visitor, start=day, end=day + timedelta(days=1))
    assert asked == []
    pieces = aiter(file.pieces)
    assert json.loads(await anext(pieces))["id"] == "e0" and asked == [1]
    assert [json.loads(piece)["id"] async for piece in pieces] == ["e1", "e2"]


async def test_the_offices_page_has_the_form_and_asks_an_old_sign_in_to_come_again(desk: Desk) -> None:
    async def shown() -> str:
        return str(await (await desk.nina.get("/office/devices", Accept="text/html")).get_data(as_text=True))

    assert PATH not in await shown(), "nothing to take away yet"
    gate = await device(desk)
    text = await shown()
    assert "Выгрузить события, CloudEvents" in text and f'action="{PATH}"' in text and f'<option value="{gate.id}">' in text
    desk.hub.clock.go(minutes=6)
    text = await shown()
    assert f'action="{PATH}"' not in text and "Войти ещё раз" in text and 'id="events">' in text
    led = await (await desk.nina.get("/office/devices?again=1", Accept="text/html")).get_data(as_text=True)
    assert 'id="events" open>' in led


async def _second(desk: Desk) -> str:
    return await put_on_card(desk.hub, kid(2, "Ольга"))


async def _visitor(desk: Desk) -> Visitor:
    found = await recognise(desk.hub.deps, desk.nina.cookie("hub"))
    assert found is not None
    return found
