"""A parent sees each account apart, and every row of it with what was before and after; nobody else sees any of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.ledger import posting
from hub.ledger.model import Cause, Floor, Kind, Purpose
from hub.ledger.store import contracts
from hub.ledger.store.tables import Contract
from tests.flows.family_kit import parents, relative
from tests.flows.kit import Hub
from tests.flows.money_kit import family, open_for, stranger
from tests.flows.office_kit import code_for, open_office, redeem, signed
from tests.flows.office_kit import enter as enter_pupil
from tests.flows.pupil_kit import enter, make
from tests.flows.test_delegation import lend, take
from tests.unit.ledger.kit import act, meal, notice, top_up


@pytest.mark.feature("F019")
@pytest.mark.feature("F027")
@pytest.mark.feature("F162")
async def test_each_purpose_is_an_account_of_its_own_with_its_own_way_to_pay(hub: Hub) -> None:
    mine = await family(hub)
    await mine.put(top_up(mine.own[Purpose.MEAL], 10_000))
    (contract,) = await mine.contracts()
    assert contract["number"] == "0270390000"
    assert contract["child"] == {"id": mine.child, "first_name": "Пётр"}
    found = {one["purpose"]: one for one in contract["accounts"]}
    assert {purpose: one["balance_kop"] for purpose, one in found.items()} == {
        "meal": 10_000,
        "meal_benefit": 0,
        "notices": 0,
        "services": 0,
    }
    assert found["meal"]["terminal"] == {"account": "0270390000", "pay_type": "1"}
    assert found["meal"]["terminal"] != found["notices"]["terminal"]
    assert found["meal_benefit"]["terminal"] is None
    assert found["meal"]["top_up_min_kop"] == 1_000


@pytest.mark.feature("F028")
@pytest.mark.feature("F029")
@pytest.mark.feature("F030")
async def test_each_row_opens_with_the_closing_of_the_one_before_over_months_and_pages(hub: Hub) -> None:
    mine = await family(hub)
    at = datetime(2026, 9, 20, 5, 0, tzinfo=UTC)
    await mine.put(top_up(mine.own[Purpose.NOTICES], 10_000, at=at))
    for day in range(60):
        await mine.put(notice(mine.own[Purpose.NOTICES], 50, at=at + timedelta(days=day)))
    closing = 0
    for month in ("2026-09", "2026-10", "2026-11"):
        cursor: str | None = ""
        while cursor is not None:
            page = await mine.statement(Purpose.NOTICES, month=month, limit="7", **({"cursor": cursor} if cursor else {}))
            for row in page["items"]:
                assert row["opening_kop"] == closing
                closing = row["closing_kop"]
                assert closing == row["opening_kop"] + row["amount_kop"]
            cursor = page["next"]
        assert page["closing_kop"] == closing
    assert closing == page["balance_kop"] == 10_000 - 60 * 50


async def test_a_month_is_the_schools_own(hub: Hub) -> None:
    """Seven hours east of Greenwich the first of November begins in October."""
    mine = await family(hub)
    await mine.put(top_up(mine.own[Purpose.MEAL], 100, at=datetime(2026, 10, 31, 17, 30, tzinfo=UTC)))
    assert [row["amount_kop"] for row in (await mine.statement(month="2026-11"))["items"]] == [100]
    assert (await mine.statement(month="2026-10"))["items"] == []


async def test_a_row_says_why(hub: Hub) -> None:
    mine = await family(hub)
    await mine.put(top_up(mine.own[Purpose.MEAL], 1_000))
    cause = Cause(item="обед", place="столовая", price_list="menu@2026-11-16")
    eaten = posting.meal(act(scope="till", cause=cause), mine.own[Purpose.MEAL], amount_kop=600, supplier="s", floor=Floor(kop=0, rule="x"))
    txn = (await mine.put(eaten)).txn
    await mine.put(posting.reversal(act(scope="office"), txn, Purpose.MEAL, eaten.legs))
    rows = (await mine.statement())["items"]
    assert [(row["kind"], row["text"]) for row in rows] == [
        ("top_up", "Пополнение"),
        ("meal", "Питание: обед"),
        ("reversal", "Отмена"),
    ]
    assert rows[1]["cause"] == {"item": "обед", "place": "столовая", "price_list": "menu@2026-11-16"}
    assert rows[2]["reverses"] == rows[1]["transaction_id"]


@pytest.mark.parametrize("month", ["2026-13", "2026-1", "november", "2026-11-01", "0000-01"])
async def test_a_month_that_is_none_is_refused(hub: Hub, month: str) -> None:
    mine = await family(hub)
    assert (await mine.browser.get(f"/api/v1/accounts/{mine.id()}/statement?month={month}")).status_code in (400, 422)


@pytest.mark.parametrize("cursor", ["x", "LTE=", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5"])
async def test_a_foreign_cursor_is_refused(hub: Hub, cursor: str) -> None:
    mine = await family(hub)
    assert (await mine.browser.get(f"/api/v1/accounts/{mine.id()}/statement?cursor={cursor}")).status_code in (400, 422)


@pytest.mark.security("7")
async def test_a_foreign_account_is_as_if_it_were_not_there(hub: Hub) -> None:
    mine = await family(hub)
    other = await stranger(hub)
    answers = [await other.get(f"/api/v1/accounts/{id_}/statement") for id_ in (mine.id(), "0" * 32, "provider:osmp")]
    said = [(answer.status_code, (await answer.get_json())["type"], (await answer.get_json())["detail"]) for answer in answers]
    assert set(said) == {said[0]}
    assert said[0][0] == 404
    assert (await (await other.get("/api/v1/contracts")).get_json())["items"] == []


async def test_without_a_session_there_is_nothing(hub: Hub) -> None:
    nobody = hub.browser()
    assert (await nobody.get("/api/v1/contracts")).status_code == 401
    assert (await nobody.get("/api/v1/accounts/x/statement")).status_code == 401


@pytest.mark.rule("A3")
@pytest.mark.parametrize(
    ("last", "snils", "found"), [("Орлов", "08765430300", 1), ("Сидоров", "08765430300", 0), ("Орлов", "11223344595", 0)]
)
async def test_a_contract_finds_its_child_by_snils_and_name(hub: Hub, last: str, snils: str, found: int) -> None:
    await hub.deps.db.write(lambda: open_for(hub, "0270390001", last=last, snils=snils))
    browser = hub.browser()
    await browser.sign_in()
    assert len((await (await browser.get("/api/v1/contracts")).get_json())["items"]) == found
    kept = await hub.rows("SELECT child, pupil, pupil_snils, pupil_index FROM contract")
    assert [row[0] is not None for row in kept] == [bool(found)]
    assert not found or kept[0][1:] == (None, None, None)


@pytest.mark.feature("F155")
async def test_where_nobody_is_named_who_holds_the_money_nobody_pays_in(hub: Hub) -> None:
    await hub.deps.db.write(lambda: open_for(hub, "0270390002", held=False))
    browser = hub.browser()
    await browser.sign_in()
    (contract,) = (await (await browser.get("/api/v1/contracts")).get_json())["items"]
    assert {one["terminal"] is None and not one["may_top_up"] for one in contract["accounts"]} == {True}


async def test_who_looks_at_the_money_stands_in_the_childs_log(hub: Hub) -> None:
    mine = await family(hub)
    await mine.statement()
    rows = await hub.rows("SELECT action FROM audit_event ORDER BY action")
    assert [action for (action,) in rows if action.startswith("money.")] == ["money.contracts", "money.statement"]


async def test_the_payer_still_sees_the_contract_that_is_closed_to_the_child(hub: Hub) -> None:
    mine = await family(hub)
    payer = await stranger(hub)
    who = (await payer.me())["person"]["id"]
    await hub.deps.db.write(lambda: Contract.update(payer=who).execute())
    (contract,) = (await (await payer.get("/api/v1/contracts")).get_json())["items"]
    assert contract["child"] is None
    assert (await payer.get(f"/api/v1/accounts/{mine.id()}/statement")).status_code == 200


@pytest.mark.rule("A11")
async def test_a_joined_record_takes_its_contracts_along_and_gives_them_back(hub: Hub) -> None:
    await family(hub)
    before = await hub.rows("SELECT child FROM contract")
    former = before[0][0]
    await hub.deps.db.write(lambda: contracts.rebind(former=former, to="kept"))
    assert await hub.rows("SELECT child FROM contract") == [("kept",)]
    await hub.deps.db.write(lambda: contracts.part(kept="kept", former=former))
    assert await hub.rows("SELECT child FROM contract") == before


def test_every_kind_and_purpose_has_its_words() -> None:
    from hub.ledger import texts

    assert set(texts.KINDS) == set(Kind)
    assert set(texts.PURPOSES) == set(texts.NOT_THE_OTHER) == set(Purpose)


@pytest.mark.rule("D7")
@pytest.mark.parametrize(("place", "said"), [("cabinet", "заказан в кабинете"), ("0c1d2e", "заказан у терминала в школе")])
def test_a_duplicate_says_where_it_was_ordered_and_not_by_a_code(place: str, said: str) -> None:
    from hub.flows.money.explaining import why
    from hub.ledger.model import Cause
    from hub.ledger.texts import text_of

    cause = Cause(item="дубликат карты", place=place, tariff="zero")
    assert text_of(Kind.CARD_DUPLICATE, cause) == "Дубликат карты"
    assert why(Kind.CARD_DUPLICATE, cause) == f"{said}; тариф «Ноль»"


async def test_the_balance_counts_what_a_meal_took(hub: Hub) -> None:
    mine = await family(hub)
    await mine.put(top_up(mine.own[Purpose.MEAL], 1_000))
    await mine.put(meal(mine.own[Purpose.MEAL], 400))
    (contract,) = await mine.contracts()
    assert contract["accounts"][0]["balance_kop"] == 600


async def opened(hub: Hub, child: str) -> str:
    """A contract of this very child; the id of its account for food."""

    def unit() -> str:
        open_for(hub, "0270390007", snils="00000000000")
        Contract.update(child=child, pupil=None, pupil_snils=None, pupil_index=None).execute()
        card = contracts.numbered("0270390007")
        return next(one.id for one in card.accounts if one.purpose is Purpose.MEAL) if card else ""

    return await hub.deps.db.write(unit)


@pytest.mark.rule("A5b")
async def test_a_lent_view_shows_no_money(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    account = await opened(hub, child)
    galina = await relative(hub)
    await take(galina, await lend(anna, child))
    assert (await (await galina.get("/api/v1/contracts")).get_json())["items"] == []
    assert (await galina.get(f"/api/v1/accounts/{account}/statement")).status_code == 404
    assert (await galina.get(f"/children/{child}/money", Accept="text/html")).status_code == 404
    assert len((await (await boris.get("/api/v1/contracts")).get_json())["items"]) == 1


@pytest.mark.rule("A4")
@pytest.mark.rule("A7")
async def test_who_may_look_and_not_pay_reads_the_number_for_the_terminal_and_is_offered_nothing_here(hub: Hub) -> None:
    office = await open_office(hub, [])
    pupil = await enter_pupil(office)
    anna = await signed(hub, "anna")
    assert (await redeem(anna, await code_for(office, pupil))).status_code == 200
    account = await opened(hub, pupil)
    (contract,) = (await (await anna.get("/api/v1/contracts")).get_json())["items"]
    meal_ = next(one for one in contract["accounts"] if one["id"] == account)
    refused = await anna.get(f"/api/v1/accounts/{account}/top-ups/ways?amount_kop=5000")
    assert (meal_["may_top_up"], refused.status_code) == (False, 403)
    assert meal_["terminal"] == {"account": "0270390007", "pay_type": "1"}
    page = await (await anna.get(f"/children/{pupil}/money", Accept="text/html")).get_data(as_text=True)
    assert f"/money/{account}/top-up" not in page and "тот, кто отвечает за ребёнка" in page and "Как пополнить" in page
    month = await (await anna.get(f"/money/{account}", Accept="text/html")).get_data(as_text=True)
    assert f"/money/{account}/top-up" not in month


async def test_a_pupil_looks_at_the_balance_and_is_offered_no_way_to_pay(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    account = await opened(hub, child)
    pupil = await enter(hub, await make(anna, child))
    (contract,) = (await (await pupil.get("/api/v1/contracts")).get_json())["items"]
    assert {(one["terminal"], one["may_top_up"]) for one in contract["accounts"]} == {(None, False)}
    assert (await pupil.get(f"/api/v1/accounts/{account}/statement")).status_code == 200
    page = await (await pupil.get(f"/children/{child}/money", Accept="text/html")).get_data(as_text=True)
    assert "Как пополнить" not in page and "purse meal" in page
