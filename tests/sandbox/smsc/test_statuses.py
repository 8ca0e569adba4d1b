"""SMSC.ru: what becomes of a message as time goes, and what the client's handler is told of it."""

from __future__ import annotations

import hashlib
import zlib
from typing import Any

import httpx
import pytest

from tests.sandbox.smsc.conftest import Smsc
from tests.sandbox.texting import HANDLER, PHONE


async def test_a_message_waits_is_handed_over_and_delivered(smsc: Smsc) -> None:
    id_ = (await smsc.sent())["id"]
    seen = [(await smsc.status(id_))["status"]]
    for _ in range(2):
        await smsc.client.stand.later(seconds=2)
        seen.append((await smsc.status(id_))["status"])
    assert seen == [-1, 0, 1]


async def test_all_that_is_known_of_a_message(smsc: Smsc) -> None:
    id_ = (await smsc.sent(id=42))["id"]
    await smsc.client.stand.later(seconds=10)
    told = await smsc.status(id_, all=2)
    assert told["last_timestamp"] == told["send_timestamp"] + 4
    assert {name: told[name] for name in ("status", "last_date", "send_date", "phone", "cost", "status_name", "message", "id")} == {
        "status": 1,
        "last_date": "20.11.2026 12:00:04",
        "send_date": "20.11.2026 12:00:00",
        "phone": PHONE,
        "cost": "3.5",
        "status_name": "Доставлено",
        "message": "Ваш код 4711",
        "id": 42,
    }


async def test_a_comma_makes_a_list_and_an_unknown_message_is_minus_three(smsc: Smsc) -> None:
    id_ = (await smsc.sent())["id"]
    assert [it["status"] for it in await smsc.status(f"{id_},", phone=f"{PHONE},")] == [-1]
    two = await smsc.status(f"{id_},77", phone=f"{PHONE},{PHONE}")
    assert [(it["id"], it["status"]) for it in two] == [(id_, -1), (77, -3)]
    assert (await smsc.status(77))["status"] == -3
    assert (await smsc.status("", phone=PHONE))["error_code"] == 1


@pytest.mark.parametrize(
    ("fmt", "all_", "ids", "expected"),
    [
        (0, 0, "7", "Status = 25, check_time = 20.11.2026 12:00:04, err = 13"),
        (0, 0, "8", "Status = -3, check_time = "),
        (1, 0, "7", "25,{ts},13"),
        (1, 0, "8", "-3,0,0"),
        (1, 0, "7,8", f"25,{{ts}},13,7,{PHONE}\n-3,0,0,8,{PHONE}"),
        (1, 1, "7", f"25,{{ts}},13,{{sent}},{PHONE},3.5,SMSC.RU,Недоступный номер,Ваш код 4711"),
        (2, 0, "8", "<status>\n<status>-3</status>\n<last_date></last_date>\n<last_timestamp>0</last_timestamp>\n</status>"),
    ],
)
async def test_a_status_in_the_other_formats(smsc: Smsc, fmt: int, all_: int, ids: str, expected: str) -> None:
    await smsc.client.control("numbers", phone=PHONE, fate="unreachable")
    await smsc.sent(id=7)
    sent = int(smsc.client.stand.app.sandbox.clock.now().timestamp())
    await smsc.client.stand.later(seconds=10)
    numbers = ",".join([PHONE] * len(ids.split(",")))
    told = (await smsc.ask("status", phone=numbers, id=ids, fmt=fmt, all=all_)).text
    assert told == expected.format(ts=sent + 4, sent=sent)


async def test_an_id_used_again_is_the_newer_message(smsc: Smsc) -> None:
    await smsc.sent(id=5)
    await smsc.client.stand.later(seconds=10)
    await smsc.sent(id=5, mes="второе")
    assert ((await smsc.status(5, all=1))["message"], (await smsc.status(5))["status"]) == ("второе", -1)


async def test_the_text_comes_back_in_the_charset_that_was_asked_for(smsc: Smsc) -> None:
    id_ = (await smsc.sent())["id"]
    answer = await smsc.ask("status", phone=PHONE, id=id_, all=1, charset=None)
    assert "Ваш код" in answer.content.decode("cp1251")


@pytest.mark.parametrize(
    ("fate", "status", "err"),
    [("undeliverable", 20, 255), ("wrong", 22, 1), ("forbidden", 23, 248), ("unreachable", 25, 13), ("expired", 3, 6), ("silent", 0, 0)],
)
async def test_a_number_does_what_it_is_set_to(smsc: Smsc, fate: str, status: int, err: int) -> None:
    await smsc.client.control("numbers", phone="+7 913 000-00-01", fate=fate)
    id_ = (await smsc.sent(valid="1"))["id"]
    await smsc.client.stand.later(hours=2)
    told = await smsc.status(id_)
    assert (told["status"], told.get("err", 0)) == (status, err)
    assert len(await smsc.client.inbox()) == (fate == "silent")
    await smsc.client.control("numbers", phone=PHONE)
    assert await smsc.client.stand.control("smsc/numbers", {"phone": PHONE}) == {"numbers": {}}


async def test_the_end_is_told_to_the_handler_with_three_checksums_until_it_answers_200(smsc: Smsc) -> None:
    account = await smsc.client.control("accounts", callbacks=[HANDLER])
    id_ = (await smsc.sent())["id"]
    smsc.client.answer = httpx.Response(500)
    await smsc.client.stand.later(seconds=10)
    assert [it["received"] for it in await smsc.client.listed("notices")] == [False]
    smsc.client.answer = httpx.Response(200)
    await smsc.client.stand.later(minutes=2)
    assert [it["received"] for it in await smsc.client.listed("notices")] == [True]
    first, second = smsc.client.told()
    signed = f"{id_}:{PHONE}:1:{account['word']}".encode()
    assert first == second == {
        "id": str(id_), "phone": PHONE, "status": "1", "time": "20.11.2026 12:00:04", "ts": first["ts"], "err": "0", "cnt": "1",
        "cost": "3.5", "type": "0", "md5": hashlib.md5(signed).hexdigest(), "sha1": hashlib.sha1(signed).hexdigest(),
        "crc": str(zlib.crc32(signed)),
    }  # fmt: skip
    await smsc.client.control("accounts", callbacks=[])


@pytest.mark.parametrize(("tamper", "field"), [("signature", "sha1"), ("status", "status")])
async def test_a_receipt_is_repeated_and_spoilt_when_asked(smsc: Smsc, tamper: str, field: str) -> None:
    await smsc.client.control("accounts", callbacks=[HANDLER])
    await smsc.client.control("numbers", phone=PHONE, fate="unreachable")
    id_ = (await smsc.sent())["id"]
    await smsc.client.control(f"messages/{id_}/settle", phase="unreachable")
    await smsc.client.control(f"messages/{id_}/notify", times=2, tamper=tamper)
    first, second, third = smsc.client.told()
    assert second == third and first[field] != second[field]
    await smsc.client.control("accounts", callbacks=[])


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"kind": "rate_limit", "value": 5}, 9), ({"kind": "auth_expired"}, 2), ({"kind": "error", "value": 6}, 6), ({"kind": "error"}, 4)],
)
async def test_a_fault_is_worded_by_the_gateway(smsc: Smsc, fault: dict[str, Any], code: int) -> None:
    await smsc.client.stand.fault(**fault)
    assert (await smsc.sent())["error_code"] == code
    assert (await smsc.ask(fmt=1, phones=PHONE)).text == f"0,-{code}"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("numbers", {"phone": "x"}),
        ("numbers", {"phone": PHONE, "fate": "lost"}),
        ("messages/1/notify", {}),
        ("accounts", {"login": 1}),
        ("accounts", {"login": "new"}),
        ("accounts", {"balance_kop": "много"}),
        ("accounts", {"callbacks": "x"}),
    ],
)
async def test_a_control_call_that_makes_no_sense_is_refused(smsc: Smsc, path: str, body: dict[str, Any]) -> None:
    assert (await smsc.client.http.post(f"/_sandbox/smsc/{path}", json=body)).status_code in (400, 404)


async def test_other_addresses_are_told_as_such(smsc: Smsc) -> None:
    assert (await smsc.client.http.get("/smsc/sys/templates.php")).status_code == 404
    assert (await smsc.client.http.get("/smsc")).status_code == 404
