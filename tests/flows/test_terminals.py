"""Terminals and a bank's counter call: checked, credited once, told the same again; what public handlers got wrong is each a test."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections import Counter
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode
from xml.etree import ElementTree as ET

import pytest
from quart import Response

from connectors.kit.config import ConnectorConfig
from hub.app import create_app
from hub.ledger import accounts as system
from hub.ledger.model import Purpose
from hub.ledger.store import checking, reading
from hub.ledger.store.tables import Account, Conflict, Contract
from hub.store.database import Overloaded
from tests.flows.kit import Hub
from tests.flows.money_kit import Family, family

NUMBER = "0270390000"
SECRET = "SecretWord"
HERE = {"client": ("127.0.0.1", 1)}


def configs(**options: dict[str, str]) -> dict[str, ConnectorConfig]:
    names = ("osmp", "sber2", "sber_upper", "sber_old")
    return {name: ConnectorConfig(instance=name, base_urls={}, options=options.get(name, {}), demo=True) for name in names}


@pytest.fixture
async def mine(hub: Hub) -> Family:
    return await family(at_the_door(hub, configs(sber2={"SECRET": SECRET})))


def at_the_door(hub: Hub, connectors: dict[str, ConnectorConfig]) -> Hub:
    deps = replace(hub.deps, settings=replace(hub.deps.settings, connectors=connectors))
    return Hub(create_app(deps), deps, hub.clock, hub.esia, hub.diary)


async def call(hub: Hub, dialect: str, *, method: str = "GET", client: str = "127.0.0.1", headers: Any = None, **given: str) -> Response:
    return await hub.app.test_client().open(
        f"/pay/{dialect}?{urlencode(given)}",
        method=method,
        json=None,
        headers={"Host": "localhost:8000", **(headers or {})},
        scope_base={"client": (client, 4000)},
    )


async def ask(hub: Hub, dialect: str, **given: str) -> dict[str, str]:
    answer = await call(hub, dialect, **given)
    assert answer.status_code == 200
    body = await answer.get_data(as_text=False)
    assert body.startswith(b"<?xml"), "nothing may stand before the declaration"
    return {one.tag: one.text or "" for one in ET.fromstring(body)}


def osmp(command: str = "pay", **changes: str) -> dict[str, str]:
    made = {"command": command, "txn_id": "17", "account": NUMBER, "sum": "106.50"}
    return {**made, **({"txn_date": "20261118120000"} if command == "pay" else {}), **changes}


async def pay(hub: Hub, **changes: str) -> dict[str, str]:
    return await ask(hub, "osmp", **osmp(**changes))


@pytest.mark.rule("D4")
@pytest.mark.feature("F018")
async def test_a_payment_is_credited_and_told_the_same_again(mine: Family) -> None:
    first = await pay(mine.hub)
    assert (first["result"], first["osmp_txn_id"], first["sum"]) == ("0", "17", "106.50")
    assert first["prv_txn"].isdigit() and len(first["prv_txn"]) <= 20
    mine.hub.clock.go(days=3)
    again = await pay(mine.hub, txn_date="20261121090000")
    assert {**again, "comment": ""} == {**first, "comment": ""}
    (contract,) = await mine.contracts()
    assert contract["accounts"][0]["balance_kop"] == 10_650
    (row,) = (await mine.statement())["items"]
    assert (row["kind"], row["text"], row["amount_kop"]) == ("top_up", "Пополнение (терминал)", 10_650)


@pytest.mark.rule("D4")
async def test_a_check_credits_nothing_and_names_no_name(mine: Family) -> None:
    answer = await call(mine.hub, "osmp", **osmp("check", txn_id="0", sum="0.00"))
    text = await answer.get_data(as_text=True)
    assert "<result>0</result>" in text and "<osmp_txn_id>0</osmp_txn_id>" in text
    assert "П., питание" in text
    assert "Орлов" not in text and "Пётр" not in text
    assert await mine.hub.rows("SELECT COUNT(*) FROM ledger_txn") == [(0,)]


@pytest.mark.rule("D4")
async def test_a_look_at_the_address_pays_nothing_in(mine: Family) -> None:
    for method in ("HEAD", "PUT", "DELETE"):
        answer = await call(mine.hub, "osmp", method=method, **osmp())
        assert (answer.status_code, {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))) == (405, True), method
    assert await mine.hub.rows("SELECT COUNT(*) FROM ledger_txn") == [(0,)]


async def test_the_kind_of_account_chooses_the_purse(mine: Family) -> None:
    for place, pay_type in enumerate((None, "1", "2", "3", "notices"), start=1):
        assert (await pay(mine.hub, txn_id=str(place), **({"pay_type": pay_type} if pay_type else {})))["result"] == "0"
    (contract,) = await mine.contracts()
    kept = {one["purpose"]: one["balance_kop"] for one in contract["accounts"]}
    assert kept == {"meal": 21_300, "meal_benefit": 0, "notices": 21_300, "services": 10_650}


REFUSED = {
    "an unknown command": ({"command": "refund"}, "300"),
    "no command": ({"command": ""}, "300"),
    "no id": ({"txn_id": ""}, "300"),
    "the id 0 of a payment": ({"txn_id": "0"}, "300"),
    "an id of letters": ({"txn_id": "a1"}, "300"),
    "a long id": ({"txn_id": "1" * 21}, "300"),
    "an account of nine digits": ({"account": "270390000"}, "4"),
    "an account with a sign": ({"account": "+270390000"}, "4"),
    "Arabic digits": ({"account": "٠٢٧٠٣٩٠٠٠٠"}, "4"),
    "an unknown account": ({"account": "0270390009"}, "5"),
    "an unknown kind of account": ({"pay_type": "9"}, "4"),
    "a benefit": ({"pay_type": "meal_benefit"}, "7"),
    "a comma": ({"sum": "106,50"}, "300"),
    "three decimals": ({"sum": "106.505"}, "300"),
    "a negative sum": ({"sum": "-106.50"}, "300"),
    "an exponent": ({"sum": "1e3"}, "300"),
    "nothing": ({"sum": "0.00"}, "300"),
    "too little": ({"sum": "9.99"}, "241"),
    "too much": ({"sum": "15000.01"}, "242"),
    "absurdly much": ({"sum": "9" * 30 + ".00"}, "242"),
    "more than anybody would write": ({"sum": "9" * 60}, "300"),
    "a date that is none": ({"txn_date": "20261318120000"}, "300"),
    "the calendar's first day": ({"txn_date": "00010101000000"}, "300"),
    "the calendar's last day": ({"txn_date": "99991231235959"}, "300"),
}


@pytest.mark.rule("D4")
async def test_what_is_wrong_has_its_code_and_credits_nothing(mine: Family) -> None:
    for wrong, (change, code) in REFUSED.items():
        assert (await pay(mine.hub, **change))["result"] == code, wrong
    assert await mine.hub.rows("SELECT COUNT(*) FROM ledger_txn") == [(0,)]


@pytest.mark.rule("D3")
@pytest.mark.parametrize("change", [{"sum": "106.51"}, {"account": "0270390001"}, {"pay_type": "2"}, {"account": "0270390099"}])
async def test_a_known_id_with_another_body_is_refused_for_good_and_alarms(mine: Family, change: dict[str, str]) -> None:
    await mine.hub.deps.db.write(lambda: _second(mine))
    await pay(mine.hub)
    assert (await pay(mine.hub, **change))["result"] == "300"
    assert await mine.hub.deps.db.read(lambda: reading.total(system.provider("osmp"))) == -10_650
    assert await mine.hub.deps.db.read(lambda: Conflict.select().count()) == 1


def _second(mine: Family) -> None:
    from tests.flows.money_kit import open_for

    open_for(mine.hub, "0270390001", last="Другой")


@pytest.mark.rule("D3")
async def test_twenty_equal_calls_at_once_are_one_credit(mine: Family) -> None:
    answers = await asyncio.gather(*(pay(mine.hub) for _ in range(20)))
    assert Counter(one["result"] for one in answers) == {"0": 20}
    assert len({one["prv_txn"] for one in answers}) == 1
    assert await mine.hub.deps.db.read(lambda: reading.balance(mine.own[Purpose.MEAL].id)) == 10_650
    assert await mine.hub.deps.db.read(checking.faults) == []


async def test_a_repeat_is_answered_though_the_contract_is_closed_by_now(mine: Family) -> None:
    first = await pay(mine.hub)
    await mine.hub.deps.db.write(lambda: Contract.update(state="closed").execute())
    assert (await pay(mine.hub))["prv_txn"] == first["prv_txn"]
    assert (await pay(mine.hub, txn_id="18"))["result"] == "79"


async def test_a_closed_account_takes_nothing(mine: Family) -> None:
    await mine.hub.deps.db.write(lambda: Account.update(closed_at=mine.hub.clock()).execute())
    assert (await ask(mine.hub, "osmp", **osmp("check")))["result"] == "79"


async def test_a_locked_database_is_asked_again_later(mine: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    async def locked(_unit: Any) -> None:
        raise Overloaded("another process is writing")

    monkeypatch.setattr(mine.hub.deps.db, "write", locked)
    assert (await pay(mine.hub))["result"] == "1"


@pytest.mark.feature("F136")
async def test_a_payment_needs_no_check_before_it_and_may_come_by_post(mine: Family) -> None:
    answer = await call(mine.hub, "osmp", method="POST", **osmp())
    assert b"<result>0</result>" in await answer.get_data(as_text=False)


def hashed(given: dict[str, str], secret: str = SECRET) -> dict[str, str]:
    text = "&".join([*(f"{name}={given[name]}" for name in sorted(given)), f"secret={secret}"])
    return {**given, "hash": hashlib.md5(text.encode()).hexdigest()}


@pytest.mark.rule("D4")
async def test_protocol_2_is_believed_only_with_its_hash(mine: Family) -> None:
    assert hashed({"account": "49578", "command": "check", "sum": "1.00", "txn_id": "1"})["hash"] == "9eacf62d29c062bef583964461300862"
    assert (await ask(mine.hub, "sber2", **osmp()))["result"] == "300"
    assert (await ask(mine.hub, "sber2", **hashed(osmp(), "other")))["result"] == "300"
    spoilt = {**hashed(osmp()), "sum": "999.00"}
    assert (await ask(mine.hub, "sber2", **spoilt))["result"] == "300"
    assert await mine.hub.rows("SELECT COUNT(*) FROM ledger_txn") == [(0,)]
    answer = await call(mine.hub, "sber2", method="POST", **hashed(osmp()))
    told = {one.tag: one.text for one in ET.fromstring(await answer.get_data(as_text=False))}
    assert (told["result"], told["sum"], told["reg_date"]) == ("0", "106.50", "20261118120000")
    assert told["ext_id"]


async def test_the_upper_case_variant_has_its_own_codes(mine: Family) -> None:
    asked = {"ACTION": "payment", "ACCOUNT": NUMBER, "AMOUNT": "106.50", "PAY_ID": "b-17", "PAY_DATE": "18.11.2026_12:00:00"}
    first = await ask(mine.hub, "sber_upper", **asked)
    assert (first["CODE"], first["SUM"], first["REG_DATE"]) == ("0", "106.50", "18.11.2026_12:00:00")
    again = await ask(mine.hub, "sber_upper", **asked)
    assert (again["CODE"], again["EXT_ID"], again["REG_DATE"], again["SUM"]) == ("8", first["EXT_ID"], first["REG_DATE"], "106.50")
    assert (again["AMOUNT"], "AMOUNT" in first) == ("106.50", False)
    for change, code in (
        ({"ACTION": "x"}, "2"), ({"ACCOUNT": "0270390009", "PAY_ID": "b-18"}, "3"),
        ({"ACCOUNT": "1"}, "4"), ({"PAY_ID": ""}, "6"), ({"AMOUNT": "1,0"}, "9"),
        ({"AMOUNT": "1.00", "PAY_ID": "b-18"}, "10"), ({"AMOUNT": "99999.00", "PAY_ID": "b-18"}, "11"), ({"PAY_DATE": "x"}, "12"),
        ({"AMOUNT": "106.51"}, "300"),
    ):  # fmt: skip
        assert (await ask(mine.hub, "sber_upper", **{**asked, **change}))["CODE"] == code, change
    checked = await ask(mine.hub, "sber_upper", ACTION="check", ACCOUNT=NUMBER, AMOUNT="50")
    assert (checked["CODE"], checked["FIO"], checked["REC_SUM"]) == ("0", "П., питание", "10.00")


async def test_the_old_variant_has_its_own_codes_too(mine: Family) -> None:
    asked = {"action": "payment", "number": NUMBER, "amount": "106.50", "receipt": "77", "date": "2026-11-18T12:00:00"}
    first = await ask(mine.hub, "sber_old", **asked)
    assert (first["code"], first["date"]) == ("0", "2026-11-18T12:00:00")
    assert (await ask(mine.hub, "sber_old", **asked))["authcode"] == first["authcode"]
    assert (await ask(mine.hub, "sber_old", action="status", receipt="77"))["code"] == "0"
    assert (await ask(mine.hub, "sber_old", action="status", receipt="78"))["code"] == "6"
    assert (await ask(mine.hub, "sber_old", action="check", number="0270390009", amount="1"))["code"] == "2"
    assert (await ask(mine.hub, "sber_old", action="cancel", number=NUMBER, receipt="77"))["code"] == "1"


@pytest.mark.feature("F093")
async def test_each_dialect_has_ids_of_its_own(mine: Family) -> None:
    await pay(mine.hub)
    assert (await ask(mine.hub, "sber2", **hashed(osmp())))["result"] == "0"
    assert await mine.hub.deps.db.read(lambda: reading.balance(mine.own[Purpose.MEAL].id)) == 21_300


@pytest.mark.rule("D4")
@pytest.mark.parametrize(
    ("options", "client", "user", "status"),
    [
        ({}, "127.0.0.1", "", 200),
        ({}, "127.0.0.1", "any:word", 200),
        ({"USER": "city", "PASSWORD": "word"}, "127.0.0.1", "city:wrong", 401),
        ({}, "10.0.0.5", "", 403),
        ({"NETWORKS": "10.0.0.0/8"}, "10.0.0.5", "", 401),
        ({"NETWORKS": "10.0.0.0/8", "USER": "city", "PASSWORD": "word"}, "10.0.0.5", "city:word", 200),
        ({"NETWORKS": "10.0.0.0/8", "USER": "city", "PASSWORD": "word"}, "10.0.0.5", "city:wrong", 401),
        ({"NETWORKS": "10.0.0.0/8", "USER": "city", "PASSWORD": "word"}, "192.168.0.5", "city:word", 403),
        ({"NETWORKS": "10.0.0.0/8", "USER": "", "PASSWORD": ""}, "10.0.0.5", ":", 401),
        ({"NETWORKS": "192.0.2.0/24 10.0.0.0/8,", "USER": "city", "PASSWORD": "word"}, "10.0.0.5", "city:word", 200),
        ({"NETWORKS": "192.0.2.0/24 10.0.0.0/8,", "USER": "city", "PASSWORD": "word"}, "192.168.0.5", "city:word", 403),
    ],
)
async def test_only_who_is_named_and_proven_may_call(hub: Hub, options: dict[str, str], client: str, user: str, status: int) -> None:
    opened = at_the_door(hub, configs(osmp=options))
    headers = {"Authorization": f"Basic {base64.b64encode(user.encode()).decode()}"} if user else {}
    answer = await call(opened, "osmp", client=client, headers=headers, **osmp())
    assert answer.status_code == status


async def test_a_dialect_that_is_off_is_not_there(hub: Hub) -> None:
    assert (await call(at_the_door(hub, {}), "osmp", **osmp())).status_code == 404


async def test_a_parameter_named_twice_is_refused(mine: Family) -> None:
    answer = await mine.hub.app.test_client().get(
        f"/pay/osmp?{urlencode(osmp())}&account=0270390001", headers={"Host": "localhost:8000"}, scope_base=HERE
    )
    assert b"<result>300</result>" in await answer.get_data(as_text=False)
    assert await mine.hub.rows("SELECT COUNT(*) FROM ledger_txn") == [(0,)]


@pytest.mark.rule("D4")
async def test_checks_without_end_are_put_off(mine: Family, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.flows.money.pay_door.CHECKS_A_MINUTE", 2)
    said = [(await ask(mine.hub, "osmp", **osmp("check")))["result"] for _ in range(4)]
    assert said == ["0", "0", "1", "1"]
    assert (await pay(mine.hub))["result"] == "0"
