"""A remainder goes back the way it came, to the payer's own account by two officers, or to a sibling (RULES D9, D12)."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from hub.ledger.agreements.payouts import NEXT, PayoutState, days_left, due_of, may_follow
from hub.ledger.agreements.requisites import Fault, fault_of, looks_like_a_card
from hub.ledger.store import contracts
from hub.ledger.store.agreements import parting
from tests.flows.contract_kit import ACCOUNT, BIK, ask, closed, desk, living, said, to_bank, way, whole
from tests.flows.kit import START, Hub, kid, parent
from tests.flows.money_kit import stranger

pytestmark = [pytest.mark.rule("D9"), pytest.mark.feature("F156")]
CARD = "4111111111111111"


@pytest.mark.rule("D12")
@pytest.mark.parametrize(
    ("bik", "account", "fault"),
    [
        (BIK, ACCOUNT, None),
        (BIK, CARD, Fault.CARD),
        (BIK, "4111 1111 1111 1111", Fault.CARD),
        (CARD, ACCOUNT, Fault.CARD),
        ("94452522", ACCOUNT, Fault.BIK),
        ("944525225", ACCOUNT, Fault.BIK),
        (BIK, ACCOUNT[:-1], Fault.ACCOUNT),
        (BIK, "", Fault.ACCOUNT),
        (BIK, ACCOUNT[:8] + ACCOUNT[9] + ACCOUNT[8] + ACCOUNT[10:], Fault.KEY),
        ("044525593", ACCOUNT, Fault.KEY),
        (BIK, "40702810938160925982", Fault.NOT_A_PERSONS),
        (BIK, "40817840938160925982", Fault.NOT_A_PERSONS),
        (BIK, "٤٠٨١٧٨١٠٩٣٨١٦٠٩٢٥٩٨٢", Fault.ACCOUNT),
    ],
)
def test_requisites_are_checked_by_the_banks_own_key(bik: str, account: str, fault: Fault | None) -> None:
    if fault is Fault.NOT_A_PERSONS or fault is None or fault is Fault.ACCOUNT or fault is Fault.BIK:
        assert fault_of(bik, account) is fault
    else:
        assert fault_of(bik, account) in (fault, Fault.CARD) and fault_of(bik, account) is not None
    assert looks_like_a_card(CARD) and not looks_like_a_card(ACCOUNT)


def test_the_term_is_ten_calendar_days_where_the_school_is() -> None:
    due = due_of(START, "Asia/Krasnoyarsk")
    assert due.isoformat() == "2026-11-29T00:00:00+07:00"
    assert [days_left(due, START + timedelta(days=days), "Asia/Krasnoyarsk") for days in (0, 9, 10, 11)] == [10, 1, 0, -1]


@pytest.mark.parametrize("state", PayoutState)
def test_what_is_done_comes_back_only_from_the_bank(state: PayoutState) -> None:
    assert may_follow(PayoutState.DONE, state) == (state is PayoutState.RETURNED)
    assert PayoutState.OPEN not in NEXT[state]


@pytest.mark.rule("D12")
async def test_a_cards_number_is_refused_and_stands_nowhere(hub: Hub, caplog: pytest.LogCaptureFixture) -> None:
    town, _ = await living(hub)
    payout = await closed(town, meal=10_000)
    refused = await to_bank(town, payout["id"], 422, account=CARD)
    assert refused["type"].endswith("/wrong_requisites") and CARD not in str(refused) and CARD not in caplog.text
    answer = await town.browser.client.post(
        f"/payouts/{payout['id']}/way",
        form={"csrf_token": town.browser.csrf, "way": "requisites", "bik": BIK, "account": CARD},
        headers={"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"},
    )
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 422 and CARD not in text and "Номер банковской карты" in text
    assert await hub.rows("SELECT details FROM payout") == [(None,)]


async def test_two_officers_send_it_to_the_payers_own_account(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    payout = await closed(town, meal=10_000)
    chosen = await to_bank(town, payout["id"])
    assert (chosen["state"], chosen["way"], chosen["may_choose"]) == ("ready", "requisites", True)
    (sealed,) = await hub.rows("SELECT details FROM payout")
    assert ACCOUNT not in sealed[0] and BIK not in sealed[0]
    line = (await said(await office.nina.get("/api/v1/office/payouts")))["items"][0]
    assert (line["needs"], line["may"], line["bik"], line["account"], line["name"]) == ("first", True, BIK, ACCOUNT, "Орлова Анна Игоревна")
    path = f"/office/payouts/{payout['id']}"
    assert (await ask(office.nina, f"{path}/paid", number="17")).status_code == 409, "nobody has signed"
    assert (await ask(office.nina, f"{path}/sign")).status_code == 204
    assert (await said(await ask(office.nina, f"{path}/paid", number="17"), 403))["type"].endswith("/same_officer")
    assert (await to_bank(town, payout["id"], 409))["type"].endswith("/already_decided")
    assert (await ask(office.oleg, f"{path}/paid", number=" ")).status_code == 400
    answers = await asyncio.gather(*(ask(office.oleg, f"{path}/paid", number="17") for _ in range(3)))
    assert (await said(await ask(office.oleg, f"{path}/paid", number="17"), 409))["detail"] == "Эти деньги уже возвращены."
    assert sorted(one.status_code for one in answers) == [204, 409, 409]
    done = await said(await town.browser.get(f"/api/v1/payouts/{payout['id']}"))
    assert (done["state"], done["note"]) == ("done", "Платёжное поручение № 17")
    assert await hub.rows("SELECT account, amount_kop FROM ledger_entry WHERE account = 'payout:bank'") == [("payout:bank", 10_000)]
    assert await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'clearing:payout'") == [(0,)]
    after = await hub.deps.db.read(lambda: contracts.by_id(card.id))
    assert after is not None and after.state.value == "closed"
    log = (await (await town.browser.get(f"/api/v1/children/{town.child}/access-log")).get_json())["items"]
    assert {"payout.signed", "payout.paid", "office.payouts"} <= {one["action"] for one in log}
    await whole(hub)


async def test_what_the_bank_sends_back_is_chosen_anew_and_sent_again(hub: Hub) -> None:
    town, _ = await living(hub)
    office = await desk(hub)
    payout = await closed(town, meal=10_000)
    path = f"/office/payouts/{payout['id']}"
    for number in ("17", "18"):
        await to_bank(town, payout["id"])
        assert (await ask(office.nina, f"{path}/sign")).status_code == 204
        assert (await ask(office.oleg, f"{path}/paid", number=number)).status_code == 204
        assert (await ask(office.nina, f"{path}/returned", reason="счёт закрыт")).status_code == 204
        seen = await said(await town.browser.get(f"/api/v1/payouts/{payout['id']}"))
        assert (seen["state"], seen["note"], seen["may_choose"]) == ("returned", "счёт закрыт", True)
        assert await hub.rows("SELECT SUM(amount_kop) FROM ledger_entry WHERE account = 'clearing:payout'") == [(10_000,)]
    assert (await town.contracts())[0]["state"] == "closing"
    await whole(hub)


async def test_what_cannot_be_sent_goes_back_to_the_familys_choice(hub: Hub) -> None:
    town, _ = await living(hub)
    office = await desk(hub)
    payout = await closed(town, meal=10_000)
    path = f"/office/payouts/{payout['id']}"
    assert (await ask(office.nina, f"{path}/failed", reason="причина")).status_code == 409
    await to_bank(town, payout["id"])
    assert (await ask(office.nina, f"{path}/failed")).status_code == 400
    assert (await ask(office.nina, f"{path}/failed", reason="имя не сходится")).status_code == 204
    seen = await said(await town.browser.get(f"/api/v1/payouts/{payout['id']}"))
    assert (seen["state"], seen["note"], seen["ways"]) == ("failed", "имя не сходится", ["requisites"])


@pytest.mark.rule("B5")
async def test_an_officer_does_not_pay_out_to_the_own_family(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(snils=kid(0, "").snils)
    town, card = await living(hub)
    office = await desk(hub, "anna")
    payout = await closed(town, meal=10_000)
    await to_bank(town, payout["id"])
    line = (await said(await office.nina.get("/api/v1/office/payouts")))["items"][0]
    assert (line["may"], line["why_not"]) == (False, "Это ваша семья: решает другой сотрудник.")
    answer = await said(await ask(office.nina, f"/office/payouts/{payout['id']}/sign"), 403)
    assert answer["type"].endswith("/own_family")
    assert (await ask(office.nina, f"/office/contracts/{card.id}/end", reason="причина")).status_code == 403
    assert (await ask(office.oleg, f"/office/payouts/{payout['id']}/sign")).status_code == 204


async def test_the_queue_is_taken_as_a_table_fresh_and_noted(hub: Hub) -> None:
    town, _ = await living(hub)
    office = await desk(hub)
    payout = await closed(town, meal=10_000)
    await to_bank(town, payout["id"])
    answer = await office.nina.get("/office/payouts.csv")
    text = (await answer.get_data(as_text=False)).decode("utf-8-sig")
    assert ACCOUNT in text and BIK in text and "100,00" in text and "28.11.2026" in text
    assert not any(cell[:1] in "=+-@" for row in text.splitlines() for cell in row.split(";") if cell)
    log = (await (await town.browser.get(f"/api/v1/children/{town.child}/access-log")).get_json())["items"]
    assert "office.payouts.file" in {one["action"] for one in log}
    hub.clock.go(minutes=6)
    assert (await office.nina.get("/office/payouts.csv", Accept="application/json")).status_code == 403


@pytest.mark.security("7")
async def test_a_foreign_payout_and_none_look_the_same(hub: Hub) -> None:
    town, _ = await living(hub)
    payout = await closed(town, meal=10_000)
    boris = await stranger(hub)
    for id_ in (payout["id"], "0" * 32):
        assert (await boris.get(f"/api/v1/payouts/{id_}")).status_code == 404
        assert (await ask(boris, f"/payouts/{id_}/way", way="requisites", bik=BIK, account=ACCOUNT)).status_code == 404
    assert (await way(town, payout["id"], 400, way="cash"))["type"].endswith("/malformed")
    hub.clock.go(minutes=6)
    assert (await to_bank(town, payout["id"], 403))["type"].endswith("/not_fresh")


async def test_the_pages_tell_the_term_and_the_ways(hub: Hub) -> None:
    town, card = await living(hub)
    office = await desk(hub)
    payout = await closed(town, meal=10_000)
    text = await (await town.browser.get(f"/payouts/{payout['id']}", Accept="text/html")).get_data(as_text=True)
    assert "осталось 10 дней" in text and "На ваш счёт в банке" in text and "Выберите, куда вернуть деньги" in text
    assert "Что с остатком" in await (await town.browser.get(f"/children/{town.child}/money", Accept="text/html")).get_data(as_text=True)
    queue = await (await office.nina.get("/office/payouts", Accept="text/html")).get_data(as_text=True)
    assert "Семья ещё не выбрала" in queue and "100,00" in queue
    hub.clock.go(days=12)
    await office.nina.sign_in("nina")
    late = await (await office.nina.get("/office/payouts", Accept="text/html")).get_data(as_text=True)
    assert "Срок прошёл: 2 дня назад" in late
    assert card.number in late


async def test_of_two_guardians_the_first_to_choose_is_the_payer_and_the_other_hears(hub: Hub) -> None:
    town, _ = await living(hub)
    hub.esia.claims["ivan"] = parent("2000", last_name="Орлов", first_name="Иван", snils=kid(0, "").snils)
    ivan = hub.browser()
    await ivan.sign_in("ivan")
    payout = await closed(town, meal=10_000)
    assert (await said(await ivan.get(f"/api/v1/payouts/{payout['id']}")))["may_choose"] is True
    answers = await asyncio.gather(
        *(ask(one, f"/payouts/{payout['id']}/way", way="requisites", bik=BIK, account=ACCOUNT) for one in (town.browser, ivan))
    )
    assert sorted(one.status_code for one in answers) == [200, 403]
    told = [(await (await one.get("/api/v1/me/notices")).get_json())["items"] for one in (town.browser, ivan)]
    assert sum(item["kind"] == "payout_chosen" for items in told for item in items) == 1


@pytest.mark.rule("A14")
async def test_the_own_export_holds_it_and_an_erasure_takes_the_requisites_of_what_is_done(hub: Hub) -> None:
    town, _ = await living(hub)
    office = await desk(hub)
    payout = await closed(town, meal=10_000)
    await to_bank(town, payout["id"])
    mine = await (await town.browser.get("/export/mine.json")).get_json()
    (row,) = mine["money"]["payouts"]
    assert (row["account"], row["amount_kop"], row["way"]) == (ACCOUNT, 10_000, "requisites")
    who = (await town.browser.me())["person"]["id"]
    await hub.deps.db.write(lambda: parting.forget(who))
    assert (await hub.rows("SELECT details FROM payout"))[0][0], "it is still to be sent"
    await ask(office.nina, f"/office/payouts/{payout['id']}/sign")
    await ask(office.oleg, f"/office/payouts/{payout['id']}/paid", number="17")
    await hub.deps.db.write(lambda: parting.forget(who))
    assert await hub.rows("SELECT details, note, amount_kop FROM payout") == [(None, None, 10_000)]
