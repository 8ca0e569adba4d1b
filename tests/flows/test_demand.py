"""A demand's code: each part is credited once, the end of its time loses no money, and the payer is told (RULES D3, D4, D6; F034-F037)."""

from __future__ import annotations

import asyncio

import pytest

from connectors.kit.errors import Rejected, TimedOut
from connectors.kit.payment import PaymentState
from hub.ledger.store import checking
from hub.store.wishes import demands, top_ups
from tests.flows.demand_kit import CODE, Counter, counter
from tests.flows.kit import Hub
from tests.flows.money_kit import stranger


async def told(at: Counter) -> list[str]:
    items = (await (await at.town.family.browser.get("/api/v1/me/notices")).get_json())["items"]
    return [one["text"].replace("\u00a0", " ") for one in items if one["kind"] == "top_up_demand"]


@pytest.mark.feature("F035")
async def test_a_code_of_ten_digits_is_made_for_a_week(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.code()
    assert (made["status"], made["provider_id"], made["way"], made["fee_kop"]) == ("pending", CODE, "shop", 0)
    demand = made["demand"]
    assert (demand["code"], demand["state"], demand["open"], demand["left_kop"]) == (CODE, "created", True, 10_000)
    assert at.shops.told[0].life_s == 7 * 86_400


@pytest.mark.rule("D3")
@pytest.mark.rule("D4")
@pytest.mark.feature("F037")
async def test_each_part_is_credited_once_however_often_it_is_told(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.code()
    for paid, state, status in ((4_000, "part", "pending"), (10_000, "paid", "paid")):
        at.shops.come(CODE, paid)
        await asyncio.gather(*(at.tell() for _ in range(3)), at.town.work(), at.tell(path="/pay/demand_code/notify"))
        found = await at.town.look(made["id"])
        assert (found["demand"]["state"], found["demand"]["credited_kop"], found["status"], await at.town.balance()) == (
            state,
            paid,
            status,
            paid,
        )
    assert sorted(kop for (kop,) in await hub.rows("SELECT amount_kop FROM ledger_entry WHERE account = 'provider:demand'")) == [
        -6_000,
        -4_000,
    ]
    assert await told(at) == [
        "По коду требования внесено 100,00 ₽, на счёт пришло 100,00 ₽. Код оплачен целиком.",
        "По коду требования внесено 40,00 ₽, на счёт пришло 40,00 ₽. Осталось внести 60,00 ₽.",
    ]
    assert await hub.deps.db.read(checking.faults) == []


@pytest.mark.rule("D6")
@pytest.mark.parametrize("parts", [(1, 2, 10_299, 10_300), (3_433, 6_866, 10_300), (10_299, 10_300), (10_300,), (5_150, 5_151, 10_300)])
async def test_the_parts_add_up_to_the_amount_and_its_fee(hub: Hub, parts: tuple[int, ...]) -> None:
    at = await counter(hub, fee=300)
    made = await at.code()
    assert (made["fee_kop"], made["demand"]["asked_kop"]) == (300, 10_300)
    before = 0
    for paid in parts:
        at.shops.come(CODE, paid)
        await at.tell()
        assert before <= await at.town.balance() <= paid
        before = await at.town.balance()
    found = await at.town.look(made["id"])
    assert (found["status"], found["amount_kop"], found["fee_kop"], await at.town.balance()) == ("paid", 10_000, 300, 10_000)
    assert await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'fee:demand'") == [(300,)]


@pytest.mark.rule("D4")
async def test_a_part_that_nobody_completed_in_time_is_what_was_paid(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.code()
    at.shops.come(CODE, 4_000)
    await at.tell()
    at.shops.come(CODE, 4_000, open_=False)
    found = await at.look_later(made["id"], days=8)
    assert (found["status"], found["amount_kop"], found["pay_url"]) == ("paid", 4_000, None)
    assert (found["demand"]["state"], found["demand"]["open"], found["demand"]["asked_kop"]) == ("part", False, 10_000)
    assert "не примут" in found["text"]
    assert await at.town.balance() == 4_000


@pytest.mark.rule("D4")
@pytest.mark.parametrize("paid", [4_000, 10_000])
async def test_what_was_paid_after_the_demand_had_ended_is_credited(hub: Hub, paid: int) -> None:
    at = await counter(hub)
    made = await at.code()
    at.shops.come(CODE, 0, PaymentState.DECLINED, open_=False)
    found = await at.look_later(made["id"], days=7, minutes=1)
    assert (found["status"], found["demand"]["state"], found["demand"]["open"]) == ("declined", "expired", False)
    at.shops.come(CODE, paid, open_=False)
    await at.tell()
    found = await at.town.look(made["id"])
    assert (found["status"], found["amount_kop"], await at.town.balance()) == ("paid", paid, paid)


async def test_a_demand_is_asked_about_until_a_day_after_its_time(hub: Hub) -> None:
    at = await counter(hub)
    await at.code()
    await at.town.work(7 * 86_400 + 3_600)
    assert len(at.shops.asked) == 1
    await at.town.work(86_400)
    assert len(at.shops.asked) == 2
    await at.town.work(86_400)
    assert len(at.shops.asked) == 2


@pytest.mark.rule("D4")
@pytest.mark.parametrize("wrong", [{"paid_kop": 10_001}, {"paid_kop": 4_000, "amount_kop": 9_000}])
async def test_a_sum_that_was_not_asked_for_lies_apart(hub: Hub, wrong: dict[str, int]) -> None:
    at = await counter(hub)
    made = await at.code()
    at.shops.come(CODE, open_=False, **wrong)  # type: ignore[arg-type]  # the words of the played port
    for _ in range(2):
        await at.tell()
    found = await at.town.look(made["id"])
    assert (found["status"], await at.town.balance()) == ("pending", 0)
    assert await hub.rows("SELECT amount_kop FROM ledger_entry WHERE account = 'suspense:demand'") == [(wrong["paid_kop"],)]


async def test_what_a_shop_gave_back_is_taken_back_once(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.code()
    at.shops.come(CODE, 4_000, PaymentState.REFUNDED, open_=False, refunded_kop=1_000)
    for _ in range(2):
        await at.tell()
    found = await at.town.look(made["id"])
    assert (found["status"], await at.town.balance()) == ("paid", 3_000)


@pytest.mark.rule("D4")
async def test_a_code_whose_answer_was_lost_is_found_and_no_second_one_is_made(hub: Hub) -> None:
    at = await counter(hub)
    at.shops.lost = TimedOut("demand")
    made = await at.code()
    assert (made["status"], made["demand"]["code"], made["demand"]["open"]) == ("pending", None, False)
    assert "ещё не пришёл" in made["text"]
    await at.town.work()
    assert (await at.town.look(made["id"]))["demand"]["code"] == CODE
    assert len(at.shops.told) == 1


@pytest.mark.rule("D4")
async def test_a_payment_by_a_code_whose_answer_was_lost_comes_in_by_its_notice(hub: Hub) -> None:
    at = await counter(hub)
    at.shops.lost = TimedOut("demand")
    made = await at.code()
    at.shops.come(CODE, 10_000)
    await at.tell()
    assert ((await at.town.look(made["id"]))["status"], await at.town.balance()) == ("paid", 10_000)


async def test_a_code_is_given_up_once_and_not_when_money_came(hub: Hub) -> None:
    at = await counter(hub)
    first, second = await at.code(), await at.code()
    browser = at.town.family.browser
    for _ in range(2):
        answer = await browser.send("POST", f"/api/v1/top-ups/{first['id']}/cancel", json={})
        assert (answer.status_code, (await answer.get_json())["demand"]["state"]) == (200, "cancelled")
    at.shops.come(second["provider_id"], 4_000)
    answer = await browser.send("POST", f"/api/v1/top-ups/{second['id']}/cancel", json={})
    assert (answer.status_code, (await answer.get_json())["type"]) == (409, "/problems/cannot_pay_in")
    assert await at.town.balance() == 4_000


@pytest.mark.security("7")
async def test_a_foreign_code_is_as_if_it_were_not_there(hub: Hub) -> None:
    at = await counter(hub)
    made, other = await at.code(), await stranger(hub)
    for id_ in (made["id"], "0" * 32):
        assert (await other.send("POST", f"/api/v1/top-ups/{id_}/cancel", json={})).status_code == 404
        assert [(await other.get(f"/money/top-ups/{id_}{tail}")).status_code for tail in ("", "/form")] == [404, 404]
    answer = await at.town.family.browser.send("POST", f"/api/v1/top-ups/{made['id']}/cancel", json={}, csrf="x")
    assert answer.status_code == 403
    assert at.shops.orders[CODE].state is PaymentState.PENDING


async def test_a_card_payment_is_no_code_to_give_up(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.town.top_up()
    assert made["demand"] is None
    answer = await at.town.family.browser.send("POST", f"/api/v1/top-ups/{made['id']}/cancel", json={})
    assert answer.status_code == 409
    assert (await at.town.family.browser.get(f"/money/top-ups/{made['id']}/form")).status_code == 404


# The phone
@pytest.mark.feature("F034")
@pytest.mark.parametrize("typed", ["+7 913 123-45-67", "8 (913) 123 45 67", "9131234567"])
async def test_the_phone_goes_to_the_shops_and_is_kept_sealed_only_while_it_is_needed(hub: Hub, typed: str) -> None:
    at = await counter(hub)
    await at.code(phone=typed)
    assert at.shops.told[0].phone.reveal() == "79131234567"
    ((kept,),) = await hub.rows("SELECT value FROM pay_phone")
    assert "9131234567" not in kept
    at.shops.come(CODE, 10_000)
    await at.tell()
    assert await hub.rows("SELECT value FROM pay_phone") == []


@pytest.mark.parametrize("typed", ["1", "+7 913", "+1 212 555 0100", "913123456789012", "телефон", "+7 913 123-45-67 доб. 5" * 3])
async def test_what_is_no_phone_is_refused_before_anything_is_asked(hub: Hub, typed: str) -> None:
    at = await counter(hub)
    await at.town.top_up(10_000, status=400, more={"provider": "demand", "phone": typed})
    assert at.shops.told == []


@pytest.mark.feature("F038")
async def test_a_balance_needs_its_phone_in_every_repeat(hub: Hub) -> None:
    at = await counter(hub)
    await at.town.top_up(10_000, status=400, more={"provider": "demand", "method": "balance"})
    at.shops.lost = TimedOut("demand")
    made = await at.code(method="balance", phone="+79131234567")
    assert (made["way"], made["fee_kop"], made["demand"], made["pay_url"]) == ("mobile", 990, None, None)
    at.shops.lost = None
    await at.town.work()
    assert [one.phone.reveal() for one in at.shops.looked_for] == ["79131234567"]
    assert "СМС" in (await at.town.look(made["id"]))["text"]


async def test_a_refused_code_keeps_no_phone_and_says_what_to_do(hub: Hub) -> None:
    at = await counter(hub)
    at.shops.refused = Rejected("demand", "3")
    made = await at.code(phone="+79131234567")
    assert (made["status"], made["demand"]["open"]) == ("declined", False)
    assert "другой способ" in made["text"]
    assert await hub.rows("SELECT id FROM pay_phone") == []


async def test_the_connectors_own_id_names_its_only_instance(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.town.top_up(10_000, more={"provider": "demand_code"})
    assert (made["provider"], made["demand"]["code"]) == ("demand", CODE)


async def test_a_code_whose_time_is_over_is_not_shown_as_one_to_pay(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.code()
    found = await at.look_later(made["id"], days=7, seconds=1)
    assert (found["status"], found["demand"]["state"], found["demand"]["open"]) == ("pending", "expired", False)


async def test_a_joined_record_brings_its_payments_and_takes_them_back_when_it_parts(hub: Hub) -> None:
    at = await counter(hub)
    made = await at.code(phone="+79131234567")
    cancel = f"/api/v1/top-ups/{made['id']}/cancel"
    ((me,),) = await hub.rows("SELECT person FROM top_up")
    await hub.deps.db.write(lambda: top_ups.rebind(former=me, to="other"))
    assert (await at.town.family.browser.send("POST", cancel, json={})).status_code == 404
    await hub.deps.db.write(lambda: top_ups.part(kept="other", former=me))
    assert (await at.town.family.browser.send("POST", cancel, json={})).status_code == 200


@pytest.mark.parametrize("joined", [False, True])
async def test_who_leaves_leaves_no_phone_behind(hub: Hub, joined: bool) -> None:
    at = await counter(hub)
    await at.code(phone="+79131234567")
    ((me,),) = await hub.rows("SELECT person FROM top_up")
    if joined:
        await hub.deps.db.write(lambda: top_ups.rebind(former=me, to="other"))
    await hub.deps.db.write(lambda: demands.forget("other" if joined else me))
    assert await hub.rows("SELECT id FROM pay_phone") == []


async def test_an_own_export_has_the_code_and_the_phone_while_it_is_kept(hub: Hub) -> None:
    at = await counter(hub)
    await at.code(phone="+79131234567")
    answer = await at.town.family.browser.get("/export/mine.json")
    (own,) = (await answer.get_json())["money"]["top_ups"]
    assert (own["code"], own["phone"]) == (CODE, "79131234567")
    at.shops.come(CODE, 10_000)
    await at.tell()
    (own,) = (await (await at.town.family.browser.get("/export/mine.json")).get_json())["money"]["top_ups"]
    assert (own["code"], own["phone"], own["state"]) == (CODE, None, "paid")
