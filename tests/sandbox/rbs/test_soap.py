"""merchant-ws: the same store as REST, attributes without a namespace, Faults for who asks and for the envelope."""

from __future__ import annotations

import pytest

from tests.sandbox.rbs.conftest import BACK, OWN, Bank

URL = f"<returnUrl>{BACK}</returnUrl>"


async def test_the_wsdl_names_its_own_address(bank: Bank) -> None:
    answer = await bank.stand.http.get("/rbs/payment/webservices/merchant-ws?wsdl")
    assert 'location="http://localhost:9000/rbs/payment/webservices/merchant-ws"' in answer.text
    assert answer.content.count(b"wsdl:operation name=") == 32


async def test_an_order_made_by_soap_is_paid_read_by_rest_and_refunded_by_soap(bank: Bank) -> None:
    made = await bank.returned(
        "registerOrder", inner=f'{URL}<params name="contract" value="0270390000"/>', merchantOrderNumber="s1", amount=10650
    )
    order_id = made.get("orderId", "")
    assert (made.get("errorCode"), order_id in made.findtext("formUrl", "")) == ("0", True)
    await bank.shop.play(order_id, "pay")
    assert (await bank.call("getOrderStatusExtended", orderNumber="s1"))["orderStatus"] == 2
    assert (await bank.returned("refundOrder", orderId=order_id, refundAmount=650)).get("errorCode") == "0"
    found = await bank.returned("getOrderStatusExtended", inner="<merchantOrderNumber>s1</merchantOrderNumber>", language="ru")
    info = found.find("paymentAmountInfo")
    assert info is not None and (found.get("orderStatus"), info.get("refundedAmount")) == ("4", "650")
    assert [(it.get("name"), it.get("value")) for it in found.findall("merchantOrderParams")] == [("contract", "0270390000")]


async def test_an_order_made_by_rest_is_seen_by_soap(bank: Bank) -> None:
    order_id = await bank.paid(two_stage=True)
    assert (await bank.returned("getOrderStatus", orderId=order_id)).get("orderStatus") == "1"
    assert (await bank.returned("depositOrder", orderId=order_id, depositAmount=100)).get("errorCode") == "0"
    assert await bank.state(order_id) == (2, 0)


@pytest.mark.parametrize(
    ("operation", "attributes", "code"),
    [
        ("registerOrder", {"merchantOrderNumber": "x", "amount": "1.5"}, "5"),
        ("registerOrder", {"amount": "1"}, "4"),
        ("getOrderStatus", {"orderId": "nobody"}, "6"),
        ("refundOrder", {"orderId": "nobody", "refundAmount": "1"}, "6"),
        ("paymentOrder", {"orderId": "1"}, "5"),
    ],
)
async def test_refusals_are_error_codes_in_an_answer(bank: Bank, operation: str, attributes: dict[str, str], code: str) -> None:
    assert (await bank.returned(operation, inner=URL, **attributes)).get("errorCode") == code


async def test_who_asks_is_checked_by_a_fault(bank: Bank) -> None:
    for user, password, text in (("", None, "wsse:Security"), (None, "wrong", "could not be authenticated"), ("who", "x", "authenticated")):
        answer = await bank.soap("getOrderStatus", '<order orderId="1"/>', user=user, password=password)
        assert (answer.status_code, text in answer.text) == (500, True)


@pytest.mark.parametrize(
    "body",
    [
        "not xml",
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body/></soap:Envelope>',
        "<a>" * 40 + "</a>" * 40,
    ],
)
async def test_what_is_no_envelope_is_a_fault(bank: Bank, body: str) -> None:
    answer = await bank.send(body)
    assert answer.status_code == 500 and b"Fault" in answer.content


async def test_an_unknown_operation_is_a_fault(bank: Bank) -> None:
    answer = await bank.soap("payEverybody")
    assert answer.status_code == 500 and f"{OWN}}}payEverybody" in answer.text


async def test_a_fault_that_was_switched_on_is_worded_by_each_interface(bank: Bank) -> None:
    await bank.stand.fault("error", value="6", times=1)
    assert (await bank.call("getOrderStatusExtended", orderId="1"))["errorCode"] == "6"
    await bank.stand.fault("error", value="7", times=1)
    assert (await bank.returned("getOrderStatus", orderId="1")).get("errorCode") == "7"
    await bank.stand.fault("auth_expired", times=2)
    assert (await bank.register())["errorCode"] == "5"
    assert (await bank.soap("getOrderStatus", '<order orderId="1"/>')).status_code == 500


async def test_cards_are_listed_unbound_and_bound_by_soap(bank: Bank) -> None:
    await bank.paid(clientId="parent")
    (listed,) = (await bank.returned("getBindings", "request", clientId="parent")).findall("bindings/binding")
    key = listed.get("bindingId", "")
    assert listed.get("maskedPan") == "555555**4444"
    for operation, code in (("bindCard", "6"), ("unBindCard", "0"), ("unBindCard", "6"), ("bindCard", "0")):
        answer = await bank.soap(operation, f"<bindingId>{key}</bindingId>")
        assert f'errorCode="{code}"' in answer.text
