"""«Сегодня не придёт»: who may say so, where it goes, what the school answers, and what is told when nobody could be reached."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from connectors.kit.errors import Rejected, TimedOut, Unavailable
from hub.store import schools
from hub.store.schools import OfficerCard
from hub.worker.jobs import jobs
from tests.flows.desk_kit import Desk, open_desk, snils
from tests.flows.family_kit import form, kinds, page, parents, relative, told
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import OGRN, signed
from tests.flows.written_kit import OTHER, FakeMail, with_mail

TODAY = {"first_day": "2026-11-18", "kind": "ill", "reason": "Температура 39"}
INBOX = "/api/v1/office/absences"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    """Petya's school works here; his diary carries no letters."""
    return await open_desk(hub)


@pytest.fixture
def mail(hub: Hub) -> FakeMail:
    return with_mail(hub)


def path(child: str) -> str:
    return f"/api/v1/children/{child}/absences"


async def sent(desk: Desk, browser: Browser | None = None, **changes: Any) -> dict[str, Any]:
    found: dict[str, Any] = await told(await (browser or desk.anna).send("POST", path(desk.petya), json=TODAY | changes), 201)
    return found


async def listed(browser: Browser, child: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = (await told(await browser.get(path(child))))["items"]
    return items


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
    assert (await lev.get("/office", Accept="text/html")).headers["Location"] == "/office/absences"
    shown = await page(lev, "/office/absences")
    assert ("Отсутствие: 6А" in shown) == (klass == "6А") and "Импорт" not in shown
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


async def test_the_letter_reaches_the_class_teacher_where_there_is_no_office(hub: Hub, mail: FakeMail) -> None:
    anna, _, child = await parents(hub)
    made = await told(await anna.send("POST", path(child), json=TODAY), 201)
    assert (made["state"], made["channels"], made["letter"]) == ("sent", ["letter"], "sent")
    (letter,) = mail.sent
    assert letter.recipients == ("t1",)
    assert "18 ноября" in letter.subject and "Температура 39" in letter.text and "Пётр Орлов" in letter.text
    await told(await anna.send("POST", f"{path(child)}/{made['id']}/withdraw"))
    assert "Отмена" in mail.sent[1].subject and "Температура" not in mail.sent[1].text


async def test_a_silent_diary_leaves_a_draft_that_goes_later(hub: Hub, mail: FakeMail) -> None:
    anna, boris, child = await parents(hub)
    mail.fails = Unavailable("dnevnik", "down")
    made = await told(await anna.send("POST", path(child), json=TODAY), 201)
    assert (made["state"], made["letter"], made["may_retry"], made["channels"]) == ("draft", "failed", True, [])
    assert "absence_sent" not in await kinds(boris)
    mail.fails = None
    made = await told(await anna.send("POST", f"{path(child)}/{made['id']}/retry"))
    assert (made["state"], made["letter"]) == ("sent", "sent")
    assert "absence_sent" in await kinds(boris)
    assert (await told(await anna.send("POST", f"{path(child)}/{made['id']}/retry")))["letter"] == "sent"
    assert len(mail.sent) == 1


async def test_an_unknown_outcome_is_told_as_such(hub: Hub, mail: FakeMail) -> None:
    anna, _, child = await parents(hub)
    mail.sends_fail = TimedOut("dnevnik", "30 s")
    made = await told(await anna.send("POST", path(child), json=TODAY), 201)
    assert (made["state"], made["letter"], made["may_retry"]) == ("sent", "unknown", True)
    assert "могло уйти" in await page(anna, f"/children/{child}/absence")


async def test_where_nobody_can_be_reached_it_says_so(hub: Hub, mail: FakeMail) -> None:
    anna, boris, child = await parents(hub)
    mail.people = (OTHER,)
    made = await told(await anna.send("POST", path(child), json=TODAY), 201)
    assert (made["state"], made["letter"]) == ("draft", None)
    assert "Позвоните классному руководителю" in await page(anna, f"/children/{child}/absence")
    alone = await page(boris, f"/children/{child}/absence")
    assert "Отсюда школе не передать" in alone


@pytest.mark.rule("A5b")
async def test_who_may_not_tell_the_school(hub: Hub, mail: FakeMail) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    foreign = await galina.send("POST", path(child), json=TODAY)
    nobody = await galina.send("POST", path("nobody"), json=TODAY)
    assert (foreign.status_code, nobody.status_code) == (404, 404)
    assert (await galina.get(path(child))).status_code == 404
    made = await told(await anna.send("POST", path(child), json=TODAY), 201)
    for turn in ("withdraw", "retry"):
        assert (await anna.send("POST", f"{path(child)}/nothing/{turn}")).status_code == 404
        assert (await galina.send("POST", f"{path(child)}/{made['id']}/{turn}")).status_code == 404
    assert (await hub.browser().get(path(child))).status_code == 401


@pytest.mark.rule("A6")
async def test_a_pupil_under_18_sees_the_days_without_the_reason_and_sends_nothing(hub: Hub, mail: FakeMail) -> None:
    born = date(2011, 5, 6)
    anna, _, child = await parents(hub, born=born)
    await told(await anna.send("POST", path(child), json=TODAY), 201)
    found = kid(1, "Пётр", born=born)
    hub.esia.claims["petya"] = parent(
        "of petya", last_name="Орлов", first_name="Пётр", middle_name="", birth_date=born, snils=found.snils, children=()
    )
    petya = hub.browser()
    me = await petya.sign_in("petya")
    assert me["person"]["id"] == child
    seen = await told(await petya.get(path(child)))
    assert (seen["may_send"], seen["items"][0]["reason"], seen["items"][0]["state"]) == (False, None, "sent")
    assert (await petya.send("POST", path(child), json={"first_day": "2026-11-19"})).status_code == 403
    assert "absence_sent" in await kinds(petya)
    assert "два нажатия" in await page(petya, f"/children/{child}/absence")


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


@pytest.mark.rule("A18")
async def test_notices_and_drafts_have_their_terms(hub: Hub, mail: FakeMail) -> None:
    anna, _, child = await parents(hub)
    await told(await anna.send("POST", path(child), json=TODAY), 201)
    mail.sends_fail = Rejected("dnevnik", "closed")
    letter = {"subject": "а", "text": "б", "recipients": ["t1"]}
    assert (await anna.send("POST", f"/api/v1/children/{child}/messages", json=letter)).status_code == 422

    async def left(days: float) -> tuple[int, int]:
        hub.clock.go(days=days)
        for job in jobs(hub.deps):
            if job.name in ("letters", "absence_notices"):
                await job.batch()
        return len(await hub.rows("SELECT 1 FROM letter")), len(await hub.rows("SELECT 1 FROM absence_notice"))

    assert [await left(6.9), await left(0.2), await left(357), await left(2)] == [(1, 1), (0, 1), (0, 1), (0, 0)]
