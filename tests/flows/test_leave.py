"""Leaving: the own part is erased, fresh, with the word typed, and the chain stays whole (RULES A5b, A13, A14)."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from typing import Any

import pytest

from hub.store.connecting import choices, steps
from hub.store.diaries import diary_copies
from hub.store.wishes import forms
from hub.wiring import tables
from identity.model import PersonId
from identity.snils import Snils
from identity.store import hold_change, seal_audit, verify_audit
from identity.store.accounts.tables import MergeRow
from identity.store.tables import PersonRow
from tests.flows.family_kit import form
from tests.flows.kit import Browser, Hub, kid, lesson, parent

FATHER = Snils("112-233-445 95")


@pytest.fixture
async def father(hub: Hub) -> Browser:
    hub.esia.claims["ivan"] = parent("2000", last_name="Орлов", first_name="Иван", snils=FATHER)
    browser = hub.browser()
    await browser.sign_in("ivan")
    return browser


async def export(browser: Browser, **headers: str) -> Any:
    return await browser.get("/export/mine.json", **headers)


async def leave(browser: Browser, confirm: str = "удалить", **more: Any) -> Any:
    return await browser.send("POST", "/api/v1/me/leave", json={"confirm": confirm}, **more)


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


@pytest.mark.rule("A16")
@pytest.mark.rule("A18")
async def test_an_old_sign_in_takes_and_erases_nothing(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    hub.clock.go(minutes=6)
    for answer in (await export(browser), await leave(browser)):
        assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")
    assert (await browser.get("/api/v1/me")).status_code == 200


@pytest.mark.rule("A11")
async def test_while_a_merge_can_be_undone_nobody_leaves(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    await merged(hub, (await browser.me())["person"]["id"], timedelta(days=14))
    answer = await leave(browser)
    body = await answer.get_json()
    assert (answer.status_code, "соединили" in body["detail"], body["until"][:10]) == (403, True, "2026-12-02")
    assert (await (await browser.get("/api/v1/me/leave")).get_json())["blocked_until"][:10] == "2026-12-02"
    hub.clock.go(days=14)
    await browser.sign_in()
    assert (await leave(browser)).status_code == 204


@pytest.mark.rule("A17")
async def test_for_three_days_after_a_recovery_nobody_leaves(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    recovered = hub.clock()
    await hub.deps.db.write(lambda: PersonRow.update(recovered_at=recovered).where(PersonRow.origin == "sign_in").execute())
    answer = await leave(browser)
    assert (answer.status_code, "72 часа" in (await answer.get_json())["detail"]) == (403, True)
    page = await (await browser.get("/leave", Accept="text/html")).get_data(as_text=True)
    assert "72 часа" in page and "Удалить мой кабинет навсегда" not in page
    hub.clock.go(hours=72, minutes=1)
    await browser.sign_in()
    assert (await leave(browser)).status_code == 204


@pytest.mark.rule("A14")
async def test_the_preview_counts_what_goes_and_says_why_the_rest_stays(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    found = await (await browser.get("/api/v1/me/leave")).get_json()
    counted = {one["what"].split(",")[0]: one["count"] for one in found["goes"]}
    assert (counted["Связи с детьми"], counted["Входы и подключённые дневники"], counted["Копии дневников"]) == (1, 2, 1)
    assert all(one["why"] for one in found["stays"])
    assert (found["confirm"], found["fresh"], found["blocked"]) == ("УДАЛИТЬ", True, None)
    page = await (await browser.get("/leave", Accept="text/html")).get_data(as_text=True)
    assert "Журнал" in page or "журнал" in page


@pytest.mark.rule("A14")
@pytest.mark.parametrize("confirm", ["", "да", "delete", "УДАЛИТЬ ВСЁ"])
async def test_without_the_word_nothing_is_erased(anna: tuple[Browser, str], confirm: str) -> None:
    answer = await leave(anna[0], confirm)
    assert (answer.status_code, (await answer.get_json())["type"]) == (422, "/problems/wrong_word")
    assert (await anna[0].get("/api/v1/me")).status_code == 200


async def test_without_the_token_nothing_is_erased(anna: tuple[Browser, str]) -> None:
    assert (await leave(anna[0], csrf="")).status_code == 403
    assert (await leave(anna[0], origin="https://evil.example")).status_code == 403
    assert (await anna[0].get("/api/v1/me")).status_code == 200


@pytest.mark.rule("A14")
@pytest.mark.rule("A13")
async def test_leaving_erases_the_own_part_and_the_chain_still_verifies(hub: Hub, anna: tuple[Browser, str], father: Browser) -> None:
    browser, path = anna
    hub.diary.lessons.append(lesson(hub.clock().date(), 1))
    await browser.get(f"{path}/lessons?from=2026-11-16&to=2026-11-22")
    await browser.send("PUT", "/api/v1/me/settings", json={"date_format": "iso"})
    me = PersonId((await browser.me())["person"]["id"])
    token = browser.cookie("hub")
    assert (await leave(browser)).status_code == 204
    assert (await hub.browser().get("/api/v1/me", Cookie=f"hub={token}")).status_code == 401
    for table, column in (
        ("session", "person"), ("known_device", "person"), ("preference", "person"), ("notice", "person"), ("diary_link", "person"),
        ("link_intent", "initiator"), ("account_link", "person"), ("person_contact", "person"), ("audit_key", "person"),
    ):  # fmt: skip
        assert await hub.rows(f"SELECT 1 FROM {table} WHERE {column} = '{me}'") == [], table
    assert await hub.deps.db.read(lambda: diary_copies.DiaryCopy.select().count()) == 0
    assert await hub.rows(f"SELECT state FROM guardianship WHERE guardian = '{me}'") == [("ended",)]
    await hub.deps.db.write(lambda: seal_audit(hub.deps.keys, now=hub.clock()))
    report = await hub.deps.db.read(lambda: verify_audit(hub.deps.keys))
    assert report.ok and report.checked and not report.unsealed
    assert (await father.me())["children"][0]["first_name"] == "Пётр", "the child is not mine to erase"
    told = (await (await father.get("/api/v1/me/notices")).get_json())["items"]
    assert [one["text"] for one in told if one["kind"] == "guardian_left"] == [
        "Анна больше не видит записи: Пётр. Кабинет удалён по собственному желанию."
    ]


STAYS = {
    ("audit_event", "actor"), ("audit_event", "subject"), ("audit_event", "object"), ("consent", "giver"), ("guardianship", "guardian"),
    ("guardianship", "evidence_by"), ("person", "id"),
}  # fmt: skip
"""Where an opaque id may stand after an erasure: the log, the word on a child's consent, the ended edge, the closed record."""


@pytest.mark.rule("A14")
async def test_no_other_row_of_the_database_knows_who_left(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, path = anna
    me = (await browser.me())["person"]["id"]
    child = path.rsplit("/", 1)[1]
    keys, now = hub.deps.keys, hub.clock()
    await browser.send("PUT", "/api/v1/me/settings", json={"nicknames": {child: "Петя"}})
    for subject in (child, me):
        for purpose in ("photo", "data"):
            body = {"subject": subject, "purpose": purpose, "version": f"{purpose}-2026-09", "word": "given"}
            await browser.send("POST", "/api/v1/consents", json=body, **{"Idempotency-Key": f"{subject}{purpose}"})
    await browser.send("POST", "/api/v1/links/dnevnik", json={"role": "parent"})

    def more() -> None:
        choices.save(me, "77", now=now)
        forms.keep(keys, me, "/family", {"a": "b"}, now=now)
        steps.add(keys, steps.NewStep(person=me, system="dnevnik", whose=None, role=None, sent_to="x"), {}, now=now)
        hold_change(keys, PersonId(me), session="s", kind="phone", value="+7", now=now)

    await hub.deps.db.write(more)
    assert (await leave(browser)).status_code == 204

    def left() -> set[tuple[str, str]]:
        every: list[tuple[str, dict[str, Any]]] = [
            (model._meta.table_name, vars(row)["__data__"]) for model in tables() for row in model.select()
        ]
        return {(table, name) for table, row in every for name, value in row.items() if isinstance(value, str) and me in value}

    assert await hub.deps.db.read(left) <= STAYS


@pytest.mark.rule("A14")
async def test_whoever_left_comes_back_as_somebody_new(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    before = (await browser.me())["person"]["id"]
    await leave(browser)
    after = await hub.browser().sign_in()
    assert after["person"]["id"] != before
    assert after["children"][0]["diaries"][0]["state"] == "not_linked"


async def test_the_page_asks_for_the_word_again_and_then_says_goodbye(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    wrong = await browser.client.post("/leave", form={"csrf_token": browser.csrf, "confirm": "нет"}, headers=headers)
    assert wrong.status_code == 422 and "Наберите слово" in await wrong.get_data(as_text=True)
    done = await browser.client.post("/leave", form={"csrf_token": browser.csrf, "confirm": "Удалить"}, headers=headers)
    assert (done.status_code, done.headers["Location"]) == (303, "/left")
    assert "Кабинет удалён" in await (await browser.get("/left", Accept="text/html")).get_data(as_text=True)
    assert (await browser.get("/api/v1/me")).status_code == 401


@pytest.mark.rule("A6")
async def test_a_pupil_under_14_neither_exports_nor_leaves_alone(hub: Hub) -> None:
    young = kid(1, "Пётр")
    hub.esia.claims["petya"] = parent(
        "6000", last_name="Орлов", first_name="Пётр", birth_date=young.birth_date, snils=young.snils, children=()
    )
    await hub.browser().sign_in()
    pupil = hub.browser()
    await pupil.sign_in("petya")
    assert (await export(pupil)).status_code == 403
    answer = await leave(pupil)
    assert (answer.status_code, "ученика" in (await answer.get_json())["detail"]) == (403, True)
    assert (await pupil.get("/api/v1/me")).status_code == 200


@pytest.mark.rule("A14")
async def test_leaving_from_five_tabs_at_once_is_leaving_once(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    answers = await asyncio.gather(*(leave(browser) for _ in range(5)))
    statuses = sorted(one.status_code for one in answers)
    assert statuses[0] == 204 and set(statuses[1:]) <= {204, 401}
    assert len(await hub.rows("SELECT id FROM audit_event WHERE action = 'person.erased'")) == 1


@pytest.mark.rule("A12")
async def test_the_button_of_leaving_pressed_together_says_goodbye_or_asks_to_sign_in(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    answers = await asyncio.gather(*(form(browser, "/leave", confirm="удалить") for _ in range(5)))
    assert {one.status_code for one in answers} <= {303, 401}
    assert "/left" in {one.headers.get("Location") for one in answers}
