"""Appeals to the school: written once, answered in time by who may, told both ways, kept in two journals."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.desk_kit import Desk, open_desk, put_on_card, snils
from tests.flows.family_kit import form, kinds, page, relative, told
from tests.flows.kit import Browser, Hub, kid, mark, parent
from tests.flows.office_kit import OGRN, signed

MINE, DESK = "/api/v1/appeals", "/api/v1/office/appeals"
TEXT = "17 ноября списали за обед, но Петя болел"


REFUSED: list[dict[str, Any]] = [
        {"kind": "gossip"}, {"text": " "}, {"text": "\u0000\u200b"}, {"text": "я" * 2001}, {"form": "f" * 201}, {"about": {"href": "https://evil.example"}},
        {"about": {"kind": "gossip", "id": "1"}}, {"about": {"href": "/children/other/diary"}},
    ]  # fmt: skip


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def sent(desk: Desk, browser: Browser | None = None, **changes: Any) -> dict[str, Any]:
    body = {"child": desk.petya, "kind": "debit", "text": TEXT} | changes
    found: dict[str, Any] = await told(await (browser or desk.anna).send("POST", MINE, json=body), 201)
    return found


async def teacher(desk: Desk, klass: str) -> Browser:
    number, now = snils(199000005), desk.hub.clock()
    cards = [OfficerCard(school=OGRN, role="class_teacher", snils=number.digits, names=("Зорина", "Ольга", ""), class_name=klass)]
    await desk.hub.deps.db.write(lambda: schools.put_officers(desk.hub.deps.keys, cards, now=now))
    desk.hub.esia.claims["olga"] = parent("of olga", last_name="Зорина", first_name="Ольга", snils=number, children=())
    return await signed(desk.hub, "olga")


@pytest.mark.feature("F106")
@pytest.mark.feature("F112")
async def test_an_appeal_is_taken_answered_written_on_and_closed_and_each_step_is_told(desk: Desk) -> None:
    made = await sent(desk, about={"kind": "debit", "id": "tx-1", "title": "Обед, 106,50 ₽", "href": f"/children/{desk.petya}/meals"})
    assert (made["state"], made["school"], made["due_at"]) == ("sent", "Школа 5", "2026-11-23T17:59:00Z")
    assert "appeal_sent" in await kinds(desk.nina) and "appeal_sent" in await kinds(desk.rita)
    (line,) = (await told(await desk.nina.get(DESK)))["items"]
    assert (line["last_name"], line["about"]["title"], line["may"]) == ("Орлов", "Обед, 106,50 ₽", ["take", "answer"])
    assert (await told(await desk.nina.send("POST", f"{DESK}/{made['id']}/take")))["state"] == "taken"
    assert (await desk.rita.send("POST", f"{DESK}/{made['id']}/take")).status_code == 409
    desk.hub.clock.go(minutes=1)
    await told(await desk.nina.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Вернули 106,50 ₽"}))
    assert {"appeal_answered", "appeal_taken"} <= set(await kinds(desk.anna))
    seen = await told(await desk.anna.get(f"{MINE}/{made['id']}"))
    assert (seen["state"], seen["messages"][1]["side"], seen["may_close"]) == ("answered", "school", True)
    again = await told(await desk.anna.send("POST", f"{MINE}/{made['id']}/messages", json={"text": "Не вижу возврата"}))
    assert (again["state"], len(again["messages"])) == ("sent", 3) and "appeal_replied" in await kinds(desk.nina)
    assert (await desk.anna.send("POST", f"{MINE}/{made['id']}/close")).status_code == 409
    await told(await desk.rita.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Придёт завтра"}))
    for _ in range(2):
        assert (await told(await desk.anna.send("POST", f"{MINE}/{made['id']}/close")))["state"] == "closed"
    assert (await desk.anna.send("POST", f"{MINE}/{made['id']}/messages", json={"text": "Ещё"})).status_code == 409
    assert (await desk.nina.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Ещё"})).status_code == 409


@pytest.mark.feature("F112")
async def test_both_journals_show_what_is_open_and_what_was(desk: Desk) -> None:
    first, second = await sent(desk), await sent(desk, kind="meal", text="Холодный суп")
    assert {one["id"] for one in (await told(await desk.anna.get(MINE)))["items"]} == {first["id"], second["id"]}
    await told(await desk.anna.send("POST", f"{MINE}/{first['id']}/withdraw"))
    assert [one["kind"] for one in (await told(await desk.nina.get(DESK)))["items"]] == ["meal"]
    assert [one["id"] for one in (await told(await desk.nina.get(f"{DESK}?state=withdrawn")))["items"]] == [first["id"]]
    assert (await told(await desk.nina.get(f"{DESK}?kind=debit")))["items"] == []
    assert len((await told(await desk.nina.get(f"{DESK}?class=6%D0%90")))["items"]) == 1
    assert [one["state"] for one in (await told(await desk.anna.get(f"{MINE}?state=withdrawn")))["items"]] == ["withdrawn"]


@pytest.mark.rule("A12")
async def test_the_same_form_in_parallel_is_one_appeal(desk: Desk) -> None:
    body = {"child": desk.petya, "kind": "debit", "text": TEXT, "form": "f1"}
    answers = await asyncio.gather(*(desk.anna.send("POST", MINE, json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    assert len((await told(await desk.anna.get(MINE)))["items"]) == 1
    assert (await kinds(desk.nina)).count("appeal_sent") == 1


@pytest.mark.rule("A12")
async def test_the_same_answer_twice_is_said_once(desk: Desk) -> None:
    made = await sent(desk)
    for _ in range(2):
        await told(await desk.nina.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Вернули", "form": "a1"}))
    assert len((await told(await desk.anna.get(f"{MINE}/{made['id']}")))["messages"]) == 2
    assert (await kinds(desk.anna)).count("appeal_answered") == 1


async def test_what_cannot_be_is_refused(desk: Desk) -> None:
    for changes in REFUSED:
        answer = await desk.anna.send("POST", MINE, json={"child": desk.petya, "kind": "debit", "text": TEXT} | changes)
        assert answer.status_code == 400, changes
    assert (await told(await desk.anna.get(MINE)))["items"] == []


@pytest.mark.rule("B6")
@pytest.mark.rule("A5")
async def test_who_may_write_and_read(desk: Desk) -> None:
    made, stranger, ivan = await sent(desk), await relative(desk.hub), await desk.father()
    body = {"child": desk.petya, "kind": "debit", "text": TEXT}
    assert (await stranger.send("POST", MINE, json=body)).status_code == 404
    assert (await stranger.send("POST", MINE, json=body | {"child": "nobody"})).status_code == 404
    for browser in (stranger, ivan, desk.nina):
        assert [(await browser.get(f"{MINE}/{id_}")).status_code for id_ in (made["id"], "nothing")] == [404, 404]
        assert (await browser.send("POST", f"{MINE}/{made['id']}/messages", json={"text": "Я"})).status_code == 404
        assert (await browser.send("POST", f"{MINE}/{made['id']}/withdraw")).status_code == 404
    assert (await told(await ivan.get(MINE)))["items"] == []
    await sent(desk, ivan, text="И ещё одно")


@pytest.mark.rule("A5a")
async def test_who_was_restricted_reads_and_writes_nothing_more(desk: Desk) -> None:
    ivan = await desk.father()
    made = await sent(desk, ivan)
    await desk.restrict(await desk.person(ivan))
    again = await signed(desk.hub, "ivan")
    assert (await again.get(f"{MINE}/{made['id']}")).status_code == 404
    assert (await told(await again.get(MINE)))["items"] == []
    assert (await again.send("POST", MINE, json={"child": desk.petya, "kind": "debit", "text": TEXT})).status_code == 404


@pytest.mark.rule("A6")
@pytest.mark.parametrize(("born", "status"), [(date(2012, 11, 18), 201), (date(2012, 11, 19), 403)], ids=["14 today", "14 tomorrow"])
async def test_a_pupil_writes_from_14_on(desk: Desk, born: date, status: int) -> None:
    grown = replace(kid(1, "Лев", born=born), snils=snils(199000007))
    pupil = await put_on_card(desk.hub, grown)
    desk.hub.esia.claims["lev"] = parent(
        "of lev", last_name="Орлов", first_name="Лев", middle_name="", birth_date=born, snils=grown.snils, children=()
    )
    lev = await signed(desk.hub, "lev")
    assert (await lev.me())["person"]["id"] == pupil
    answer = await lev.send("POST", MINE, json={"child": pupil, "kind": "mark", "text": "Оценка не за мою работу"})
    assert answer.status_code == status


@pytest.mark.rule("B6")
@pytest.mark.parametrize(("klass", "sees"), [("6А", 1), ("6Б", 0), ("", 0)])
async def test_a_class_teacher_answers_the_own_class_alone(desk: Desk, klass: str, sees: int) -> None:
    olga = await teacher(desk, klass)
    made = await sent(desk, kind="mark")
    assert len((await told(await olga.get(DESK)))["items"]) == sees
    answered = await olga.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Исправлю"})
    assert answered.status_code == (200 if sees else 404)
    assert ("appeal_sent" in await kinds(olga)) == bool(sees)


@pytest.mark.rule("B5")
@pytest.mark.rule("B6")
async def test_another_school_sees_nothing_and_nobody_answers_his_own(desk: Desk) -> None:
    made = await sent(desk)
    for id_ in (made["id"], "nothing"):
        assert (await desk.oleg.get(f"{DESK}/{id_}")).status_code == 404
        assert (await desk.oleg.send("POST", f"{DESK}/{id_}/answer", json={"text": "Да"})).status_code == 404
    assert (await desk.anna.get(DESK)).status_code == 403
    assert (await (await signed(desk.hub, "vera")).get(DESK)).status_code == 403
    anna = parent()
    assert anna.snils
    card = OfficerCard(school=OGRN, role="school_admin", snils=anna.snils.digits, names=("Орлова", "Анна", ""))
    await desk.hub.deps.db.write(lambda: schools.put_officers(desk.hub.deps.keys, [card], now=desk.hub.clock()))
    (line,) = (await told(await desk.anna.get(DESK)))["items"]
    assert (line["may"], line["blocked"]) == ([], "own_family")
    for act in ("take", "answer"):
        assert (await desk.anna.send("POST", f"{DESK}/{made['id']}/{act}", json={"text": "Да"})).status_code == 403


@pytest.mark.rule("A13")
async def test_the_family_sees_that_the_school_looked_and_answered(desk: Desk) -> None:
    made = await sent(desk)
    await told(await desk.nina.get(f"{DESK}/{made['id']}"))
    await told(await desk.nina.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Вернули"}))
    log = await told(await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log"))
    assert "appeal.sent" in str(log) and "appeal.answered" in str(log) and "office.appeals" in str(log)


async def test_an_appeal_is_withdrawn_before_the_answer_and_not_after(desk: Desk) -> None:
    one, other = await sent(desk), await sent(desk)
    for _ in range(2):
        assert (await told(await desk.anna.send("POST", f"{MINE}/{one['id']}/withdraw")))["state"] == "withdrawn"
    assert (await desk.nina.send("POST", f"{DESK}/{one['id']}/answer", json={"text": "Поздно"})).status_code == 409
    await told(await desk.nina.send("POST", f"{DESK}/{other['id']}/answer", json={"text": "Вернули"}))
    assert (await desk.anna.send("POST", f"{MINE}/{other['id']}/withdraw")).status_code == 409


async def test_a_term_that_ran_out_is_told_once_to_both_and_marked(desk: Desk) -> None:
    made = await sent(desk)
    desk.hub.clock.go(days=7)
    anna, nina = await signed(desk.hub, "anna"), await signed(desk.hub, "nina")
    for _ in range(2):
        await desk.work("appeals_overdue")
    assert [(await kinds(one)).count("appeal_overdue") for one in (anna, nina)] == [1, 1]
    assert (await told(await anna.get(f"{MINE}/{made['id']}")))["overdue"] is True
    await told(await nina.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Простите"}))
    assert (await told(await anna.get(f"{MINE}/{made['id']}")))["overdue"] is False
    await told(await anna.send("POST", f"{MINE}/{made['id']}/messages", json={"text": "Всё ещё нет"}))
    desk.hub.clock.go(days=7)
    await desk.work("appeals_overdue")
    assert (await kinds(await signed(desk.hub, "anna"))).count("appeal_overdue") == 2


async def test_what_was_written_lies_sealed_without_numbers_that_nobody_asked_for(desk: Desk) -> None:
    made = await sent(desk, text=f"{TEXT}, СНИЛС 112-233-445 95", about={"title": "Обед, 106,50 ₽"})
    stored = str(await desk.hub.rows("SELECT * FROM appeal")) + str(await desk.hub.rows("SELECT * FROM appeal_message"))
    assert "обед" not in stored.lower() and "болел" not in stored
    assert "***-***-*** 95" in made["messages"][0]["text"]
    texts = [one["text"] for browser in (desk.nina, desk.anna) for one in (await told(await browser.get("/api/v1/me/notices")))["items"]]
    assert not any("Орлов" in text or "обед" in text for text in texts)


async def test_a_forged_form_writes_nothing(desk: Desk) -> None:
    made, body = await sent(desk), {"child": desk.petya, "kind": "debit", "text": TEXT}
    assert (await desk.anna.send("POST", MINE, json=body, csrf="wrong")).status_code == 403
    assert (await desk.anna.send("POST", MINE, json=body, origin="https://evil.example")).status_code == 403
    assert (await desk.hub.browser().send("POST", MINE, json=body)).status_code == 401
    assert (await desk.nina.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Да"}, csrf="wrong")).status_code == 403


async def test_a_child_whose_school_is_not_here_is_told_whom_to_call(hub: Hub) -> None:
    anna = await signed(hub, "anna")
    child = str((await anna.me())["children"][0]["id"])
    assert (await anna.send("POST", MINE, json={"child": child, "kind": "debit", "text": TEXT})).status_code == 403
    assert "Кого спросить" in await page(anna, f"/children/{child}/appeals")


async def test_the_pages_carry_the_whole_talk(desk: Desk) -> None:
    begun = await page(desk.anna, f"/children/{desk.petya}/appeals?kind=debit&about_title=%D0%9E%D0%B1%D0%B5%D0%B4&about_id=tx")
    assert "О записи:</strong> Обед" in begun
    wrong = await form(desk.anna, f"/children/{desk.petya}/appeals", form="f1", kind="debit", text=" ")
    assert wrong.status_code == 400
    made = await form(desk.anna, f"/children/{desk.petya}/appeals", form="f1", kind="debit", text=TEXT)
    path = made.headers["Location"].partition("?")[0]
    id_ = path.rpartition("/")[2]
    assert "Отозвать" in await page(desk.anna, path) and "Списание" in await page(desk.anna, "/appeals")
    assert TEXT in await page(desk.nina, f"/office/appeals/{id_}") and "Орлов" in await page(desk.nina, "/office/appeals")
    assert (await form(desk.nina, f"/office/appeals/{id_}/take")).status_code == 303
    assert (await form(desk.rita, f"/office/appeals/{id_}/take")).status_code == 409
    assert (await form(desk.nina, f"/office/appeals/{id_}/answer", form="a", text="")).status_code == 400
    done = await form(desk.nina, f"/office/appeals/{id_}/answer", form="a", text="Вернули")
    assert done.headers["Location"] == "/office/appeals?done=answered"
    assert "Вернули" in await page(desk.anna, path) and "Школа ответила на обращение" in await page(desk.anna, "/")
    assert (await form(desk.anna, f"{path}/withdraw")).status_code == 409
    assert (await form(desk.anna, f"{path}/messages", form="m", text="Спасибо")).status_code == 303
    await form(desk.nina, f"/office/appeals/{id_}/answer", form="b", text="Пожалуйста")
    assert (await form(desk.anna, f"{path}/close")).status_code == 303


async def test_what_waits_stands_on_the_desks_first_page(desk: Desk) -> None:
    await sent(desk)
    shown = await page(desk.nina, "/office")
    assert 'href="/office/appeals">1</a>' in shown and 'href="/office/support">0</a>' in shown


@pytest.mark.rule("A14")
async def test_the_own_appeals_are_exported_and_leave_with_their_author(desk: Desk) -> None:
    made, ivan = await sent(desk), await desk.father()
    other = await sent(desk, ivan, text="Мой вопрос")
    await told(await desk.nina.send("POST", f"{DESK}/{made['id']}/answer", json={"text": "Вернули"}))
    mine = await told(await (await signed(desk.hub, "anna")).get("/export/mine.json"))
    (talk,) = mine["talks"]
    assert sorted((one["mine"], one["text"]) for one in talk["messages"]) == [(False, "Вернули"), (True, TEXT)]
    leaving = await signed(desk.hub, "anna")
    assert (await leaving.send("POST", "/api/v1/me/leave", json={"confirm": "удалить"})).status_code == 204
    assert await desk.hub.rows("SELECT id FROM appeal") == [(other["id"],)]


@pytest.mark.feature("F106")
async def test_a_marks_card_leads_to_an_appeal_about_it(hub: Hub) -> None:
    desk = await open_desk(hub)
    hub.diary.marks = [mark(date(2026, 11, 17), "3", id_="m1")]
    await desk.anna.link()
    await desk.anna.me()
    found = await told(await desk.anna.get(f"/api/v1/children/{desk.petya}/marks?from=2026-11-16&to=2026-11-22"))
    card = await page(desk.anna, f"/children/{desk.petya}/marks/2026-11-17/{found['items'][0]['id']}")
    assert "Спросить школу об оценке" in card and 'value="Алгебра: 3, вт, 17 ноября"' in card
