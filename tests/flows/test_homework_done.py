"""«Сделано»: said at the diary, then in the copy; by a guardian or the pupil; a failure leaves both as they were."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from connectors.kit import diary
from connectors.kit.errors import ConnectorError, Rejected, TimedOut, Unavailable
from tests.flows.family_kit import form, page, parents, relative, told
from tests.flows.kit import Browser, Hub, origin
from tests.flows.written_kit import FakeMail, with_mail

WEEK = "?from=2026-11-16&to=2026-11-22"


@pytest.fixture
def mail(hub: Hub) -> FakeMail:
    found = with_mail(hub)
    found.homework = [
        diary.Homework(origin=origin(f"hw-{number}"), subject="Алгебра", text=f"№ {number}", due_date=date(2026, 11, 19), done=False)
        for number in (1, 2)
    ]
    return found


@pytest.fixture
async def family(hub: Hub, mail: FakeMail) -> tuple[Browser, Browser, str]:
    anna, boris, child = await parents(hub)
    return anna, boris, f"/api/v1/children/{child}/homework"


async def items(browser: Browser, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await told(await browser.get(path + WEEK)))["items"]
    return found


@pytest.mark.feature("F166")
async def test_a_homework_is_marked_at_the_diary_and_in_the_copy(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    one, other = await items(anna, path)
    asked = len(mail.reads)
    for done in (True, True, False):
        answer = await told(await anna.send("POST", f"{path}/{one['id']}/done", json={"done": done}))
        assert answer["done"] is done
        assert [item["done"] for item in await items(anna, path)] == [done, other["done"]]
    said = one["source"]["id"]
    assert mail.marked == [(said, True), (said, False)], "saying it twice asks the diary once"
    assert len(mail.reads) == asked, "the copy is right without asking anew"


@pytest.mark.rule("A13")
async def test_the_mark_is_in_the_childs_log_and_in_the_feed(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    one = (await items(anna, path))[0]
    await told(await anna.send("POST", f"{path}/{one['id']}/done", json={"done": True}))
    log = await told(await anna.get(path.replace("/homework", "/access-log")))
    assert "homework.done" in {entry["action"] for entry in log["items"]}


@pytest.mark.parametrize(
    ("error", "status"),
    [(Unavailable("dnevnik", "502"), 503), (TimedOut("dnevnik", "30 s"), 504), (Rejected("dnevnik", "closed", "Срок прошёл"), 422)],
    ids=["unavailable", "timed_out", "rejected"],
)
async def test_a_diary_that_fails_leaves_the_old_state(
    mail: FakeMail, family: tuple[Browser, Browser, str], error: ConnectorError, status: int
) -> None:
    anna, _, path = family
    one = (await items(anna, path))[0]
    mail.sends_fail = error
    assert (await anna.send("POST", f"{path}/{one['id']}/done", json={"done": True})).status_code == status
    assert [item["done"] for item in await items(anna, path)] == [False, False]
    own = f"/children/{path.split('/')[4]}"
    answer = await form(anna, f"{own}/homework/{one['id']}/done", done="yes", back=f"{own}/diary?week=2026-11-18")
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == status
    assert "всё осталось как было" in text and "week=2026-11-18" in text


async def test_a_diary_that_takes_no_such_word_says_so(hub: Hub) -> None:
    hub.diary.homework = [diary.Homework(origin=origin("hw-1"), subject="Алгебра", text="№ 1", due_date=date(2026, 11, 19))]
    anna, _, child = await parents(hub)
    path = f"/api/v1/children/{child}/homework"
    one = (await items(anna, path))[0]
    assert (await anna.send("POST", f"{path}/{one['id']}/done", json={"done": True})).status_code == 403
    assert "Отметить сделанным" not in await page(anna, f"/children/{child}/diary")


async def test_others_find_nothing_to_mark(hub: Hub, mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, boris, path = family
    one = (await items(anna, path))[0]
    galina = await relative(hub)
    asked = {"done": True}
    assert (await boris.send("POST", f"{path}/{one['id']}/done", json=asked)).status_code == 404, "another guardian's account is not his"
    assert (await galina.send("POST", f"{path}/{one['id']}/done", json=asked)).status_code == 404
    assert (await anna.send("POST", f"{path}/nothing/done", json=asked)).status_code == 404
    assert (await hub.browser().send("POST", f"{path}/{one['id']}/done", json=asked)).status_code == 401
    assert mail.marked == []


@pytest.mark.security("3")
async def test_a_mark_needs_our_own_page(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    one = (await items(anna, path))[0]
    assert (await anna.send("POST", f"{path}/{one['id']}/done", json={"done": True}, csrf="wrong")).status_code == 403
    assert (await anna.send("POST", f"{path}/{one['id']}/done", json={"done": True}, origin="https://evil.test")).status_code == 403
    assert mail.marked == []


async def test_many_taps_at_once_end_in_one_state(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    one, other = await items(anna, path)
    turns = [anna.send("POST", f"{path}/{which['id']}/done", json={"done": True}) for which in (one, other) * 3]
    assert {answer.status_code for answer in await asyncio.gather(*turns)} == {200}
    assert [item["done"] for item in await items(anna, path)] == [True, True]


async def test_the_button_on_the_week_comes_back_to_the_week(mail: FakeMail, family: tuple[Browser, Browser, str]) -> None:
    anna, _, path = family
    own = f"/children/{path.split('/')[4]}"
    one = (await items(anna, path))[0]
    week = await page(anna, f"{own}/diary?week=2026-11-18&fresh=1")
    assert 'value="' + f"{own}/diary?week=2026-11-18" + '"' in week and "Отметить сделанным" in week
    went = await form(anna, f"{own}/homework/{one['id']}/done", done="yes", back=f"{own}/diary?week=2026-11-18")
    assert (went.status_code, went.headers["Location"]) == (303, f"{own}/diary?week=2026-11-18#hw-{one['id']}")
    assert "Не сделано" in await page(anna, f"{own}/diary?week=2026-11-18")
    away = await form(anna, f"{own}/homework/{one['id']}/done", done="no", back="https://evil.test/")
    assert away.headers["Location"].startswith(f"{own}/diary")
