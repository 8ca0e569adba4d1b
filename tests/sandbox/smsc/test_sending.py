"""SMSC.ru: a message in four formats, its price, numbers good and bad, the gateway's numbered errors."""

from __future__ import annotations

import hashlib
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from tests.sandbox.smsc.conftest import Smsc
from tests.sandbox.texting import PHONE


async def test_a_message_gets_an_id_a_count_a_price_and_reaches_the_inbox_with_its_code(smsc: Smsc) -> None:
    told = await smsc.sent(cost=3)
    assert {key: value for key, value in told.items() if key != "id"} == {"cnt": 1, "cost": "3.5", "balance": "996.5"}
    assert isinstance(told["id"], int)
    (letter,) = await smsc.client.inbox("8 913 000-00-01")
    assert (letter["system"], letter["text"], letter["code"]) == ("smsc", "Ваш код 4711", "4711")


@pytest.mark.parametrize(
    ("fmt", "cost", "expected"),
    [
        (0, 0, "OK - 1 SMS, ID - 17"),
        (0, 1, "3.5 (1 SMS)"),
        (0, 3, "OK - 1 SMS, ID - 17, cost - 3.5, balance - 996.5"),
        (1, 0, "17,1"),
        (1, 1, "3.5,1"),
        (1, 3, "17,1,3.5,996.5"),
        (2, 2, "<result>\n<id>17</id>\n<cnt>1</cnt>\n<cost>3.5</cost>\n</result>"),
        (3, 1, '{"cnt":1,"cost":"3.5"}'),
        (3, 2, '{"id":17,"cnt":1,"cost":"3.5"}'),
    ],
)
async def test_each_format_says_what_was_asked_for(smsc: Smsc, fmt: int, cost: int, expected: str) -> None:
    assert (await smsc.ask(fmt=fmt, cost=cost, id=17)).text == expected
    assert len(await smsc.client.inbox()) == (cost != 1)


@pytest.mark.parametrize(
    ("fmt", "expected"),
    [
        (0, "ERROR = 7 (invalid number), ID - 17"),
        (1, "17,-7"),
        (2, "<result>\n<error>invalid number</error>\n<error_code>7</error_code>\n<id>17</id>\n</result>"),
        (3, '{"error":"invalid number","error_code":7,"id":17}'),
    ],
)
async def test_an_error_is_worded_in_each_format_and_its_http_status_is_200(smsc: Smsc, fmt: int, expected: str) -> None:
    assert (await smsc.ask(fmt=fmt, id=17, phones="12")).text == expected


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"phones": ""}, 1),
        ({"mes": ""}, 1),
        ({"mes": "а" * 1001}, 1),
        ({"id": "2147483648"}, 1),
        ({"fmt": "3", "cost": "9"}, 1),
        ({"maxsms": 1, "mes": "а" * 71}, 1),
        ({"valid": "25"}, 1),
        ({"call": 1}, 1),
        ({"login": "nobody"}, 2),
        ({"psw": "wrong"}, 2),
        ({"login": None, "psw": None}, 2),
        ({"time": "soon"}, 5),
        ({"time": "0000000000"}, 5),
        ({"time": "25-3"}, 5),
        ({"time": "+100000"}, 5),
        ({"sender": "Очень длинное имя"}, 6),
        ({"phones": "abc"}, 7),
        ({"phones": "+4915112345678"}, 8),
    ],
)
async def test_what_cannot_be_sent_is_refused_by_number_and_costs_nothing(smsc: Smsc, changed: dict[str, Any], code: int) -> None:
    assert (await smsc.sent(**changed))["error_code"] == code
    assert (await smsc.ask("balance")).json() == {"balance": "1000.00"}
    assert await smsc.client.listed("messages") == []


async def test_the_same_message_within_a_minute_is_refused_and_later_goes(smsc: Smsc) -> None:
    await smsc.sent()
    assert (await smsc.sent())["error_code"] == 9
    assert "id" in await smsc.sent(mes="Ваш код 4712")
    await smsc.client.stand.later(seconds=61)
    assert "id" in await smsc.sent()


async def test_the_same_price_is_told_five_times_a_minute(smsc: Smsc) -> None:
    told = [await smsc.sent(cost=1) for _ in range(6)]
    assert [it.get("error_code") for it in told] == [None] * 5 + [9]


async def test_without_money_nothing_is_sent(smsc: Smsc) -> None:
    await smsc.client.control("accounts", balance_kop=349)
    assert (await smsc.sent())["error_code"] == 3
    assert await smsc.client.inbox() == []


async def test_letters_without_a_charset_are_windows_1251(smsc: Smsc) -> None:
    text = "Привет"
    query = f"login={smsc.login}&psw={smsc.psw}&phones={PHONE}&mes="
    await smsc.client.http.get("/smsc/sys/send.php?" + query + "".join(f"%{byte:02X}" for byte in text.encode("cp1251")))
    await smsc.client.http.get("/smsc/sys/send.php?" + query + "".join(f"%{byte:02X}" for byte in text.encode()))
    letters = [it["text"] for it in await smsc.client.inbox()]
    assert letters == [text.encode().decode("cp1251", errors="replace"), text]


async def test_of_several_numbers_the_good_ones_get_it_and_a_list_has_a_text_for_each(smsc: Smsc) -> None:
    told = await smsc.sent(phones="8(913)000-00-01;+79130000002,12", op=1, cost=2)
    assert (told["cnt"], told["cost"]) == (2, "7")
    assert [(it["phone"], it.get("error")) for it in told["phones"]] == [(PHONE, None), ("79130000002", None), ("12", "7")]
    both = await smsc.sent(phones=None, mes=None, list=f"{PHONE}:один\n79130000002:два\\nстроки", method="POST")
    assert both["cnt"] == 2
    assert (await smsc.client.inbox("79130000002"))[0]["text"] == "два\nстроки"


async def test_a_long_text_is_several_messages(smsc: Smsc) -> None:
    counts = [(await smsc.sent(cost=1, mes=text))["cnt"] for text in ("а" * 70, "а" * 71, "a" * 160, "a" * 161, "[" * 81)]
    assert counts == [1, 2, 1, 2, 2]


@pytest.mark.parametrize("way", ["md5", "apikey", "psw_only", "json"])
async def test_the_gateway_knows_the_password_in_other_ways_too(smsc: Smsc, way: str) -> None:
    if way == "json":
        body = {"login": smsc.login, "psw": smsc.psw, "phones": [PHONE], "mes": "JSON"}
        told = (await smsc.client.http.post("/smsc/rest/send/", json=body)).json()
    else:
        hashed = hashlib.md5(smsc.psw.encode()).hexdigest()
        ways: dict[str, dict[str, Any]] = {
            "md5": {"psw": hashed},
            "apikey": {"login": None, "psw": None, "apikey": smsc.psw},
            "psw_only": {"login": None},
        }
        told = await smsc.sent(**ways[way])
    assert told["cnt"] == 1


@pytest.mark.parametrize(
    ("time", "delay_s"),
    [("+10", 600), ("2011261215", 900), ("20-22", 8 * 3600), ("01795163400", 300), ("8-14", 0)],
)
async def test_a_message_may_be_for_later(smsc: Smsc, time: str, delay_s: int) -> None:
    """It is 12:00 in Moscow."""
    moment = smsc.client.stand.app.sandbox.clock.now()
    given = f"0{int(moment.timestamp()) + delay_s}" if time.startswith("0179") else time
    told = await smsc.sent(time=given)
    assert len(await smsc.client.inbox()) == (delay_s == 0)
    await smsc.client.stand.later(seconds=delay_s + 2)
    assert (await smsc.status(told["id"]))["status"] == 0
    assert len(await smsc.client.inbox()) == 1


@pytest.mark.parametrize(
    ("fmt", "cur", "expected"),
    [
        (0, None, "1000.00"),
        (0, 1, "1000.00 RUR"),
        (1, 1, "1000.00,RUR"),
        (2, None, "<balance>1000.00</balance>"),
        (3, 1, '{"balance":"1000.00","currency":"RUR"}'),
    ],
)
async def test_the_balance_in_each_format(smsc: Smsc, fmt: int, cur: int | None, expected: str) -> None:
    assert (await smsc.ask("balance", fmt=fmt, cur=cur)).text == expected


async def test_nothing_secret_or_personal_stands_in_the_request_log(smsc: Smsc) -> None:
    await smsc.sent(method="POST")
    (record,) = await smsc.client.stand.log()
    assert {record["body"][name] for name in ("psw", "phones", "mes")} == {"***"}


async def test_numbers_of_a_status_in_xml_are_elements(smsc: Smsc) -> None:
    told = await smsc.sent()
    found = fromstring((await smsc.ask("status", phone=PHONE, id=told["id"], fmt=2)).content)
    assert (found.tag, found.findtext("status")) == ("status", "-1")
