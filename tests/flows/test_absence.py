"""«Сегодня не придёт»: who may say so, where it goes, what the school answers, and what is told when nobody could be reached."""

from __future__ import annotations

import asyncio
import re
from typing import Any

import pytest

from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.absence_kit import INBOX, TODAY, listed, path, sent
from tests.flows.desk_kit import Desk, open_desk, snils
from tests.flows.family_kit import form, kinds, page, told
from tests.flows.kit import Hub, parent
from tests.flows.office_kit import OGRN, signed


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    """Petya's school works here; his diary carries no letters."""
    return await open_desk(hub)


@pytest.mark.feature("F176")
@pytest.mark.rule("A5b")
async def test_a_notice_goes_to_the_schools_inbox_and_comes_back_accepted(desk: Desk) -> None:
    ivan = await desk.father()
    made = await sent(desk)
    assert (made["state"], made["channels"], made["author"]) == ("sent", ["office"], "Анна")
    assert "absence_sent" in await kinds(ivan) and "absence_sent" not in await kinds(desk.anna)
    (line,) = (await told(await desk.nina.get(INBOX)))["items"]
    assert (line["last_name"], line["reason"], line["may"]) == ("Орлов", "Температура 39", ["accept", "reject"])
    await told(await desk.nina.send("POST", f"{INBOX}/{line['id']}/accept"))
    (seen,) = await listed(desk.anna, desk.petya)
    assert (seen["state"], seen["may_withdraw"]) == ("accepted", False)
    assert "absence_accepted" in await kinds(desk.anna) and "absence_accepted" in await kinds(ivan)
    assert (await desk.nina.send("POST", f"{INBOX}/{line['id']}/reject", json={"reason": "Нет"})).status_code == 409


async def test_a_rejected_one_tells_why(desk: Desk) -> None:
    made = await sent(desk)
    assert (await desk.nina.send("POST", f"{INBOX}/{made['id']}/reject", json={"reason": " "})).status_code == 400
    await told(await desk.nina.send("POST", f"{INBOX}/{made['id']}/reject", json={"reason": "В этот день контрольная"}))
    (seen,) = await listed(desk.anna, desk.petya)
    assert (seen["state"], seen["answer"]) == ("rejected", "В этот день контрольная")
    assert "absence_rejected" in await kinds(desk.anna)
    await sent(desk)  # the same days may be told anew


async def test_the_reason_and_the_answer_are_sealed_and_in_no_notice(desk: Desk) -> None:
    ivan = await desk.father()
    made = await sent(desk)
    await told(await desk.nina.send("POST", f"{INBOX}/{made['id']}/reject", json={"reason": "Контрольная в среду"}))
    assert "Температура" not in str(await desk.hub.rows("SELECT * FROM absence_notice"))
    assert "Контрольная" not in str(await desk.hub.rows("SELECT * FROM absence_notice"))
    texts = [one["text"] for one in (await told(await ivan.get("/api/v1/me/notices")))["items"]]
    assert texts and not any(word in text for text in texts for word in ("Температура", "Контрольная", "Орлов"))


@pytest.mark.rule("A12")
async def test_the_same_absence_is_told_once_by_whoever_and_however_often(desk: Desk) -> None:
    ivan = await desk.father()
    body = TODAY | {"form": "f1"}
    answers = await asyncio.gather(*(desk.anna.send("POST", path(desk.petya), json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 200, 201]
    again = await told(await ivan.send("POST", path(desk.petya), json={"first_day": "2026-11-18"}))
    assert again["author"] == "Анна"
    assert len(await listed(desk.anna, desk.petya)) == 1


@pytest.mark.rule("A12")
@pytest.mark.parametrize(
    "changes",
    [{"first_day": "2026-11-19"}, {"last_day": "2026-11-19"}, {"lessons": [1]}, {"reason": "Врач"}, {"kind": "other"}],
    ids=["day", "days", "lessons", "reason", "kind"],
)
async def test_another_absence_under_the_name_of_one_that_was_told_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    first = await sent(desk, form="f1")
    other = await desk.anna.send("POST", path(desk.petya), json=TODAY | changes | {"form": "f1"})
    assert (other.status_code, (await other.get_json())["type"]) == (422, "/problems/repeat_other")
    again = await told(await desk.anna.send("POST", path(desk.petya), json=TODAY | {"form": "f1"}))
    assert (again["id"], len(await listed(desk.anna, desk.petya))) == (first["id"], 1)


async def test_a_step_back_and_another_day_keep_the_form_and_go_by_the_next_press(desk: Desk) -> None:
    address, typed = f"/children/{desk.petya}/absence", {"form": "f1", "reason": "Врач"}
    await form(desk.anna, address, first_day="2026-11-18", **typed)
    answer = await form(desk.anna, address, first_day="2026-11-19", **typed)
    text = str(await answer.get_data(as_text=True))
    assert (answer.status_code, 'value="2026-11-19"' in text, 'value="Врач"' in text) == (422, True, True)
    assert "Это ещё не ушло" in text and 'value="f1"' not in text
    named = re.findall(r'name="form" value="([^"]+)"', text)[-1]
    assert (await form(desk.anna, address, first_day="2026-11-19", **typed | {"form": named})).status_code == 303
    assert [one["first_day"] for one in await listed(desk.anna, desk.petya)] == ["2026-11-19", "2026-11-18"]


async def test_a_step_back_to_what_was_withdrawn_is_not_called_told(desk: Desk) -> None:
    address, typed = f"/children/{desk.petya}/absence", {"form": "f1", "first_day": "2026-11-18"}
    await form(desk.anna, address, **typed)
    (made,) = await listed(desk.anna, desk.petya)
    assert (await form(desk.anna, address, **typed)).headers["Location"].endswith("done=known")
    await form(desk.anna, f"{address}/{made['id']}/withdraw")
    again = await form(desk.anna, address, **typed)
    assert "больше не действует" in await page(desk.anna, again.headers["Location"])
    await form(desk.anna, address, **typed | {"form": "f2"})
    assert [one["state"] for one in await listed(desk.anna, desk.petya)].count("sent") == 1


async def test_lessons_of_one_day_are_another_absence_than_the_day(desk: Desk) -> None:
    await sent(desk)
    made = await sent(desk, lessons=[6, 5, 5])
    assert made["lessons"] == [5, 6]


@pytest.mark.parametrize(
    "changes",
    [
        {"first_day": "2026-11-17"}, {"first_day": "2026-11-20", "last_day": "2026-11-19"}, {"last_day": "2027-03-01"},
        {"first_day": "2027-06-01"}, {"last_day": "2026-11-19", "lessons": [1]}, {"lessons": [13]}, {"lessons": [-1]},
        {"kind": "lazy"}, {"reason": "я" * 501}, {"form": "f" * 201}, {"first_day": "завтра"},
    ],
)  # fmt: skip
async def test_what_cannot_be_is_refused(desk: Desk, changes: dict[str, Any]) -> None:
    assert (await desk.anna.send("POST", path(desk.petya), json=TODAY | changes)).status_code == 400
    assert await listed(desk.anna, desk.petya) == []


async def test_today_is_the_schools_day(desk: Desk) -> None:
    desk.hub.clock.go(hours=9.5)  # 18:30 in Greenwich, past midnight in Omsk
    assert (await told(await desk.anna.get(path(desk.petya))))["today"] == "2026-11-19"
    assert (await desk.anna.send("POST", path(desk.petya), json=TODAY)).status_code == 400
    await sent(desk, first_day="2026-11-19")


@pytest.mark.parametrize(
    ("hours", "day"), [(0, "2026-11-18"), (3.5, "2026-11-19"), (75.5, "2026-11-23"), (90, "2026-11-23")],
    ids=["a morning", "an evening", "a Saturday evening", "a Sunday"],
)  # fmt: skip
async def test_the_form_begins_with_the_next_day_that_has_lessons(desk: Desk, hours: float, day: str) -> None:
    desk.hub.clock.go(hours=hours)
    fresh = await signed(desk.hub, "anna")
    assert (await told(await fresh.get(path(desk.petya))))["day"] == day


async def test_it_is_withdrawn_before_the_school_takes_it_and_not_after(desk: Desk) -> None:
    ivan = await desk.father()
    made = await sent(desk)
    for _ in range(2):
        assert (await told(await ivan.send("POST", f"{path(desk.petya)}/{made['id']}/withdraw")))["state"] == "withdrawn"
    assert "absence_withdrawn" in await kinds(desk.anna)
    assert (await told(await desk.nina.get(INBOX)))["items"] == []
    assert (await desk.nina.send("POST", f"{INBOX}/{made['id']}/accept")).status_code == 409
    other = await sent(desk)
    await told(await desk.nina.send("POST", f"{INBOX}/{other['id']}/accept"))
    assert (await desk.anna.send("POST", f"{path(desk.petya)}/{other['id']}/withdraw")).status_code == 403


@pytest.mark.rule("B5")
@pytest.mark.rule("B6")
async def test_who_decides_for_whom(desk: Desk) -> None:
    made = await sent(desk)
    oleg = await desk.oleg.send("POST", f"{INBOX}/{made['id']}/accept")
    nobody = await desk.oleg.send("POST", f"{INBOX}/nothing/accept")
    assert (oleg.status_code, nobody.status_code) == (404, 404)
    assert (await told(await desk.oleg.get(INBOX)))["items"] == []
    assert (await desk.anna.get(INBOX)).status_code == 403
    assert (await desk.anna.send("POST", f"{INBOX}/{made['id']}/accept")).status_code == 403
    vera = await signed(desk.hub, "vera")
    assert (await vera.get(INBOX)).status_code == 403


@pytest.mark.rule("B5")
async def test_an_officers_own_child_is_decided_by_another(desk: Desk) -> None:
    hub, now = desk.hub, desk.hub.clock()
    anna = parent()
    assert anna.snils
    card = OfficerCard(school=OGRN, role="school_admin", snils=anna.snils.digits, names=("Орлова", "Анна", ""))
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [card], now=now))
    made = await sent(desk)
    (line,) = (await told(await desk.anna.get(INBOX)))["items"]
    assert (line["may"], line["blocked"]) == ([], "own_family")
    assert (await desk.anna.send("POST", f"{INBOX}/{made['id']}/accept")).status_code == 403
    await told(await desk.rita.send("POST", f"{INBOX}/{made['id']}/accept"))


@pytest.mark.rule("B6")
@pytest.mark.parametrize(("klass", "sees"), [("6А", 1), ("6Б", 0), ("", 0)])
async def test_a_class_teacher_sees_the_own_class_alone(desk: Desk, klass: str, sees: int) -> None:
    hub, now, who = desk.hub, desk.hub.clock(), snils(155000020)
    card = OfficerCard(school=OGRN, role="class_teacher", snils=who.digits, names=("Котов", "Лев", ""), class_name=klass)
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [card], now=now))
    hub.esia.claims["lev"] = parent("of lev", last_name="Котов", first_name="Лев", snils=who, children=())
    lev = await signed(hub, "lev")
    made = await sent(desk)
    assert len((await told(await lev.get(INBOX)))["items"]) == sees
    answer = await lev.send("POST", f"{INBOX}/{made['id']}/accept")
    assert answer.status_code == (200 if sees else 404)
    assert (await lev.get("/api/v1/office/reviews")).status_code == 403
    assert (await lev.get("/office", Accept="text/html")).headers["Location"] == "/office/classes"
    shown = await page(lev, "/office/absences")
    assert ("Отсутствие: 6А" in shown) == (klass == "6А") and "Загрузить список" not in shown
    assert ("попросите администратора" in shown) == (klass == "")


@pytest.mark.rule("A13")
async def test_the_family_sees_that_the_school_looked_and_decided(desk: Desk) -> None:
    made = await sent(desk)
    await desk.nina.get(INBOX)
    await desk.nina.send("POST", f"{INBOX}/{made['id']}/accept")
    log = (await told(await desk.anna.get(f"/api/v1/children/{desk.petya}/access-log")))["items"]
    found = {entry["action"]: entry for entry in log}
    assert {"absence.sent", "office.absences", "absence.accepted"} <= set(found)
    assert "Администратор школы" in str(found["absence.accepted"])


@pytest.mark.security("3")
async def test_a_notice_needs_our_own_page(desk: Desk) -> None:
    assert (await desk.anna.send("POST", path(desk.petya), json=TODAY, csrf="wrong")).status_code == 403
    assert (await desk.anna.send("POST", path(desk.petya), json=TODAY, origin="https://evil.test")).status_code == 403
    assert await listed(desk.anna, desk.petya) == []


async def test_pages_send_in_two_taps_and_the_office_answers(desk: Desk) -> None:
    own = f"/children/{desk.petya}/absence"
    first = await page(desk.anna, own)
    assert "Сегодня не придёт: ср, 18 ноября" in first and 'name="lesson"' not in first
    went = await form(desk.anna, own, form="f1", first_day="2026-11-18")
    assert (went.status_code, went.headers["Location"]) == (303, f"{own}?done=sent")
    after = await page(desk.anna, went.headers["Location"])
    assert "Отозвать" in after and "об этом дне уже сообщили" in after and "Сегодня не придёт" not in after
    again = await form(desk.anna, own, form="f1", first_day="2026-11-18")
    assert again.headers["Location"] == f"{own}?done=known"
    wrong = await form(desk.anna, own, form="f2", first_day="2026-11-17", reason="Были у врача", kind="doctor")
    text = str(await wrong.get_data(as_text=True))
    assert wrong.status_code == 400 and "уже прошёл" in text and "Были у врача" in text and 'value="doctor" selected' in text
    inbox = await page(desk.nina, "/office/absences")
    assert "Орлов Пётр" in inbox and "Принять" in inbox and "сегодня" in inbox
    (line,) = (await told(await desk.nina.get(INBOX)))["items"]
    blank = await form(desk.nina, f"/office/absences/{line['id']}/reject", reason="")
    assert blank.status_code == 400
    done = await form(desk.nina, f"/office/absences/{line['id']}/accept")
    assert done.headers["Location"] == "/office/absences?done=accepted"
    assert "Уже решено" in await page(desk.nina, done.headers["Location"])
    assert "школа приняла" in await page(desk.anna, own)


@pytest.mark.rule("A5b")
async def test_the_own_words_go_into_the_export_and_are_gone_with_the_cabinet(desk: Desk) -> None:
    ivan = await desk.father()
    await sent(desk)
    mine = await told(await desk.anna.get("/export/mine.json"))
    assert [(one["reason"], one["state"]) for one in mine["absences"]] == [("Температура 39", "sent")]
    his = await told(await ivan.get("/export/mine.json"))
    assert his["absences"] == []
    answer = await desk.anna.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"})
    assert answer.status_code in (200, 204), await answer.get_data(as_text=True)
    assert await listed(ivan, desk.petya) == []


@pytest.mark.rule("A5a")
async def test_a_restricted_guardian_neither_tells_nor_reads(desk: Desk) -> None:
    ivan = await desk.father()
    made = await sent(desk)
    await desk.restrict(await desk.person(ivan))
    again = await signed(desk.hub, "ivan")
    for turn in ("", f"/{made['id']}/withdraw", f"/{made['id']}/retry"):
        assert (await again.send("POST", path(desk.petya) + turn, json=TODAY)).status_code == 404
    assert (await again.get(path(desk.petya))).status_code == 404
    assert (await again.get(f"/api/v1/children/{desk.petya}/messages")).status_code == 404
    other = await sent(desk, first_day="2026-11-19")
    assert "19 ноября" not in str(await told(await again.get("/api/v1/me/notices"))), other["id"]


async def test_a_lesson_without_any_number_of_ours_is_none_that_was_chosen(desk: Desk) -> None:
    own = f"/children/{desk.petya}/absence"
    went = await form(desk.anna, own, form="f9", first_day="2026-11-18", lesson="9" * 5000)
    assert went.status_code == 303
