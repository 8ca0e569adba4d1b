"""A statement tells of each row what, why and who; all accounts of a child stand on one page and are never one sum (RULES D1, D2, D7)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from hub.ledger import posting
from hub.ledger.model import Cause, Floor, Kind, Purpose
from hub.ledger.money import NBSP
from hub.ledger.store.tables import Contract
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from identity.snils import Snils
from identity.store import settle_sign_in
from tests.flows.family_kit import parents, relative
from tests.flows.kit import START, Browser, Hub, parent
from tests.flows.money_kit import SCHOOL, Family, family, stranger
from tests.flows.test_delegation import lend, take
from tests.flows.test_money import opened
from tests.unit.ledger.kit import NO_DEBT, act, meal, notice, top_up

TUTOR = "11223344595"
PAGE = {"Accept": "text/html"}
AT = datetime(2026, 11, 17, 5, 0, tzinfo=UTC)


@pytest.fixture
async def mine(hub: Hub) -> Family:
    return await family(hub)


async def text(browser: Browser, path: str, status: int = 200) -> str:
    answer = await browser.get(path, **PAGE)
    assert answer.status_code == status, path
    return (await answer.get_data(as_text=True)).replace(NBSP, " ")


@pytest.mark.rule("D7")
@pytest.mark.feature("F157")
async def test_each_row_says_why_and_who_in_plain_words(mine: Family) -> None:
    """Anna herself, the school's tutor, a system: each as the family may read it."""
    anna = (await mine.browser.me())["person"]["id"]
    tutor = await _tutor(mine)
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=AT))
    own = act(scope="bank", at=AT, cause=Cause(provider="yookassa"))
    await mine.put(posting.top_up(_by(own, anna), mine.own[Purpose.MEAL], provider="yookassa", amount_kop=1_000))
    cause = Cause(item="обед", place="столовая", price_list="menu@2026-11-16", rule="meal.fed_down_to_two_meals", flag="no_pass")
    eaten = posting.meal(
        _by(act(scope="till", at=AT, cause=cause), tutor), mine.own[Purpose.MEAL], amount_kop=8_500, supplier="s", floor=NO_DEBT
    )
    txn = (await mine.put(eaten)).txn
    back = _by(act(scope="office", at=AT, cause=Cause(note="ребёнка не было")), "command:ledger")
    await mine.put(posting.reversal(back, txn, Purpose.MEAL, eaten.legs))
    rows = (await mine.statement())["items"]
    assert [row["actor"] for row in rows] == ["Терминал", "Вы", "Львова Нина, воспитатель", "Оператор сервиса"]
    assert rows[2]["why"] == (
        "столовая; по ценам с 16.11.2026; денег не хватило, но ученика накормили: так решила школа; в этот день не было прохода в школу"
    )
    assert rows[3]["why"] == "отменяет запись 17.11.2026: Питание: обед"
    assert rows[3]["text"] == "Отмена: ребёнка не было"
    shown = await text(mine.browser, f"/money/{mine.id()}")
    for words in ("Львова Нина, воспитатель", "по ценам с 16.11.2026", "необычное списание", "отменяет запись"):
        assert words in shown, words


def _by(made: posting.Act, actor: str) -> posting.Act:
    object.__setattr__(made, "actor", actor)
    return made


async def _tutor(mine: Family) -> str:
    """Somebody of the school's staff with a cabinet of her own."""
    deps, now = mine.hub.deps, mine.hub.clock()
    claims = parent("3000", last_name="Львова", first_name="Нина", middle_name="", snils=Snils(TUTOR), children=())

    def unit() -> str:
        card = OfficerCard(school=SCHOOL, role="tutor", snils=TUTOR, names=("Львова", "Нина", ""))
        schools.put_officers(deps.keys, (card,), now=now)
        return str(settle_sign_in(deps.keys, claims, now=now).person)

    return await deps.db.write(unit)


@pytest.mark.security("7")
async def test_who_only_pays_reads_no_name_of_anybody(mine: Family) -> None:
    anna = (await mine.browser.me())["person"]["id"]
    await mine.put(posting.correction(_by(act(scope="x", at=AT), anna), mine.own[Purpose.MEAL], amount_kop=100))
    payer = await stranger(mine.hub)
    who = (await payer.me())["person"]["id"]
    await mine.hub.deps.db.write(lambda: Contract.update(payer=who).execute())
    (row,) = (await (await payer.get(f"/api/v1/accounts/{mine.id()}/statement")).get_json())["items"]
    assert row["actor"] == "Семья"


@pytest.mark.feature("F020")
@pytest.mark.parametrize(("kind", "count"), [("top_up", 1), ("meal", 2), ("", 3), ("lesson", 0)])
async def test_a_statement_shows_one_kind_where_it_is_asked(mine: Family, kind: str, count: int) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=AT))
    for _ in range(2):
        await mine.put(meal(mine.own[Purpose.MEAL], 100, at=AT))
    found = await mine.statement(kind=kind)
    assert len(found["items"]) == count
    assert (found["opening_kop"], found["closing_kop"]) == (0, 49_800), "the month's own, whatever is left out"
    shown = await text(mine.browser, f"/money/{mine.id()}?kind={kind}")
    assert ("Показать все" in shown) == bool(kind)


@pytest.mark.parametrize("kind", ["breakfast", "'; DROP", "TOP_UP"])
async def test_a_kind_that_is_none_is_refused(mine: Family, kind: str) -> None:
    assert (await mine.browser.get(f"/api/v1/accounts/{mine.id()}/statement?kind={kind}")).status_code == 400


@pytest.mark.rule("D2")
@pytest.mark.feature("F131")
async def test_all_accounts_of_a_child_stand_on_one_page_and_are_never_one_sum(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=AT))
    await mine.put(top_up(mine.own[Purpose.NOTICES], 700, at=AT))
    await mine.put(notice(mine.own[Purpose.NOTICES], 50, at=AT))
    shown = await text(mine.browser, f"/children/{mine.child}/money/month")
    for words in ("500,00 ₽", "6,50 ₽", "Деньги разных счетов не складываются", "purse notices", "Льготное питание"):
        assert words in shown, words
    assert "506,50 ₽" not in shown
    found = await (await mine.browser.get(f"/api/v1/children/{mine.child}/money")).get_json()
    assert [(one["account"]["purpose"], one["statement"]["closing_kop"]) for one in found["accounts"]] == [
        ("meal", 50_000), ("meal_benefit", 0), ("notices", 650), ("services", 0),
    ]  # fmt: skip
    assert (found["month"], found["before"], found["after"]) == ("2026-11", None, None)


async def test_a_child_without_a_contract_has_a_page_too(hub: Hub) -> None:
    other = await stranger(hub)
    child = (await other.me())["children"][0]["id"]
    assert "Договора на питание и услуги пока нет" in await text(other, f"/children/{child}/money/month")
    assert (await (await other.get(f"/api/v1/children/{child}/money")).get_json())["accounts"] == []


@pytest.mark.feature("F029")
async def test_the_month_before_and_the_month_after_are_one_tap_away(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=datetime(2026, 9, 20, tzinfo=UTC)))
    await mine.put(meal(mine.own[Purpose.MEAL], 100, at=AT))
    shown = await text(mine.browser, f"/money/{mine.id()}?month=2026-10")
    assert 'rel="prev" href="?month=2026-09"' in shown and 'rel="next" href="?month=2026-11"' in shown
    assert 'rel="next"' not in await text(mine.browser, f"/money/{mine.id()}?month=2026-11")
    assert 'rel="prev"' not in await text(mine.browser, f"/money/{mine.id()}?month=2026-09")
    assert 'rel="prev"' in await text(mine.browser, f"/children/{mine.child}/money/month?month=2026-10")


async def test_the_pictures_stand_as_tables_too(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=START - timedelta(days=2)))
    shown = await text(mine.browser, f"/money/{mine.id()}")
    assert "Те же числа таблицей" in shown and "Остаток в конце дня" in shown


@pytest.mark.rule("C8")
async def test_a_childs_table_names_the_account_before_each_row(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=AT))
    hostile = act(scope="x", at=AT, cause=Cause(item="@cmd", place="=1+1", note="+7"))
    await mine.put(posting.charge(hostile, Kind.LESSON, mine.own[Purpose.SERVICES], amount_kop=5, floor=None))
    answer = await mine.browser.get(f"/children/{mine.child}/money/month.csv?month=2026-11")
    assert answer.status_code == 200
    assert 'filename="scheta-2026-11.csv"' in answer.headers["Content-Disposition"]
    body = await answer.get_data(as_text=False)
    assert body.startswith(b"\xef\xbb\xbf")
    head, first, second = body.decode("utf-8-sig").splitlines()
    assert head.startswith("Договор;Счёт;Дата;Время;Что;Почему;Кто;Пришло;Ушло;Было;Стало")
    assert first.startswith("0270390000;Питание;") and second.startswith("0270390000;Услуги;")
    assert not [cell for row in (first, second) for cell in row.split(";") if cell.startswith(("=", "+", "-", "@"))]
    assert second.endswith(";0,05;0,00;долг 0,05;" + second.rsplit(";", 1)[1])


async def test_a_sheet_holds_every_account_of_the_child(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.MEAL], 50_000, at=AT))
    shown = await text(mine.browser, f"/children/{mine.child}/money/month?print=1")
    assert shown.count("Выписка: ") == 4 and "Стало в конце: 500,00 ₽" in shown


@pytest.mark.security("7")
@pytest.mark.parametrize("path", ["/children/{child}/money/month", "/children/{child}/money/month.csv", "/api/v1/children/{child}/money"])
async def test_a_stranger_sees_no_month_of_a_child(mine: Family, path: str) -> None:
    other = await stranger(mine.hub)
    for child in (mine.child, "0" * 32):
        assert (await other.get(path.format(child=child), **PAGE)).status_code == 404


@pytest.mark.rule("A5b")
async def test_a_lent_view_shows_no_month_of_money(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    await opened(hub, child)
    galina = await relative(hub)
    await take(galina, await lend(anna, child))
    assert (await galina.get(f"/api/v1/children/{child}/money")).status_code == 404


@pytest.mark.rule("A16")
async def test_a_childs_table_wants_a_new_sign_in_and_no_foreign_page(mine: Family) -> None:
    path = f"/children/{mine.child}/money/month.csv"
    assert (await mine.browser.get(path, **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
    mine.hub.clock.go(minutes=6)
    assert (await mine.browser.get(path, Accept="application/json")).status_code in (401, 403)
    assert "войти ещё раз" in await text(mine.browser, f"/children/{mine.child}/money/month")


async def test_a_debt_closes_below_zero_and_opens_the_next_month(mine: Family) -> None:
    floor = Floor(kop=-10_000, rule="meal.fed_down_to_two_meals")
    await mine.put(meal(mine.own[Purpose.MEAL], 5_000, at=datetime(2026, 10, 31, 5, tzinfo=UTC), floor=floor))
    assert (await mine.statement(month="2026-10"))["closing_kop"] == -5_000
    assert (await mine.statement(month="2026-11"))["opening_kop"] == -5_000


@pytest.mark.feature("F028")
async def test_the_page_of_the_sms_account_has_the_balance_the_way_to_pay_and_the_rows(mine: Family) -> None:
    await mine.put(top_up(mine.own[Purpose.NOTICES], 1_000, at=AT))
    await mine.put(notice(mine.own[Purpose.NOTICES], 50, at=AT))
    shown = await text(mine.browser, f"/money/{mine.id(Purpose.NOTICES)}")
    for words in ("Баланс СМС: 9,50 ₽", f'href="/money/{mine.id(Purpose.NOTICES)}/top-up"', "Оплата услуги (СМС проходная)", "10,00 ₽"):
        assert words in shown, words


@pytest.mark.feature("F155")
async def test_a_statement_says_who_holds_the_money(mine: Family) -> None:
    assert "ООО «Агент», ИНН 7700000016" in await text(mine.browser, f"/money/{mine.id()}?print=1")
