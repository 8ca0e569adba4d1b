"""A tutor takes the meals of a class by list: nobody ticked beforehand, a result a child, undone the same day."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.ledger.model import Purpose
from hub.store.school import canteen
from tests.flows.debit_kit import KLASS, canteen_of
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL, stranger


@pytest.mark.rule("D8")
@pytest.mark.feature("F095")
@pytest.mark.feature("F094")
async def test_a_tutor_charges_those_who_were_ticked_and_each_row_says_why(hub: Hub) -> None:
    place = await canteen_of(hub)
    seen = await place.ask("tutor", "GET", "/debits")
    assert (seen["class_name"], [one["title"] for one in seen["dishes"]]) == (KLASS, ["Обед", "Завтрак"])
    (row,) = seen["items"]
    assert (row["first_name"], row["money"], row["today"]) == ("Пётр", "enough", [])
    assert "balance_kop" not in row
    said = await place.lunch()
    assert (said["debited"], said["sum_kop"]) == (1, 9_000)
    assert [(one["outcome"], one["rule"]) for one in said["items"]] == [("debited", "meal.paid")]
    last = (await place.family.statement())["items"][-1]
    assert (last["amount_kop"], last["opening_kop"], last["closing_kop"]) == (-9_000, 50_000, 41_000)
    cause = last["cause"]
    since = (hub.clock() - timedelta(days=60)).date()
    assert (cause["item"], cause["price_list"], cause["tariff"], cause["rule"]) == ("Обед", f"menu@{since}", "zero", "meal.paid")
    assert cause["place"] and cause["event"] and "flag" not in cause
    assert "Ким" in last["actor"]


async def test_nobody_is_charged_whom_nobody_ticked(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.ask("tutor", "POST", "/debits/meals", 400, **{"class": KLASS}, item="lunch", present=[], form="f")
    assert await place.left() == 50_000


@pytest.mark.rule("D3")
async def test_the_same_form_ten_times_in_parallel_is_one_debit(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.by("tutor")
    said = await asyncio.gather(*(place.lunch() for _ in range(10)))
    assert {one["items"][0]["outcome"] for one in said} == {"debited"}
    assert len({one["items"][0]["transaction_id"] for one in said}) == 1
    assert await place.left() == 41_000


async def test_another_form_for_the_same_dish_hears_that_it_is_done_already(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.lunch()
    assert (await place.lunch(form="f2"))["items"][0]["outcome"] == "already"
    assert (await place.lunch(form="f2", item="breakfast"))["items"][0]["outcome"] == "debited"
    assert await place.left() == 35_000


@pytest.mark.rule("D5")
@pytest.mark.feature("F096")
@pytest.mark.feature("F150")
async def test_the_schools_policy_decides_without_money_and_the_rule_is_named(hub: Hub) -> None:
    place = await canteen_of(hub, kop=0)
    assert (await place.ask("tutor", "GET", "/debits?item=lunch"))["items"][0]["money"] == "debt"
    for _ in range(2):
        assert (await place.lunch())["items"][0]["rule"] == "meal.fed_down_to_two_meals", "said once more it is the same answer"
    assert (await place.family.statement())["items"][-1]["cause"]["rule"] == "meal.fed_down_to_two_meals"
    await place.ask("head", "PUT", "/prices/terms", policy="refuse")
    said = (await place.lunch(form="f2", item="breakfast"))["items"][0]
    assert (said["outcome"], said["rule"]) == ("no_funds", "meal.no_funds")
    seen = await place.ask("family", "GET", f"/accounts/{place.family.id()}/limit")
    assert [(one["rule"], one["title"]) for one in seen["refused"]] == [("meal.no_funds", "Завтрак")]
    words = (await place.ask("head", "GET", "/prices"))["words"]
    assert [(one["policy"], one["said_by"]) for one in words] == [("refuse", "Head Ким")]


@pytest.mark.rule("D8")
@pytest.mark.feature("F097")
async def test_a_mistake_is_undone_the_same_day_and_asked_about_later(hub: Hub) -> None:
    place = await canteen_of(hub)
    txn = (await place.lunch())["items"][0]["transaction_id"]
    await place.ask("tutor", "POST", f"/debits/{txn}/undo", 400)
    done = await place.ask("tutor", "POST", f"/debits/{txn}/undo", reason="не тот ученик")
    assert (done["reverses"], done["amount_kop"], await place.left()) == (txn, 9_000, 50_000)
    await place.ask("tutor", "POST", f"/debits/{txn}/undo", 409, reason="ещё раз")
    assert (await place.lunch(form="f2"))["items"][0]["outcome"] == "debited"
    second = (await place.family.statement())["items"][-1]["transaction_id"]
    hub.clock.go(days=1)
    await (await place.by("tutor")).sign_in("tutor")
    answer = await place.ask("tutor", "POST", f"/debits/{second}/undo", 409, reason="поздно")
    assert answer["type"].endswith("/undo_by_request")
    first = await place.ask("tutor", "POST", f"/debits/{second}/request", 201, reason="не ел")
    assert await place.ask("tutor", "POST", f"/debits/{second}/request", 200, reason="не ел") == first
    (asked,) = (await place.ask("school_admin", "GET", "/disputes"))["items"]
    assert first == {"id": asked["id"], "transaction_id": second}
    assert (asked["side"], asked["may"]) == ("staff", ["give_back", "refuse"])
    told = [one["kind"] for one in (await (await place.family.browser.get("/api/v1/me/notices")).get_json())["items"]]
    assert {"meal_debited", "debit_undone", "debit_asked"} <= set(told)


@pytest.mark.security("7")
async def test_a_foreign_class_pupil_dish_and_debit_are_as_if_not_there(hub: Hub) -> None:
    place = await canteen_of(hub)
    body = {"item": "lunch", "form": "f"}
    await place.ask("tutor", "POST", "/debits/meals", 404, **{"class": "7Б"}, present=[place.family.child], **body)
    await place.ask("tutor", "POST", "/debits/meals", 404, **{"class": KLASS}, present=["nobody"], **body)
    await place.ask("tutor", "POST", "/debits/meals", 400, **{"class": KLASS}, present=[place.family.child], item="caviar", form="f")
    await place.ask("tutor", "POST", "/debits/0000/undo", 404, reason="x")
    await place.ask("teacher", "POST", "/debits/meals", 403, **{"class": KLASS}, present=[place.family.child], **body)
    other = await stranger(hub)
    assert (await other.send("POST", "/api/v1/office/debits/meals", json={"class": KLASS, "present": ["x"], **body})).status_code == 403
    assert await place.left() == 50_000


@pytest.mark.security("7")
async def test_a_debit_needs_the_protection_of_a_write(hub: Hub) -> None:
    place = await canteen_of(hub)
    tutor = await place.by("tutor")
    body = {"class": KLASS, "item": "lunch", "present": [place.family.child]}
    assert (await tutor.send("POST", "/api/v1/office/debits/meals", json=body, csrf="no")).status_code == 403
    assert (await tutor.send("POST", "/api/v1/office/debits/meals", json=body, origin="https://evil.example")).status_code == 403
    assert await place.left() == 50_000


@pytest.mark.rule("B5")
async def test_nobody_charges_the_own_child(hub: Hub) -> None:
    place = await canteen_of(hub)

    def as_tutor() -> None:
        from hub.store.school import schools
        from hub.store.school.schools import OfficerCard

        card = OfficerCard(school=SCHOOL, role="tutor", snils="12345678964", names=("Орлова", "Анна", ""), class_name=KLASS)
        schools.put_officers(hub.deps.keys, [card], now=hub.clock())

    await hub.deps.db.write(as_tutor)
    body = {"class": KLASS, "item": "lunch", "present": [place.family.child]}
    answer = await place.family.browser.send("POST", "/api/v1/office/debits/meals", json=body)
    assert answer.status_code == 403 and (await answer.get_json())["type"].endswith("/own_family")


@pytest.mark.feature("F149")
@pytest.mark.parametrize(("account", "outcome"), [("auto", "debited"), ("meal", "debited"), ("benefit", "no_funds")])
async def test_the_till_chooses_the_account(hub: Hub, account: str, outcome: str) -> None:
    place = await canteen_of(hub)
    said = await place.ask("till", "POST", "/debits/one", child=place.family.child, item="lunch", account=account, form="t1")
    assert said["outcome"] == outcome
    assert await place.left(Purpose.MEAL_BENEFIT) == 0


async def test_who_was_charged_and_looked_at_stands_in_the_childs_log(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.ask("tutor", "GET", "/debits")
    await place.lunch()
    actions = {row[0] for row in await hub.rows("SELECT action FROM audit_event")}
    assert {"office.debits", "debit.meal"} <= actions


@pytest.mark.rule("D7")
@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"title": "Сок", "price_kop": 4_000}, 200),
        ({"title": "Сок", "price_kop": 4_000, "since": "2026-11-17"}, 400),
        ({"title": "Сок", "price_kop": 0}, 400),
        ({"title": "Сок", "price_kop": -5}, 400),
        ({"title": "Сок", "price_kop": 1_000_001}, 400),
        ({"title": "", "price_kop": 5}, 400),
        ({"title": "Сок", "price_kop": 4_000.5}, 400),
    ],
)
async def test_a_price_is_said_from_today_on(hub: Hub, body: dict[str, Any], status: int) -> None:
    place = await canteen_of(hub, kop=0)
    await place.ask("school_admin", "POST", "/prices", status, **body)
    assert ("Сок" in [one["title"] for one in (await place.ask("school_admin", "GET", "/prices"))["dishes"]]) == (status == 200)


@pytest.mark.rule("D7")
async def test_a_price_that_holds_today_is_not_changed_under_those_who_bought(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.ask("head", "POST", "/prices", item="lunch", title="Обед", price_kop=9_500)
    await place.ask("head", "POST", "/prices", 409, item="lunch", title="Обед", price_kop=10_000)
    await place.ask("head", "POST", "/prices", item="lunch", title="Обед", price_kop=10_000, since="2026-11-19")
    assert (await place.lunch())["items"][0]["amount_kop"] == 9_500
    lines = await hub.deps.db.read(lambda: canteen.price_words(SCHOOL))
    assert [one.kop for one in lines if one.item == "lunch"] == [10_000, 9_500, 9_000]


@pytest.mark.rule("D7")
@pytest.mark.feature("F157")
async def test_a_debit_on_a_sunday_is_pointed_at_and_told(hub: Hub) -> None:
    place = await canteen_of(hub)
    hub.clock.at = hub.clock.at.replace(day=22)
    await place.family.browser.sign_in()
    assert (await place.ask("tutor", "GET", "/debits"))["school_day"] is False
    await place.lunch()
    row = (await place.family.statement())["items"][-1]
    assert row["cause"]["flag"] == "outside_calendar" and "день был неучебный" in row["why"]
    told = (await (await place.family.browser.get("/api/v1/me/notices")).get_json())["items"]
    assert any(one["kind"] == "meal_debited" and "день был неучебный" in one["text"] for one in told)


async def test_a_repeat_with_the_same_key_acts_once_and_another_body_is_refused(hub: Hub) -> None:
    place = await canteen_of(hub)
    tutor, path = await place.by("tutor"), "/api/v1/office/debits/meals"
    body = {"class": KLASS, "item": "lunch", "present": [place.family.child]}
    key = {"Idempotency-Key": "k1"}
    first, again = [await (await tutor.send("POST", path, json=body, **key)).get_json() for _ in range(2)]
    assert first == again and await place.left() == 41_000
    assert (await tutor.send("POST", path, json=body | {"item": "breakfast"}, **key)).status_code == 422
