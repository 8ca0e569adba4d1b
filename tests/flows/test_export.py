"""Everything of mine as one file: what is in it, what is not, and who is told (RULES A5b, A11, A13, A14)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from identity.snils import Snils
from identity.store.accounts.tables import MergeRow
from tests.flows.kit import Browser, Hub, lesson, parent

FATHER = Snils("112-233-445 95")


@pytest.fixture
async def father(hub: Hub) -> Browser:
    hub.esia.claims["ivan"] = parent("2000", last_name="Орлов", first_name="Иван", snils=FATHER)
    browser = hub.browser()
    await browser.sign_in("ivan")
    return browser


async def export(browser: Browser, **headers: str) -> Any:
    return await browser.get("/export/mine.json", **headers)


async def merged(hub: Hub, kept: str, until: timedelta, *edges: str) -> None:
    """A merge that can be undone until then; what it does is another story's."""
    now = hub.clock()
    await hub.deps.db.write(
        lambda: MergeRow.create(
            id="m1",
            kept=kept,
            gone="gone",
            moved=hub.deps.keys.seal("person_merge", "moved", "m1", json.dumps({"edges": edges} if edges else {})),
            state="merged",
            merged_at=now,
            undo_until=now + until,
        )
    )


@pytest.mark.rule("A5b")
@pytest.mark.rule("A14")
async def test_the_file_holds_what_is_mine_and_what_i_may_see(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(hub.clock().date(), 1))
    await browser.get(f"{path}/lessons?from=2026-11-16&to=2026-11-22")
    await browser.send("PUT", "/api/v1/me/settings", json={"nicknames": {path.rsplit("/", 1)[1]: "Петя"}})
    answer = await export(browser)
    text = await answer.get_data(as_text=True)
    found = json.loads(text)
    assert answer.status_code == 200 and answer.headers["Cache-Control"] == "no-store"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert (found["format"], found["me"]["person"]["last_name"]) == ("school-hub.mine/1", "Орлова")
    (child,) = found["children"]
    assert (child["first_name"], child["nickname"]) == ("Пётр", "Петя")
    assert child["record"]["person"]["first_name"] == "Пётр"
    assert "Алгебра" in str(child["diaries"]) and child["diaries"][0]["system"] == "dnevnik"
    assert [one["label"] for one in found["sessions"]] == ["Chrome, Windows"]


@pytest.mark.rule("A5b")
async def test_of_the_other_parent_the_file_says_the_name_and_no_more(hub: Hub, anna: tuple[Browser, str], father: Browser) -> None:
    await father.link()
    text = await (await export(anna[0])).get_data(as_text=True)
    assert "Иван" in text
    for secret in (FATHER.digits, str(FATHER), "t1", "r1", anna[0].cookie("hub"), father.cookie("hub"), anna[0].csrf):
        assert secret not in text
    assert "123-456-789 64" not in text, "the own SNILS is masked too"


@pytest.mark.rule("A13")
async def test_an_export_stands_in_the_log_of_each_child(hub: Hub, anna: tuple[Browser, str], father: Browser) -> None:
    browser, path = anna
    await export(browser)
    log = (await (await father.get(f"{path}/access-log")).get_json())["items"]
    assert "Данные выгружены файлом" in {one["what"] for one in log}


async def test_a_browser_that_signed_in_long_ago_is_led_over_the_sign_in_to_the_button(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    hub.clock.go(minutes=6)
    answer = await export(browser, Accept="text/html")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/export")
    page = await (await browser.get("/export", Accept="text/html")).get_data(as_text=True)
    assert "/auth/esia/start?again=1&amp;next=%2Fexport" in page and "/export/mine.json" not in page
    await browser.sign_in()
    assert "/export/mine.json" in await (await browser.get("/export", Accept="text/html")).get_data(as_text=True)


async def test_a_foreign_page_starts_no_export(anna: tuple[Browser, str]) -> None:
    answer = await export(anna[0], **{"Sec-Fetch-Site": "cross-site"})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/cross_site")


async def test_exports_are_few_an_hour(anna: tuple[Browser, str]) -> None:
    statuses = [(await export(anna[0])).status_code for _ in range(7)]
    assert statuses == [200] * 6 + [429]


@pytest.mark.rule("A11")
async def test_a_child_that_came_by_a_merge_is_not_in_the_file_yet_and_it_says_why(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    ((edge,),) = await hub.rows("SELECT id FROM guardianship")
    await merged(hub, (await browser.me())["person"]["id"], timedelta(days=14), edge)
    (child,) = json.loads(await (await export(browser)).get_data(as_text=True))["children"]
    assert (child["id"], child["record"], child["diaries"]) == (path.rsplit("/", 1)[1], None, [])
    assert "соединённой записи" in child["why_not"]
    hub.clock.go(days=14)
    await browser.sign_in()
    (child,) = json.loads(await (await export(browser)).get_data(as_text=True))["children"]
    assert child["record"] is not None and child["why_not"] is None


@pytest.mark.rule("A5")
async def test_a_guardian_who_was_stopped_takes_nothing_of_the_child_away(hub: Hub, anna: tuple[Browser, str], father: Browser) -> None:
    browser, path = anna
    child = path.rsplit("/", 1)[1]
    stopped = (await father.me())["person"]["id"]
    assert (await browser.client.post(
        f"/children/{child}/guardians/{stopped}/freeze", form={"csrf_token": browser.csrf},
        headers={"Host": "localhost:8000", "Origin": "http://localhost:8000"},
    )).status_code == 303  # fmt: skip
    found = json.loads(await (await export(father)).get_data(as_text=True))
    assert found["children"] == []


async def test_links_of_calendars_and_changes_are_in_the_file_and_no_address(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(hub.clock().date(), 1))
    await browser.get(f"{path}/lessons?from=2026-11-16&to=2026-11-22")
    made = await (await browser.send("POST", f"{path}/calendar")).get_json()
    text = await (await export(browser)).get_data(as_text=True)
    found = json.loads(text)
    assert [(one["child"], one["used_at"]) for one in found["calendars"]] == [(path.rsplit("/", 1)[1], None)]
    assert made["url"].rsplit("/", 1)[1].removesuffix(".ics") not in text
    (change,) = found["children"][0]["diaries"][0]["changes"]
    assert (change["datum"], change["block"]) == ("lessons", "W20261116")
