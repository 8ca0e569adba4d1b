"""A family about its own money: the day's limit, a transfer between accounts, a duplicate card, words to paid services."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from hub.ledger.model import Purpose
from hub.store.school import schools
from tests.flows.debit_kit import Canteen, canteen_of
from tests.flows.family_kit import parents
from tests.flows.kit import Hub, kid, parent
from tests.flows.money_kit import SCHOOL, stranger
from tests.flows.pupil_kit import enter, make
from tests.flows.test_money import opened


@pytest.mark.rule("D8")
@pytest.mark.feature("F133")
async def test_the_limit_is_two_hundred_roubles_until_the_family_says_otherwise(hub: Hub) -> None:
    place = await canteen_of(hub)
    path = f"/accounts/{place.family.id()}/limit"
    seen = await place.ask("family", "GET", path)
    assert (seen["daily_kop"], seen["default_kop"], seen["own"], seen["left_kop"]) == (20_000, 20_000, False, 20_000)
    await place.ask("family", "PUT", path, daily_kop=8_999)
    assert (await place.lunch())["items"][0]["outcome"] == "limit"
    seen = await place.ask("family", "PUT", path, daily_kop=9_000)
    assert (seen["own"], [one["limit_kop"] for one in seen["words"]]) == (True, [9_000, 8_999])
    assert (await place.lunch(form="f2"))["items"][0]["outcome"] == "debited"
    assert (await place.ask("family", "GET", path))["left_kop"] == 0


@pytest.mark.rule("A16")
async def test_a_higher_limit_wants_a_fresh_sign_in_and_a_lower_one_does_not(hub: Hub) -> None:
    place = await canteen_of(hub)
    path = f"/accounts/{place.family.id()}/limit"
    hub.clock.go(minutes=6)
    for kop in (20_001, None):
        answer = await place.ask("family", "PUT", path, 403, daily_kop=kop)
        assert answer["type"].endswith("/not_fresh")
    assert (await place.ask("family", "PUT", path, daily_kop=100))["daily_kop"] == 100
    await place.family.browser.sign_in()
    assert (await place.ask("family", "PUT", path, daily_kop=None))["daily_kop"] is None


@pytest.mark.parametrize("kop", [-1, 1_000_001])
async def test_a_limit_that_is_none_is_refused(hub: Hub, kop: int) -> None:
    place = await canteen_of(hub)
    await place.ask("family", "PUT", f"/accounts/{place.family.id()}/limit", 422, daily_kop=kop)


@pytest.mark.rule("A5b")
async def test_the_other_parent_is_told_of_a_new_limit_and_a_pupil_sets_none(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    account = await opened(hub, child)
    assert (await anna.send("PUT", f"/api/v1/accounts/{account}/limit", json={"daily_kop": 5_000})).status_code == 200
    told = [one["kind"] for one in (await (await boris.get("/api/v1/me/notices")).get_json())["items"]]
    assert "limit_changed" in told
    pupil = await enter(hub, await make(anna, child))
    assert (await pupil.send("PUT", f"/api/v1/accounts/{account}/limit", json={"daily_kop": 1})).status_code == 403
    assert (await pupil.get(f"/api/v1/accounts/{account}/limit")).status_code == 200


@pytest.mark.rule("D2")
async def test_money_moves_by_the_familys_word_in_two_linked_rows(hub: Hub) -> None:
    place = await canteen_of(hub)
    own = place.family.own
    path, to = f"/accounts/{own[Purpose.MEAL].id}/transfers", own[Purpose.SERVICES].id
    form = await place.ask("family", "GET", f"{path}/form")
    assert {one["title"] for one in form["targets"]} == {"Баланс СМС", "Услуги"} and form["why_not"] == ""
    said = await asyncio.gather(*(place.ask("family", "POST", path, 201, to=to, amount_kop=5_000, form="x") for _ in range(5)))
    assert len({one["out"] for one in said}) == 1
    assert (await place.left(), await place.left(Purpose.SERVICES)) == (45_000, 5_000)
    out, into = (await place.family.statement())["items"][-1], (await place.family.statement(Purpose.SERVICES))["items"][-1]
    assert (out["kind"], out["amount_kop"], into["kind"], into["amount_kop"]) == ("transfer_out", -5_000, "transfer_in", 5_000)
    await place.ask("family", "POST", path, 422, to=to, amount_kop=6_000, form="x")
    await place.ask("family", "POST", path, 409, to=to, amount_kop=45_001, form="y")


@pytest.mark.rule("D2")
@pytest.mark.parametrize(
    ("of", "to", "kop", "status"),
    [
        (Purpose.MEAL_BENEFIT, Purpose.MEAL, 100, 403),
        (Purpose.MEAL, Purpose.MEAL_BENEFIT, 100, 409),
        (Purpose.MEAL, Purpose.MEAL, 100, 409),
        (Purpose.MEAL, Purpose.NOTICES, 0, 422),
        (Purpose.MEAL, Purpose.NOTICES, -100, 422),
        (Purpose.MEAL, None, 100, 404),
    ],
)
async def test_what_is_no_transfer_moves_nothing(hub: Hub, of: Purpose, to: Purpose | None, kop: int, status: int) -> None:
    place = await canteen_of(hub)
    target = place.family.own[to].id if to else "0" * 32
    await place.ask("family", "POST", f"/accounts/{place.family.own[of].id}/transfers", status, to=target, amount_kop=kop, form="x")
    assert await place.left() == 50_000


@pytest.mark.security("7")
@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "limit", None),
        ("PUT", "limit", {"daily_kop": 1}),
        ("GET", "transfers/form", None),
        ("POST", "transfers", {"to": "x", "amount_kop": 1}),
        ("GET", "card-orders", None),
        ("POST", "card-orders", {"price_kop": 5_000}),
        ("POST", "disputes", {"transaction_id": "x"}),
    ],
)
async def test_a_foreign_account_is_as_if_it_were_not_there(hub: Hub, method: str, path: str, body: dict[str, Any] | None) -> None:
    place = await canteen_of(hub)
    other = await stranger(hub)
    answers = []
    for account in (place.family.id(), "0" * 32):
        address = f"/api/v1/accounts/{account}/{path}"
        answers.append(await other.get(address) if method == "GET" else await other.send(method, address, json=body))
    said = [(one.status_code, (await one.get_json())["type"], (await one.get_json())["detail"]) for one in answers]
    assert said[0] == said[1] and said[0][0] == 404


@pytest.mark.feature("F144")
@pytest.mark.feature("F124")
async def test_a_duplicate_card_is_ordered_paid_made_and_handed_over(hub: Hub) -> None:
    place = await canteen_of(hub)
    path = f"/accounts/{place.family.id(Purpose.SERVICES)}/card-orders"
    seen = await place.ask("family", "GET", path)
    assert (seen["price_kop"], seen["missing_kop"], seen["may_order"]) == (5_000, 5_000, True)
    answer = await place.ask("family", "POST", path, 409, price_kop=5_000, form="c")
    assert answer["type"].endswith("/no_funds")
    await place.put(7_000, Purpose.SERVICES)
    await place.ask("family", "POST", path, 409, price_kop=4_900, form="c")
    said = await asyncio.gather(*(place.ask("family", "POST", path, 201, price_kop=5_000, form="c") for _ in range(4)))
    assert {len(one["items"]) for one in said} == {1} and await place.left(Purpose.SERVICES) == 2_000
    row = (await place.family.statement(Purpose.SERVICES))["items"][-1]
    assert (row["kind"], row["cause"]["price_list"]) == ("card_duplicate", "base@2014-09-01")
    (order,) = (await place.ask("school_admin", "GET", "/card-orders"))["items"]
    assert (order["last_name"], order["class_name"], order["state"]) == ("Орлов", "6А", "ordered")
    await place.ask("school_admin", "POST", f"/card-orders/{order['id']}/handed", 409)
    await place.ask("school_admin", "POST", f"/card-orders/{order['id']}/ready")
    assert (await place.ask("school_admin", "POST", f"/card-orders/{order['id']}/handed"))["items"] == []
    assert [one["state"] for one in (await place.ask("family", "GET", path))["items"]] == ["handed"]


async def chess(place: Canteen, *, price_kop: int = 30_000) -> str:
    staff = await place.hub.deps.db.read(lambda: schools.staff_of(place.hub.deps.keys, SCHOOL))
    teacher = next(one.id for one in staff if one.role == "teacher")
    body = {"title": "Шахматы", "group": "Группа 1", "teacher": teacher, "price_kop": price_kop, "form": "s1"}
    return str((await place.ask("head", "POST", "/services", 201, **body))["id"])


async def agree(place: Canteen, service: str, **more: Any) -> Any:
    offered = (await place.ask("family", "GET", f"/children/{place.family.child}/money/services"))["items"]
    version = next(one["version"] for one in offered if one["id"] == service)
    body = {"word": "given", "version": version} | more
    return await place.ask("family", "PUT", f"/children/{place.family.child}/money/services/{service}", **body)


@pytest.mark.rule("D8")
@pytest.mark.rule("A14")
@pytest.mark.feature("F095")
async def test_a_teacher_takes_the_pay_only_from_those_who_agreed_to_this_very_price(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.put(90_000, Purpose.SERVICES)
    service, present = await chess(place), [place.family.child]
    assert (await place.ask("teacher", "GET", f"/lessons/{service}"))["items"] == []
    await place.ask("teacher", "POST", f"/lessons/{service}", 404, present=present, form="l1")
    assert (await agree(place, service))["items"][0]["state"] == "agreed"
    (row,) = (await place.ask("teacher", "GET", f"/lessons/{service}"))["items"]
    assert (row["first_name"], row["class_name"]) == ("Пётр", "6А")
    for form, outcome in (("l1", "debited"), ("l1", "debited"), ("l2", "already")):
        said = await place.ask("teacher", "POST", f"/lessons/{service}", present=present, form=form)
        assert said["items"][0]["outcome"] == outcome
    assert await place.left(Purpose.SERVICES) == 60_000
    await place.ask("head", "POST", f"/services/{service}/price", price_kop=35_000, since="2026-11-19")
    hub.clock.go(days=1)
    for role in ("teacher", "head"):
        await (await place.by(role)).sign_in(role)
    assert (await place.ask("teacher", "GET", f"/lessons/{service}"))["items"] == []
    await place.ask("teacher", "POST", f"/lessons/{service}", 404, present=present, form="l3")
    assert await place.left(Purpose.SERVICES) == 60_000


@pytest.mark.rule("A14")
async def test_a_word_taken_back_ends_the_debits_and_a_stale_price_is_not_agreed_to(hub: Hub) -> None:
    place = await canteen_of(hub)
    await place.put(90_000, Purpose.SERVICES)
    service, child = await chess(place), place.family.child
    await place.ask("family", "PUT", f"/children/{child}/money/services/{service}", 409, word="given", version="chess/1/1")
    await place.ask("family", "PUT", f"/children/{child}/money/services/{service}", 400, word="maybe")
    await place.ask("family", "PUT", f"/children/{child}/money/services/none", 404, word="given")
    await agree(place, service)
    assert (await agree(place, service, word="withdrawn"))["items"][0]["state"] == "wanted"
    await place.ask("teacher", "POST", f"/lessons/{service}", 404, present=[child], form="l1")
    await place.ask("head", "POST", f"/services/{service}/end")
    assert (await place.ask("family", "GET", f"/children/{child}/money/services"))["items"] == []


@pytest.mark.rule("A14")
async def test_from_fourteen_on_both_the_parent_and_the_pupil_agree(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр", born=date(2010, 5, 6)),))
    place = await canteen_of(hub)
    service = await chess(place)
    (one,) = (await agree(place, service))["items"]
    assert (one["state"], one["missing"]) == ("waits", ["pupil"])
    assert (await place.ask("teacher", "GET", f"/lessons/{service}"))["items"] == []


async def test_another_teacher_does_not_find_the_service(hub: Hub) -> None:
    place = await canteen_of(hub)
    service = await chess(place)
    assert (await place.ask("tutor", "GET", "/lessons"))["items"] == []
    await place.ask("tutor", "GET", f"/lessons/{service}", 404)
    await place.ask("till", "GET", f"/lessons/{service}", 403)
    await place.ask("teacher", "POST", f"/lessons/{service}", 404, present=["nobody"], form="f")
