"""A new phone or e-mail: a code to it, a word to the former one, three days without secrets, and the way back (RULES F3, A16)."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from connectors.kit.channel import Gone
from connectors.kit.errors import Unavailable
from hub.flows import send_texts
from hub.flows.contacts.leaving_list import unsubscribe_link
from hub.flows.send_texts import send_due
from hub.store.reach import changes, may_take_secrets, of_person
from identity.claims import Contact
from tests.flows.channel_kit import FakeChannel, with_channels
from tests.flows.kiosk_kit import OTHER_PHONE, PHONE, hall
from tests.flows.kit import Hub, parent
from tests.flows.text_kit import FakeGateway

OLD, NEW = "+79161234567", "+79137654321"


class Stand:
    """A signed-in mother whose phone and e-mail Gosuslugi told; SMS and letters go to `texts` and `mail`."""

    def __init__(self, hub: Hub) -> None:
        self.texts, self.mail = FakeGateway(), FakeChannel(name="email")
        hub.change(texts={"smsc": self.texts}, channels=with_channels(self.mail))
        hub.esia.claims["anna"] = parent(
            phones=(Contact(value=OLD, verified=True),), emails=(Contact(value="anna@mail.example", verified=True),)
        )
        self.hub, self.browser = hub, hub.browser()

    async def ask(self, value: str = NEW, kind: str = "phone", **more: Any) -> Any:
        return await self.browser.send("POST", f"/api/v1/me/contacts/{kind}", json={"value": value}, **more)

    async def confirm(self, id_: str, code: str) -> Any:
        return await self.browser.send("POST", "/api/v1/me/contacts/confirm", json={"id": id_, "code": code})

    async def contacts(self) -> dict[str, Any]:
        found: dict[str, Any] = await (await self.browser.get("/api/v1/me/contacts")).get_json()
        return found

    async def sent(self) -> list[tuple[str, str]]:
        """Every SMS so far: phone and text."""
        while await send_due(self.hub.deps):
            pass
        return self.texts.sent

    async def code(self, phone: str = NEW) -> str:
        return next(found.group() for to, text in reversed(await self.sent()) if to == phone and (found := re.search(r"\d{6,10}", text)))

    async def changed(self, value: str = NEW) -> None:
        answer = await self.ask(value)
        assert (await self.confirm((await answer.get_json())["id"], await self.code(value))).status_code == 200

    async def told(self) -> list[str]:
        """Kinds of the notices on the page, the newest first."""
        return [one["kind"] for one in (await (await self.browser.get("/api/v1/me/notices")).get_json())["items"]]

    async def used(self) -> dict[str, str]:
        who = (await (await self.browser.get("/api/v1/me")).get_json())["person"]["id"]
        found = await self.hub.deps.db.read(lambda: of_person(self.hub.deps.keys, who))
        return {one.channel.value: one.to.reveal() for one in found}

    async def secret(self, phone: str) -> bool:
        who = (await (await self.browser.get("/api/v1/me")).get_json())["person"]["id"]
        now = self.hub.clock()
        return await self.hub.deps.db.read(lambda: may_take_secrets(self.hub.deps.keys, who, phone, now=now))


@pytest.fixture
async def mine(hub: Hub) -> Stand:
    made = Stand(hub)
    await made.browser.sign_in()
    return made


@pytest.mark.rule("F3")
@pytest.mark.feature("F023")
async def test_a_new_phone_is_used_after_its_code_and_the_former_hears_of_it(mine: Stand) -> None:
    answer = await mine.ask("8 913 765-43-21")
    asked = await answer.get_json()
    assert (answer.status_code, asked["masked"], asked["again_after_s"]) == (202, "+7 ••• ••• 43 21", 60)
    assert (await mine.used())["sms"] == OLD, "nothing is changed yet"
    assert [to for to, _ in await mine.sent()] == [NEW]
    assert (await mine.contacts())["waiting"][0]["id"] == asked["id"]
    assert (await mine.confirm(asked["id"], await mine.code())).status_code == 200
    assert (await mine.used())["sms"] == NEW
    former = [text for to, text in await mine.sent() if to == OLD]
    assert len(former) == 1 and "localhost:8000/phone-stop" in former[0] and re.search(r"\d{10}", former[0])
    assert await mine.told() == ["phone_changed"], "and from the page by mail, as every service message"
    found = (await mine.contacts())["phone"]
    assert (found["state"], found["masked"], found["may_return"]) == ("used", "+7 ••• ••• 43 21", True)


@pytest.mark.rule("F3")
async def test_for_three_days_the_new_phone_gets_no_secrets(mine: Stand) -> None:
    await mine.changed()
    assert (await mine.secret(NEW), await mine.secret(OLD)) == (False, True)
    mine.hub.clock.go(hours=71, minutes=59)
    assert not await mine.secret(NEW)
    mine.hub.clock.go(minutes=2)
    assert await mine.secret(NEW)


@pytest.mark.rule("F3")
async def test_the_former_phones_side_takes_it_back_without_a_sign_in(mine: Stand) -> None:
    await mine.changed()
    code = await mine.code(OLD)
    stranger = mine.hub.browser()
    form = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    wrong = await stranger.client.post("/phone-stop", form={"code": "0" * 10}, headers=form)
    assert wrong.status_code == 422 and "Такого кода нет" in await wrong.get_data(as_text=True)
    done = await stranger.client.post("/phone-stop", form={"code": f"{code[:5]} {code[5:]}"}, headers=form)
    assert (done.status_code, done.headers["Location"]) == (303, "/phone-stop?done=yes")
    assert (await mine.used())["sms"] == OLD and "phone_back" in await mine.told()
    again = await stranger.client.post("/phone-stop", form={"code": code}, headers=form)
    assert again.status_code == 422, "it is good once"


@pytest.mark.security("6")
async def test_codes_of_the_way_back_are_not_tried_out(mine: Stand) -> None:
    form = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    client = mine.hub.browser().client
    answers = [(await client.post("/phone-stop", form={"code": f"{number:010}"}, headers=form)).status_code for number in range(22)]
    assert answers[:20] == [422] * 20 and answers[20:] == [429] * 2
    cross = await client.post("/phone-stop", form={"code": "1" * 10}, headers={"Host": "localhost:8000", "Origin": "https://evil.example"})
    assert cross.status_code == 403


async def test_the_person_takes_it_back_on_the_page(mine: Stand) -> None:
    await mine.changed()
    mine.hub.clock.go(hours=3)
    await mine.browser.sign_in()
    assert (await mine.browser.send("POST", "/api/v1/me/contacts/phone/return")).status_code == 200
    assert (await mine.used())["sms"] == OLD
    assert (await mine.browser.send("POST", "/api/v1/me/contacts/phone/return")).status_code == 404


async def test_a_phone_changed_twice_is_not_thrown_back_by_the_first_change(mine: Stand) -> None:
    await mine.changed()
    first = await mine.code(OLD)
    mine.hub.clock.go(minutes=2)
    await mine.changed("+79130000001")
    form = {"Host": "localhost:8000", "Origin": "http://localhost:8000"}
    assert (await mine.hub.browser().client.post("/phone-stop", form={"code": first}, headers=form)).status_code == 303
    assert (await mine.used())["sms"] == "+79130000001"


@pytest.mark.rule("A16")
async def test_a_stale_sign_in_changes_no_contact(mine: Stand) -> None:
    mine.hub.clock.go(minutes=6)
    answer = await mine.ask()
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")
    assert not await mine.sent()


BAD = (
    ("phone", ""), ("phone", "абв"), ("phone", "12"), ("phone", "9" * 60), ("email", "anna"), ("email", "a b@mail.example"),
    ("email", "a@mail.example\r\nBcc: b@mail.example"), ("email", "a@b"), ("email", "x@" + "y" * 300 + ".ru"),
    ("email", "<a@mail.example>"),
    ("phone", OLD), ("email", "anna@mail.example"),
)  # fmt: skip


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


@pytest.mark.feature("F132")
@pytest.mark.parametrize(("kind", "channel"), [("phone", "sms"), ("email", "email")])
async def test_a_way_is_switched_off_and_on_again(mine: Stand, kind: str, channel: str) -> None:
    assert (await mine.browser.send("PUT", f"/api/v1/me/contacts/{kind}", json={"enabled": False})).status_code == 200
    assert channel not in await mine.used() and (await mine.contacts())[kind]["state"] == "off"
    assert (await mine.browser.send("PUT", f"/api/v1/me/contacts/{kind}", json={"enabled": True})).status_code == 200
    assert channel in await mine.used()
    mine.hub.clock.go(minutes=6)
    assert (await mine.browser.send("PUT", f"/api/v1/me/contacts/{kind}", json={"enabled": False})).status_code == 403


async def test_the_link_of_a_letter_switches_letters_off_by_one_post(mine: Stand) -> None:
    who = (await (await mine.browser.get("/api/v1/me")).get_json())["person"]["id"]
    path = unsubscribe_link(mine.hub.deps, who).removeprefix("http://localhost:8000")
    client, headers = mine.hub.browser().client, {"Host": "localhost:8000", "Content-Type": "application/x-www-form-urlencoded"}
    shown = await client.get(path, headers={"Host": "localhost:8000", "Accept": "text/html"})
    assert shown.status_code == 200 and "email" in await mine.used(), "a link that is only opened changes nothing"
    for _ in range(2):
        assert (await client.post(path, data=b"List-Unsubscribe=One-Click", headers=headers)).status_code == 200
    assert "email" not in await mine.used() and await mine.told() == ["email_off"]
    for bad in (path[:-1] + ("0" if path[-1] != "0" else "1"), "/unsubscribe/nobody.0", "/unsubscribe/x", f"/unsubscribe/{who}."):
        assert (await client.post(bad, headers=headers)).status_code == 404
        assert (await client.get(bad, headers=headers)).status_code == 404


@pytest.mark.rule("A10")
async def test_another_session_that_is_ended_confirms_nothing(mine: Stand) -> None:
    id_ = (await (await mine.ask()).get_json())["id"]
    code = await mine.code()
    other = mine.hub.browser()
    await other.sign_in()
    assert (await other.send("DELETE", "/api/v1/me/devices")).status_code == 204
    assert (await mine.confirm(id_, code)).status_code == 401
    assert (await (await other.get("/api/v1/me/contacts")).get_json())["phone"]["masked"] == "+7 ••• ••• 45 67"


@pytest.mark.security("32")
async def test_no_contact_and_no_code_is_readable_in_the_database(mine: Stand) -> None:
    await mine.changed()
    dump = "".join([str(await mine.hub.rows(f"SELECT * FROM {table}")) for table in ("reach_contact", "reach_code", "reach_phone_change")])
    assert NEW not in dump and NEW[2:] not in dump and OLD[2:] not in dump


@pytest.mark.rule("A18")
async def test_whoever_leaves_takes_the_contacts_along(mine: Stand) -> None:
    await mine.changed()
    mine.hub.clock.go(hours=1)
    await mine.browser.sign_in()
    mine_all = await (await mine.browser.get("/export/mine.json")).get_json()
    assert {one["value"] for one in mine_all["settings"]["contacts"]} == {NEW, OLD, "anna@mail.example"}
    assert mine_all["settings"]["reached_by"] == ["email", "sms"]
    assert (await mine.browser.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"})).status_code == 204
    for table in ("reach_contact", "reach_push", "reach_code", "reach_phone_change"):
        assert await mine.hub.rows(f"SELECT * FROM {table}") == []


@pytest.mark.rule("F3")
@pytest.mark.feature("F126")
async def test_a_kiosk_sends_no_pin_to_a_phone_that_was_just_changed(hub: Hub) -> None:
    here = await hall(hub)
    payer = (await here.anna.me())["person"]["id"]
    await hub.deps.db.write(lambda: changes.add(hub.deps.keys, payer, former=OTHER_PHONE, value=PHONE, now=hub.clock()))
    answer = await here.kiosk.accept()
    assert answer.status_code == 202, "the answer tells nobody"
    assert await hub.rows("SELECT COUNT(*) FROM sent_text") == [(0,)]
    hub.clock.go(hours=72, minutes=1)
    assert (await here.kiosk.accept()).status_code == 202
    assert await hub.rows("SELECT COUNT(*) FROM sent_text") == [(1,)]


@pytest.mark.rule("F3")
def test_whoever_writes_a_secret_text_asks_whether_the_phone_may_have_it() -> None:
    """The code of the change itself goes to the new phone, the way back to the former one."""
    flows = Path(send_texts.__file__).parents[1]
    secret = {file for file in flows.rglob("*.py") if "secret=True" in file.read_text("utf-8") and "NewText(" in file.read_text("utf-8")}
    assert {file.name for file in secret if "may_take_secrets(" not in file.read_text("utf-8")} == {"asking.py", "changing.py"}
    assert {file.parent.name for file in secret if file.name in ("asking.py", "changing.py")} == {"contacts"}
