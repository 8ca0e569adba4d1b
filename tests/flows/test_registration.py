"""Registering from the hub: what is kept while it waits, who may touch it, how often the diary is asked, and what the person hears."""

from __future__ import annotations

import asyncio

import pytest

from connectors.kit.errors import NotFound, RateLimited, Rejected, Unavailable
from hub.flows.register_diary.confirming import MOST_LOOKS
from hub.flows.watch_accounts import Watching
from hub.store.connecting.waiting import FIRST_LOOK, LONGEST_PAUSE, pause_after
from hub.wiring import sealed
from tests.flows.kit import Browser, Clock, Hub, parent
from tests.flows.registration_kit import FIELDS, LetterDiary, kinds, link_of, register, send, with_letters


@pytest.fixture
def home(hub: Hub, clock: Clock) -> tuple[Hub, LetterDiary]:
    return with_letters(hub, clock)


@pytest.fixture
async def anna(home: tuple[Hub, LetterDiary]) -> Browser:
    browser = home[0].browser()
    await browser.sign_in()
    return browser


async def watch(home: tuple[Hub, LetterDiary], clock: Clock, **later: float) -> None:
    clock.go(**later)
    await Watching(home[0].deps).batch()
    await asyncio.gather(*home[0].deps.memory.polled.values())


@pytest.mark.feature("F190")
async def test_what_is_waited_for_says_since_when_until_when_and_what_to_do(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    link = await link_of(anna)
    told = link["waiting"]
    assert (link["id"], link["state"], told["waits_for"], told["code"]) == (id_, "waiting_letter", "letter", True)
    assert (told["since"], told["until"]) == ("2026-11-18T09:00:00Z", "2026-11-19T09:00:00Z")
    assert "a***@b.ru" in told["text"]
    assert told["steps"]
    text = await (await anna.get(f"/connect/done/{id_}", Accept="text/html")).get_data(as_text=True)
    assert "Проверить сейчас" in text and "Код из письма" in text and "Отменить регистрацию" in text and "Спам" in text


@pytest.mark.security("32")
async def test_the_password_waits_sealed_and_is_gone_when_the_waiting_is_over(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    dump = str(await home[0].rows("SELECT * FROM diary_registration"))
    assert "kept-password" not in dump and "b.ru" not in dump and "a-new-password" not in dump
    assert {"keep", "sent_to"} <= {one.column for one in sealed() if one.model._meta.table_name == "diary_registration"}
    assert (await send(anna, f"{id_}/code", {"code": "key-of-the-letter"}))[0] == 200
    assert await home[0].rows("SELECT * FROM diary_registration") == []


async def test_a_cancelled_registration_is_gone(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    assert (await send(anna, id_, method="DELETE"))[0] == 204
    assert (await send(anna, f"{id_}/check"))[0] == 404
    assert await home[0].rows("SELECT * FROM diary_registration") == []


@pytest.mark.parametrize("path", ["{id}/check", "{id}/code", "{id}/joining", "{id}/joining/answer"])
async def test_anothers_registration_or_account_does_not_exist(home: tuple[Hub, LetterDiary], anna: Browser, path: str) -> None:
    home[0].esia.claims["boris"] = parent("2000", last_name="Котов", snils=None, children=())
    boris = home[0].browser()
    await boris.sign_in("boris")
    body = {"code": "key-of-the-letter", "fields": {"code": "right"}, "key": "7", "answer": "accept"}
    id_ = await register(anna)
    foreign = await send(boris, path.format(id=id_), body)
    unknown = await send(boris, path.format(id="no-such"), body)
    assert [told[1]["detail"] for told in (foreign, unknown)] == [unknown[1]["detail"]] * 2
    assert (foreign[0], unknown[0]) == (404, 404)
    await send(boris, id_, method="DELETE")
    assert (await link_of(anna))["id"] == id_, "only its owner cancels it"


@pytest.mark.security("7")
@pytest.mark.parametrize("path", ["letter/registration", "letter/recovery", "x/joining", "x/joining/answer"])
async def test_every_write_needs_our_page_and_its_token(home: tuple[Hub, LetterDiary], anna: Browser, path: str) -> None:
    body = {"fields": FIELDS, "key": "7", "answer": "accept"}
    assert (await send(anna, path, body, csrf="wrong"))[0] == 403
    assert (await send(anna, path, body, origin="https://evil.example"))[0] == 403
    assert home[1].registered == [] and home[1].letters == []


async def test_the_same_request_twice_registers_once(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    key = {"Idempotency-Key": "one-form"}
    first = await send(anna, "letter/registration", {"fields": FIELDS}, **key)
    assert await send(anna, "letter/registration", {"fields": FIELDS}, **key) == first
    assert len(home[1].registered) == 1


async def test_two_tabs_with_one_code_make_one_link(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    answers = await asyncio.gather(*(send(anna, f"{id_}/code", {"code": "key-of-the-letter"}) for _ in range(2)))
    assert sorted(status for status, _ in answers) == [200, 404]


@pytest.mark.rule("A16")
async def test_an_old_sign_in_registers_nothing(home: tuple[Hub, LetterDiary], anna: Browser, clock: Clock) -> None:
    clock.go(minutes=6)
    status, body = await send(anna, "letter/registration", {"fields": FIELDS})
    assert (status, body["type"]) == (403, "/problems/not_fresh")
    assert home[1].registered == []


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"email": "anna", "password": "a-new-password"},
        {"email": "anna@example.ru", "password": "short"},
        {"email": "anna@example.ru"},
        FIELDS | {"role": "admin"},
        FIELDS | {"middlename": "x" * 5000},
    ],
)
async def test_a_form_that_cannot_be_asks_the_diary_nothing(home: tuple[Hub, LetterDiary], anna: Browser, fields: dict[str, str]) -> None:
    assert (await send(anna, "letter/registration", {"fields": fields}))[0] == 400
    assert home[1].registered == []


async def test_an_optional_field_may_stay_empty(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    assert (await send(anna, "letter/registration", {"fields": FIELDS | {"middlename": ""}}))[0] == 201
    assert home[1].registered == [FIELDS]


async def test_a_wrong_code_leaves_tries_and_a_diary_that_is_down_takes_none(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    home[1].fails = Unavailable("letter")
    assert (await send(anna, f"{id_}/code", {"code": "wrong"}))[0] == 503
    home[1].fails = None
    for left in range(9, -1, -1):
        status, body = await send(anna, f"{id_}/code", {"code": "wrong"})
        assert (status, body["type"], body["tries_left"]) == (422, "/problems/code_wrong", left)
    assert (await send(anna, f"{id_}/code", {"code": "key-of-the-letter"}))[0] == 404


async def test_another_login_there_ends_the_waiting_and_says_so(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    home[1].another = True
    status, body = await send(anna, f"{id_}/code", {"code": "key-of-the-letter"})
    assert (status, "другим логином" in body["detail"]) == (422, True)
    assert await home[0].rows("SELECT * FROM diary_registration") == []


async def test_ten_registrations_an_hour_are_enough(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    statuses = [(await send(anna, "letter/registration", {"fields": FIELDS}))[0] for _ in range(11)]
    assert statuses == [201] * 10 + [429]
    assert len(await home[0].rows("SELECT id FROM diary_registration")) == 3


@pytest.mark.feature("F223")
async def test_the_letter_about_a_password_is_answered_alike_for_every_address(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    known = await send(anna, "letter/recovery", {"fields": {"email": "anna@example.ru"}})
    home[1].fails = NotFound("letter", "no such address")
    assert await send(anna, "letter/recovery", {"fields": {"email": "nobody@example.ru"}}) == known == (202, {"state": "letter_sent"})
    assert home[1].letters == ["anna@example.ru"]
    home[1].fails = None
    for number in range(9):
        status = (await send(anna, "letter/recovery", {"fields": {"email": f"x{number}@example.ru"}}))[0]
    assert status == 429, "nobody's mail box is filled from here"


@pytest.mark.feature("F190")
async def test_the_worker_sees_the_letter_then_the_approval_then_a_second_child_and_tells_each_once(
    home: tuple[Hub, LetterDiary], anna: Browser, clock: Clock
) -> None:
    await register(anna)
    await watch(home, clock, minutes=5)
    assert home[1].looks == 0, "not yet"
    home[1].confirmed = True
    for _ in range(2):
        await watch(home, clock, minutes=10)
    assert (await link_of(anna))["state"] == "waiting_approval"
    home[1].approve("Пётр")
    for _ in range(2):
        await watch(home, clock, minutes=20)
    assert ((await link_of(anna))["state"], len((await link_of(anna))["children"])) == ("active", 1)
    assert await kinds(anna) == ["diary_opened", "diary_opened"]
    home[1].approve("Пётр", "Мария")
    for _ in range(2):
        await watch(home, clock, hours=25)
    assert len((await link_of(anna))["children"]) == 2
    assert (await kinds(anna)).count("diary_new_child") == 1


async def test_a_letter_that_nobody_confirmed_is_told_of_once_and_forgotten(
    home: tuple[Hub, LetterDiary], anna: Browser, clock: Clock
) -> None:
    await register(anna)
    for _ in range(3):
        await watch(home, clock, hours=13)
    assert await home[0].rows("SELECT * FROM diary_registration") == []
    assert await kinds(anna) == ["registration_over"]


async def test_a_diary_is_looked_at_ever_more_seldom_and_not_for_ever(home: tuple[Hub, LetterDiary], anna: Browser, clock: Clock) -> None:
    assert [pause_after(looks) for looks in (0, 1, 2, 9)] == [FIRST_LOOK, 2 * FIRST_LOOK, 4 * FIRST_LOOK, LONGEST_PAUSE]
    id_ = await register(anna)
    for _ in range(MOST_LOOKS + 2):
        assert (await send(anna, f"{id_}/check"))[1]["state"] == "waiting_letter"
    assert home[1].looks == MOST_LOOKS, "a look may be a wrong password there"


@pytest.mark.rule("C2")
async def test_a_diary_that_says_too_many_or_fails_is_left_alone(home: tuple[Hub, LetterDiary], anna: Browser, clock: Clock) -> None:
    await register(anna)
    home[1].fails = RateLimited("letter", after_s=3600)
    for _ in range(3):
        await watch(home, clock, minutes=12)
    assert home[1].looks == 1
    home[1].fails = Rejected("letter", "odd", "Странно.")
    await watch(home, clock, hours=2)
    assert await kinds(anna) == ["registration_over"]


@pytest.mark.rule("C8")
async def test_more_than_ten_children_come_into_no_account(home: tuple[Hub, LetterDiary], anna: Browser) -> None:
    id_ = await register(anna)
    link = (await send(anna, f"{id_}/code", {"code": "key-of-the-letter"}))[1]["id"]
    home[1].approve(*(f"Ребёнок{n}" for n in range(11)))
    assert (await send(anna, f"{link}/check"))[0] == 502
    assert ((await link_of(anna))["state"], (await link_of(anna))["children"]) == ("waiting_approval", [])
