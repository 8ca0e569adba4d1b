"""Invoices by a ten-digit code: made, paid at a counter at once or in parts, over; notices until OK; the bar code."""

from __future__ import annotations

import hashlib

import httpx
import pytest

from sandbox.demand_code.wire.barcode import WIDTHS, picture, symbols
from sandbox.demand_code.wire.hashing import NOTICE, joined, md5
from tests.sandbox.demand_code.conftest import CREATE, STATE, Salon, hashed

EXAMPLE = {
    "eshopId": "17354",
    "orderId": "order_0000001",
    "serviceName": "Книга",
    "eshopAccount": "4356091274",
    "recipientAmount": "12.30",
    "recipientCurrency": "RUB",
    "paymentStatus": "5",
    "userName": "Артем Дворядкин",
    "userEmail": "tema@intellectmoney.ru",
    "paymentData": "2010-01-17 13:12:03",
}


def test_the_hash_of_a_notice_is_the_published_one() -> None:
    assert md5(EXAMPLE, NOTICE, "myKey") == "61620ea240928af649e44aaebb1c15dd"


def test_the_bar_codes_symbols_are_each_eleven_wide_and_none_is_twice() -> None:
    assert len(set(WIDTHS)) == len(WIDTHS) == 107
    assert {sum(map(int, it)) for it in WIDTHS[:-1]} == {11}
    assert symbols("3000000017") == [105, 30, 0, 0, 0, 17, (105 + 30 + 5 * 17) % 103, 106]
    assert 'aria-label="Штрихкод 3000000017"' in picture("3000000017")


async def test_a_demand_is_ten_digits_from_3_and_is_sent_to_the_payers_phone(salon: Salon) -> None:
    code = await salon.code(phone="79001234567")
    assert len(code) == 10 and code.startswith("3")
    (letter,) = (await salon.stand.http.get("/inbox?kind=sms&to=79001234567", headers={"Accept": "application/json"})).json()["items"]
    assert letter["code"] == code
    assert (await salon.state(code))["PaymentState"] == "Created"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"recipientAmount": "106,50"}, 3),
        ({"recipientAmount": "-1"}, 3),
        ({"recipientAmount": "9.99"}, 3),
        ({"recipientAmount": "10.001"}, 3),
        ({"recipientCurrency": "USD"}, 3),
        ({"orderId": ""}, 3),
        ({"orderId": "o" * 51}, 3),
        ({"phone": "8900"}, 3),
        ({"resultUrl": "javascript:1"}, 3),
        ({"expireDate": "2020-01-01 00:00:00"}, 3),
        ({"expireDate": "soon"}, 3),
        ({"hash": "0" * 32}, 2),
        ({"eshopId": "1"}, 2),
    ],
)
async def test_a_wrong_invoice_is_refused_in_its_envelope(salon: Salon, changed: dict[str, str], code: int) -> None:
    fields = {"orderId": "o", "recipientAmount": "100.00", "recipientCurrency": "RUB", **changed}
    answer = await salon.send("createInvoice", CREATE, fields)
    assert (answer.status_code, answer.json()["Result"]["State"]["Code"]) == (200, code)
    assert (await salon.stand.http.get("/_sandbox/demand/orders")).json() == {"orders": []}


async def test_an_order_has_one_invoice_and_another_shops_is_unknown(salon: Salon) -> None:
    code = await salon.code()
    assert (await salon.create())["State"]["Code"] == 4
    other = await salon.stand.control("demand/shops", {"eshopId": "7", "secretKey": "seven"})
    salon.eshop, salon.secret = other["eshopId"], other["secretKey"]
    assert (await salon.state(code))["State"]["Code"] == 5


async def test_it_is_paid_in_parts_and_no_more_than_it_asks(salon: Salon) -> None:
    code = await salon.code()
    await salon.shop.play(code, "pay", amount_kop=4000)
    found = await salon.state(code)
    assert (found["PaymentState"], found["PaymentStatus"], found["PaidAmount"]) == ("PartPaid", 7, "40.00")
    too_much = await salon.stand.http.post(f"/_sandbox/demand/orders/{code}/pay", json={"amount_kop": 6001})
    assert too_much.status_code == 409
    await salon.shop.play(code, "pay")
    assert (await salon.state(code))["PaymentState"] == "Paid"
    assert [it["paymentStatus"] for it in salon.told()] == ["7", "5"]
    assert all(it["hash"] == hashed("::".join(NOTICE), it, salon.secret) for it in salon.told())


async def test_what_nobody_paid_in_time_is_canceled_and_a_part_stays(salon: Salon) -> None:
    first = await salon.code("1", expireDate="2026-11-22 12:00:00")
    second = await salon.code("2", expireDate="2026-11-22 12:00:00")
    await salon.shop.play(second, "pay", amount_kop=4000)
    await salon.stand.later(days=2)
    states = [await salon.state(code) for code in (first, second)]
    assert [(it["PaymentState"], it["AcceptsMoney"]) for it in states] == [("Canceled", False), ("PartPaid", False)]


async def test_an_unpaid_one_is_canceled_by_the_shop_and_a_paid_one_is_returned(salon: Salon) -> None:
    first, second = await salon.code("1"), await salon.code("2")
    assert (await salon.send("cancelInvoice", STATE, {"invoiceId": first})).json()["Result"]["PaymentState"] == "Canceled"
    assert (await salon.send("cancelInvoice", STATE, {"invoiceId": first})).json()["Result"]["State"]["Code"] == 6
    await salon.shop.play(second, "pay")
    await salon.shop.play(second, "refund", amount_kop=1000)
    assert (await salon.state(second))["RefundedAmount"] == "10.00"
    await salon.shop.play(second, "refund")
    assert (await salon.state(second))["PaymentStatus"] == 4


async def test_a_notice_comes_until_the_two_letters_and_may_be_spoilt(salon: Salon) -> None:
    salon.shop.answer = httpx.Response(200, text="OK\n")
    code = await salon.code()
    await salon.shop.play(code, "pay")
    salon.shop.answer = None
    await salon.stand.later(minutes=5)
    await salon.stand.http.get("/_sandbox/demand/notices")
    assert [it["answers"] for it in (await salon.stand.http.get("/_sandbox/demand/notices")).json()["notices"]] == [[200, 200]]
    other = await salon.code("2")
    await salon.shop.play(other, "notify", tamper="status", times=3)
    assert [it["paymentStatus"] for it in salon.told()[2:]] == ["5", "5", "5"]
    assert (await salon.state(other))["PaymentState"] == "Created"
    await salon.shop.play(other, "notify", event="5", tamper="signature")
    assert salon.told()[-1]["hash"] != hashed("::".join(NOTICE), salon.told()[-1], salon.secret)


async def test_the_older_encoding_is_spoken_when_it_is_switched_on(salon: Salon) -> None:
    await salon.stand.control("demand/switches", {"cp1251": True})
    await salon.shop.play(await salon.code(), "pay")
    (told,) = salon.told()
    text = joined(told, NOTICE, salon.secret).encode("cp1251")
    assert (told["serviceName"], told["hash"]) == ("Питание, Маша", hashlib.md5(text).hexdigest())


async def test_json_with_a_token_and_a_sign_header_is_taken_and_a_wrong_one_is_not(salon: Salon) -> None:
    keys = salon.shop.keys
    fields = {"eshopId": salon.eshop, "orderId": "j", "recipientAmount": "100.00", "recipientCurrency": "RUB"}
    text = "::".join([*(fields.get(name, "") for name in CREATE.split("::")), keys["signSecretKey"]])
    sign = hashlib.sha256(text.encode()).hexdigest()
    body = {**fields, "hash": hashed(CREATE, fields, salon.secret)}
    await salon.stand.control("demand/switches", {"signed_only": True})
    for headers, code in (
        ({}, 2),
        ({"Authorization": "Bearer x", "Sign": sign}, 2),
        ({"Authorization": f"Bearer {keys['bearerToken']}", "Sign": sign}, 0),
    ):
        answer = await salon.send("createInvoice", CREATE, {}, headers=headers, json=body)
        assert answer.json()["Result"]["State"]["Code"] == code


async def test_the_page_shows_the_code_with_a_bar_code_and_how_to_pay(salon: Salon) -> None:
    code = await salon.code()
    page = (await salon.stand.http.get(f"/demand?InvoiceId={code}")).text
    assert f"{code[:3]} {code[3:6]} {code[6:]}" in page and "<svg" in page and "100,00" in page and "<script" not in page
    await salon.shop.play(code, "pay")
    assert "Оплачено" in (await salon.stand.http.get(f"/demand?InvoiceId={code}")).text
    assert (await salon.stand.http.get("/demand?InvoiceId=1")).status_code == 404


async def test_the_counter_finds_a_demand_by_code_or_phone_and_takes_a_part(salon: Salon) -> None:
    code, http = await salon.code(phone="79001234567"), salon.stand.http
    assert "100,00" in (await http.post("/demand/shop", data={"code": "+7 (900) 123-45-67"})).text
    assert "не действует" in (await http.post("/demand/shop", data={"code": "3000000000"})).text
    assert "больше оставшейся" in (await http.post("/demand/shop", data={"code": code, "sum": "200"})).text
    assert "осталось 60,00" in (await http.post("/demand/shop", data={"code": code, "sum": "40"})).text
    assert (await salon.state(code))["PaidAmount"] == "40.00"


@pytest.mark.parametrize(("kind", "status", "code"), [("rate_limit", 429, 10), ("auth_expired", 200, 2), ("error", 200, 10)])
async def test_a_fault_is_worded_in_the_envelope(salon: Salon, kind: str, status: int, code: int) -> None:
    await salon.stand.fault(kind, times=1)
    answer = await salon.send("getPaymentState", STATE, {"invoiceId": "1"})
    assert (answer.status_code, answer.json()["Result"]["State"]["Code"]) == (status, code)


async def test_an_unknown_address_says_so(salon: Salon) -> None:
    assert (await salon.stand.http.get("/demand/nope")).status_code == 404
