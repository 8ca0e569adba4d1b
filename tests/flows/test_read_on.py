"""A row of the events' log that a reader cannot digest spoils no other, is kept aside and is seen by people (RULES E1)."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest

from device_ingest.store import Kept, export
from hub.deps import Deps
from hub.flows import charge_tills as tills
from hub.flows import read_on, watch_carriers
from hub.flows.device_life import Watch, doubting
from hub.flows.notices import following, happenings
from hub.store.database import Overloaded, StorageError
from hub.store.passes import unowned_meals
from hub.store.school.carriers import CarrierKind
from tests.flows.debit_kit import Canteen
from tests.flows.gate_kit import carded, device, guarded, send
from tests.flows.kit import Hub
from tests.flows.notice_kit import reached
from tests.flows.test_device_life import DEVICES, doubted, notices, troubles
from tests.flows.till_kit import receipt, sell, till, tilled
from tests.ingest_kit import batch


@pytest.fixture
async def canteen(hub: Hub) -> Canteen:
    return await tilled(hub)


def poison(monkeypatch: pytest.MonkeyPatch, *ids: str, error: type[Exception] = KeyError) -> None:
    """These receipts raise whenever they are charged."""
    real = tills._charge

    def charge(deps: Deps, row: Any, **more: Any) -> None:
        if row.id in ids:
            raise error("a name that no log may hold")
        real(deps, row, **more)

    monkeypatch.setattr(tills, "_charge", charge)


@pytest.mark.rule("E1")
async def test_a_receipt_that_cannot_be_digested_does_not_keep_the_others_from_being_paid(
    canteen: Canteen, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    hub, one, before = canteen.hub, await till(canteen.hub), await canteen.left()
    poison(monkeypatch, "r2")
    with caplog.at_level(logging.ERROR, "hub.events"):
        events = [receipt(one, hub, id_=id_, kop=1_000) for id_ in ("r1", "r2", "r3")]
        assert await sell(hub, one, *events) == ["stored"] * 3
    assert await canteen.left() == before - 2_000
    assert await sell(hub, one, receipt(one, hub, id_="r4", kop=1_000)) == ["stored"]
    assert await canteen.left() == before - 3_000
    (told,) = [record.getMessage() for record in caplog.records]
    assert "event 2" in told and "no log" not in told


async def test_what_was_kept_aside_is_told_to_the_school_and_stands_at_the_device(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await guarded(hub)
    one = await device(desk)
    monkeypatch.setattr(watch_carriers, "_note", _fails)
    await send(hub, one, batch(one.passed(hub.clock())))
    await watch_carriers.watch_carriers(hub.deps)
    while await Watch(hub.deps).batch():
        pass
    assert ("unread", False, 1) in await troubles(desk)
    (text,) = await notices(desk.nina, "device_unread")
    assert "отложена под номером 1" in text
    assert "отложена под номером 1" in await (await desk.nina.get("/office/devices")).get_data(as_text=True)


def _fails(*_: object, **__: object) -> None:
    raise ValueError("no")


async def test_when_the_database_is_busy_nothing_is_passed_over(canteen: Canteen, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, one, before = canteen.hub, await till(canteen.hub), await canteen.left()
    with monkeypatch.context() as broken:
        poison(broken, "r1", error=Overloaded)
        with pytest.raises(StorageError):
            await sell(hub, one, receipt(one, hub))
    await sell(hub, one)
    assert await canteen.left() == before - 11_000


async def test_too_many_at_once_are_our_own_fault_and_wait_for_people(canteen: Canteen, monkeypatch: pytest.MonkeyPatch) -> None:
    hub, one, before = canteen.hub, await till(canteen.hub), await canteen.left()
    monkeypatch.setattr(read_on, "MOST", 2)
    ids = ("r1", "r2", "r3")
    with monkeypatch.context() as broken:
        poison(broken, *ids)
        with pytest.raises(KeyError):
            await sell(hub, one, *(receipt(one, hub, id_=id_, kop=1_000) for id_ in ids))
    await sell(hub, one)
    assert await canteen.left() == before - 1_000


@pytest.mark.rule("E5")
async def test_a_late_owner_s_receipt_that_cannot_be_digested_does_not_block_the_next(
    canteen: Canteen, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub, one, before = canteen.hub, await till(canteen.hub), await canteen.left()
    strange = {"kind": "card", "number": "9999"}
    await sell(hub, one, *(receipt(one, hub, id_=id_, kop=1_000, credential=strange) for id_ in ("r1", "r2")))
    child, kind = canteen.family.child, CarrierKind.CARD

    def owned() -> None:
        for row in export():
            unowned_meals.attach(row.school, kind.value, [row.token or ""], child=child, since=row.at)

    await hub.deps.db.write(owned)
    poison(monkeypatch, "r1")
    await sell(hub, one)
    assert await canteen.left() == before - 1_000


@pytest.mark.rule("E6")
async def test_a_doubted_row_that_cannot_be_digested_leaves_the_rest_told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = await guarded(hub)
    await carded(desk)
    one, real = await device(desk), doubting._whose
    first = one.passed(hub.clock())
    await send(hub, one, batch(first))
    hub.clock.go(seconds=60)
    await send(hub, one, batch(one.passed(hub.clock())))

    def whose(row: Kept) -> str | None:
        if row.id == first["id"]:
            raise KeyError("no")
        return real(row)

    monkeypatch.setattr(doubting, "_whose", whose)
    since = (hub.clock() - timedelta(hours=1)).isoformat()
    answer = await desk.nina.send("POST", f"{DEVICES}/{one.id}/revoke", json={"since": since})
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    await doubted(hub)
    assert ("unread", False, 1) in await troubles(desk)
    assert await notices(desk.anna, "device_doubted")


@pytest.mark.rule("F1")
async def test_a_pass_that_nobody_can_decide_about_keeps_no_other_from_being_told(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    here = await reached(hub, "email")
    await here.wish("email")
    real: Any = happenings.kind_of

    def odd(row: Kept, **more: Any) -> Any:
        if row.id == "odd":
            raise KeyError(row.id)
        return real(row, **more)

    monkeypatch.setattr(following, "kind_of", odd)
    ways = (("first", "in", 60), ("odd", "out", 40), ("last", "in", 20))
    events = [here.gate.passed(hub.clock() - timedelta(seconds=ago), id_=id_, direction=way) for id_, way, ago in ways]
    assert await here.report(*events) == ["stored"] * 3
    assert {one["event_id"] for one in await here.log()} == {"first", "last"}
