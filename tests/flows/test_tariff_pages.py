"""«Тариф и СМС» for people, the operator's price lists, and the holidays of a school's office."""

from __future__ import annotations

import re

import pytest
from quart import Response

from hub.ledger.money import NBSP
from tests.flows.console_kit import Console, open_console
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.kit import Browser, Hub
from tests.flows.money_kit import stranger
from tests.flows.tariff_kit import Paying, paying


@pytest.fixture
async def mine(hub: Hub) -> Paying:
    return await paying(hub)


@pytest.fixture
async def inside(hub: Hub) -> Console:
    return await open_console(hub)


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def shown(browser: Browser, path: str, status: int = 200) -> str:
    answer = await browser.get(path, Accept="text/html")
    assert answer.status_code == status, path
    return (await answer.get_data(as_text=True)).replace(NBSP, " ")


async def send(browser: Browser, path: str, **form: str) -> Response:
    given = {"Host": "localhost:8000", "Accept": "text/html", "Origin": "http://localhost:8000"}
    return await browser.client.post(path, form={"csrf_token": browser.csrf, **form}, headers=given)


async def said(answer: Response, status: int) -> str:
    assert answer.status_code == status
    return (await answer.get_data(as_text=True)).replace(NBSP, " ")


@pytest.mark.feature("F153")
@pytest.mark.feature("F137")
async def test_the_page_says_what_is_on_what_it_costs_and_that_the_statement_is_free(mine: Paying) -> None:
    page = await shown(mine.family.browser, f"/children/{mine.family.child}/tariff")
    for words in (
        "Тариф «Ноль»: бесплатно",
        "ничего не спишем",
        "выписка с каждым списанием",
        "165,00 ₽",
        "СМС проходная",
        "0,50 ₽",
        "2,00 ₽",
    ):
        assert words in page, words
    assert 'type="radio"' not in page, "nothing is chosen beforehand"
    assert "checked" not in page


@pytest.mark.feature("F152")
async def test_a_paid_one_asks_once_more_with_an_empty_box(mine: Paying) -> None:
    path = f"/children/{mine.family.child}/tariff/{mine.contract}"
    page = await shown(mine.family.browser, f"{path}/sms_plus")
    assert "Я согласен подключить тариф «SMS+»" in page
    assert "на тарифе «Ноль» 60,00 ₽" in page
    assert "checked" not in page
    hidden = dict(re.findall(r'name="(price|text|tariff)" value="([^"]*)"', page))
    assert "отметьте, что согласны" in await said(await send(mine.family.browser, path, **hidden), 400)
    answer = await send(mine.family.browser, path, agree="yes", **hidden)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/children/{mine.family.child}/tariff?done=on")
    page = await shown(mine.family.browser, f"/children/{mine.family.child}/tariff?done=on")
    assert "начнётся тариф «SMS+»" in page
    assert "денег не хватит" in page
    answer = await send(mine.family.browser, path, tariff="zero")
    assert answer.status_code == 303
    assert "ничего не спишем" in await shown(mine.family.browser, f"/children/{mine.family.child}/tariff")


async def test_a_price_that_changed_meanwhile_is_shown_and_not_taken(mine: Paying) -> None:
    path = f"/children/{mine.family.child}/tariff/{mine.contract}"
    page = await said(await send(mine.family.browser, path, tariff="mobile", price="9400", agree="yes"), 409)
    assert "Цена другая" in page
    assert "95,00 ₽" in page


@pytest.mark.feature("F026")
async def test_an_sms_is_switched_on_and_off_by_its_own_button(mine: Paying) -> None:
    path = f"/children/{mine.family.child}/tariff"
    form = {"kind": "meal", "on": "yes", "price": "200"}
    assert "отметьте, что согласны" in await said(await send(mine.family.browser, f"{path}/notices", **form), 400)
    assert (await send(mine.family.browser, f"{path}/notices", agree="yes", **form)).status_code == 303
    page = await shown(mine.family.browser, f"{path}?done=sms_on")
    assert "Отключить «СМС питание»" in page
    assert "Отключить «СМС проходная»" not in page
    assert "Пополните «Баланс СМС»" in page
    assert (await send(mine.family.browser, f"{path}/notices", kind="meal")).status_code == 303
    assert "Отключить «СМС питание»" not in await shown(mine.family.browser, path)


async def test_a_month_is_limited_on_the_page(mine: Paying) -> None:
    path = f"/children/{mine.family.child}/tariff"
    assert (await send(mine.family.browser, f"{path}/{mine.contract}/cap", cap="50")).status_code == 303
    assert "из 50,00 ₽" in await shown(mine.family.browser, path)
    for typed in ("много", "100,01", "-1"):
        await said(await send(mine.family.browser, f"{path}/{mine.contract}/cap", cap=typed), 422)


@pytest.mark.security("7")
async def test_a_strangers_page_and_its_buttons_are_not_there(hub: Hub, mine: Paying) -> None:
    other = await stranger(hub)
    own = (await other.me())["children"][0]["id"]
    for child in (mine.family.child, own):
        await shown(other, f"/children/{child}/tariff/{mine.contract}/mobile", 404)
        path = f"/children/{child}/tariff/{mine.contract}"
        for form in ({"tariff": "mobile", "price": "9500", "agree": "yes"}, {"tariff": "zero"}):
            assert (await send(other, path, **form)).status_code == 404
        assert (await send(other, f"{path}/cap", cap="1")).status_code == 404
    assert (await send(other, f"/children/{mine.family.child}/tariff/notices", kind="pass")).status_code == 404
    assert "Договора пока нет" in await shown(other, f"/children/{own}/tariff")


@pytest.mark.feature("F137")
async def test_the_operator_names_a_price_ahead_and_families_are_told(inside: Console) -> None:
    page = await inside.page("/prices")
    for words in ("Тариф «Мобильный», месяц", "СМС питание", "mobile@2014-09-01"):
        assert words in page, words
    answer = await send(inside.pal, "/console/prices", list="mobile:month", since="2026-12-01", price="110,00")
    assert answer.status_code == 303
    page = (await inside.page("/prices")).replace(NBSP, " ")
    assert "110,00 ₽" in page
    assert "впереди" in page


BAD_PRICES: tuple[tuple[dict[str, str], str], ...] = (
    ({"since": "2026-11-27"}, "не раньше чем через 10 дней"),
    ({"since": "2026-12-02"}, "с первого числа"),
    ({"since": "later"}, "Назовите день"),
    ({"price": "1.234"}, "Цена — рубли"),
    ({"price": "-5"}, "Цена — рубли"),
    ({"price": "100000"}, "Цена — рубли"),
    ({"list": "zero:month"}, "Такого прейскуранта нет"),
    ({"list": "base:month"}, "Такого прейскуранта нет"),
)


async def test_a_price_that_may_not_be_named_is_refused_in_words(inside: Console) -> None:
    for form, words in BAD_PRICES:
        given = {"list": "mobile:month", "since": "2026-12-01", "price": "110"} | form
        assert words in await said(await send(inside.pal, "/console/prices", **given), 400)
    assert await inside.hub.rows("SELECT id FROM price") == []


async def test_a_named_price_is_not_named_again(inside: Console) -> None:
    form = {"list": "base:notice_pass", "since": "2026-12-05", "price": "0.70"}
    assert (await send(inside.pal, "/console/prices", **form)).status_code == 303
    assert "уже названа" in await said(await send(inside.pal, "/console/prices", **form | {"price": "9"}), 400)


async def test_nobody_but_an_operator_finds_the_price_lists(mine: Paying) -> None:
    assert (await mine.family.browser.get("/console/prices")).status_code == 404
    assert (await send(mine.family.browser, "/console/prices", list="mobile:month", since="2026-12-01", price="1")).status_code == 404


async def test_an_office_names_its_holidays_ahead_and_takes_them_back(desk: Desk) -> None:
    form = {"title": "Зимние каникулы", "first": "2026-12-28", "last": "2026-12-31"}
    assert (await send(desk.nina, "/office/breaks", **form)).status_code == 303
    page = await shown(desk.nina, "/office/breaks")
    assert "Зимние каникулы" in page
    assert "Лето" in page
    assert "Зимние каникулы" not in await shown(desk.oleg, "/office/breaks")
    ((item,),) = await desk.hub.rows("SELECT id FROM school_break")
    await send(desk.oleg, f"/office/breaks/{item}/drop")
    assert len(await desk.hub.rows("SELECT id FROM school_break")) == 1
    assert (await send(desk.nina, f"/office/breaks/{item}/drop")).status_code == 303
    assert await desk.hub.rows("SELECT id FROM school_break") == []


BAD_BREAKS: tuple[tuple[dict[str, str], str], ...] = (
    ({"first": "2026-11-18"}, "уже прошли"),
    ({"first": "2026-12-29", "last": "2026-12-28"}, "последний не раньше первого"),
    ({"last": "2027-12-28"}, "не больше 120 дней"),
    ({"title": " "}, "Назовите каникулы"),
    ({"first": "soon"}, "Назовите первый и последний день"),
    ({"first": "2026-12-27", "last": "2026-12-28"}, "уже входят в другие"),
)


async def test_holidays_that_cannot_be_are_refused_in_words(desk: Desk) -> None:
    given = {"title": "Зимние каникулы", "first": "2026-12-28", "last": "2026-12-31"}
    assert (await send(desk.nina, "/office/breaks", **given)).status_code == 303
    for form, words in BAD_BREAKS:
        assert words in await said(await send(desk.nina, "/office/breaks", **given | form), 400)
    assert len(await desk.hub.rows("SELECT id FROM school_break")) == 1
