"""A receipt that has not come is a work item of the operator, a school sees its own; and nobody pays in where nobody holds (RULES D11)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.kit.payment import Hint, Notification, PaymentState, Signature
from hub.flows.receipts import Receipts, miss_overdue
from hub.ledger.model import Cause, Kind, Purpose
from hub.ledger.posting import Act, Own, charge, chargeback, top_up
from hub.ledger.rules import NOTICE_FLOOR, Policy
from hub.ledger.store import contracts, terms
from hub.ledger.store.contracts import NewContract
from hub.ledger.store.registers import receipts
from hub.ledger.store.terms import TermsCard
from hub.ledger.store.writing import post
from tests.flows.console_kit import Console, open_console
from tests.flows.desk_kit import open_desk
from tests.flows.kit import Hub
from tests.flows.money_kit import SCHOOL
from tests.flows.office_kit import OGRN
from tests.flows.pay_kit import paying
from tests.flows.test_receipts import FN, marks, printing

pytestmark = pytest.mark.rule("D11")
GOOD = {"fn": FN, "fd": "12", "fpd": "3456789012", "at": "2026-11-18T10:00"}


def some_acts(hub: Hub, school: str, *, child: str | None = None) -> None:
    """In the caller's unit: two notices, and a payment back to a terminal, whose receipts nobody brings."""
    now = hub.clock()
    held = TermsCard(holder_name="ООО «Агент»", holder_inn="7700000016", legal_basis="договор", policy=Policy.FEED)
    for purpose in Purpose:
        terms.put_terms(school, purpose, (now - timedelta(days=100)).date(), held)
    new = NewContract(number="0270390001", school=school, purposes=(Purpose.NOTICES,), child=child)
    (account,) = contracts.open_contract(hub.deps.keys, new, now=now).accounts
    own = Own(id=account.id, purpose=Purpose.NOTICES)
    post(
        top_up(Act(scope="osmp", key="1", at=now, actor="osmp", cause=Cause(provider="osmp")), own, provider="osmp", amount_kop=1_000),
        now=now,
    )
    for key in ("2", "3"):
        post(charge(Act(scope="t", key=key, at=now, actor="t"), Kind.NOTICE_PASS, own, amount_kop=50, floor=NOTICE_FLOOR), now=now)
    back = Act(scope="osmp", key="1:back:100", at=now, actor="osmp", cause=Cause(provider="osmp"))
    post(chargeback(back, own, provider="osmp", amount_kop=100), now=now)


async def overdue(hub: Hub) -> None:
    """Until the tenth of the next month, and a little."""
    await Receipts(hub.deps).batch()
    hub.clock.go(seconds=41 * 86_400)
    await miss_overdue(hub.deps)
    hub.clock.go(seconds=-41 * 86_400)


async def console(hub: Hub) -> Console:
    await hub.deps.db.write(lambda: some_acts(hub, SCHOOL))
    await overdue(hub)
    return await open_console(hub)


async def send(inside: Console, path: str, form: dict[str, str]) -> int:
    browser = inside.pal
    answer = await browser.client.post(
        f"/console/money/receipts/{path}",
        form={"csrf_token": browser.csrf, **form},
        headers={"Host": "localhost:8000", "Accept": "text/html", "Origin": "http://localhost:8000"},
    )
    return int(answer.status_code)


async def test_a_missing_receipt_stands_in_the_operators_list_until_its_marks_are_typed(hub: Hub) -> None:
    inside = await console(hub)
    shown = await inside.page("/money/receipts")
    assert "Возврат" in shown and "osmp 1<" in shown and "списаний: 2" in shown
    ((txn,),) = await hub.rows("SELECT txn FROM ledger_receipt WHERE state = 'missing' AND provider <> ''")
    assert await send(inside, txn, GOOD) == 303
    card = await hub.deps.db.read(lambda: receipts.get(txn))
    assert card is not None and (card.state, card.drive, card.document, bool(card.said_by)) == ("fiscalised", FN, "12", True)
    assert "osmp 1<" not in await inside.page("/money/receipts")
    assert await send(inside, txn, GOOD) == 409


async def test_one_receipt_covers_the_small_debits_of_a_month(hub: Hub) -> None:
    inside = await console(hub)
    shown = await inside.page("/money/receipts")
    group = shown.partition("receipts/groups/")[2].partition('"')[0]
    assert await send(inside, f"groups/{group}", GOOD) == 303
    found = await hub.rows("SELECT state, document FROM ledger_receipt WHERE kind = 'offset'")
    assert found == [("fiscalised", "12"), ("fiscalised", "12")]
    assert await send(inside, f"groups/{group}", GOOD) == 404


async def test_or_the_reason_why_there_is_none(hub: Hub) -> None:
    inside = await console(hub)
    ((txn,),) = await hub.rows("SELECT txn FROM ledger_receipt WHERE state = 'missing' AND provider <> ''")
    assert await send(inside, txn, {"reason": "чек дал терминал"}) == 303
    assert await hub.rows(f"SELECT state, detail FROM ledger_receipt WHERE txn = '{txn}'") == [("not_needed", "чек дал терминал")]


NO_MARKS: tuple[dict[str, str], ...] = (
    {},
    {"reason": "я"},
    {**GOOD, "fn": "123"},
    {**GOOD, "fd": "x"},
    {**GOOD, "fpd": ""},
    {**GOOD, "at": ""},
    {**GOOD, "at": "вчера"},
    {**GOOD, "at": "2031-01-01T00:00"},
    {**GOOD, "fn": "٠" * 16},
)


async def test_marks_that_are_none_are_refused(hub: Hub) -> None:
    inside = await console(hub)
    ((txn,),) = await hub.rows("SELECT txn FROM ledger_receipt WHERE state = 'missing' AND provider <> ''")
    assert [await send(inside, txn, form) for form in NO_MARKS] == [400] * len(NO_MARKS)
    assert await hub.rows("SELECT COUNT(*) FROM ledger_receipt WHERE state = 'missing'") == [(3,)]


async def test_only_an_operator_with_the_pages_word_settles_one(hub: Hub) -> None:
    town = await paying(hub)
    for path in ("/console/money/receipts", "/office/money/receipts"):
        assert (await town.family.browser.get(path, Accept="text/html")).status_code in (401, 403, 404)
    inside = await console_without_acts(hub)
    inside.pal.csrf = "another"
    assert await send(inside, "x", GOOD) == 403


async def console_without_acts(hub: Hub) -> Console:
    return await open_console(hub)


async def test_a_school_sees_its_own_and_the_family_that_it_looked(hub: Hub) -> None:
    desk = await open_desk(hub)
    await hub.deps.db.write(lambda: some_acts(hub, OGRN, child=desk.petya))
    await overdue(hub)
    answer = await desk.nina.get("/office/money/receipts", Accept="text/html")
    shown = str(await answer.get_data(as_text=True))
    assert answer.status_code == 200 and "Возврат" in shown and "списаний: 2" in shown


class TellingReader:
    """A bank that tells of receipts by its signed notices alone."""

    answer = b"OK"

    def __init__(self, hub: Hub) -> None:
        self.hub = hub

    def read(self, notification: Notification) -> Hint:
        signature = Signature.BAD if b"forged" in notification.body else Signature.GOOD
        receipt = marks(self.hub.clock()) if b"receipt" in notification.body else None
        return Hint(provider_id="P1", order="", word="RECEIPT", signature=signature, receipt=receipt)


async def test_marks_told_by_a_signed_notice_are_kept_once_and_told_again_where_the_payment_is_not_there_yet(hub: Hub) -> None:
    town = await printing(hub)
    hub.deps.payment_notices["bank"] = TellingReader(hub)  # type: ignore[index]  # a test's own dictionary
    made = await town.top_up()

    async def told(body: bytes) -> int:
        answer = await hub.app.test_client().post("/pay/bank/notify", data=body, headers={"Host": "localhost:8000"})
        return int(answer.status_code)

    assert await told(b"receipt") == 409
    town.bank.put("P1", PaymentState.PAID)
    assert await told(b"forged receipt") == 403
    assert [await told(b"receipt") for _ in range(3)] == [200, 200, 200]
    found = (await town.receipt(made["id"]))["receipt"]
    assert (found["state"], found["fd"]) == ("fiscalised", "77")
    await town.turns()
    assert await hub.rows("SELECT COUNT(*) FROM ledger_receipt") == [(1,)]


@pytest.mark.parametrize("unsaid", ["holder_name", "holder_inn", "legal_basis"])
async def test_where_it_is_not_said_who_holds_the_money_and_why_nobody_pays_in(hub: Hub, unsaid: str) -> None:
    town = await paying(hub)
    said = {"holder_name": "ООО «Агент»", "holder_inn": "7700000016", "legal_basis": "договор", unsaid: ""}
    card = TermsCard(policy=Policy.FEED, **said)  # type: ignore[arg-type]  # texts only
    await hub.deps.db.write(lambda: terms.put_terms(SCHOOL, Purpose.MEAL, hub.clock().date(), card))
    refused = await town.top_up(status=409)
    assert refused["type"].endswith("/cannot_pay_in") and town.bank.told == []
    (contract,) = await town.family.contracts()
    assert next(one["terminal"] for one in contract["accounts"] if one["purpose"] == "meal") is None
