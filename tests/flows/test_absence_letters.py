"""A notice of absence as a letter to the class teacher; who may send one, who reads it, and how long it is kept."""

from __future__ import annotations

from datetime import date

import pytest

from connectors.kit.errors import Rejected, TimedOut, Unavailable
from hub.worker.jobs import jobs
from tests.flows.absence_kit import TODAY, path
from tests.flows.family_kit import kinds, page, parents, relative, told
from tests.flows.kit import Hub, kid, parent
from tests.flows.written_kit import OTHER, FakeMail, with_mail


@pytest.fixture
def mail(hub: Hub) -> FakeMail:
    return with_mail(hub)


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
