"""«Это не мы»: one tap on a row, a clock, a decision with a reason and a name, money back whole or in part."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.flows.disputes import warn_overdue
from hub.ledger.model import Purpose
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.debit_kit import Canteen, canteen_of
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL, stranger


async def taken(place: Canteen, form: str = "f1", **more: Any) -> str:
    return str((await place.lunch(form=form, **more))["items"][0]["transaction_id"])


async def tap(place: Canteen, txn: str, status: int = 201, **more: Any) -> Any:
    return await place.ask("family", "POST", f"/accounts/{place.family.id()}/disputes", status, transaction_id=txn, **more)


async def kinds_told(place: Canteen) -> list[str]:
    return [one["kind"] for one in (await (await place.family.browser.get("/api/v1/me/notices")).get_json())["items"]]


@pytest.mark.rule("D7")
@pytest.mark.feature("F157")
async def test_one_tap_opens_a_request_with_a_clock(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.by("school_admin")
    txn = await taken(place)
    made = await tap(place, txn)
    assert (made["state"], made["amount_kop"], made["title"], made["overdue"]) == ("open", 9_000, "Питание: Обед", False)
    assert made["due_at"] == "2026-11-23T16:59:00Z", "the end of the third working day by the school's clock"
    assert (await tap(place, txn, 200))["id"] == made["id"]
    (asked,) = (await place.ask("school_admin", "GET", "/disputes"))["items"]
    assert (asked["last_name"], asked["class_name"], asked["who"], asked["author"]) == ("Орлов", "6А", "Tutor Ким", "Анна Орлова")
    assert asked["may"] == ["give_back", "refuse"]
    told = await (await (await place.by("school_admin")).get("/api/v1/me/notices")).get_json()
    assert [one["kind"] for one in told["items"]] == ["dispute_opened"]


@pytest.mark.rule("D8")
@pytest.mark.feature("F097")
async def test_the_school_gives_back_a_part_or_all_and_says_why(hub: Hub) -> None:
    place = await canteen_of(hub)
    txn = await taken(place)
    made = await tap(place, txn)
    path = f"/disputes/{made['id']}"
    await place.ask("school_admin", "POST", f"{path}/reverse", 400, amount_kop=4_000)
    for kop in (9_001, 0, -1):
        await place.ask("school_admin", "POST", f"{path}/reverse", 422, amount_kop=kop, reason="проверили")
    done = await place.ask("school_admin", "POST", f"{path}/reverse", amount_kop=4_000, reason="компот не брал")
    assert (done["state"], done["reversed_kop"], done["left_kop"]) == ("reversed", 4_000, 5_000)
    await place.ask("school_admin", "POST", f"{path}/refuse", 409, reason="передумали")
    assert await place.left() == 45_000
    (mine,) = (await place.ask("family", "GET", "/accounts/disputes"))["items"]
    assert (mine["state"], mine["reason"], mine["reversed_kop"]) == ("reversed", "компот не брал", 4_000)
    row = (await place.family.statement())["items"][-1]
    assert (row["kind"], row["reverses"], row["amount_kop"]) == ("reversal", txn, 4_000)
    again = await tap(place, txn)
    assert again["amount_kop"] == 5_000
    await place.ask("school_admin", "POST", f"/disputes/{again['id']}/reverse", reason="всё")
    assert await place.left() == 50_000
    await tap(place, txn, 409)
    assert (await kinds_told(place)).count("dispute_decided") == 2


async def test_a_no_has_a_reason_too_and_the_debit_stays(hub: Hub) -> None:
    place = await canteen_of(hub)
    made = await tap(place, await taken(place))
    await place.ask("school_admin", "POST", f"/disputes/{made['id']}/refuse", 400)
    await place.ask("school_admin", "POST", f"/disputes/{made['id']}/refuse", reason="ел, видели двое")
    (mine,) = (await place.ask("family", "GET", "/accounts/disputes"))["items"]
    assert (mine["state"], mine["reason"], await place.left()) == ("refused", "ел, видели двое", 41_000)


@pytest.mark.rule("D8")
async def test_ten_decisions_at_once_give_the_money_back_once(hub: Hub) -> None:
    place = await canteen_of(hub)
    made = await tap(place, await taken(place))
    admin = await place.by("school_admin")
    path = f"/api/v1/office/disputes/{made['id']}/reverse"
    answers = await asyncio.gather(*(admin.send("POST", path, json={"reason": "да"}) for _ in range(10)))
    assert sorted(one.status_code for one in answers) == [200] + [409] * 9
    assert await place.left() == 50_000


async def test_ten_taps_at_once_are_one_request(hub: Hub) -> None:
    place = await canteen_of(hub)
    txn, path = await taken(place), f"/api/v1/accounts/{place.family.id()}/disputes"
    said = await asyncio.gather(*(place.family.browser.send("POST", path, json={"transaction_id": txn}) for _ in range(10)))
    assert sorted(one.status_code for one in said) == [200] * 9 + [201]


async def test_what_was_asked_is_taken_back_before_the_decision(hub: Hub) -> None:
    place = await canteen_of(hub)
    made = await tap(place, await taken(place))
    for _ in range(2):
        found = await place.ask("family", "POST", f"/accounts/disputes/{made['id']}/withdraw", 200)
        assert found["state"] == "withdrawn"
    await place.ask("school_admin", "POST", f"/disputes/{made['id']}/reverse", 409, reason="поздно")


@pytest.mark.security("7")
async def test_foreign_rows_requests_and_schools_are_as_if_not_there(hub: Hub) -> None:
    place = await canteen_of(hub)
    txn = await taken(place)
    await tap(place, "0" * 32, 404)
    top_up = (await place.family.statement())["items"][0]["transaction_id"]
    await tap(place, top_up, 404)
    services = f"/accounts/{place.family.id(Purpose.SERVICES)}/disputes"
    await place.ask("family", "POST", services, 404, transaction_id=txn)
    made = await tap(place, txn)
    other = await stranger(hub)
    assert (await other.send("POST", f"/api/v1/accounts/disputes/{made['id']}/withdraw")).status_code == 404
    assert (await (await other.get("/api/v1/accounts/disputes")).get_json())["items"] == []
    await place.ask("tutor", "GET", f"/disputes/{made['id']}", 403)
    await place.ask("school_admin", "GET", "/disputes/none", 404)


@pytest.mark.rule("B5")
async def test_nobody_decides_about_the_own_child_and_who_debited_does_not_refuse(hub: Hub) -> None:
    place = await canteen_of(hub)
    made = await tap(place, await taken(place, role="school_admin"))
    (asked,) = (await place.ask("school_admin", "GET", "/disputes"))["items"]
    assert asked["may"] == ["give_back"]
    answer = await place.ask("school_admin", "POST", f"/disputes/{made['id']}/refuse", 403, reason="нет")
    assert answer["type"].endswith("/same_officer")
    mother = OfficerCard(school=SCHOOL, role="school_admin", snils="12345678964", names=("Орлова", "Анна", ""))
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [mother], now=hub.clock()))
    path = f"/api/v1/office/disputes/{made['id']}/reverse"
    answer = await place.family.browser.send("POST", path, json={"reason": "да"})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/own_family")
    await place.ask("school_admin", "POST", f"/disputes/{made['id']}/reverse", reason="ошибся")


@pytest.mark.rule("D7")
async def test_a_term_that_ran_out_is_told_to_both_sides_once_and_stands_first(hub: Hub) -> None:
    place = await canteen_of(hub)
    late = await tap(place, await taken(place))
    hub.clock.go(days=7)
    await (await place.by("tutor")).sign_in("tutor")
    await place.family.browser.sign_in()
    fresh = await tap(place, await taken(place, form="f2"))
    for _ in range(2):
        await warn_overdue(hub.deps)
    await (await place.by("school_admin")).sign_in("school_admin")
    found = await place.ask("school_admin", "GET", "/disputes")
    assert [(one["id"], one["overdue"]) for one in found["items"]] == [(late["id"], True), (fresh["id"], False)]
    assert found["overdue"] == 1
    assert (await kinds_told(place)).count("dispute_overdue") == 1


@pytest.mark.rule("D8")
async def test_money_comes_back_to_a_closed_account_too(hub: Hub) -> None:
    from hub.ledger.store.tables import Account

    place = await canteen_of(hub)
    made = await tap(place, await taken(place))
    await hub.deps.db.write(lambda: Account.update(closed_at=hub.clock()).where(Account.id == place.family.id()).execute())
    await place.ask("school_admin", "POST", f"/disputes/{made['id']}/reverse", reason="да")
    assert (await place.family.statement())["closing_kop"] == 50_000


@pytest.mark.rule("D7")
async def test_an_undone_debit_settles_the_request_about_it(hub: Hub) -> None:
    place = await canteen_of(hub)
    txn = await taken(place)
    await tap(place, txn)
    await place.ask("tutor", "POST", f"/debits/{txn}/undo", reason="не тот")
    assert (await place.ask("family", "GET", "/accounts/disputes"))["items"][0]["state"] == "reversed"
    assert (await place.ask("school_admin", "GET", "/disputes"))["items"] == []


async def test_what_the_family_wrote_is_sealed_and_goes_with_the_person(hub: Hub) -> None:
    place = await canteen_of(hub)
    await tap(place, await taken(place), text="Пётр болел, СНИЛС 123-456-789 64")
    (kept,) = await hub.rows("SELECT text FROM debit_dispute")
    assert "болел" not in kept[0]
    (asked,) = (await place.ask("school_admin", "GET", "/disputes"))["items"]
    assert "болел" in asked["text"] and "123-456-789" not in asked["text"]
    me = (await place.family.browser.me())["person"]["id"]
    from hub.store.written import disputes

    await hub.deps.db.write(lambda: disputes.forget(me))
    assert await hub.rows("SELECT text FROM debit_dispute") == [(None,)]


async def test_an_old_debit_is_written_about_in_an_appeal(hub: Hub) -> None:
    place = await canteen_of(hub)
    txn = await taken(place)
    hub.clock.at += timedelta(days=367)
    await place.family.browser.sign_in()
    await tap(place, txn, 403)
