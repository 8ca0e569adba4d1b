"""A new phone or e-mail: a code to it, a word to the former one, three days without secrets, and the way back (RULES F3, A16)."""

from __future__ import annotations

import logging
import re
from pathlib import Path

import pytest

from hub.flows import send_texts
from hub.flows.contacts.leaving_list import unsubscribe_link
from hub.store.reach import changes
from tests.flows.contact_kit import NEW, OLD, Stand
from tests.flows.kiosk_kit import OTHER_PHONE, PHONE, hall
from tests.flows.kit import Hub


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


@pytest.mark.security("29")
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
async def test_no_contact_and_no_code_is_readable_in_the_database_or_the_log(mine: Stand, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await mine.changed()
    said = [text for _, text in await mine.sent()]
    secrets = [NEW[2:], OLD[2:], "anna@mail", *(found for text in said for found in re.findall(r"[0-9]{6,10}", text))]
    assert not [word for word in secrets if word in caplog.text]
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
