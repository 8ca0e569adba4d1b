"""«Счета» for people: four purses that do not look alike, a month with pictures, a table to keep, a sheet to print."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hub.ledger import posting
from hub.ledger.model import Cause, Floor, Kind, Purpose
from hub.ledger.money import NBSP
from tests.flows.kit import START, Browser, Hub
from tests.flows.money_kit import Family, family, stranger
from tests.unit.ledger.kit import NO_DEBT, act, meal, top_up

PAGE = {"Accept": "text/html"}


@pytest.fixture
async def mine(hub: Hub) -> Family:
    return await family(hub)


async def text(browser: Browser, path: str, status: int = 200) -> str:
    answer = await browser.get(path, **PAGE)
    assert answer.status_code == status, path
    return (await answer.get_data(as_text=True)).replace(NBSP, " ")


@pytest.mark.feature("F027")
async def test_each_purpose_is_a_card_of_its_own(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 123_450))
    shown = await text(mine.browser, f"/children/{mine.child}/money")
    for purpose in Purpose:
        assert f"purse {purpose.value}" in shown
    assert "1 234,50 ₽" in shown
    assert "Это не баланс СМС" in shown
    assert "Это не деньги на питание" in shown
    assert "0270390000" in shown


async def test_a_child_without_a_contract_is_told_whom_to_ask(hub: Hub) -> None:
    other = await stranger(hub)
    child = (await other.me())["children"][0]["id"]
    assert "Договора на питание и услуги пока нет" in await text(other, f"/children/{child}/money")


@pytest.mark.feature("F020")
@pytest.mark.feature("F029")
async def test_a_month_shows_what_was_before_and_after_each_row(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=START - timedelta(days=2)))
    eaten = posting.meal(
        act(scope="till", at=START, cause=Cause(item="обед", place="столовая")), mine.own[Purpose.MEAL], amount_kop=8_500, supplier="s",
        floor=NO_DEBT,
    )  # fmt: skip
    await mine.put(eaten)
    shown = await text(mine.browser, f"/money/{mine.id()}?month=2026-11")
    for words in ("Питание: обед", "столовая", "−85,00 ₽", "+500,00 ₽", "415,00 ₽", "Выписка бесплатна"):
        assert words in shown, words
    assert f"/money/{mine.id()}/kinds.svg?month=2026-11" in shown


async def test_an_empty_month_is_said_in_words(mine: Family) -> None:
    assert "денег не приходило и не уходило" in await text(mine.browser, f"/money/{mine.id()}?month=2026-10")


async def test_a_debt_is_explained(mine: Family) -> None:
    await mine.put(meal(mine.own[Purpose.MEAL], 5_000, floor=Floor(kop=-10_000, rule="meal.fed_down_to_two_meals")))
    shown = await text(mine.browser, f"/children/{mine.child}/money")
    assert "−50,00 ₽" in shown
    assert "накормили" in shown


@pytest.mark.parametrize("name", ["balance", "kinds"])
async def test_a_picture_is_drawn_without_scripts(mine: Family, name: str) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000))
    answer = await mine.browser.get(f"/money/{mine.id()}/{name}.svg?month=2026-11")
    assert answer.status_code == 200
    assert answer.content_type == "image/svg+xml"
    drawn = await answer.get_data(as_text=True)
    assert "<script" not in drawn
    assert "500,00" in drawn.replace(NBSP, " ")


@pytest.mark.security("7")
@pytest.mark.parametrize(
    "path", ["/money/{id}", "/money/{id}/kinds.svg", "/money/{id}/balance.svg", "/money/{id}.csv", "/children/{child}/money"]
)
async def test_a_stranger_sees_no_page_of_it(hub: Hub, mine: Family, path: str) -> None:
    other = await stranger(hub)
    assert (await other.get(path.format(id=mine.id(), child=mine.child), **PAGE)).status_code == 404


async def test_a_sheet_to_print_has_nothing_but_the_statement(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000))
    shown = await text(mine.browser, f"/money/{mine.id()}?print=1")
    assert "Выписка: Питание" in shown
    assert "sheet" in shown
    assert "ООО «Агент», ИНН 7700000016" in shown


async def test_a_table_to_keep_begins_no_cell_with_a_sign(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000))
    await mine.put(
        posting.charge(act(scope="x", cause=Cause(note="=1+1")), Kind.LESSON, mine.own[Purpose.SERVICES], amount_kop=5, floor=None)
    )
    rows = []
    for purpose in (Purpose.MEAL, Purpose.SERVICES):
        answer = await mine.browser.get(f"/money/{mine.id(purpose)}.csv?month=2026-11")
        assert answer.status_code == 200
        assert 'filename="schet-' in answer.headers["Content-Disposition"]
        rows += (await answer.get_data(as_text=False)).decode("utf-8-sig").splitlines()[1:]
    assert "Пополнение;;Терминал;500,00;;0,00;500,00;" in rows[0]
    assert "долг 0,05" in rows[1]
    assert not [cell for row in rows for cell in row.split(";") if cell.startswith(("=", "+", "-", "@"))]
    taken = await mine.hub.rows("SELECT action FROM audit_event ORDER BY action")
    assert [action for (action,) in taken].count("export.statement") == 2


@pytest.mark.rule("A16")
async def test_a_table_is_taken_only_after_a_new_sign_in(mine: Family) -> None:
    mine.hub.clock.go(minutes=6)
    assert (await mine.browser.get(f"/money/{mine.id()}.csv", Accept="application/json")).status_code in (401, 403)
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000))
    assert "войти ещё раз" in await text(mine.browser, f"/money/{mine.id()}")


async def test_a_foreign_page_takes_no_table(mine: Family) -> None:
    answer = await mine.browser.get(f"/money/{mine.id()}.csv", **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
