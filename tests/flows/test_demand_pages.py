"""The demand's page and sheet: ten digits, a bar code that reads back, how to pay, and no dead end (F034-F037)."""

from __future__ import annotations

import re

import pytest

from connectors.kit.errors import TimedOut
from connectors.kit.payment import PaymentState
from hub.web.barcodes import code128
from tests.flows.demand_kit import CODE, Counter, counter
from tests.flows.kit import Hub
from tests.flows.money_kit import stranger

HERE = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}


async def text_of(at: Counter, path: str, status: int = 200) -> str:
    answer = await at.town.family.browser.get(path, Accept="text/html")
    assert answer.status_code == status
    return str(await answer.get_data(as_text=True)).replace("\u00a0", " ")


async def sent(at: Counter, *, status: int = 303, amount: str = "106,50", **more: str) -> str:
    """The page's form with one way chosen; where it leads, or the page that asks again."""
    path = f"/money/{at.town.family.id()}/top-up"
    shown = await text_of(at, f"{path}?amount=106,50")
    form = {name: re.findall(rf'name="{name}" value="([^"]+)"', shown)[0] for name in ("csrf_token", "form")}
    answer = await at.town.family.browser.client.post(path, form={**form, "amount": amount, "way": "demand:shops", **more}, headers=HERE)
    assert answer.status_code == status
    return str(answer.headers["Location"] if status == 303 else await answer.get_data(as_text=True))


@pytest.mark.feature("F034")
@pytest.mark.feature("F035")
async def test_from_the_amount_with_a_comma_to_the_code_and_the_way_to_pay_by_it(hub: Hub) -> None:
    at = await counter(hub)
    place = await sent(at, phone="8 913 123-45-67")
    shown = await text_of(at, place)
    assert "300 000 0001" in shown and f'aria-label="Штрихкод {CODE}"' in shown and "106,50 ₽" in shown
    assert "Интернет-магазин" in shown and f"{place}/form" in shown
    assert "style=" not in shown and "9131234567" not in shown
    assert (at.shops.told[0].amount_kop, at.shops.told[0].phone.reveal()) == (10_650, "79131234567")


@pytest.mark.feature("F036")
async def test_the_sheet_has_the_code_and_no_name_of_a_child(hub: Hub) -> None:
    at = await counter(hub)
    shown = await text_of(at, f"{await sent(at)}/form")
    assert "300 000 0001" in shown and "<svg" in shown and "data-print" in shown
    assert "Пётр" not in shown and "0270390000" not in shown


@pytest.mark.feature("F037")
async def test_a_part_leaves_the_rest_to_pay_and_all_of_it_ends_the_page(hub: Hub) -> None:
    at = await counter(hub)
    place = await sent(at)
    at.shops.come(CODE, 4_000)
    hub.clock.go(seconds=3)
    part = await text_of(at, place)
    assert "Осталось внести 66,50 ₽" in part and "Отменить код" not in part and "refresh" in part
    at.shops.come(CODE, 10_650)
    hub.clock.go(seconds=3)
    done = await text_of(at, place)
    assert "Деньги на счёте" in done and "<svg" not in done and "refresh" not in done


async def test_a_code_is_given_up_from_its_page_and_leads_back_to_the_ways(hub: Hub) -> None:
    at = await counter(hub)
    place = await sent(at)
    token = re.findall(r'name="csrf_token" value="([^"]+)"', await text_of(at, place))[0]
    for _ in range(2):
        answer = await at.town.family.browser.client.post(f"{place}/cancel", form={"csrf_token": token}, headers=HERE)
        assert answer.status_code == 303
    shown = await text_of(at, place)
    assert "Код отменён" in shown and f"/money/{at.town.family.id()}/top-up" in shown
    assert at.shops.orders[CODE].state is PaymentState.DECLINED
    assert ("money.top_up_cancel",) in await hub.rows("SELECT action FROM audit_event")


async def test_a_code_is_found_again_from_the_accounts_page_until_it_is_paid(hub: Hub) -> None:
    at = await counter(hub)
    place = await sent(at)
    path = f"/money/{at.town.family.id()}/top-up"
    shown = await text_of(at, path)
    assert f'href="{place}"' in shown and f"Код требования {CODE}" in shown
    items = f"/api/v1/accounts/{at.town.family.id()}/top-ups"
    (item,) = (await (await at.town.family.browser.get(items)).get_json())["items"]
    assert item["demand"]["code"] == CODE
    assert (await (await stranger(hub)).get(items)).status_code == 404
    at.shops.come(CODE, 10_650)
    await at.tell()
    assert place not in await text_of(at, path)


async def test_a_code_that_has_not_come_yet_is_waited_for_and_not_drawn(hub: Hub) -> None:
    at = await counter(hub)
    at.shops.lost = TimedOut("demand")
    place = await sent(at)
    shown = await text_of(at, place)
    assert "Ждём код" in shown and "<svg" not in shown and "refresh" in shown
    await at.town.work()
    assert "<svg" in await text_of(at, place)


@pytest.mark.parametrize(
    ("more", "status", "kept"),
    [
        ({"way": "demand:balance"}, 400, "Напишите номер"),
        ({"way": "demand:balance", "phone": "12"}, 400, 'value="12"'),
        ({"amount": "10,505"}, 422, "Напишите сумму"),
        ({"amount": "-5"}, 422, "Напишите сумму"),
        ({"amount": "99999999999999"}, 422, "Напишите сумму"),
        ({"way": "nobody:gold"}, 400, 'name="way"'),
    ],
)
async def test_what_is_wrong_is_said_and_what_was_typed_stays(hub: Hub, more: dict[str, str], status: int, kept: str) -> None:
    at = await counter(hub)
    shown = await sent(at, status=status, **more)
    assert kept in shown and 'role="alert"' in shown
    assert at.shops.told == []


@pytest.mark.feature("F036")
def test_the_bar_code_is_code_128_of_the_ten_digits() -> None:
    drawn = code128(CODE)
    widths = [(int(at), int(width)) for at, width in re.findall(r"M(\d+) 0h(\d+)", drawn)]
    modules = ["0"] * 110
    for at, width in widths:
        modules[at : at + width] = "1" * width
    text = "".join(modules)[10:100]
    # ISO/IEC 15417: start C, 30, 00, 00, 00, 01, check (105 + 30 + 5) mod 103 = 37, stop.
    symbols = ("11010011100", "11011011000", "11011001100", "11011001100", "11011001100", "11001101100", "10001101000", "1100011101011")
    assert text == "".join(symbols)
    assert "style" not in drawn


@pytest.mark.parametrize("text", ["300000000x", "", "<script>", "३"])
def test_nothing_but_digits_is_drawn(text: str) -> None:
    with pytest.raises(ValueError, match="digits"):
        code128(text)
