"""The emulator plays the provider: four dialects, repeats, many at once, registers right and wrong, a screen for people."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest

from sandbox import clock
from sandbox.terminal.state.till import Till
from sandbox.terminal.wire.dialects import hashed
from tests.sandbox.terminal.conftest import Kiosk

DAY = "2026-11-20"


def test_the_hash_is_the_published_one() -> None:
    asked = {"account": "49578", "command": "check", "sum": "1.00", "txn_id": "1", "hash": "x"}
    assert hashed(asked, "SecretWord") == "9eacf62d29c062bef583964461300862"


async def test_osmp_is_a_get_with_the_protocols_names_and_moscow_time(kiosk: Kiosk) -> None:
    told = await kiosk.pay(pay_type="meal")
    (answer,) = told["answers"]
    assert (answer["result"], answer["prv_txn"], answer["fields"]) == ("0", "77", {"who": "М. И., питание"})
    assert kiosk.heard[0].method == "GET"
    assert kiosk.asked(0) == {
        "command": "pay",
        "txn_id": told["txn_id"],
        "account": "0270390000",
        "sum": "100.00",
        "txn_date": "20261120120000",
        "pay_type": "meal",
    }


@pytest.mark.parametrize(
    ("dialect", "answer", "names", "method"),
    [
        (
            "sber2",
            "<response><result>0</result><ext_id>5</ext_id></response>",
            {"command", "txn_id", "account", "sum", "txn_date", "hash"},
            "POST",
        ),
        (
            "sber_upper",
            "<response><CODE>0</CODE><MESSAGE>ok</MESSAGE><EXT_ID>5</EXT_ID></response>",
            {"ACTION", "ACCOUNT", "AMOUNT", "PAY_ID", "PAY_DATE"},
            "GET",
        ),
        (
            "sber_old",
            "<response><code>0</code><authcode>5</authcode></response>",
            {"action", "number", "amount", "receipt", "date"},
            "GET",
        ),
    ],
)
async def test_the_banks_dialects_have_their_own_names(kiosk: Kiosk, dialect: str, answer: str, names: set[str], method: str) -> None:
    kiosk.answer = lambda asked: answer
    told = (await kiosk.pay(dialect, secret="word"))["answers"][0]
    assert (told["result"], told["prv_txn"], set(kiosk.asked(0)), kiosk.heard[0].method) == ("0", "5", names, method)
    if dialect == "sber2":
        asked = kiosk.asked(0)
        assert asked["hash"] == hashed(asked, "word") and kiosk.heard[0].content == b""
        await kiosk.pay(dialect, secret="word", tamper="hash")
        assert kiosk.asked(1)["hash"] != hashed(kiosk.asked(1), "word")
    if dialect == "sber_upper":
        assert kiosk.asked(0)["PAY_DATE"] == "20.11.2026_12:00:00"


async def test_one_payment_is_sent_often_and_at_once_and_is_one_line_of_the_register(kiosk: Kiosk) -> None:
    told = await kiosk.pay(txn_id="555", repeat=2, parallel=10)
    assert (len(told["answers"]), {it["txn_id"] for it in told["answers"]}) == (20, {"555"})
    rows = (await kiosk.stand.http.get("/_sandbox/terminal/payments")).json()["payments"]
    assert [(it["txn_id"], it["amount_kop"]) for it in rows] == [("555", 10000)]


async def test_a_check_goes_before_when_asked_and_wrong_sums_are_sent_as_they_are(kiosk: Kiosk) -> None:
    told = await kiosk.pay(check=True, sum="100,001", basic={"user": "osmp", "password": "word"})
    assert told["check"]["result"] == "0"
    assert [kiosk.asked(at)["command"] for at in (0, 1)] == ["check", "pay"]
    assert (kiosk.asked(1)["sum"], kiosk.heard[1].headers["authorization"][:6]) == ("100,001", "Basic ")
    assert (await kiosk.stand.http.get("/_sandbox/terminal/payments")).json() == {"payments": []}


@pytest.mark.parametrize(("text", "status"), [("", 200), ("<html>", 502), ("<!DOCTYPE a><response><result>0</result></response>", 200)])
async def test_what_is_no_answer_is_told_as_such(kiosk: Kiosk, text: str, status: int) -> None:
    kiosk.answer, kiosk.status = (lambda asked: text), status
    (answer,) = (await kiosk.pay())["answers"]
    assert (answer["result"], answer["status"], "wrong" in answer) == (None, status, True)


async def test_a_hub_that_is_down_is_no_error_of_the_terminal(kiosk: Kiosk) -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    kiosk.stand.app.sandbox.outbound.transport = httpx.MockTransport(down)
    assert (await kiosk.pay())["answers"][0]["status"] is None


@pytest.mark.parametrize(("way", "method", "body"), [("GET", "GET", False), ("POST", "POST", False), ("FORM", "POST", True)])
async def test_a_payment_may_come_by_another_method_and_through_a_proxy(kiosk: Kiosk, way: str, method: str, body: bool) -> None:
    await kiosk.pay(method=way, headers={"X-Forwarded-For": "203.0.113.9"}, txn_id="9")
    request = kiosk.heard[0]
    assert (request.method, b"txn_id=9" in request.content, "txn_id=9" in str(request.url)) == (method, body, not body)
    assert request.headers["x-forwarded-for"] == "203.0.113.9"


async def test_the_register_lists_a_day_in_cp1251_with_totals(kiosk: Kiosk) -> None:
    for number, amount in (("1", "100.00"), ("2", 50.5)):
        await kiosk.pay(txn_id=number, sum=amount)
    await kiosk.pay(txn_id="3", txn_date="20261119235959")
    answer = await kiosk.stand.http.get(f"/_sandbox/terminal/register?day={DAY}")
    lines = answer.content.decode("cp1251").split("\r\n")
    assert lines == [
        "1;20.11.2026 12:00:00;0270390000;100.00;0.00;Терминал 0017, Барнаул",
        "2;20.11.2026 12:00:00;0270390000;50.50;0.00;Терминал 0017, Барнаул",
        "=;2;150.50;0.00",
        "",
    ]


@pytest.mark.parametrize(
    ("spoil", "last"),
    [
        ("totals", "=;2;201.00;0.00"),
        ("missing", "=;1;100.00;0.00"),
        ("extra", "=;3;277.00;0.00"),
        ("sum", "=;2;201.00;0.00"),
        ("duplicate", "=;3;300.00;0.00"),
        ("date", "=;2;200.00;0.00"),
    ],
)
async def test_a_register_is_wrong_on_purpose_when_asked(kiosk: Kiosk, spoil: str, last: str) -> None:
    await kiosk.pay(txn_id="1")
    await kiosk.pay(txn_id="2")
    answer = await kiosk.stand.http.get(f"/_sandbox/terminal/register?day={DAY}&spoil={spoil}")
    assert answer.content.decode("cp1251").split("\r\n")[-2] == last


@pytest.mark.parametrize(
    "changed",
    [
        {"dialect": "fax"},
        {"sum": None},
        {"account": None},
        {"target_url": ""},
        {"target_url": "https://example.org/pay"},
        {"repeat": 0},
        {"parallel": 1000},
        {"command": "steal"},
        {"txn_date": "soon"},
        {"basic": "x"},
        {"more": {"a": 1}},
        {"method": "PUT"},
        {"headers": {"a": "я"}},
    ],
)
async def test_a_call_that_makes_no_sense_is_refused(kiosk: Kiosk, changed: dict[str, Any]) -> None:
    body = {"target_url": "http://localhost:8000/pay/osmp", "dialect": "osmp", "account": "1", "sum": "1.00", **changed}
    assert (await kiosk.stand.http.post("/_sandbox/terminal/pay", json=body)).status_code == 400
    assert kiosk.heard == []


async def test_the_banks_own_form_names_values_by_tags_and_has_a_date_only(kiosk: Kiosk) -> None:
    kiosk.answer = lambda asked: "<response><CODE>8</CODE><EXT_ID>5</EXT_ID></response>"
    await kiosk.pay("sber_upper", txn_id="9", sum="100.5")
    url = f"/_sandbox/terminal/register?dialect=sber_upper&form=sber&day={DAY}"
    lines = (await kiosk.stand.http.get(url)).content.decode("cp1251").split("\r\n")
    assert lines == [
        "8644;0123;17;4001;100.50;0.00;20/11/2026;CLIENTNO:0270390000;CLIENTDOCNO:9;METHOD_PAY:01",
        "=;1;100.50;100.50;0.00;000517;20/11/2026",
        "",
    ]
    aside = (await kiosk.stand.http.get(f"{url}&spoil=untagged")).content.decode("cp1251").split("\r\n")
    assert "CLIENTNO" not in aside[1] and aside[2] == lines[1]
    assert (await kiosk.stand.http.get(f"{url}&kind=refunds")).status_code == 400
    assert (await kiosk.stand.http.get("/_sandbox/terminal/register?form=letter")).status_code == 400


async def test_the_screen_asks_first_and_pays_the_same_number_once(kiosk: Kiosk) -> None:
    http = kiosk.stand.http
    assert "Номер договора" in (await http.get("/terminal")).text
    asked = await http.post("/terminal", data={"step": "check", "account": "0270390000", "sum": "100,5"})
    assert "М. И., питание" in asked.text and kiosk.asked(0)["command"] == "check"
    form = {"step": "pay", "account": "0270390000", "sum": "100.50", "txn_id": kiosk.asked(0)["txn_id"]}
    paid = await http.post("/terminal", data=form)
    assert "Деньги приняты" in paid.text and "77" in paid.text
    assert (kiosk.asked(1)["sum"], kiosk.asked(1)["txn_id"]) == ("100.50", kiosk.asked(0)["txn_id"])


async def test_the_screen_says_why_money_is_not_taken(kiosk: Kiosk) -> None:
    http, form = kiosk.stand.http, {"step": "check", "account": "1", "sum": "1"}
    kiosk.answer = lambda asked: "<response><result>5</result><comment>Договор не найден &lt;b&gt;</comment></response>"
    assert "Договор не найден &lt;b&gt; (код 5)" in (await http.post("/terminal", data=form)).text
    kiosk.answer = lambda asked: "oops"
    assert "Получатель не отвечает" in (await http.post("/terminal", data=form)).text
    assert "Введите номер" in (await http.post("/terminal", data={**form, "sum": "много"})).text


def test_numbers_meet_none_of_an_earlier_start(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hub remembers payments for ever, the sandbox begins anew each time."""
    first = Till()
    given = [first.number() for _ in range(999)]
    later = clock.real_now() + timedelta(seconds=1)
    monkeypatch.setattr(clock, "real_now", lambda: later)
    assert int(Till().number()) > int(given[-1])
