"""Letters of a diary: read where they lie, written once, told honestly, and only the account's owner's."""

from __future__ import annotations

import asyncio
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.kit.errors import AccessDenied, ConnectorError, RateLimited, Rejected, TimedOut, Unavailable
from hub.store.written import letters
from hub.store.written.letters import Written
from tests.flows.family_kit import form, kinds, page, relative, told
from tests.flows.kit import Browser, Hub
from tests.flows.written_kit import TYPED, FakeMail, letters_of, with_mail


@pytest.fixture
def mail(hub: Hub) -> FakeMail:
    return with_mail(hub)


@pytest.fixture
async def family(hub: Hub, mail: FakeMail) -> tuple[Browser, Browser, str]:
    return await letters_of(hub)


@pytest.mark.feature("F171")
@pytest.mark.rule("C3")
async def test_a_folder_is_listed_and_a_letter_read_only_when_it_is_opened(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    first = await told(await anna.get(path))
    assert [one["subject"] for one in first["items"]] == ["Письмо 0", "Письмо 1"]
    assert all(one["unread"] for one in first["items"])
    second = await told(await anna.get(f"{path}?cursor={first['next']}"))
    assert ([one["subject"] for one in second["items"]], second["next"]) == (["Письмо 2"], None)
    assert mail.opened == []
    opened = await told(await anna.get(f"{path}/{first['items'][1]['id']}"))
    assert (opened["text"], opened["may_reply"], mail.opened) == ("<b>Собрание</b> в 18:30", True, ["m1"])
    assert [one["unread"] for one in (await told(await anna.get(path)))["items"]] == [True, False]


@pytest.mark.feature("F204")
async def test_a_letter_is_sent_once_however_often_the_form_comes(hub: Hub, mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    people = await told(await anna.get(f"{path}/recipients"))
    assert [one["is_class_teacher"] for one in people["items"]] == [True, False]
    body = TYPED | {"form": people["form"]}
    answers = await asyncio.gather(*(anna.send("POST", path, json=body) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {201}
    assert [(one.subject, one.text, one.recipients) for one in mail.sent] == [("Вопрос", "Нужна ли форма?", ("t1",))]
    ((id_, state, stored),) = await hub.rows("SELECT id, state, body FROM letter")
    left = hub.deps.keys.open("letter", "body", id_, stored)
    assert (state, left.startswith(letters.SENT_MARK), "форма" in left) == ("sent", True, False), "its text is gone"


async def test_an_idempotency_key_names_the_letter_too(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    for _ in range(2):
        assert (await anna.send("POST", path, json=TYPED, **{"Idempotency-Key": "k1"})).status_code == 201
    assert len(mail.sent) == 1


async def test_an_answer_goes_by_the_letters_own_id(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    one = (await told(await anna.get(path)))["items"][0]
    await told(await anna.send("POST", path, json={"text": "Спасибо", "reply_to": one["id"]}), 201)
    assert (mail.sent[0].reply_to, mail.sent[0].text) == ("m0", "Спасибо")


@pytest.mark.parametrize("error", [TimedOut("dnevnik", "30 s"), Unavailable("dnevnik", "502")], ids=["timed_out", "unavailable"])
async def test_an_unknown_outcome_is_told_and_never_repeated_by_itself(
    hub: Hub, mail: FakeMail, family: tuple[Browser, Browser, str], error: ConnectorError
) -> None:
    anna, _, path = family
    mail.sends_fail = error
    answer = await told(await anna.send("POST", path, json=TYPED | {"form": "f1"}), 202)
    assert answer["state"] == "unknown"
    mail.sends_fail = None
    assert (await told(await anna.send("POST", path, json=TYPED | {"form": "f1"}), 202))["state"] == "unknown"
    assert mail.sent == []
    draft = (await told(await anna.get(f"{path}/recipients")))["draft"]
    assert (draft["text"], draft["unknown"]) == (TYPED["text"], True)
    stored = await hub.rows("SELECT body FROM letter")
    assert "Нужна ли форма?" not in str(stored)
    assert (await told(await anna.send("POST", path, json=TYPED | {"form": "f2"}), 201))["state"] == "sent"
    assert (await told(await anna.get(f"{path}/recipients")))["draft"] is None


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Rejected("dnevnik", "closed", "Приём писем закрыт"), 422),
        (AccessDenied("dnevnik", "no"), 403),
        (RateLimited("dnevnik", "429"), 429),
    ],
    ids=["rejected", "access_denied", "rate_limited"],
)
async def test_what_surely_did_not_go_is_kept_and_goes_by_the_same_form(
    mail: FakeMail, family: tuple[Browser, Browser, str], error: ConnectorError, status: int
) -> None:
    anna, _, path = family
    mail.sends_fail = error
    assert (await anna.send("POST", path, json=TYPED | {"form": "f1"})).status_code == status
    mail.sends_fail = None
    assert (await told(await anna.send("POST", path, json=TYPED | {"form": "f1"}), 201))["state"] == "sent"
    assert len(mail.sent) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "  "}, {"subject": ""}, {"recipients": []}, {"recipients": ["classmate"]}, {"text": "я" * 5001}, {"subject": "я" * 201},
        {"recipients": [str(number) for number in range(21)]}, {"form": "f" * 201},
    ],
    ids=["no text", "no subject", "nobody", "a stranger", "too long", "long subject", "a crowd", "a long form"],
)  # fmt: skip
async def test_a_wrong_letter_is_refused_and_nothing_goes(
    mail: FakeMail, family: tuple[Browser, Browser, str], changes: dict[str, Any]
) -> None:
    anna, _, path = family
    assert (await anna.send("POST", path, json=TYPED | changes)).status_code == 400
    assert mail.sent == []


@pytest.mark.rule("A15")
async def test_only_the_accounts_owner_sees_its_letters(hub: Hub, mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, boris, path = family
    letter = (await told(await anna.get(path)))["items"][0]["id"]
    assert await told(await boris.get(path)) == {
        "folder": "inbox", "source": None, "items": [], "sources": [], "total": None, "next": None,
    }  # fmt: skip
    assert (await boris.get(f"{path}/{letter}")).status_code == 404
    assert (await boris.send("POST", path, json=TYPED)).status_code == 404
    stranger = hub.browser()
    foreign = path.replace(path.split("/")[4], "nobody")
    assert [(await one.get(where)).status_code for one, where in ((anna, foreign), (stranger, path))] == [404, 401]
    assert mail.opened == []


@pytest.mark.parametrize("letter", ["x", "bGluawZtMQ", "%00", "bm9ib2R5H20w"])
async def test_a_made_up_letter_is_a_404(family: tuple[Browser, Browser, str], letter: str) -> None:
    anna, _, path = family
    assert (await anna.get(f"{path}/{letter}")).status_code == 404


@pytest.mark.security("3")
async def test_a_letter_needs_our_own_page(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    assert (await anna.send("POST", path, json=TYPED, csrf="wrong")).status_code == 403
    assert (await anna.send("POST", path, json=TYPED, origin="https://evil.test")).status_code == 403
    assert mail.sent == []


@pytest.mark.rule("A13")
async def test_reading_and_writing_are_in_the_childs_log(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    one = (await told(await anna.get(path)))["items"][0]
    await anna.get(f"{path}/{one['id']}")
    await anna.send("POST", path, json=TYPED)
    log = await told(await anna.get(path.replace("/messages", "/access-log")))
    assert {"messages", "messages.opened", "message.sent"} <= {entry["action"] for entry in log["items"]}


async def test_a_silent_diary_is_named_and_a_dead_access_leads_to_the_sign_in(
    hub: Hub, mail: FakeMail, family: tuple[Browser, Browser, str]
) -> None:
    anna, _, path = family
    mail.fails = Unavailable("dnevnik", "down")
    seen = await told(await anna.get(path))
    assert (seen["items"], seen["sources"][0]["state"], seen["sources"][0]["error"]) == ([], "silent", "unavailable")
    mail.fails, mail.dead_tokens = None, {"t1", "t1+"}
    seen = await told(await anna.get(path))
    assert seen["sources"][0]["state"] == "needs_login"
    assert "diary_needs_login" in await kinds(anna)
    text = await page(anna, path.removeprefix("/api/v1"))
    assert "просит войти заново" in text and "/connect/dnevnik?again=1" in text


async def test_pages_list_open_answer_and_write(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, boris, path = family
    own = path.removeprefix("/api/v1")
    listed = await page(anna, own)
    assert "Письмо 1" in listed and "новое" in listed and "Раньше" in listed
    letter = (await told(await anna.get(path)))["items"][0]["id"]
    opened = await page(anna, f"{own}/{letter}")
    assert "&lt;b&gt;Собрание&lt;/b&gt;" in opened, "a diary's text is text"
    went = await form(anna, f"{own}/{letter}/answer", form="f1", text="Придём", subject="Письмо 0")
    assert (went.status_code, parse_qs(urlsplit(went.headers["Location"]).query)["done"]) == (303, ["sent"])
    assert "Письмо отправлено" in await page(anna, went.headers["Location"])
    blank = await page(anna, f"{own}/new")
    assert 'value="t1" checked' in blank and 'value="t2"' in blank
    assert "Переписки здесь нет" in await page(boris, own)


async def test_an_answer_that_did_not_go_is_kept_beside_its_letter(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    own = path.removeprefix("/api/v1")
    first, second = [one["id"] for one in (await told(await anna.get(path)))["items"]]
    mail.sends_fail = RateLimited("dnevnik", "429")
    answer = await form(anna, f"{own}/{first}/answer", form="f1", text="Придём втроём", subject="Письмо 0")
    assert (answer.status_code, "Придём втроём" in await answer.get_data(as_text=True)) == (429, True)
    assert "Придём втроём" in await page(anna, f"{own}/{first}")
    assert "Придём втроём" not in await page(anna, f"{own}/{second}")
    mail.sends_fail = None
    await form(anna, f"{own}/{first}/answer", form="f1", text="Придём втроём", subject="Письмо 0")
    assert len(mail.sent) == 1
    assert "Придём втроём" not in await page(anna, f"{own}/{first}")


async def test_a_page_that_could_not_send_keeps_every_word(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    own = path.removeprefix("/api/v1")
    typed = {"form": "f1", "to": "t2", "subject": "Про форму", "text": "Нужна ли «форма» <синяя>?"}
    mail.sends_fail = RateLimited("dnevnik", "429", after_s=9)
    answer = await form(anna, f"{own}/new", **typed)
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == 429
    assert "Про форму" in text and "&lt;синяя&gt;" in text and 'value="t2" checked' in text and 'value="f1"' in text
    answer = await form(anna, f"{own}/new", **typed | {"text": ""})
    assert (answer.status_code, "Про форму" in await answer.get_data(as_text=True)) == (400, True)
    mail.fails = Unavailable("dnevnik", "down")
    answer = await form(anna, f"{own}/new", **typed | {"form": "f9"})
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == 503 and 'type="hidden" name="to" value="t2"' in text and "&lt;синяя&gt;" in text
    mail.fails = mail.sends_fail = None
    assert "Мы сохранили то, что вы писали" in await page(anna, f"{own}/new")
    mail.sends_fail = TimedOut("dnevnik", "30 s")
    went = await form(anna, f"{own}/new", **typed)
    assert "Неизвестно, ушло ли письмо" in await page(anna, went.headers["Location"])
    assert "могло уйти" in await page(anna, f"{own}/new")


async def test_a_letter_whose_process_ended_is_one_of_which_nobody_knows(
    hub: Hub, mail: FakeMail, family: tuple[Browser, Browser, str]
) -> None:
    anna, _, path = family
    body = Written(subject=str(TYPED["subject"]), text=str(TYPED["text"]), recipients=("t1",))
    person, now = (await anna.me())["person"]["id"], hub.clock()
    child, keys = path.split("/")[4], hub.deps.keys
    (link,) = [link for (link,) in await hub.rows("SELECT id FROM diary_link")]

    def left_behind() -> None:
        letters.claim(keys, letters.id_of(keys, person, "f1"), person=person, child=child, link=link, body=body, now=now)

    await hub.deps.db.write(left_behind)
    assert (await anna.send("POST", path, json=TYPED | {"form": "f1"})).status_code == 409
    hub.clock.go(minutes=3)
    assert (await told(await anna.send("POST", path, json=TYPED | {"form": "f1"}), 202))["state"] == "unknown"
    assert mail.sent == []


async def test_a_dead_access_is_renewed_once_and_the_letter_goes_once(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    mail.dead_tokens = {"t1"}
    await told(await anna.send("POST", path, json=TYPED), 201)
    assert (mail.refreshes, len(mail.sent)) == (1, 1)


@pytest.mark.rule("A5b")
async def test_a_lent_view_shows_no_letters_marks_no_homework_and_tells_of_no_absence(
    hub: Hub, mail: FakeMail, family: tuple[Browser, Browser, str]
) -> None:
    anna, _, path = family
    child, letter = path.split("/")[4], (await told(await anna.get(path)))["items"][0]["id"]
    galina = await relative(hub)
    lent = await told(await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 30}), 201)
    await galina.me()
    await told(await galina.send("POST", "/api/v1/delegations/accept", json={"code": lent["code"]}))
    assert child in [one["id"] for one in (await galina.me())["children"]]
    assert (await told(await galina.get(path)))["sources"] == []
    assert (await galina.get(f"{path}/{letter}")).status_code == 404
    assert (await galina.send("POST", path, json=TYPED)).status_code == 404
    own = f"/api/v1/children/{child}"
    assert (await galina.get(f"{own}/absences")).status_code == 403
    assert (await galina.send("POST", f"{own}/absences", json={"first_day": "2026-11-18"})).status_code == 403
    assert (await galina.send("POST", f"{own}/homework/any/done", json={"done": True})).status_code == 403
    week = await page(galina, f"/children/{child}/diary")
    assert "/messages" not in week and "/absence" not in week
