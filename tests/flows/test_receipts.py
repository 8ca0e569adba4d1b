"""Each payment, offset and refund has its receipt, or the reason for none; what does not come is somebody's work (RULES D11)."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest

from connectors.kit.errors import ConnectorError, Unavailable
from connectors.kit.payment import FiscalReceipt, PaymentState
from hub.flows.receipts import Receipts, ask_receipts, miss_overdue
from hub.ledger.model import Cause, Kind, Purpose
from hub.ledger.posting import Act, charge, chargeback, imported, meal, payout, reversal, top_up
from hub.ledger.rules import NOTICE_FLOOR, Policy, meal_floor
from hub.ledger.store.registers.receipts import receipt_note
from hub.store import preferences
from hub.store.fields import rows
from hub.store.preferences import Preferences
from hub.store.wishes.top_ups import TopUp
from tests.flows.kit import Hub
from tests.flows.money_kit import Family, family, stranger
from tests.flows.pay_kit import FakeAcquirer, FakeReader, Paying

pytestmark = pytest.mark.rule("D11")
FN = "9999078900000001"


@dataclass
class PrintingBank(FakeAcquirer):
    """Tells of receipts when asked; `printed` by the payment's id."""

    printed: dict[str, list[FiscalReceipt]] = field(default_factory=dict)
    mute: ConnectorError | None = None
    asked_for: list[str] = field(default_factory=list)

    async def receipts(self, provider_id: str) -> tuple[FiscalReceipt, ...]:
        self.asked_for.append(provider_id)
        if self.mute is not None:
            raise self.mute
        return tuple(self.printed.get(provider_id, ()))


@dataclass
class Printing(Paying):
    bank: PrintingBank
    follow: Receipts

    async def paid_one(self, amount_kop: int = 10_650) -> dict[str, Any]:
        made = await self.top_up(amount_kop)
        self.bank.put(made["provider_id"], PaymentState.PAID)
        return await self.look(made["id"])

    async def turns(self, later_s: float = 10) -> None:
        self.hub.clock.go(seconds=later_s)
        await self.follow.batch()
        await ask_receipts(self.hub.deps)
        await miss_overdue(self.hub.deps)

    async def receipt(self, top_up: str, status: int = 200) -> dict[str, Any]:
        answer = await self.family.browser.get(f"/api/v1/top-ups/{top_up}/receipt")
        assert answer.status_code == status
        found: dict[str, Any] = await answer.get_json()
        return found

    async def of(self, txn: str, purpose: Purpose = Purpose.MEAL, status: int = 200) -> dict[str, Any]:
        answer = await self.family.browser.get(f"/api/v1/accounts/{self.family.id(purpose)}/receipts/{txn}")
        assert answer.status_code == status
        found: dict[str, Any] = await answer.get_json()
        return found


def marks(at: datetime, document: str = "77", *, refund: bool = False) -> FiscalReceipt:
    return FiscalReceipt(refund=refund, drive=FN, document=document, sign="123456", at=at)


async def printing(hub: Hub) -> Printing:
    bank = PrintingBank()
    cast("MutableMapping[str, object]", hub.deps.payments)["bank"] = bank
    cast("MutableMapping[str, object]", hub.deps.payment_notices)["bank"] = FakeReader()
    return Printing(hub, await family(hub), bank, Receipts(hub.deps))


async def test_a_payments_receipt_comes_from_the_bank_with_its_marks_and_the_fee_apart(hub: Hub) -> None:
    town = await printing(hub)
    made = await town.top_up()
    before = await town.receipt(made["id"])
    assert (before["receipt"], before["status"], before["text"]) == (None, "pending", "Чек появится, когда оплата придёт.")
    town.bank.put("P1", PaymentState.PAID)
    await town.look(made["id"])
    await town.turns()
    waits = (await town.receipt(made["id"]))["receipt"]
    assert (waits["state"], waits["kind"], waits["fn"], waits["qr"]) == ("pending", "prepayment", None, None)
    at = hub.clock()
    town.bank.printed["P1"] = [marks(at)]
    await town.turns(30)
    view = await town.receipt(made["id"])
    found = view["receipt"]
    assert {name: found[name] for name in ("state", "amount_kop", "fee_kop", "total_kop", "fn", "fd", "fpd")} == {
        "state": "fiscalised",
        "amount_kop": 10_650,
        "fee_kop": 533,
        "total_kop": 11_183,
        "fn": FN,
        "fd": "77",
        "fpd": "123456",
    }
    here = at + timedelta(hours=3)
    assert found["qr"] == f"t={here:%Y%m%dT%H%M}&s=111.83&fn={FN}&i=77&fp=123456&n=1"
    assert (view["holder"], view["holder_inn"], view["legal_basis"]) == ("ООО «Агент»", "7700000016", "договор")


async def test_what_the_order_asks_to_print_has_two_lines_and_the_payers_own_contact(hub: Hub) -> None:
    town = await printing(hub)
    me = (await town.family.browser.me())["person"]["id"]
    await town.top_up()
    assert town.bank.told.pop().receipt is None
    chosen = Preferences(email="anna@example.org")
    await hub.deps.db.write(lambda: preferences.save(hub.deps.keys, me, chosen, now=hub.clock()))
    await town.top_up()
    (order,) = town.bank.told
    assert order.receipt is not None
    assert [(one.text, one.amount_kop) for one in order.receipt.lines] == [
        ("Пополнение счёта: питание", 10_650),
        ("Комиссия за приём платежа", 533),
    ]
    assert (order.receipt.email.reveal(), bool(order.receipt.phone)) == ("anna@example.org", False)
    ((sealed,),) = await hub.rows("SELECT value FROM receipt_contact")
    assert "anna" not in str(sealed)


async def test_a_silent_bank_is_asked_at_growing_intervals_and_then_it_is_work(hub: Hub) -> None:
    town = await printing(hub)
    made = await town.paid_one()
    town.bank.mute = Unavailable("bank")
    for _ in range(12):
        await town.turns(60)
    assert 3 <= len(town.bank.asked_for) <= 8
    await town.turns(86_400)
    found = await town.receipt(made["id"])
    assert (found["receipt"]["state"], "срок вышел" in found["text"]) == ("missing", True)
    town.bank.mute = None
    town.bank.printed["P1"] = [marks(hub.clock())]
    await town.turns(3_600)
    assert (await town.receipt(made["id"]))["receipt"]["state"] == "fiscalised"


async def test_the_same_marks_again_change_nothing_and_a_refund_has_its_own(hub: Hub) -> None:
    town = await printing(hub)
    made = await town.paid_one()
    town.bank.printed["P1"] = [marks(hub.clock())]
    await town.turns()
    town.bank.put("P1", PaymentState.REFUNDED, refunded_kop=10_650)
    await town.notice(id="P1")
    town.bank.printed["P1"].append(marks(hub.clock(), "78", refund=True))
    for _ in range(3):
        await town.turns(20)
    view = await town.receipt(made["id"])
    assert (view["receipt"]["fd"], [one["fd"] for one in view["refunds"]], view["refunds"][0]["qr"][-3:]) == ("77", ["78"], "n=2")


async def test_a_declined_payment_has_none_and_says_so(hub: Hub) -> None:
    town = await printing(hub)
    made = await town.top_up()
    town.bank.put("P1", PaymentState.DECLINED)
    await town.look(made["id"])
    found = await town.receipt(made["id"])
    assert (found["receipt"], found["text"]) == (None, "Оплаты не было, поэтому и чека нет.")


async def acts(town: Printing, where: Family) -> dict[str, str]:
    """One act of each sort; its transaction by name."""
    now, own = town.hub.clock(), where.own

    def act(key: str, **more: Any) -> Act:
        return Act(scope="test", key=key, at=now, actor="test", **more)

    put, dinner = where.put, own[Purpose.MEAL]
    floor = meal_floor(Policy.FEED, 8_500)
    made = {
        "terminal": await put(top_up(act("1", cause=Cause(provider="osmp")), dinner, provider="osmp", amount_kop=50_000)),
        "sms_money": await put(top_up(act("2", cause=Cause(provider="osmp")), own[Purpose.NOTICES], provider="osmp", amount_kop=1_000)),
        "meal": await put(meal(act("3"), dinner, amount_kop=8_500, supplier="s", floor=floor)),
        "carried": await put(imported(act("4"), Kind.MEAL, dinner, amount_kop=-8_500)),
        "notice": await put(charge(act("5"), Kind.NOTICE_PASS, own[Purpose.NOTICES], amount_kop=50, floor=NOTICE_FLOOR)),
        "payout": await put(payout(act("6"), dinner, amount_kop=100)),
        "chargeback": await put(chargeback(act("7", cause=Cause(provider="osmp")), dinner, provider="osmp", amount_kop=100)),
    }
    found: dict[str, str] = {name: one.txn for name, one in made.items()}
    legs = await town.hub.deps.db.read(lambda: meal(act("3"), dinner, amount_kop=8_500, supplier="s", floor=floor).legs)
    found["undone"] = (await put(reversal(act("8"), made["meal"].txn, Purpose.MEAL, legs))).txn
    return found


async def test_every_sort_of_act_has_its_kind_and_state_or_the_reason_for_none(hub: Hub) -> None:
    town = await printing(hub)
    made = await acts(town, town.family)
    await town.turns()
    found = {name: await town.of(txn, Purpose.NOTICES if name in ("sms_money", "notice") else Purpose.MEAL) for name, txn in made.items()}
    assert {name: (one["kind"], one["state"], one["reason"]) for name, one in found.items()} == {
        "terminal": ("prepayment", "not_needed", "agent_prints"),
        "sms_money": ("prepayment", "not_needed", "agent_prints"),
        "meal": ("offset", "not_needed", "school_meals"),
        "carried": ("", "not_needed", "given_elsewhere"),
        "notice": ("offset", "pending", ""),
        "payout": ("refund", "pending", ""),
        "chargeback": ("refund", "pending", ""),
        "undone": ("refund", "not_needed", "school_meals"),
    }
    assert all(one["text"] for one in found.values())
    assert "до 10-го числа" in found["notice"]["text"]


async def test_following_twice_and_after_a_restart_makes_one_row_each(hub: Hub) -> None:
    town = await printing(hub)
    await acts(town, town.family)
    for _ in range(2):
        await town.turns()
    await Receipts(hub.deps).batch()
    hub.clock.go(seconds=-3600)
    await Receipts(hub.deps).batch()
    ((count,),) = await hub.rows("SELECT COUNT(*) FROM ledger_receipt")
    assert count == 7


async def test_an_act_after_the_clock_went_back_is_not_passed_by(hub: Hub) -> None:
    town = await printing(hub)
    await acts(town, town.family)
    await town.turns()
    hub.clock.go(seconds=-7200)
    done = await town.family.put(
        top_up(Act(scope="osmp", key="9", at=hub.clock(), actor="osmp"), town.family.own[Purpose.MEAL], provider="osmp", amount_kop=100)
    )
    await town.turns()
    assert (await town.of(done.txn))["reason"] == "agent_prints"


async def test_a_receipt_of_another_family_does_not_exist(hub: Hub) -> None:
    town = await printing(hub)
    made = await town.paid_one()
    txn = made["transaction_id"]
    boris = await stranger(hub)
    for path in (f"/api/v1/top-ups/{made['id']}/receipt", f"/money/top-ups/{made['id']}/receipt", "/api/v1/top-ups/nothing/receipt"):
        assert (await boris.get(path)).status_code == 404
    assert (await boris.get(f"/api/v1/accounts/{town.family.id()}/receipts/{txn}")).status_code == 404
    await town.of(txn, Purpose.NOTICES, status=404)
    await town.of("nothing", status=404)


async def test_the_sheet_shows_the_marks_the_square_the_fee_and_who_holds_the_money(hub: Hub) -> None:
    town = await printing(hub)
    made = await town.paid_one()
    path = f"/money/top-ups/{made['id']}/receipt"
    early = str(await (await town.family.browser.get(path, Accept="text/html")).get_data(as_text=True))
    assert "Укажите почту в настройках" in early and "<svg" not in early
    town.bank.printed["P1"] = [marks(hub.clock())]
    await town.turns()
    answer = await town.family.browser.get(path, Accept="text/html")
    shown = str(await answer.get_data(as_text=True)).replace("\u00a0", " ")
    for words in (FN, "Комиссия за приём платежа", "5,33 ₽", "111,83 ₽", "<svg", "ООО «Агент», ИНН 7700000016", "договор"):
        assert words in shown


async def test_the_ledger_notes_a_kind_or_a_reason_with_every_act(hub: Hub) -> None:
    town = await printing(hub)
    made = await acts(town, town.family)
    noted = await hub.deps.db.read(lambda: [receipt_note(txn) for txn in made.values()])
    assert all(one is not None and (one[0] in ("prepayment", "offset", "refund") or one[0].startswith("none:")) for one in noted)
    assert await hub.deps.db.read(lambda: rows(TopUp, "SELECT COUNT(*) FROM ledger_txn WHERE receipt = ''", ())) == [(0,)]
