"""A question to the support: asked without a sign-in, by a person and not by a program, found again by a secret, answered by who may."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from hub.flows.retention import TERMS
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.console_kit import open_console
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.family_kit import form, kinds, page, told
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, OTHER

TICKETS, ASK = "/api/v1/support/tickets", {"name": "Мария", "message": "Не вижу дочь", "email": "m@example.ru", "phone": "8 913 123-45-67"}


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def signed_form(hub: Hub, browser: Browser, *, wait_s: float = 5.0) -> str:
    found = (await told(await browser.get("/api/v1/support/form")))["form"]
    hub.clock.go(seconds=wait_s)
    return str(found)


async def asked(hub: Hub, browser: Browser, **changes: Any) -> dict[str, Any]:
    body = {"form": await signed_form(hub, browser)} | ASK | changes
    found: dict[str, Any] = await told(await browser.send("POST", TICKETS, json=body), 201)
    return found


async def by_secret(hub: Hub, made: dict[str, Any], number: str | None = None) -> Any:
    return await hub.browser().get(f"{TICKETS}/{number or made['number']}", **{"X-Support-Secret": made["secret"]})


@pytest.mark.feature("F008")
async def test_who_is_not_signed_in_asks_follows_the_answer_and_writes_on(hub: Hub) -> None:
    console = await open_console(hub)
    nobody = hub.browser()
    made = await asked(hub, nobody)
    (line,) = (await console.json("support"))["items"]
    assert (line["number"], line["state"]) == (made["number"], "waiting")
    item = await console.json(f"support/{made['number']}")
    assert (item["name"], item["email"], item["phone"]) == ("Мария", "m@example.ru", "+7 913 123-45-67")
    await told(await console.pal.send("POST", f"/api/v1/console/support/{made['number']}/answer", json={"text": "Обновите список детей"}))
    seen = await told(await by_secret(hub, made))
    assert (seen["state"], [one["side"] for one in seen["messages"]]) == ("answered", ["asker", "desk"])
    headers = {"X-Support-Secret": made["secret"]}
    said = await told(await nobody.send("POST", f"{TICKETS}/{made['number']}/messages", json={"text": "Не помогло"}, **headers))
    assert said["state"] == "waiting"
    closed = await told(await nobody.send("POST", f"{TICKETS}/{made['number']}/close", **headers))
    assert (closed["state"], closed["may_reply"]) == ("closed", False)
    late = await nobody.send("POST", f"{TICKETS}/{made['number']}/messages", json={"text": "Ещё"}, **headers)
    assert late.status_code == 409


@pytest.mark.feature("F008")
async def test_the_page_works_without_a_script_and_keeps_the_secret_out_of_its_address(hub: Hub) -> None:
    nobody = hub.browser()
    text = await page(nobody, "/support")
    assert "СНИЛС" in text and 'name="snils"' not in text and "<script" in text
    fields = {"form": text.split('name="form" value="')[1].split('"')[0], "name": "Мария", "message": "Не вижу дочь"}
    hub.clock.go(seconds=4)
    sent = await form(nobody, "/support", **fields)
    assert sent.status_code == 303 and nobody.cookie("hub-ticket") not in sent.headers["Location"]
    shown = await page(nobody, sent.headers["Location"])
    assert "Вопрос принят" in shown and f"/support/follow/{nobody.cookie('hub-ticket')}" in shown
    other = hub.browser()
    assert (await other.get(sent.headers["Location"], Accept="text/html")).status_code == 404
    led = await other.get(f"/support/follow/{nobody.cookie('hub-ticket')}", Accept="text/html")
    assert led.headers["Location"] == sent.headers["Location"].partition("?")[0]
    assert "Не вижу дочь" in await page(other, led.headers["Location"])
    said = await form(other, led.headers["Location"], form="f1", text="И ещё")
    assert said.status_code == 303 and "И ещё" in await page(nobody, led.headers["Location"])


@pytest.mark.feature("F008")
@pytest.mark.parametrize(
    ("wait_s", "changes", "doubt"),
    [
        (1.0, {}, "too_fast"), (90_000.0, {}, "old"), (5.0, {"website": "http://spam"}, "hidden_field"),
        (5.0, {"form": "1.2.3"}, "foreign"),
        (5.0, {"form": "1763456400.AAAAAAAAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA"}, "foreign"),
    ],
)  # fmt: skip
async def test_a_program_is_asked_again_and_a_person_only_presses_once_more(
    hub: Hub, wait_s: float, changes: dict[str, str], doubt: str
) -> None:
    nobody = hub.browser()
    body = {"form": await signed_form(hub, nobody, wait_s=wait_s)} | ASK
    refused = await nobody.send("POST", TICKETS, json=body | changes)
    assert (refused.status_code, (await refused.get_json())["doubt"]) == (400, doubt)
    given = {name: str(value) for name, value in (body | changes).items()}
    shown = await form(nobody, "/support", **given)
    text = await shown.get_data(as_text=True)
    assert shown.status_code == 400 and "Не вижу дочь" in text and "spam" not in text
    hub.clock.go(seconds=5)
    again = text.split('name="form" value="')[1].split('"')[0]
    assert (await form(nobody, "/support", **given | {"form": again, "website": ""})).status_code == 303


@pytest.mark.rule("A8")
async def test_a_snils_is_covered_before_storing_and_the_asker_is_told(hub: Hub) -> None:
    made = await asked(hub, hub.browser(), message="СНИЛС 112-233-445 95, карта 4111 1111 1111 1111")
    assert made["masked"] is True
    seen = await told(await by_secret(hub, made))
    assert "***-***-*** 95" in seen["messages"][0]["text"] and "4111" not in seen["messages"][0]["text"]


async def test_what_was_asked_and_by_whom_lies_sealed_and_the_secret_hashed(hub: Hub) -> None:
    made = await asked(hub, hub.browser())
    stored = str(await hub.rows("SELECT * FROM support_ticket")) + str(await hub.rows("SELECT * FROM support_message"))
    assert not any(word in stored for word in ("Мария", "дочь", "m@example.ru", "9131234567", made["secret"]))


@pytest.mark.rule("A12")
async def test_the_same_form_sent_in_parallel_is_one_question_with_one_secret(hub: Hub) -> None:
    nobody = hub.browser()
    body = {"form": await signed_form(hub, nobody)} | ASK
    answers = await asyncio.gather(*(nobody.send("POST", TICKETS, json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len({((await one.get_json())["number"], (await one.get_json())["secret"]) for one in answers}) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"name": " "}, {"name": "я" * 101}, {"message": ""}, {"message": "я" * 4001}, {"email": "no mail"}, {"phone": "звоните"},
        {"topic": "gossip"},
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused_and_nothing_is_stored(hub: Hub, changes: dict[str, str]) -> None:
    nobody = hub.browser()
    answer = await nobody.send("POST", TICKETS, json={"form": await signed_form(hub, nobody)} | ASK | changes)
    assert answer.status_code == 400 and await hub.rows("SELECT id FROM support_ticket") == []


async def test_one_network_asks_ten_times_an_hour(hub: Hub) -> None:
    nobody = hub.browser()
    for _ in range(10):
        await asked(hub, nobody)
    refused = await nobody.send("POST", TICKETS, json={"form": await signed_form(hub, nobody)} | ASK)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0


async def test_wrong_secrets_are_counted_and_a_foreign_one_opens_nothing(hub: Hub) -> None:
    one, other = await asked(hub, hub.browser()), await asked(hub, hub.browser())
    assert (await by_secret(hub, one, other["number"])).status_code == 404
    assert (await by_secret(hub, one, "NOTHING2")).status_code == 404
    assert (await hub.browser().get(f"{TICKETS}/{one['number']}")).status_code == 404
    for _ in range(30):
        assert (await by_secret(hub, {"secret": "x" * 32, "number": one["number"]})).status_code == 404
    assert (await by_secret(hub, {"secret": "x" * 32, "number": one["number"]})).status_code == 429


async def test_a_foreign_page_asks_nothing_in_our_name(hub: Hub) -> None:
    nobody = hub.browser()
    body = {"form": await signed_form(hub, nobody)} | ASK
    assert (await nobody.send("POST", TICKETS, json=body, origin="https://evil.example")).status_code == 403
    assert (await nobody.send("POST", TICKETS, json=body, origin=None)).status_code == 403


async def test_who_is_signed_in_finds_the_question_in_the_cabinet_and_is_told(desk: Desk) -> None:
    shown = await told(await desk.anna.get("/api/v1/support/form"))
    assert (shown["name"], list(shown["schools"])) == ("Анна", [OGRN])
    made = await asked(desk.hub, desk.anna, school=OGRN)
    (line,) = (await told(await desk.nina.get("/api/v1/office/support")))["items"]
    await told(await desk.nina.send("POST", f"/api/v1/office/support/{line['number']}/answer", json={"text": "Исправили", "form": "1"}))
    await told(await desk.nina.send("POST", f"/api/v1/office/support/{line['number']}/answer", json={"text": "Исправили", "form": "1"}))
    assert (await kinds(desk.anna)).count("support_answered") == 1
    seen = await told(await desk.anna.get(f"{TICKETS}/{made['number']}"))
    assert (seen["state"], seen["answers"], len(seen["messages"])) == ("answered", "Школа 5", 2)
    assert (await told(await desk.anna.get(TICKETS)))["items"][0]["number"] == made["number"]


@pytest.mark.rule("B5")
@pytest.mark.rule("B6")
async def test_each_desk_answers_its_own_and_nobody_his_own(desk: Desk) -> None:
    hub = desk.hub
    console, nobody = await open_console(hub), hub.browser()
    school, service = (await asked(hub, nobody, school=OGRN))["number"], (await asked(hub, nobody))["number"]
    refused = [
        await desk.oleg.get(f"/api/v1/office/support/{school}"),
        await desk.oleg.get("/api/v1/office/support/NOTHING2"),
        await desk.nina.get(f"/api/v1/office/support/{service}"),
        await console.pal.get(f"/api/v1/console/support/{school}"),
        await desk.nina.get(f"/api/v1/console/support/{service}"),
    ]
    assert [answer.status_code for answer in refused] == [404] * 5
    assert (await desk.anna.get("/api/v1/office/support")).status_code == 403
    anna = parent()
    assert anna.snils
    card = OfficerCard(school=OGRN, role="school_admin", snils=anna.snils.digits, names=("Орлова", "Анна", ""))
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [card], now=hub.clock()))
    own = (await asked(hub, desk.anna, school=OGRN))["number"]
    assert (await told(await desk.anna.get(f"/api/v1/office/support/{own}")))["blocked"] == "own_family"
    assert (await desk.anna.send("POST", f"/api/v1/office/support/{own}/answer", json={"text": "Сама"})).status_code == 403
    await told(await desk.nina.send("POST", f"/api/v1/office/support/{own}/answer", json={"text": "Нина"}))


async def test_a_question_at_the_wrong_desk_is_handed_on(desk: Desk) -> None:
    hub = desk.hub
    console = await open_console(hub)
    number = (await asked(hub, hub.browser(), school=OGRN))["number"]
    assert (await told(await desk.nina.send("POST", f"/api/v1/office/support/{number}/hand-on", json={})))["items"] == []
    nowhere = await console.pal.send("POST", f"/api/v1/console/support/{number}/hand-on", json={"school": "1"})
    assert nowhere.status_code == 404
    await told(await console.pal.send("POST", f"/api/v1/console/support/{number}/hand-on", json={"school": OTHER}))
    assert [one["number"] for one in (await told(await desk.oleg.get("/api/v1/office/support")))["items"]] == [number]


async def test_the_desks_have_pages(desk: Desk) -> None:
    hub = desk.hub
    console = await open_console(hub)
    number, mine = (await asked(hub, hub.browser()))["number"], (await asked(hub, hub.browser(), school=OGRN))["number"]
    assert number in await console.page("/support") and "Передать школе" in await console.page(f"/support/{number}")
    assert mine in await page(desk.nina, "/office/support") and "Передать поддержке" in await page(desk.nina, f"/office/support/{mine}")
    empty = await form(desk.nina, f"/office/support/{mine}/answer", form="1", text=" ")
    assert empty.status_code == 400
    done = await form(desk.nina, f"/office/support/{mine}/answer", form="2", text="Готово", close="1")
    assert done.headers["Location"] == "/office/support?done=answered"
    assert "закрыт" in await page(desk.nina, f"/office/support/{mine}")
    assert (await form(desk.nina, f"/office/support/{mine}/answer", form="3", text="Ещё")).status_code == 409


async def test_a_school_that_keeps_no_office_takes_no_questions(desk: Desk) -> None:
    nobody = desk.hub.browser()
    body = {"form": await signed_form(desk.hub, nobody)} | ASK | {"school": "1000000000000"}
    assert (await nobody.send("POST", TICKETS, json=body)).status_code == 404


@pytest.mark.rule("A18")
async def test_half_a_year_after_the_last_word_nothing_is_left(hub: Hub) -> None:
    await asked(hub, hub.browser())
    (term,) = [one for one in TERMS if one.name == "support_tickets"]
    for days, left in ((179, 1), (2, 0)):
        hub.clock.go(days=days)
        await hub.deps.db.write(lambda: term.remove(now=hub.clock(), limit=10))
        assert len(await hub.rows("SELECT id FROM support_ticket")) == len(await hub.rows("SELECT id FROM support_message")) == left
