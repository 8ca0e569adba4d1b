"""SMS.RU: messages to one and to many, statuses, prices, the cabinet's calls, codes of refusals, receipts."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.sandbox.smsru.conftest import SmsRu
from tests.sandbox.texting import HANDLER, PHONE

OTHER = "79130000002"


async def test_a_message_gets_an_id_costs_money_and_reaches_the_inbox_with_its_code(smsru: SmsRu) -> None:
    told = await smsru.send()
    id_ = told["sms"][PHONE].pop("sms_id")
    assert told == {"status": "OK", "status_code": 100, "sms": {PHONE: {"status": "OK", "status_code": 100}}, "balance": 995.8}
    assert id_.startswith("202647-")
    (letter,) = await smsru.client.inbox()
    assert (letter["system"], letter["to"], letter["text"], letter["code"]) == ("smsru", PHONE, "PIN 4711", "4711")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_without_json_the_answer_is_lines(smsru: SmsRu, method: str) -> None:
    lines = (await smsru.ask("sms/send", method=method, json=None, to=f"{PHONE},12", text="Привет")).text.split("\n")
    assert (lines[0], lines[2], lines[3]) == ("100", "202", "balance=995.80")
    assert (await smsru.ask("sms/status", method=method, json=None, sms_id=f"{lines[1]},x")).text == "100\n100\n-1"
    assert (await smsru.ask("my/balance", method=method, json=None)).text == "100\n995.80"
    assert (await smsru.ask("my/balance", method=method, json=None, api_id="x")).text == "200"


@pytest.mark.parametrize("name", ["multi", "to"])
async def test_each_number_may_have_a_text_of_its_own(smsru: SmsRu, name: str) -> None:
    told = await smsru.told("sms/send", **{f"{name}[{PHONE}]": "один", f"{name}[{OTHER}]": "два"})
    assert set(told["sms"]) == {PHONE, OTHER}
    assert (await smsru.client.inbox(OTHER))[0]["text"] == "два"


async def test_the_json_mark_may_stand_in_the_address_and_the_rest_in_the_form(smsru: SmsRu) -> None:
    form = {"api_id": smsru.api_id, "to": "9130000001", "msg": "a/b"}
    answer = await smsru.client.http.post("/smsru/sms/send?json=1", data=form)
    assert list(answer.json()["sms"]) == ["9130000001"] and answer.headers["content-type"] == "application/json; charset=utf-8"
    assert (await smsru.client.inbox())[0]["to"] == PHONE


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"api_id": "x"}, 200),
        ({"api_id": None}, 200),
        ({"api_id": None, "login": "79130000000", "password": "x"}, 301),
        ({"api_id": None, "login": "79130000000", "token": "x", "sig": "y"}, 300),
        ({"to": ""}, 202),
        ({"msg": ""}, 203),
        ({"time": "soon"}, 208),
        ({"time": "1999999999"}, 208),
        ({"to": ",".join(str(79130000000 + at) for at in range(101))}, 213),
    ],
)
async def test_a_request_is_refused_as_a_whole(smsru: SmsRu, fields: dict[str, Any], code: int) -> None:
    told = await smsru.send(**fields)
    assert (told["status"], told["status_code"]) == ("ERROR", code) and told["status_text"]
    assert await smsru.client.listed("messages") == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "12"}, 202),
        ({"from": "Другой"}, 204),
        ({"msg": "а" * 600}, 205),
        ({"to": "+4915112345678"}, 214),
        ({"to": "79130000003"}, 209),
    ],
)
async def test_a_number_is_refused_alone(smsru: SmsRu, fields: dict[str, Any], code: int) -> None:
    await smsru.ask("stoplist/add", stoplist_phone="79130000003", stoplist_text="отписка")
    told = await smsru.send(**fields)
    (own,) = told["sms"].values()
    assert (told["status"], own["status_code"], told["balance"]) == ("OK", code, 1000.0)
    assert "sms_id" not in own


async def test_the_account_without_money_senders_or_limit_sends_nothing(smsru: SmsRu) -> None:
    codes = []
    for change in ({"balance_kop": 100}, {"balance_kop": 10_000, "limit": 0}, {"limit": 1, "senders": []}):
        await smsru.client.control("accounts", **change)
        codes.append((await smsru.send())["sms"][PHONE]["status_code"])
    assert codes == [201, 206, 221]
    assert (await smsru.told("my/senders")) == {"status": "OK", "status_code": 100}


async def test_equal_texts_to_one_number_are_held_back(smsru: SmsRu) -> None:
    async def code() -> int:
        found: int = (await smsru.send())["sms"][PHONE]["status_code"]
        return found

    assert [await code(), await code()] == [100, 231]
    for _ in range(9):
        await smsru.client.stand.later(seconds=61)
        assert await code() == 100
    await smsru.client.stand.later(seconds=61)
    assert await code() == 232
    for number in range(50):
        assert (await smsru.send(msg=f"другое {number}"))["sms"][PHONE]["status_code"] == 100
    assert (await smsru.send(msg="ещё одно"))["sms"][PHONE]["status_code"] == 230
    await smsru.client.stand.later(days=1)
    assert await code() == 100


async def test_a_try_costs_nothing_and_reaches_nobody(smsru: SmsRu) -> None:
    told = await smsru.send(test=1)
    assert told["balance"] == 1000.0 and await smsru.client.inbox() == []
    await smsru.client.stand.later(minutes=5)
    assert (await smsru.status(told["sms"][PHONE]["sms_id"]))["status_code"] == 100


async def test_a_message_goes_its_way_and_an_unknown_one_is_minus_one(smsru: SmsRu) -> None:
    id_ = await smsru.sent()
    seen = [(await smsru.status(id_))["status_code"]]
    for _ in range(2):
        await smsru.client.stand.later(seconds=2)
        seen.append((await smsru.status(id_))["status_code"])
    assert seen == [100, 102, 103]
    assert (await smsru.status(id_))["cost"] == "4.20"
    assert await smsru.status("000000-1") == {"status": "ERROR", "status_code": -1, "status_text": "Сообщение не найдено"}


@pytest.mark.parametrize(
    ("fate", "code"),
    [("undeliverable", 107), ("wrong", 150), ("forbidden", 108), ("unreachable", 106), ("expired", 104), ("silent", 102)],
)
async def test_a_number_does_what_it_is_set_to(smsru: SmsRu, fate: str, code: int) -> None:
    await smsru.client.control("numbers", phone=PHONE, fate=fate)
    id_ = await smsru.sent(ttl=60)
    await smsru.client.stand.later(hours=2)
    assert (await smsru.status(id_))["status_code"] == code


async def test_a_message_for_later_arrives_then(smsru: SmsRu) -> None:
    at = int(smsru.client.stand.app.sandbox.clock.now().timestamp()) + 3600
    id_ = await smsru.sent(time=at)
    assert await smsru.client.inbox() == []
    await smsru.client.stand.later(seconds=3602)
    assert ((await smsru.status(id_))["status_code"], len(await smsru.client.inbox())) == (102, 1)


async def test_prices_of_several(smsru: SmsRu) -> None:
    told = await smsru.told("sms/cost", to=f"{PHONE},12", text="а" * 71)
    assert (told["sms"][PHONE]["cost"], told["sms"][PHONE]["sms"], told["total_cost"], told["total_sms"]) == ("8.40", 2, 8.4, 2)
    assert told["sms"]["12"]["status_code"] == 202
    assert (await smsru.told("sms/cost", to=PHONE))["total_sms"] == 1


async def test_the_cabinets_calls_have_the_services_own_kinds_of_values(smsru: SmsRu) -> None:
    ok = {"status": "OK", "status_code": 100}
    assert await smsru.told("auth/check") == ok
    assert await smsru.told("my/limit") == {**ok, "total_limit": "10000", "used_today": 0}
    assert await smsru.told("my/free") == {**ok, "total_free": 5, "used_today": None}
    await smsru.sent()
    assert (await smsru.told("my/free"))["used_today"] == 1
    assert await smsru.told("my/senders") == {**ok, "senders": ["SchoolHub"]}
    assert await smsru.told("stoplist/get") == ok
    await smsru.ask("stoplist/add", stoplist_phone="9130000003", stoplist_text="отписка")
    assert (await smsru.told("stoplist/get"))["stoplist"] == {"79130000003": "отписка"}
    await smsru.ask("stoplist/del", stoplist_phone="79130000003")
    assert (await smsru.told("stoplist/add", stoplist_phone="x"))["status_code"] == 202
    assert (await smsru.told("my/cards"))["status_code"] == 211


async def test_the_older_way_in_is_a_token_and_its_signature(smsru: SmsRu) -> None:
    token = (await smsru.client.http.get("/smsru/auth/get_token")).text
    sig = hashlib.md5(f"{smsru.api_id}{token}".encode()).hexdigest()
    fields = {"api_id": None, "login": "79130000000", "token": token, "sig": sig}
    assert (await smsru.told("my/balance", **fields))["balance"] == 1000.0
    await smsru.client.stand.later(minutes=11)
    assert (await smsru.told("my/balance", **fields))["status_code"] == 300


async def test_letters_that_are_not_utf_8_are_refused(smsru: SmsRu) -> None:
    query = urlencode({"api_id": smsru.api_id, "json": "1", "to": PHONE, "msg": "Привет"}, encoding="cp1251")
    assert (await smsru.client.http.get(f"/smsru/sms/send?{query}")).json()["status_code"] == 212


async def test_receipts_go_to_every_handler_signed_until_it_answers_100(smsru: SmsRu) -> None:
    assert (await smsru.told("callback/add", url="ftp://x"))["status_code"] == 901
    assert (await smsru.told("callback/del", url=HANDLER))["status_code"] == 902
    assert (await smsru.told("callback/add", url=HANDLER))["callback"] == [HANDLER]
    smsru.client.answer = httpx.Response(200, text="OK")
    id_ = await smsru.sent()
    await smsru.client.stand.later(seconds=10)
    assert [it["received"] for it in await smsru.client.listed("notices")] == [False, False]
    smsru.client.answer = httpx.Response(200, text="100")
    await smsru.client.stand.later(minutes=2)
    assert [it["received"] for it in await smsru.client.listed("notices")] == [True, True]
    told = smsru.client.told()[-1]
    kind, message, code, at = told["data[0]"].split("\n")
    assert (kind, message, code, at.isdecimal()) == ("sms_status", id_, "103", True)
    assert told["hash"] == hashlib.sha256((smsru.api_id + told["data[0]"]).encode()).hexdigest()
    assert "callback" not in await smsru.told("callback/del", url=HANDLER)


@pytest.mark.parametrize("tamper", ["signature", "status"])
async def test_a_receipt_is_spoilt_when_asked(smsru: SmsRu, tamper: str) -> None:
    await smsru.client.control("accounts", callbacks=[HANDLER])
    id_ = await smsru.sent()
    await smsru.client.control(f"messages/{id_}/settle", phase="unreachable")
    await smsru.client.control(f"messages/{id_}/notify", times=3, tamper=tamper)
    first, *others = smsru.client.told()
    assert len(others) == 3 and all((it["hash"] != first["hash"]) for it in others)
    right = hashlib.sha256((smsru.api_id + others[0]["data[0]"]).encode()).hexdigest() == others[0]["hash"]
    assert right is (tamper == "status")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "rate_limit", "value": 5}, 220),
        ({"kind": "auth_expired"}, 301),
        ({"kind": "error", "value": 206}, 206),
        ({"kind": "error"}, 500),
    ],
)
async def test_a_fault_is_worded_by_the_gateway(smsru: SmsRu, fault: dict[str, Any], code: int) -> None:
    await smsru.client.stand.fault(**fault)
    assert (await smsru.send())["status_code"] == code
    assert (await smsru.ask("my/balance", method="GET", json=None)).text == str(code)


async def test_nothing_secret_or_personal_stands_in_the_request_log(smsru: SmsRu) -> None:
    await smsru.send()
    (record,) = await smsru.client.stand.log()
    assert {record["body"][name] for name in ("api_id", "to", "msg")} == {"***"}
