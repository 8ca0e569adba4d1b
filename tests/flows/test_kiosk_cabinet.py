"""The terminal's cabinet: in by number and PIN, pauses, balances, a duplicate card, the first payment."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.ledger.model import Purpose
from hub.ledger.store.agreements import offers
from hub.store.school import carriers
from hub.store.school.carriers import CarrierState
from tests.flows.kiosk_kit import NUMBER, OTHER_PHONE, PHONE, Hall, card, hall, kiosk_of, money, pay, told
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL


@pytest.fixture
async def here(hub: Hub) -> Hall:
    return await hall(hub)


@pytest.mark.feature("F146")
async def test_without_the_card_the_number_and_the_pin_open_the_cabinet(here: Hall) -> None:
    pin, _ = await here.accepted()
    id_ = await card(here)
    lost = (CarrierState.ACTIVE,), CarrierState.LOST
    keys = here.hub.deps.keys
    await here.hub.deps.db.write(lambda: carriers.turn(keys, id_, before=lost[0], after=lost[1], by="test", now=here.hub.clock()))
    assert (await here.kiosk.refused("find", credential={"kind": "card", "number": "04A1B2C3"}))[:2] == (403, "blocked_card")
    await money(here, 12_345, Purpose.MEAL)
    session = (await here.kiosk.good("sign_in", contract=NUMBER, pin=pin))["session"]
    shown = {one["purpose"]: one["balance_kop"] for one in (await here.kiosk.good("balance", session=session))["accounts"]}
    assert shown == {"meal": 12_345, "meal_benefit": 0, "notices": 0, "services": 0}
    (row,) = (await here.kiosk.good("statement", session=session, purpose="meal"))["items"]
    assert (row["amount_kop"], row["opening_kop"], row["closing_kop"]) == (12_345, 0, 12_345)


@pytest.mark.security("7")
@pytest.mark.parametrize("number", [NUMBER, "0999999999"])
async def test_three_wrong_pins_pause_a_number_known_or_not(here: Hall, number: str) -> None:
    await here.accepted()
    answers = [await here.kiosk.refused("sign_in", contract=number, pin="nope") for _ in range(4)]
    assert [(status, code) for status, code, _ in answers] == [(403, "wrong_pin")] * 2 + [(429, "paused")] * 2
    assert [body.get("retry_after_s") for _, _, body in answers] == [None, None, 900, 900]
    here.hub.clock.go(minutes=15)
    assert (await here.kiosk.refused("sign_in", contract=number, pin="nope"))[1] == "wrong_pin"


async def test_a_pause_holds_the_right_pin_too_and_a_right_one_begins_anew(here: Hall) -> None:
    pin, _ = await here.accepted()
    for _ in range(2):
        await here.kiosk.ask("sign_in", contract=NUMBER, pin="nope")
    await here.kiosk.good("sign_in", contract=NUMBER, pin=pin)
    for _ in range(3):
        await here.kiosk.ask("sign_in", contract=NUMBER, pin="nope")
    assert (await here.kiosk.refused("sign_in", contract=NUMBER, pin=pin))[:2] == (429, "paused")
    here.hub.clock.go(minutes=16)
    await here.kiosk.good("sign_in", contract=NUMBER, pin=pin)


async def test_thirty_wrong_pins_close_a_number_for_the_day_though_the_right_one_came_between(here: Hall) -> None:
    pin, _ = await here.accepted()
    codes = []
    for count in range(30):
        codes.append((await here.kiosk.refused("sign_in", contract=NUMBER, pin="nope"))[2].get("retry_after_s") or 0)
        if count % 2 and count < 29:
            await here.kiosk.good("sign_in", contract=NUMBER, pin=pin)
    assert max(codes[:-1]) == 0 and codes[-1] > 23 * 3600


async def test_parallel_guesses_are_counted_one_by_one(here: Hall) -> None:
    await here.accepted()
    answers = await asyncio.gather(*(here.kiosk.refused("sign_in", contract=NUMBER, pin=f"x{one}") for one in range(10)))
    assert [code for _, code, _ in answers].count("wrong_pin") == 2


@pytest.mark.feature("F123")
async def test_a_cabinet_closes_by_itself_by_hand_and_with_the_next_guest(here: Hall) -> None:
    pin, done = await here.accepted()
    for _ in range(7):
        here.hub.clock.go(seconds=100)
        answer = await here.kiosk.ask("balance", session=done["session"])
    assert (await told(answer))[:2] == (401, "session_over"), "ten minutes in all"
    first = (await here.kiosk.good("sign_in", contract=NUMBER, pin=pin))["session"]
    here.hub.clock.go(minutes=2, seconds=1)
    assert (await here.kiosk.refused("balance", session=first))[1] == "session_over"
    second = (await here.kiosk.good("sign_in", contract=NUMBER, pin=pin))["session"]
    other = await kiosk_of(here.hub)
    assert (await other.refused("balance", session=second))[1] == "session_over", "another kiosk's"
    third = (await here.kiosk.good("sign_in", contract=NUMBER, pin=pin))["session"]
    assert (await here.kiosk.refused("balance", session=second))[1] == "session_over"
    assert await here.kiosk.good("sign_out", session=third) == {}
    assert (await here.kiosk.refused("services", session=third))[1] == "session_over"


@pytest.mark.feature("F126")
async def test_a_forgotten_pin_is_made_anew_on_the_payers_phone(here: Hall) -> None:
    former, _ = await here.accepted()
    here.hub.clock.go(minutes=2)
    answers = [await here.kiosk.good("pin", contract=NUMBER, phone=PHONE), await here.kiosk.good("pin", contract="0999999999", phone=PHONE)]
    assert answers[0] == answers[1]
    fresh = await here.pin()
    await here.kiosk.good("sign_in", contract=NUMBER, pin=former)
    await here.kiosk.good("sign_in", contract=NUMBER, pin=fresh)
    await here.kiosk.good("sign_in", contract=NUMBER, pin=fresh)
    if former != fresh:
        assert (await here.kiosk.refused("sign_in", contract=NUMBER, pin=former))[1] == "wrong_pin"
    here.hub.clock.go(minutes=2)
    await here.kiosk.good("pin", contract=NUMBER, phone=OTHER_PHONE)
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(2,)]


@pytest.mark.feature("F144")
@pytest.mark.rule("D7")
async def test_a_duplicate_card_is_ordered_paid_and_told_once(here: Hall) -> None:
    _, done = await here.accepted()
    session = done["session"]
    (row,) = (await here.kiosk.good("services", session=session))["items"]
    assert (row["service"], row["price_kop"], row["missing_kop"]) == ("duplicate_card", 5000, 5000)
    asked = {"session": session, "service": "duplicate_card", "order": "o-1", "price_kop": 5000}
    _, code, body = await here.kiosk.refused("order", **asked)
    assert (code, body["missing_kop"], body["terminal"]["account"]) == ("no_funds", 5000, NUMBER)
    await money(here, 7000)
    answers = await asyncio.gather(*(here.kiosk.ask("order", **asked) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [200, 200, 200, 200, 201]
    bodies = [await one.get_json() for one in answers]
    assert all(one["transaction_id"] == bodies[0]["transaction_id"] and one["balance_kop"] == 2000 for one in bodies)
    assert await here.hub.rows("SELECT COUNT(*) FROM card_order") == [(1,)]
    kinds = [one["kind"] for one in (await (await here.anna.get("/api/v1/me/notices")).get_json())["items"]]
    assert kinds.count("card_ordered") == 1


WRONG_ORDERS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"price_kop": 1}, "price_changed"),
    ({"service": "other"}, "malformed"),
    ({"order": "a b"}, "malformed"),
    ({"order": ""}, "malformed"),
    ({"session": "nobody"}, "session_over"),
    ({"session": ""}, "session_over"),
    ({"price_kop": "5000"}, "malformed"),
)


async def test_an_order_that_is_not_right_costs_nothing(here: Hall) -> None:
    _, done = await here.accepted()
    await money(here, 20_000)
    for more, code in WRONG_ORDERS:
        asked = {"session": done["session"], "service": "duplicate_card", "order": "o-1", "price_kop": 5000, **more}
        assert (await here.kiosk.refused("order", **asked))[1] == code, more
    assert await here.hub.rows("SELECT COUNT(*) FROM card_order") == [(0,)]


async def test_a_third_card_waits_and_a_number_is_one_order(here: Hall) -> None:
    _, done = await here.accepted()
    await money(here, 50_000)
    asked = {"session": done["session"], "service": "duplicate_card", "price_kop": 5000}
    for number in ("o-1", "o-2"):
        await here.kiosk.good("order", order=number, **asked)
    assert (await here.kiosk.refused("order", order="o-3", **asked))[:2] == (409, "too_many_cards")


@pytest.mark.rule("E6")
async def test_a_kiosk_with_a_password_alone_takes_no_money(here: Hall) -> None:
    pin, _ = await here.accepted()
    await money(here, 20_000)
    weak = await kiosk_of(here.hub, sign="basic")
    session = (await weak.good("sign_in", contract=NUMBER, pin=pin))["session"]
    asked = {"session": session, "service": "duplicate_card", "order": "o-1", "price_kop": 5000}
    assert (await weak.refused("order", **asked))[:2] == (403, "weak_device")
    assert await here.hub.rows("SELECT COUNT(*) FROM card_order") == [(0,)]


@pytest.mark.feature("F127")
@pytest.mark.rule("D9")
async def test_the_first_payment_has_a_minimum_that_is_data_and_goes_through_the_terminal(here: Hall) -> None:
    since = (here.hub.clock() - timedelta(days=1)).date()
    await here.hub.deps.db.write(lambda: offers.put_first_payment(SCHOOL, since, 10_000))
    _, done = await here.accepted()
    assert done["first_payment_min_kop"] == 10_000
    assert (await here.kiosk.good("offer", contract=NUMBER))["first_payment_min_kop"] == 10_000
    meal = next(one["terminal"] for one in done["accounts"] if one["purpose"] == "meal")
    assert [await pay(here.hub, meal, "99.99", "1"), await pay(here.hub, meal, "100.00", "2")] == ["241", "0"]
    assert (await here.kiosk.good("balance", session=done["session"]))["first_payment_min_kop"] == 0
    assert await pay(here.hub, meal, "10.00", "3") == "0"
