"""Each played provider writes its day's register in its own columns; the totals are those of the lines, wrong only when asked."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest

from sandbox.paying.register import SPOILT, fee
from tests.sandbox.demand_code.conftest import Salon
from tests.sandbox.rbs.conftest import Bank
from tests.sandbox.shop import Shop, shop
from tests.sandbox.tbank.conftest import Bank as TBank
from tests.sandbox.yookassa.conftest import Yoo

DAY = "2026-11-20"
AT = "20.11.2026 12:00:00"


async def register(made: Shop, **query: str) -> httpx.Response:
    return await made.http.get(f"/_sandbox/{made.stand.prefix}/register", params={"day": DAY, **query})


async def lines(made: Shop, encoding: str, **query: str) -> list[str]:
    answer = await register(made, **query)
    assert answer.status_code == 200, answer.text
    return answer.content.decode(encoding).split("\r\n")


async def test_the_bank_lists_what_was_deposited_that_day_and_nothing_that_was_reversed() -> None:
    async for made in shop("rbs"):
        bank = Bank(made)
        paid = await bank.paid("order-1")
        reversed_ = await bank.paid("order-2")
        await bank.call("reverse", orderId=reversed_)
        held = await bank.paid("order-3", two_stage=True)
        await bank.order("order-4")
        await made.play(paid, "refund", amount_kop=650)
        assert await lines(made, "cp1251") == [
            "Номер заказа;Идентификатор;Дата;Сумма;Комиссия;К перечислению;Способ",
            f"order-1;{paid};{AT};106,50;1,92;104,58;CARD",
            "Итого;1;;106,50;1,92;104,58;",
            "",
        ]
        back = (await lines(made, "cp1251", kind="refunds"))[1].split(";")
        assert (back[0], back[3:]) == ("order-1", ["6,50", "0,00", "6,50", "CARD"])
        await made.stand.later(days=1)
        await bank.call("deposit", orderId=held, amount=0)
        assert f"order-3;{held};21.11.2026 12:00:00;106,50" in "\n".join(await lines(made, "cp1251", day="2026-11-21"))


async def test_yookassa_writes_utf_8_with_a_mark_and_three_lines_before_the_payments() -> None:
    async for made in shop("yookassa"):
        yoo = Yoo(made)
        card = await yoo.paid(metadata={"order": "own-1"})
        qr = (await yoo.create("50.00"))["id"]
        await made.play(qr, "pay", kind="sbp")
        await yoo.create("1.00")
        raw = (await register(made)).content
        assert raw.startswith(b"\xef\xbb\xbf")
        assert raw.decode("utf-8-sig").split("\r\n")[3:] == [
            f"{card};2026-11-20 12:00:00;106.50;RUB;3.73;102.77;bank_card;own-1",
            f"{qr};2026-11-20 12:00:00;50.00;RUB;0.20;49.80;sbp;",
            "Итого;2;156.50;RUB;3.93;152.57;;",
            "",
        ]
        await made.play(card, "refund", amount_kop=100)
        assert ";1.00;RUB;0.00;1.00;bank_card;own-1" in (await lines(made, "utf-8-sig", kind="refunds"))[3]


async def test_t_bank_separates_by_commas_and_keeps_what_was_paid_after_a_refund() -> None:
    async for made in shop("tbank"):
        bank = TBank(made)
        paid = await bank.paid("o-1")
        await bank.call("Cancel", PaymentId=paid, Amount=5000)
        assert await lines(made, "utf-8") == [
            "TerminalKey,OrderId,PaymentId,Date,Amount,Fee,Type",
            f"{bank.key},o-1,{paid},2026-11-20T12:00:00,106.50,2.44,card",
            "TOTAL,,1,,106.50,2.44,",
            "",
        ]
        assert (await lines(made, "utf-8", kind="refunds"))[2] == "TOTAL,,1,,50.00,0.00,"


async def test_a_demand_paid_in_parts_is_a_line_a_visit() -> None:
    async for made in shop("demand"):
        salon = Salon(made)
        code = await salon.code("order-1")
        await made.play(code, "pay", amount_kop=2500)
        await made.stand.later(days=1)
        await made.play(code, "pay")
        place = "Салон связи 12, Барнаул"
        assert await lines(made, "cp866") == [f"{code}|1|order-1|{AT}|25.00|0.00|{place}", "ИТОГО|1|||25.00|0.00|", ""]
        assert (await lines(made, "cp866", day="2026-11-21"))[0] == f"{code}|2|order-1|21.11.2026 12:00:00|75.00|0.00|{place}"


@pytest.mark.parametrize("spoil", SPOILT)
async def test_a_register_is_wrong_in_one_way_only(spoil: str) -> None:
    async for made in shop("rbs"):
        bank = Bank(made)
        await bank.paid("order-1")
        await bank.paid("order-2")
        right, wrong = await lines(made, "cp1251"), await lines(made, "cp1251", spoil=spoil)
        assert right != wrong
        assert totalled(wrong[1:-2], wrong[-2]) is (spoil != "totals")


def totalled(rows: Sequence[str], last: str) -> bool:
    said = last.split(";")
    kop = sum(int(row.split(";")[3].replace(",", "")) for row in rows)
    return (len(rows), kop) == (int(said[1]), int(said[3].replace(",", "")))


@pytest.mark.parametrize("query", [{"spoil": "all"}, {"day": "вчера"}, {"kind": "fees"}, {"spoil": "untagged"}])
async def test_a_register_that_nobody_writes_is_refused(query: dict[str, str]) -> None:
    async for made in shop("demand"):
        assert (await register(made, **query)).status_code == 400
        assert (await made.http.get("/_sandbox/demand_code/register", params={"day": DAY})).status_code == 200


def test_half_a_kopeck_of_a_fee_goes_up() -> None:
    assert [fee(amount, 500) for amount in (10650, 10640, 10, 0)] == [533, 532, 1, 0]
