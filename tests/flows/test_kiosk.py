"""The kiosk in the hall: a card, two texts, «Согласен», a parent's phone, a PIN by SMS, and then the terminal's cabinet."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from hub.flows.registers.carriers import put as put_card
from hub.ledger.model import Kind, Purpose
from hub.ledger.posting import Act, Own, imported
from hub.ledger.store import contracts
from hub.ledger.store.agreements import offers
from hub.ledger.store.contracts import ContractState
from hub.ledger.store.writing import post
from hub.store.school import carriers
from hub.store.school.carriers import CarrierKind, CarrierState
from hub.store.school.kiosks import codes
from hub.store.written import texts
from identity.claims import Contact
from tests.flows.kiosk_kit import NUMBER, OTHER_PHONE, PHONE, Hall, end_edges, hall, kiosk_of, pay, told
from tests.flows.kit import Hub, kid, parent
from tests.flows.money_kit import SCHOOL


@pytest.fixture
async def here(hub: Hub) -> Hall:
    return await hall(hub)


async def card(here: Hall, number: str = "04A1B2C3", child: str | None = None) -> str:
    deps, since = here.hub.deps, here.hub.clock()
    given = {"child": child or here.child, "school": SCHOOL, "number": number, "by": "test"}
    return await deps.db.write(lambda: put_card(deps, since=since, kind=CarrierKind.CARD, **given))


async def money(here: Hall, kop: int, purpose: Purpose = Purpose.SERVICES) -> None:
    found = await here.hub.deps.db.read(lambda: contracts.numbered(NUMBER))
    assert found is not None
    own = next(Own(id=one.id, purpose=one.purpose) for one in found.accounts if one.purpose is purpose)
    act = Act(scope="test", key=f"t{here.hub.clock()}{kop}", at=here.hub.clock(), actor="test")
    await here.hub.deps.db.write(lambda: post(imported(act, Kind.TOP_UP, own, amount_kop=kop, provider="osmp"), now=here.hub.clock()))


async def state(here: Hall) -> ContractState:
    found = await here.hub.deps.db.read(lambda: contracts.numbered(NUMBER))
    assert found is not None
    return found.state


@pytest.mark.feature("F125")
@pytest.mark.feature("F102")
@pytest.mark.rule("D9")
async def test_a_parent_accepts_at_the_kiosk_and_the_pin_opens_the_cabinet(here: Hall) -> None:
    await card(here)
    found = await here.kiosk.good("find", credential={"kind": "card", "number": "04 a1-b2 c3"})
    assert found == {"contract": NUMBER, "who": "П.", "state": "draft", "next": "accept"}
    assert (await here.kiosk.good("offer", contract=NUMBER))["parties"][1] == {"role": "holder", "name": "ООО «Агент»", "inn": "7700000016"}
    pin, done = await here.accepted()
    assert (done["state"], done["waits"], done["contract"]) == ("active", [], NUMBER)
    assert await state(here) is ContractState.ACTIVE
    kept = await here.hub.rows("SELECT said_by, channel, party FROM contract_acceptance")
    assert kept == [((await here.anna.me())["person"]["id"], "kiosk", "payer")]
    assert (await here.kiosk.good("balance", session=done["session"]))["who"] == "П."
    assert (await here.kiosk.good("find", contract=NUMBER))["next"] == "sign_in"
    again = await here.kiosk.good("sign_in", contract=NUMBER, pin=pin)
    assert (again["state"], again["who"]) == ("active", "П.")


@pytest.mark.rule("A14")
async def test_the_word_on_the_data_is_kept_apart_and_before_the_offer(here: Hall) -> None:
    assert (await told(await here.kiosk.accept(consent_version="")))[1] == "consent_changed"
    assert await here.hub.rows("SELECT COUNT(*) FROM consent") == [(0,)]
    await here.accepted()
    assert await here.hub.rows("SELECT purpose, word, text_version FROM consent") == [("contract", "given", "contract-2026-09")]


WORDLESS: tuple[tuple[dict[str, Any], str], ...] = (
    ({"agreed": False}, "not_agreed"),
    ({"offer_version": "other"}, "offer_changed"),
    ({"consent_version": "other"}, "consent_changed"),
    ({"phone": "12"}, "bad_phone"),
    ({"phone": ""}, "bad_phone"),
    ({"contract": "0000000001"}, "unknown_contract"),
    ({"agreed": "yes"}, "malformed"),
)


async def test_without_the_very_word_nothing_goes_out(here: Hall) -> None:
    for more, code in WORDLESS:
        assert (await told(await here.kiosk.accept(**more)))[1] == code, more
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]


@pytest.mark.feature("F125")
@pytest.mark.security("7")
async def test_a_phone_that_is_no_parents_gets_the_same_answer_and_no_text(here: Hall) -> None:
    mine = await here.kiosk.accept()
    here.hub.clock.go(minutes=2)
    other = await here.kiosk.accept(OTHER_PHONE)
    first, second = await mine.get_json(), await other.get_json()
    assert (mine.status_code, other.status_code, first.keys(), first["told"]) == (202, 202, second.keys(), second["told"])
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(1,)]
    for pin in ("0000", await here.pin()):
        assert (await here.kiosk.refused("confirm", acceptance=second["acceptance"], pin=pin))[:2] == (403, "wrong_pin")
    assert await state(here) is ContractState.DRAFT


async def test_of_two_parents_with_one_phone_neither_is_meant(here: Hall) -> None:
    here.hub.esia.claims["ivan"] = parent("3000", first_name="Иван", snils=None, phones=(Contact(value=PHONE, verified=True),))
    other = here.hub.browser()
    await other.sign_in("ivan")
    assert (await here.kiosk.accept()).status_code == 202
    assert await here.hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]


@pytest.mark.parametrize("phones", [(Contact(value=PHONE, verified=False),), ()])
async def test_a_phone_that_gosuslugi_does_not_vouch_for_is_nobodys(hub: Hub, phones: tuple[Contact, ...]) -> None:
    found = await hall(hub, phones=phones)
    assert (await found.kiosk.accept()).status_code == 202
    assert await hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]


async def test_three_wrong_pins_end_an_acceptance_and_the_right_one_too(here: Hall) -> None:
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    right = await here.pin()
    wrong = "9999" if right != "9999" else "9998"
    for pin in (wrong, wrong, wrong, right):
        assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    assert await state(here) is ContractState.DRAFT


async def test_a_pin_is_good_for_a_quarter_of_an_hour_once_and_at_its_own_kiosk(here: Hall) -> None:
    other = await kiosk_of(here.hub)
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    assert (await other.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    here.hub.clock.go(minutes=15, seconds=1)
    assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    await here.kiosk.good("confirm", acceptance=id_, pin=pin)
    assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"


async def test_a_double_press_accepts_once(here: Hall) -> None:
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    answers = await asyncio.gather(*(here.kiosk.ask("confirm", acceptance=id_, pin=pin) for _ in range(5)))
    assert sorted(one.status_code for one in answers) == [200, 403, 403, 403, 403]
    assert await here.hub.rows("SELECT COUNT(*) FROM contract_acceptance") == [(1,)]


async def test_texts_go_out_once_a_minute_and_five_a_day_whosever_the_phone_is(here: Hall) -> None:
    for phone in (PHONE, OTHER_PHONE, OTHER_PHONE, PHONE, OTHER_PHONE):
        assert (await here.kiosk.accept(phone)).status_code == 202
        status, code, body = await told(await here.kiosk.accept(phone))
        assert (status, code, body["retry_after_s"]) == (429, "too_many", 60)
        here.hub.clock.go(minutes=2)
    _, code, body = await told(await here.kiosk.accept())
    assert code == "too_many" and body["retry_after_s"] > 23 * 3600
    here.hub.clock.go(days=1)
    assert (await here.kiosk.accept()).status_code == 202


@pytest.mark.rule("A14")
async def test_a_pupil_of_fourteen_accepts_too_before_the_draft_works(hub: Hub) -> None:
    found = await hall(hub, children=(kid(1, "Пётр", born=(hub.clock() - timedelta(days=15 * 366)).date()),))
    _, done = await found.accepted()
    assert (done["state"], done["waits"]) == ("draft", ["pupil"])
    assert all(one["terminal"] is None for one in done["accounts"])


@pytest.mark.rule("A5a")
async def test_a_right_that_ended_meanwhile_accepts_nothing(here: Hall) -> None:
    id_ = (await (await here.kiosk.accept()).get_json())["acceptance"]
    pin = await here.pin()
    await end_edges(here.hub)
    assert (await here.kiosk.refused("confirm", acceptance=id_, pin=pin))[1] == "wrong_pin"
    assert await state(here) is ContractState.DRAFT


@pytest.mark.rule("D11")
async def test_where_nobody_is_named_who_holds_the_money_nothing_is_accepted(hub: Hub) -> None:
    found = await hall(hub, held=False)
    assert (await found.kiosk.good("find", contract=NUMBER))["next"] == "ask_school"
    assert (await told(await found.kiosk.accept()))[1] == "not_open"


@pytest.mark.rule("A13")
async def test_the_family_hears_of_it_and_sees_who_looked(here: Hall) -> None:
    pin, _ = await here.accepted()
    kinds = [one["kind"] for one in (await (await here.anna.get("/api/v1/me/notices")).get_json())["items"]]
    assert "contract_accepted" in kinds
    await here.kiosk.good("sign_in", contract=NUMBER, pin=pin)
    acts = await here.hub.rows(f"SELECT action, actor FROM audit_event WHERE subject = '{here.child}'")
    assert ("kiosk.cabinet", f"kiosk:{here.kiosk.device}") in acts
    assert "contract.accepted" in {action for action, _ in acts}


@pytest.mark.rule("A14")
async def test_the_own_file_tells_of_a_text_and_an_erasure_takes_it(here: Hall) -> None:
    await here.kiosk.accept()
    await here.pin()
    (text,) = (await (await here.anna.get("/export/mine.json")).get_json())["texts"]
    assert (text["kind"], text["state"], text["phone"], text["text"]) == ("kiosk_pin", "queued", PHONE, "")
    me = (await here.anna.me())["person"]["id"]
    await here.hub.deps.db.write(lambda: texts.forget(me))
    await here.hub.deps.db.write(lambda: codes.forget(me))
    kept = await here.hub.rows("SELECT (SELECT COUNT(*) FROM sent_text WHERE phone IS NOT NULL), (SELECT COUNT(*) FROM kiosk_code)")
    assert kept == [(0, 0)]


@pytest.mark.feature("F146")
async def test_without_the_card_the_number_and_the_pin_open_the_cabinet(here: Hall) -> None:
    pin, _ = await here.accepted()
    id_ = await card(here)
    lost = (CarrierState.ACTIVE,), CarrierState.LOST
    await here.hub.deps.db.write(lambda: carriers.turn(id_, before=lost[0], after=lost[1], by="test", now=here.hub.clock()))
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
