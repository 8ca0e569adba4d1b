"""A question to the support: asked without a sign-in, by a person and not by a program, found again by a secret, answered by who may."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

import pytest

from hub.flows.retention import TERMS
from hub.store.school import schools
from hub.store.school.schools import OfficerCard, SchoolCard
from tests.flows.console_kit import open_console
from tests.flows.desk_kit import Desk, open_desk
from tests.flows.family_kit import form, kinds, page, told
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, OTHER

TICKETS, OFFICE = "/api/v1/support/tickets", "/api/v1/office/support"
ASK = {"name": "Мария", "message": "Не вижу дочь", "email": "m@example.ru", "phone": "8 913 123-45-67"}

WORDS = {"too_fast": "слишком быстро", "old": "больше суток", "hidden_field": "заполнила программа", "foreign": "открыта не здесь"}


REFUSED: list[dict[str, str]] = [
        {"name": " "}, {"name": "я" * 101}, {"message": ""}, {"message": "я" * 4001}, {"email": "no mail"}, {"phone": "звоните"},
        {"topic": "gossip"}, {"school": "1000000000000"}, {"class": "6" * 21}, {"child": "я" * 101},
    ]  # fmt: skip


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def blank(hub: Hub, browser: Browser, *, wait_s: float = 5.0) -> str:
    """The signed form of the page, after a while."""
    text = await page(browser, "/support")
    hub.clock.go(seconds=wait_s)
    return text.split('name="form" value="')[1].split('"')[0]


async def asked(hub: Hub, browser: Browser, **changes: str) -> str:
    """The question's number; the browser holds its secret."""
    sent = await form(browser, "/support", **{"form": await blank(hub, browser)} | ASK | changes)
    assert sent.status_code == 303, await sent.get_data(as_text=True)
    return str(sent.headers["Location"].partition("?")[0].rpartition("/")[2])


async def questions(hub: Hub) -> int:
    return len(await hub.rows("SELECT id FROM support_ticket"))


@pytest.mark.feature("F008")
async def test_who_is_not_signed_in_asks_follows_the_answer_and_writes_on(hub: Hub) -> None:
    console = await open_console(hub)
    nobody = hub.browser()
    number = await asked(hub, nobody)
    (line,) = (await console.json("support"))["items"]
    assert (line["number"], line["state"]) == (number, "waiting")
    item = await console.json(f"support/{number}")
    assert (item["name"], item["email"], item["phone"]) == ("Мария", "m@example.ru", "+7 913 123-45-67")
    await told(await console.pal.send("POST", f"/api/v1/console/support/{number}/answer", json={"text": "Обновите список детей"}))
    shown = await page(nobody, f"/support/tickets/{number}")
    assert "есть ответ" in shown and "Обновите список детей" in shown
    assert (await form(nobody, f"/support/tickets/{number}", form="m1", text="Не помогло")).status_code == 303
    assert (await console.json(f"support/{number}"))["state"] == "waiting"
    assert (await form(nobody, f"/support/tickets/{number}/close")).status_code == 303
    assert "Вопрос закрыт" in await page(nobody, f"/support/tickets/{number}")
    assert (await form(nobody, f"/support/tickets/{number}", form="m2", text="Ещё")).status_code == 409


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
    given = {"form": await blank(hub, nobody, wait_s=wait_s)} | ASK | changes
    shown = await form(nobody, "/support", **given)
    text = await shown.get_data(as_text=True)
    assert shown.status_code == 400 and WORDS[doubt] in text and "Не вижу дочь" in text and "spam" not in text
    hub.clock.go(seconds=5)
    again = text.split('name="form" value="')[1].split('"')[0]
    assert (await form(nobody, "/support", **given | {"form": again, "website": ""})).status_code == 303


@pytest.mark.rule("A8")
async def test_a_snils_is_covered_before_storing_and_the_asker_is_told(hub: Hub) -> None:
    nobody = hub.browser()
    number = await asked(hub, nobody, message="СНИЛС 112-233-445 95, карта 4111 1111 1111 1111")
    shown = await page(nobody, f"/support/tickets/{number}")
    assert "мы закрыли цифры" in shown and "***-***-*** 95" in shown and "4111" not in shown and "112-233" not in shown


async def test_what_was_asked_and_by_whom_lies_sealed_and_the_secret_hashed(hub: Hub) -> None:
    nobody = hub.browser()
    await asked(hub, nobody)
    stored = str(await hub.rows("SELECT * FROM support_ticket")) + str(await hub.rows("SELECT * FROM support_message"))
    assert not any(word in stored for word in ("Мария", "дочь", "m@example.ru", "9131234567", nobody.cookie("hub-ticket")))


@pytest.mark.rule("A12")
async def test_the_same_form_sent_in_parallel_is_one_question_with_one_secret(hub: Hub) -> None:
    nobody = hub.browser()
    given = {"form": await blank(hub, nobody)} | ASK
    answers = await asyncio.gather(*(form(nobody, "/support", **given) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {303} and await questions(hub) == 1
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert "Не вижу дочь" in await page(nobody, answers[0].headers["Location"])


async def test_what_cannot_be_is_refused_and_nothing_is_stored(hub: Hub) -> None:
    nobody = hub.browser()
    for changes in REFUSED:
        answer = await form(nobody, "/support", **{"form": await blank(hub, nobody)} | ASK | changes)
        assert answer.status_code == (404 if "school" in changes else 400), changes
    assert await questions(hub) == 0


async def test_one_network_asks_ten_times_an_hour(hub: Hub) -> None:
    nobody = hub.browser()
    for _ in range(10):
        await asked(hub, nobody)
    refused = await form(nobody, "/support", **{"form": await blank(hub, nobody)} | ASK)
    assert refused.status_code == 429 and int(refused.headers["Retry-After"]) > 0
    assert "Не вижу дочь" in await refused.get_data(as_text=True)


async def test_wrong_secrets_are_counted_and_a_foreign_one_opens_nothing(hub: Hub) -> None:
    one, other, third = hub.browser(), hub.browser(), hub.browser()
    number = await asked(hub, one)
    await asked(hub, other)
    for browser in (other, third):
        assert (await browser.get(f"/support/tickets/{number}", Accept="text/html")).status_code == 404
        assert (await form(browser, f"/support/tickets/{number}", form="f", text="Я")).status_code == 404
        assert (await form(browser, f"/support/tickets/{number}/close")).status_code == 404
    assert (await one.get("/support/tickets/NOTHING2", Accept="text/html")).status_code == 404
    for _ in range(30):
        assert (await third.get(f"/support/follow/{'x' * 32}", Accept="text/html")).status_code == 404
    assert (await third.get(f"/support/follow/{'x' * 32}", Accept="text/html")).status_code == 429
    assert (await third.get(f"/support/follow/{one.cookie('hub-ticket')}", Accept="text/html")).status_code == 429


async def test_a_foreign_page_asks_nothing_in_our_name(desk: Desk) -> None:
    body = {"form": await blank(desk.hub, desk.anna)} | ASK
    for changes in ({"origin": "https://evil.example"}, {"origin": None}, {"csrf": "wrong"}):
        assert (await desk.anna.send("POST", TICKETS, json=body, **changes)).status_code == 403
    nobody = desk.hub.browser()
    headers = {"Host": "localhost:8000", "Origin": "https://evil.example", "Accept": "text/html"}
    for path in ("/support", "/support/follow", "/support/tickets/X", "/support/tickets/X/close"):
        assert (await nobody.client.post(path, form=body, headers=headers)).status_code == 403
    assert await questions(desk.hub) == 0


async def test_who_is_signed_in_finds_the_question_in_the_cabinet_and_is_told(desk: Desk) -> None:
    shown = await told(await desk.anna.get("/api/v1/support/form"))
    assert (shown["name"], list(shown["schools"])) == ("Анна", [OGRN])
    desk.hub.clock.go(seconds=5)
    body = ASK | {"form": shown["form"], "school": OGRN}
    made = await told(await desk.anna.send("POST", TICKETS, json=body), 201)
    assert (await told(await desk.anna.send("POST", TICKETS, json=body)))["number"] == made["number"]
    for _ in range(2):
        answer = await desk.nina.send("POST", f"{OFFICE}/{made['number']}/answer", json={"text": "Исправили", "form": "1"})
        await told(answer)
    assert (await kinds(desk.anna)).count("support_answered") == 1
    seen = await told(await desk.anna.get(f"{TICKETS}/{made['number']}"))
    assert (seen["state"], seen["answers"], len(seen["messages"])) == ("answered", "Школа 5", 2)
    assert (await told(await desk.anna.get(TICKETS)))["items"][0]["number"] == made["number"]
    said = await told(await desk.anna.send("POST", f"{TICKETS}/{made['number']}/messages", json={"text": "Спасибо"}))
    assert said["state"] == "waiting"
    assert (await told(await desk.anna.send("POST", f"{TICKETS}/{made['number']}/close")))["state"] == "closed"
    assert [(await desk.nina.get(f"{TICKETS}/{number}")).status_code for number in (made["number"], "NOTHING2")] == [404, 404]


@pytest.mark.rule("B5")
@pytest.mark.rule("B6")
async def test_each_desk_answers_its_own_and_nobody_his_own(desk: Desk) -> None:
    hub = desk.hub
    console, nobody = await open_console(hub), hub.browser()
    school, service = await asked(hub, nobody, school=OGRN), await asked(hub, nobody)
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
    own = await asked(hub, desk.anna, school=OGRN)
    assert (await told(await desk.anna.get(f"/api/v1/office/support/{own}")))["blocked"] == "own_family"
    assert (await desk.anna.send("POST", f"/api/v1/office/support/{own}/answer", json={"text": "Сама"})).status_code == 403
    await told(await desk.nina.send("POST", f"/api/v1/office/support/{own}/answer", json={"text": "Нина"}))


async def test_a_question_at_the_wrong_desk_is_handed_on(desk: Desk) -> None:
    hub = desk.hub
    console = await open_console(hub)
    number = await asked(hub, hub.browser(), school=OGRN)
    assert (await told(await desk.nina.send("POST", f"/api/v1/office/support/{number}/hand-on", json={})))["items"] == []
    nowhere = await console.pal.send("POST", f"/api/v1/console/support/{number}/hand-on", json={"school": "1"})
    assert nowhere.status_code == 404
    await told(await console.pal.send("POST", f"/api/v1/console/support/{number}/hand-on", json={"school": OTHER}))
    assert [one["number"] for one in (await told(await desk.oleg.get("/api/v1/office/support")))["items"]] == [number]


async def test_the_desks_have_pages(desk: Desk) -> None:
    hub = desk.hub
    console = await open_console(hub)
    number, mine = await asked(hub, hub.browser()), await asked(hub, hub.browser(), school=OGRN)
    assert number in await console.page("/support") and "Передать школе" in await console.page(f"/support/{number}")
    assert mine in await page(desk.nina, "/office/support") and "Передать поддержке" in await page(desk.nina, f"/office/support/{mine}")
    empty = await form(desk.nina, f"/office/support/{mine}/answer", form="1", text=" ")
    assert empty.status_code == 400
    done = await form(desk.nina, f"/office/support/{mine}/answer", form="2", text="Готово", close="1")
    assert done.headers["Location"] == "/office/support?done=answered"
    assert "закрыт" in await page(desk.nina, f"/office/support/{mine}")
    assert (await form(desk.nina, f"/office/support/{mine}/answer", form="3", text="Ещё")).status_code == 409


@pytest.mark.rule("A18")
async def test_half_a_year_after_the_last_word_nothing_is_left(hub: Hub) -> None:
    await asked(hub, hub.browser())
    (term,) = [one for one in TERMS if one.name == "support_tickets"]
    for days, left in ((179, 1), (2, 0)):
        hub.clock.go(days=days)
        await hub.deps.db.write(lambda: term.remove(now=hub.clock(), limit=10))
        assert len(await hub.rows("SELECT id FROM support_ticket")) == len(await hub.rows("SELECT id FROM support_message")) == left


@pytest.mark.feature("F128")
async def test_who_cannot_come_in_finds_the_school_by_its_city_and_is_known_there_by_class_and_name(desk: Desk) -> None:
    card = SchoolCard(ogrn=OGRN, inn="7701000001", legal_name="МБОУ города Омска «СОШ № 71»", short_name="Школа 71", zone="Asia/Omsk")
    await desk.hub.deps.db.write(lambda: schools.put_school(card, now=desk.hub.clock()))
    nobody = desk.hub.browser()
    assert 'action="/directory"' in await page(nobody, "/help")
    found = await page(nobody, f"/directory?kind=school&q={quote('Омск, школа 71')}")
    assert "Школа 71" in found and f'href="/support?school={OGRN}"' in found
    shown = await page(nobody, f"/support?school={OGRN}")
    assert 'name="class"' in shown and 'name="child"' in shown
    desk.hub.clock.go(seconds=5)
    fields = {
        "form": shown.split('name="form" value="')[1].split('"')[0],
        "school": OGRN,
        "class": "6 А",
        "child": "Пётр",
        "topic": "sign_in",
    }
    sent = await form(nobody, "/support", **ASK | fields | {"message": "Потеряла вход"})
    assert sent.status_code == 303, await sent.get_data(as_text=True)
    (line,) = (await told(await desk.nina.get(OFFICE)))["items"]
    item = await told(await desk.nina.get(f"{OFFICE}/{line['number']}"))
    assert item["messages"][0]["text"] == "Потеряла вход\n\nКласс: 6 А. Ребёнок: Пётр."
    assert (await told(await desk.oleg.get(OFFICE)))["items"] == []
