"""Paying in through an acquirer: credited once or not at all, whatever is said, in whatever order (RULES D3, D4, D6)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, Rejected, TimedOut, Unavailable
from connectors.kit.payment import Payment, PaymentState
from hub.ledger.model import Purpose
from hub.store.wishes import top_ups
from tests.flows.kit import Hub
from tests.flows.pay_kit import open_doors, paying

PAID, DECLINED, REFUNDED, HELD = PaymentState.PAID, PaymentState.DECLINED, PaymentState.REFUNDED, PaymentState.HELD


@pytest.mark.rule("D6")
async def test_the_fee_is_known_before_paying_and_comes_on_top(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up(10_650)
    assert {name: made[name] for name in ("status", "amount_kop", "fee_kop", "total_kop", "provider_id")} == {
        "status": "pending",
        "amount_kop": 10_650,
        "fee_kop": 533,
        "total_kop": 11_183,
        "provider_id": "P1",
    }
    assert made["pay_url"] == "https://bank.example/pay"
    (order,) = town.bank.told
    assert (order.amount_kop, order.id, order.return_url) == (11_183, made["id"], f"http://localhost:8000/money/top-ups/{made['id']}")
    town.bank.put("P1", PAID)
    found = await town.look(made["id"])
    assert (found["status"], found["pay_url"], await town.balance()) == ("paid", None, 10_650)
    legs = await hub.rows("SELECT account, amount_kop FROM ledger_entry ORDER BY amount_kop")
    assert [(one if ":" in one else "own", kop) for one, kop in legs] == [("provider:bank", -11_183), ("fee:bank", 533), ("own", 10_650)]


@pytest.mark.rule("D6")
@pytest.mark.feature("F134")
@pytest.mark.feature("F135")
@pytest.mark.feature("F154")
async def test_the_ways_stand_with_their_totals_the_free_one_first(hub: Hub) -> None:
    town = await paying(hub)
    open_doors(hub, "osmp", "sber2")
    answer = await town.family.browser.get(f"/api/v1/accounts/{town.family.id()}/top-ups/ways?amount_kop=10000")
    assert [(one["title"], one["fee_kop"], one["total_kop"]) for one in (await answer.get_json())["items"]] == [
        ("Терминал города или киоск в школе", 0, 10_000),
        ("Сбербанк: приложение, банкомат, автоплатёж", 0, 10_000),
        ("СБП · Банк", 70, 10_070),
        ("Карта · Банк", 500, 10_500),
    ]
    await hub.deps.db.write(lambda: top_ups.put_fee("bank", "card", date(2026, 1, 1), 100))
    assert (await town.top_up(10_000, more={"method": "card"}))["fee_kop"] == 100


@pytest.mark.feature("F113")
@pytest.mark.parametrize(
    ("at", "since", "about"),
    [
        (datetime(2026, 11, 9, 16, 59, tzinfo=UTC), "2026-11-10", "Платежи принимают с 10 ноября. "),
        (datetime(2026, 11, 9, 17, 0, tzinfo=UTC), "", ""),  # midnight at the school, in Krasnoyarsk
        (datetime(2025, 11, 9, 0, 0, tzinfo=UTC), "2026-11-10", "Платежи принимают с 10 ноября 2026 года. "),
    ],
)
async def test_before_its_first_day_a_way_says_since_when_it_takes_money(hub: Hub, at: datetime, since: str, about: str) -> None:
    town = await paying(hub)
    open_doors(hub, "osmp", "sber2", since="2026-11-10")
    hub.clock.at = at
    await town.family.browser.sign_in()
    answer = await town.family.browser.get(f"/api/v1/accounts/{town.family.id()}/top-ups/ways?amount_kop=10000")
    found = (await answer.get_json())["items"]
    bank = next(one for one in found if one["way"] == "bank")
    assert (bank["since"], bank["about"].partition("В «Платежах»")[0]) == (since, about)
    assert not any(one["since"] for one in found[: -2 if since else None]), "what can be paid by today stands first"
    page = await (await town.family.browser.get(f"/money/{town.family.id()}/top-up?amount=100")).get_data(as_text=True)
    assert ("с 10 ноября" in page) is bool(since)


@pytest.mark.feature("F136")
async def test_the_bank_is_told_by_its_payee_number_and_kind_of_account_and_only_where_it_may_call(hub: Hub) -> None:
    town = await paying(hub)
    path = f"/api/v1/accounts/{town.family.id(Purpose.NOTICES)}/top-ups/ways?amount_kop=10000"
    assert {one["way"] for one in (await (await town.family.browser.get(path)).get_json())["items"]} == {"card", "sbp"}
    open_doors(hub, "sber_upper")
    (bank, *_) = (await (await town.family.browser.get(path)).get_json())["items"]
    told = {name: bank[name] for name in ("way", "payee", "number", "pay_type", "total_kop")}
    assert told == {"way": "bank", "payee": "ООО «Агент»", "number": "0270390000", "pay_type": "2", "total_kop": 10_000}
    await hub.deps.db.write(lambda: top_ups.put_fee("sber_upper", "", date(2026, 1, 1), 1_000))
    assert (await (await town.family.browser.get(path)).get_json())["items"][-1]["fee_kop"] == 1_000


@pytest.mark.rule("D7")
@pytest.mark.feature("F038")
@pytest.mark.parametrize(
    ("method", "text"), [("sbp", "Пополнение (СБП)"), ("card", "Пополнение (банковская карта)"), ("", "Пополнение (bank)")]
)
async def test_the_statement_says_by_which_way_it_came(hub: Hub, method: str, text: str) -> None:
    town = await paying(hub)
    made = await town.top_up(more={"method": method})
    town.bank.put("P1", PAID)
    await town.look(made["id"])
    assert [one["text"] for one in (await town.family.statement())["items"]] == [text]


@pytest.mark.rule("D4")
async def test_coming_back_credits_nothing(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    for _ in range(3):
        assert (await town.look(made["id"]))["status"] == "pending"
    assert await town.balance() == 0


@pytest.mark.rule("D3")
@pytest.mark.rule("D4")
async def test_three_notices_at_once_and_a_look_credit_once(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", PAID)
    hub.clock.go(seconds=3)
    await asyncio.gather(*(town.notice(id="P1") for _ in range(3)), town.work(), town.look(made["id"]))
    assert await town.notice(order=made["id"]) == b"OK"
    assert await town.balance() == 10_650
    assert len(await hub.rows("SELECT id FROM ledger_txn")) == 1


@pytest.mark.rule("D4")
@pytest.mark.parametrize("names_order", [True, False])
async def test_a_notice_before_create_has_returned_is_not_lost(hub: Hub, names_order: bool) -> None:
    town = await paying(hub)

    async def early(made: Payment) -> None:
        town.bank.put(made.provider_id, PAID)
        await town.notice(order=made.order if names_order else "", id="" if names_order else made.provider_id)

    town.bank.during_create = early
    made = await town.top_up()
    assert (made["status"], await town.balance()) == ("paid", 10_650)


@pytest.mark.rule("D4")
async def test_a_forged_notice_moves_nothing_and_asks_nothing(hub: Hub) -> None:
    town = await paying(hub)
    await town.top_up()
    town.bank.put("P1", PAID)
    await town.notice(id="P1", signature="bad", status=403)
    assert (town.bank.asked, await town.balance()) == ([], 0)


@pytest.mark.rule("D4")
async def test_a_notice_that_says_paid_of_what_is_not_credits_nothing(hub: Hub) -> None:
    town = await paying(hub)
    await town.top_up()
    await town.notice(id="P1", status=200)
    assert (town.bank.asked, await town.balance()) == (["P1"], 0)


async def test_a_notice_about_nothing_of_ours_is_taken_and_one_that_is_none_is_refused(hub: Hub) -> None:
    town = await paying(hub)
    assert await town.notice(id="unknown") == b"OK"
    assert await town.notice(id="no database keeps \0 in a text") == b"OK"
    answer = await hub.app.test_client().post("/pay/bank/notify", data=b"<x>", headers={"Host": "localhost:8000"})
    assert answer.status_code == 400
    answer = await hub.app.test_client().post("/pay/nobody/notify", data=b"{}", headers={"Host": "localhost:8000"})
    assert answer.status_code == 404


@pytest.mark.rule("D4")
@pytest.mark.parametrize("lost", [TimedOut("bank"), Unavailable("bank"), Drifted("bank", "$")])
async def test_a_lost_answer_stays_pending_until_it_is_found(hub: Hub, lost: ConnectorError) -> None:
    town = await paying(hub)
    town.bank.lost = lost
    made = await town.top_up()
    assert (made["status"], made["provider_id"], made["pay_url"]) == ("pending", None, None)
    town.bank.orders["P1"] = replace(town.bank.orders["P1"], pay_url="")
    await town.work()
    known = await town.look(made["id"])
    assert (known["provider_id"], known["pay_url"]) == ("P1", None)
    assert "начните пополнение ещё раз" in known["text"], "the bank has the order, but the way to its page was lost with the answer"
    town.bank.put("P1", PAID)
    await town.work()
    found = await town.look(made["id"])
    assert (found["status"], found["provider_id"], await town.balance()) == ("paid", "P1", 10_650)


@pytest.mark.parametrize("refused", [Rejected("bank", "5"), AuthExpired("bank")])
async def test_an_order_that_the_acquirer_refuses_is_declined(hub: Hub, refused: ConnectorError) -> None:
    town = await paying(hub)
    town.bank.refused = refused
    assert (await town.top_up())["status"] == "declined"


@pytest.mark.rule("D4")
async def test_an_order_that_nobody_knows_is_given_up_only_long_after_the_call(hub: Hub) -> None:
    town = await paying(hub)
    town.bank.refused = TimedOut("bank")
    made = await town.top_up()
    await town.work(60)
    assert (await town.look(made["id"]))["status"] == "pending"
    await town.work(600)
    assert (await town.look(made["id"]))["status"] == "declined"


@pytest.mark.rule("D4")
async def test_an_order_thought_declined_that_was_paid_after_all_is_credited(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", DECLINED)
    assert (await town.look(made["id"]))["status"] == "declined"
    town.bank.put("P1", PAID)
    await town.notice(id="P1")
    assert ((await town.look(made["id"]))["status"], await town.balance()) == ("paid", 10_650)


@pytest.mark.rule("D4")
@pytest.mark.parametrize("state", [PaymentState.PENDING, HELD])
async def test_what_is_not_paid_is_pending(hub: Hub, state: PaymentState) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", state)
    assert ((await town.look(made["id"]))["status"], await town.balance()) == ("pending", 0)


@pytest.mark.parametrize("kop", [1, 11_182, 11_184, 1_000_000])
async def test_another_sum_than_was_asked_for_lies_apart_until_somebody_has_looked(hub: Hub, kop: int) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", PAID, paid_kop=kop)
    for _ in range(2):
        found = await town.look(made["id"])
        await town.notice(id="P1")
    assert (found["status"], await town.balance()) == ("pending", 0)
    assert "другую сумму" in found["text"]
    assert await hub.rows("SELECT amount_kop FROM ledger_entry WHERE account = 'suspense:bank'") == [(kop,)]


async def test_what_the_bank_took_back_is_taken_once_and_may_leave_a_debt(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", PAID)
    await town.look(made["id"])
    for refunded, left in ((500, 10_150), (500, 10_150), (10_650, 0), (11_183, 0)):
        town.bank.put("P1", REFUNDED, refunded_kop=refunded)
        await town.notice(id="P1")
        await town.notice(id="P1")
        assert await town.balance() == left
    assert await hub.rows("SELECT problem FROM top_up") == [("fee_back",)]


async def test_paid_and_given_back_before_anybody_looked_is_both(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", REFUNDED, refunded_kop=10_650)
    found = await town.look(made["id"])
    assert (found["status"], await town.balance()) == ("paid", 0)
    assert len(await hub.rows("SELECT id FROM ledger_txn")) == 2


async def test_the_worker_asks_at_growing_intervals_and_not_for_ever(hub: Hub) -> None:
    town = await paying(hub)
    await town.top_up()
    for _ in range(5):
        await town.work(20)
    early = len(town.bank.asked)
    assert 3 <= early <= 5
    await town.work(8 * 86_400)
    for _ in range(3):
        await town.work(3_600)
    assert len(town.bank.asked) == early + 1


async def test_a_silent_acquirer_leaves_everything_pending(hub: Hub) -> None:
    town = await paying(hub)
    made = await town.top_up()
    town.bank.put("P1", PAID)
    town.bank.silent = Unavailable("bank")
    await town.work()
    await town.notice(id="P1")
    assert (await town.look(made["id"]))["status"] == "pending"
    town.bank.silent = None
    await town.work(600)
    assert await town.balance() == 10_650
