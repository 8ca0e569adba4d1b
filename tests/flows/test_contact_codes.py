"""Codes that confirm a phone or an e-mail: what is refused, how few there are, and that each is good once (RULES F3)."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from connectors.kit.channel import Gone
from connectors.kit.errors import Unavailable
from tests.flows.contact_kit import NEW, OLD, Stand
from tests.flows.kit import Hub, parent

BAD = (
    ("phone", ""), ("phone", "абв"), ("phone", "12"), ("phone", "9" * 60), ("email", "anna"), ("email", "a b@mail.example"),
    ("email", "a@mail.example\r\nBcc: b@mail.example"), ("email", "a@b"), ("email", "x@" + "y" * 300 + ".ru"),
    ("email", "<a@mail.example>"),
    ("phone", OLD), ("email", "anna@mail.example"),
)  # fmt: skip


@pytest.fixture
async def mine(hub: Hub) -> Stand:
    made = Stand(hub)
    await made.browser.sign_in()
    return made


@pytest.mark.parametrize(("kind", "value"), BAD)
async def test_what_is_no_contact_or_no_new_one_is_refused(mine: Stand, kind: str, value: str) -> None:
    answer = await mine.ask(value, kind)
    assert (answer.status_code, list((await answer.get_json())["fields"])) == (400, [kind])
    assert not await mine.sent() and not mine.mail.sent


async def test_an_unknown_kind_and_a_foreign_page_are_refused(mine: Stand) -> None:
    assert (await mine.ask("x", "fax")).status_code == 404
    assert (await mine.ask(csrf="")).status_code == 403
    assert (await mine.browser.send("PUT", "/api/v1/me/contacts/fax", json={"enabled": True})).status_code == 404
    assert not await mine.sent()


@pytest.mark.rule("F3")
async def test_five_wrong_codes_end_the_change(mine: Stand) -> None:
    id_ = (await (await mine.ask()).get_json())["id"]
    code = await mine.code()
    wrong = "000000" if code != "000000" else "111111"
    answers = [await mine.confirm(id_, wrong) for _ in range(5)]
    assert [(one.status_code, (await one.get_json())["type"]) for one in answers] == [(422, "/problems/code_wrong")] * 5
    last = await mine.confirm(id_, code)
    assert (last.status_code, (await last.get_json())["type"]) == (409, "/problems/code_over")
    assert (await mine.used())["sms"] == OLD


async def test_a_code_ends_after_ten_minutes_and_with_the_next_one(mine: Stand) -> None:
    first = (await (await mine.ask()).get_json())["id"]
    code = await mine.code()
    mine.hub.clock.go(minutes=2)
    second = (await (await mine.ask()).get_json())["id"]
    assert (await mine.confirm(first, code)).status_code == 409
    mine.hub.clock.go(minutes=10, seconds=1)
    assert (await mine.confirm(second, await mine.code())).status_code == 409


async def test_a_code_is_good_only_in_the_session_that_asked(mine: Stand) -> None:
    id_ = (await (await mine.ask()).get_json())["id"]
    code = await mine.code()
    other = mine.hub.browser()
    await other.sign_in()
    assert (await other.send("POST", "/api/v1/me/contacts/confirm", json={"id": id_, "code": code})).status_code == 409
    assert (await (await other.get("/api/v1/me/contacts")).get_json())["waiting"] == []
    mine.hub.esia.claims["boris"] = parent("3000", last_name="Иванов", first_name="Борис", snils=None, children=())
    foreign = mine.hub.browser()
    await foreign.sign_in("boris")
    unknown = await foreign.send("POST", "/api/v1/me/contacts/confirm", json={"id": "0" * 32, "code": code})
    stolen = await foreign.send("POST", "/api/v1/me/contacts/confirm", json={"id": id_, "code": code})
    assert (unknown.status_code, stolen.status_code) == (409, 409)
    assert (await mine.used())["sms"] == OLD


async def test_codes_are_few_by_person_and_by_number(mine: Stand) -> None:
    assert (await mine.ask()).status_code == 202
    soon = await mine.ask()
    assert soon.status_code == 429 and int(soon.headers["Retry-After"]) <= 60
    mine.hub.esia.claims["boris"] = parent("3000", last_name="Иванов", first_name="Борис", snils=None, children=())
    other = mine.hub.browser()
    await other.sign_in("boris")
    assert (await other.send("POST", "/api/v1/me/contacts/phone", json={"value": NEW})).status_code == 429, "of one number too"
    for _ in range(4):
        mine.hub.clock.go(seconds=61)
        assert (await mine.ask()).status_code == 202
    mine.hub.clock.go(seconds=54)
    await mine.browser.sign_in()
    mine.hub.clock.go(seconds=61)
    over = await mine.ask("+79130000002")
    assert over.status_code == 429 and int(over.headers["Retry-After"]) > 80_000
    assert len(await mine.sent()) == 5


async def test_a_double_submit_sends_one_code(mine: Stand) -> None:
    answers = await asyncio.gather(*(mine.ask(**{"Idempotency-Key": "k"}) for _ in range(4)))
    assert {one.status_code for one in answers} <= {202, 409} and len(await mine.sent()) == 1
    plain = await asyncio.gather(*(mine.ask("+79130000003") for _ in range(4)))
    assert {one.status_code for one in plain} == {429}


@pytest.mark.feature("F132")
async def test_an_email_is_confirmed_by_a_letter(mine: Stand) -> None:
    answer = await mine.ask("New@Mail.Example", "email")
    assert answer.status_code == 202 and mine.mail.told[0][0] == "New@mail.example"
    code = re.search(r"\d{6}", mine.mail.told[0][1])
    assert code is not None
    assert (await mine.confirm((await answer.get_json())["id"], code.group())).status_code == 200
    assert (await mine.used())["email"] == "New@mail.example"
    assert await mine.told() == ["contact_changed"] and not await mine.sent()
    assert mine.mail.told[-1][0] == "anna@mail.example", "the former box hears of it"


@pytest.mark.parametrize(("error", "status"), [(Gone("email", "550"), 400), (Unavailable("email"), 502)])
async def test_a_letter_that_cannot_go_is_said_at_once(mine: Stand, error: Any, status: int) -> None:
    mine.mail.fails = [error]
    assert (await mine.ask("new@mail.example", "email")).status_code in (status, 503)
    assert (await mine.used())["email"] == "anna@mail.example"


async def test_without_a_mail_server_no_code_is_promised(mine: Stand) -> None:
    mine.hub.change(channels={})
    answer = await mine.ask("new@mail.example", "email")
    assert (answer.status_code, (await answer.get_json())["type"]) == (409, "/problems/cannot_reach")
