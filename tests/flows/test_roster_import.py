"""A roster comes from a table: first a dry run that writes nothing, then the worker's parts, each row once (RULES A8, B5)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.flows.roster import applying
from hub.flows.roster.applying import apply_rosters
from hub.store.fields import delete
from hub.store.school import roster as store
from hub.store.school import schools
from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import ADMIN, open_office, signed
from tests.flows.roster_kit import ARTYOM, HEAD, IMPORTS, WITH_ANNA, checked, imported, many, press_apply, pupils, shown, table, upload


@pytest.fixture
async def office(hub: Hub) -> Browser:
    return await open_office(hub, [])


CARDS = "SELECT (SELECT count(*) FROM school_card), (SELECT count(*) FROM school_card_guardian)"


def counts(**given: int) -> dict[str, int]:
    return {"create": 0, "update": 0, "unchanged": 0, "refused": 0, "guardians": 0, "second_officer": 0} | given


async def test_a_dry_run_writes_no_pupil_and_echoes_no_snils(hub: Hub, office: Browser) -> None:
    found = await checked(office, WITH_ANNA, "Ким;Ян;;41000;6А;;123-456-789 65;Ким;Ия")
    assert (found["state"], found["rows"], found["rows_done"]) == ("checked", 2, 0)
    assert found["plan"] == counts(create=1, refused=1, guardians=1)
    assert [(one["line"], one["column"], one["refused"]) for one in found["errors"]] == [
        (3, "Дата рождения", True),
        (3, "СНИЛС родителя 1", True),
    ]
    assert await hub.rows(CARDS) == [(0, 0)]
    page = await (await office.get(f"/office/roster/imports/{found['id']}", Accept="text/html")).get_data(as_text=True)
    assert "***-***-*** 64" in page and "456-789" not in page and "45678964" not in page
    assert "Соколов Артём Ильич" in page


async def test_what_is_uploaded_is_sealed_and_gone_after_the_run(hub: Hub, office: Browser) -> None:
    await checked(office, WITH_ANNA)
    for content, verdicts in await hub.rows("SELECT content, verdicts FROM roster_part"):
        assert "Соколов" not in content + verdicts and "123456789" not in content + verdicts
    await imported(hub, office, WITH_ANNA)
    assert await hub.rows("SELECT content FROM roster_part") == [(None,)]


@pytest.mark.feature("F070")
async def test_an_applied_row_links_the_guardian_whose_snils_it_names(hub: Hub, office: Browser) -> None:
    found = await imported(hub, office, WITH_ANNA)
    assert (found["state"], found["rows_done"], found["result"]) == ("done", 1, counts(create=1, guardians=1))
    anna = await signed(hub, "anna")
    assert "Артём" in [child["first_name"] for child in (await anna.me())["children"]]


async def test_the_same_file_again_changes_nothing_and_a_new_class_is_an_update(hub: Hub, office: Browser) -> None:
    await imported(hub, office, WITH_ANNA)
    again = await checked(office, WITH_ANNA.replace("Артём", "АРТЁМ".title()))
    assert again["plan"] == counts(unchanged=1)
    refused = await press_apply(office, again["id"])
    assert refused.status_code == 400
    moved = await imported(hub, office, WITH_ANNA.replace("6А", "7А").replace("Ильич", ""))
    assert moved["result"] == counts(update=1)
    assert await hub.rows(CARDS) == [(1, 1)]
    (one,) = await pupils(office)
    assert (one["class"], one["middle_name"]) == ("7А", "Ильич")


async def test_the_schools_own_number_knows_a_pupil_after_a_change_of_surname(hub: Hub, office: Browser) -> None:
    await imported(hub, office, "Соколова;Мария;;03.02.2014;6А;К-7;;;")
    found = await imported(hub, office, "Лебедева;Мария;;03.02.2014;6А;К-7;;;")
    assert found["result"] == counts(update=1)
    assert [one["last_name"] for one in await pupils(office)] == ["Лебедева"]
    other = await checked(office, "Ким;Ян;;01.01.2015;6А;К-7;;;")
    assert (other["plan"], other["errors"][0]["column"]) == (counts(refused=1), "Номер личного дела")


async def test_two_pupils_of_one_name_and_date_are_left_to_be_put_right_by_hand(hub: Hub, office: Browser) -> None:
    body = {"last_name": "Соколов", "first_name": "Артём", "birth_date": "2014-02-03", "class": "6А"}
    for _ in range(2):
        assert (await office.send("POST", "/api/v1/office/pupils", json=body)).status_code == 201
    assert (await checked(office, ARTYOM))["plan"] == counts(refused=1)


@pytest.mark.rule("B5")
async def test_a_guardian_added_beside_an_active_one_waits_and_that_one_is_told(hub: Hub, office: Browser) -> None:
    await imported(hub, office, WITH_ANNA)
    anna = await signed(hub, "anna")
    second = f"{HEAD};СНИЛС родителя 2;Фамилия родителя 2;Имя родителя 2\r\n{WITH_ANNA};087-654-303 00;Орлов;Илья".encode()
    dry = await (await upload(office, second)).get_json()
    assert dry["plan"] == counts(update=1, guardians=1, second_officer=1)
    await press_apply(office, dry["id"])
    await apply_rosters(hub.deps)
    assert (await shown(office, dry["id"]))["result"] == counts(update=1, guardians=1, second_officer=1)
    told = (await (await anna.get("/api/v1/me/notices")).get_json())["items"]
    assert "guardian_announced" in [one["kind"] for one in told]


@pytest.mark.rule("B5")
async def test_nobody_imports_the_own_child_or_the_own_snils(hub: Hub, office: Browser) -> None:
    assert ADMIN
    mine = kid(1, "Пётр")
    hub.esia.claims["nina"] = parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=(mine,))
    nina = await signed(hub, "nina")
    rows = ["Орлов;Пётр;;06.05.2014;6А;;;;", f"Соколов;Артём;;03.02.2014;6А;;{ADMIN.canonical};Ким;Нина"]
    found = await checked(nina, *rows, "Лебедев;Лев;;03.02.2014;6А;;;;")
    assert found["plan"] == counts(create=1, refused=2)
    assert all("другой сотрудник" in one["text"] for one in found["errors"])


@pytest.mark.rule("B5")
async def test_a_child_that_became_the_officers_own_meanwhile_is_not_written(hub: Hub, office: Browser) -> None:
    assert ADMIN
    found = await checked(office, "Орлов;Пётр;;06.05.2014;6А;;;;", ARTYOM)
    assert found["plan"] == counts(create=2)
    await press_apply(office, found["id"])
    hub.esia.claims["nina"] = parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=(kid(1, "Пётр"),))
    await signed(hub, "nina")
    await apply_rosters(hub.deps)
    assert (await shown(office, found["id"]))["result"] == counts(create=1, refused=1)


@pytest.mark.rule("A12")
async def test_twenty_presses_at_once_write_each_row_once(hub: Hub, office: Browser) -> None:
    found = await checked(office, *many(30))
    answers = await asyncio.gather(*(press_apply(office, found["id"]) for _ in range(20)))
    assert {one.status_code for one in answers} == {202}
    await asyncio.gather(*(apply_rosters(hub.deps) for _ in range(5)))
    done = await shown(office, found["id"])
    assert (done["state"], done["rows_done"], done["result"]) == ("done", 30, counts(create=30))
    assert await hub.rows(CARDS) == [(30, 0)]
    assert (await press_apply(office, found["id"])).status_code == 202
    assert (await shown(office, found["id"]))["state"] == "done"


async def test_a_run_that_is_cut_off_goes_on_where_it_was(hub: Hub, office: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    found = await checked(office, *many(60))
    await press_apply(office, found["id"])
    monkeypatch.setattr(applying, "PARTS_A_BATCH", 1)
    await apply_rosters(hub.deps)
    assert (await shown(office, found["id"]))["rows_done"] == 25
    monkeypatch.setattr(applying, "put_pupil", _dies)
    with pytest.raises(OSError, match="cut off"):
        await apply_rosters(hub.deps)
    halfway = await shown(office, found["id"])
    assert (halfway["state"], halfway["rows_done"]) == ("applying", 25)
    assert await hub.rows(CARDS) == [(25, 0)], "nothing of the broken part stays"
    monkeypatch.undo()
    await apply_rosters(hub.deps)
    assert (await shown(office, found["id"]))["result"] == counts(create=60)


def _dies(*_: Any, **__: Any) -> Any:
    raise OSError("cut off")


async def test_a_part_that_never_goes_is_given_up_and_the_office_is_told(
    hub: Hub, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = await checked(office, ARTYOM)
    await press_apply(office, found["id"])
    monkeypatch.setattr(applying, "put_pupil", _dies)
    for _ in range(applying.MOST_TRIES):
        with pytest.raises(OSError, match="cut off"):
            await apply_rosters(hub.deps)
    failed = await shown(office, found["id"])
    assert (failed["state"], failed["reason"]) == ("failed", "broken")
    assert await hub.rows("SELECT content FROM roster_part") == [(None,)]
    assert "Запись остановилась" in await (await office.get(f"/office/roster/imports/{found['id']}", Accept="text/html")).get_data(
        as_text=True
    )


async def test_a_run_stops_when_the_officer_has_left_the_school(hub: Hub, office: Browser) -> None:
    found = await checked(office, *many(30))
    await press_apply(office, found["id"])
    post = schools.SchoolOfficer
    await hub.deps.db.write(lambda: delete(post, post.role == "school_admin"))
    await apply_rosters(hub.deps)
    assert await hub.rows("SELECT state FROM roster_import") == [("failed",)]
    assert await hub.rows(CARDS) == [(0, 0)]


@pytest.mark.rule("B6")
async def test_an_import_belongs_to_its_officer_alone(hub: Hub, office: Browser) -> None:
    found = await checked(office, ARTYOM)
    path = f"{IMPORTS}/{found['id']}"
    oleg, guard, anna = [await signed(hub, code) for code in ("oleg", "vera", "anna")]
    for other in (oleg, guard, anna):
        for method, where in (("GET", path), ("POST", f"{path}/apply"), ("DELETE", path), ("GET", f"{IMPORTS}/none")):
            assert (await other.send(method, where)).status_code == 404, (method, where)
        assert (await other.get(f"/office/roster/imports/{found['id']}")).status_code == 404
    for other in (guard, anna):
        assert (await upload(other, table(ARTYOM))).status_code == 404
    assert (await shown(office, found["id"]))["state"] == "checked"


@pytest.mark.security("27")
async def test_an_upload_and_an_apply_need_our_own_page(hub: Hub, office: Browser) -> None:
    found = await checked(office, ARTYOM)
    assert (await upload(office, table(ARTYOM), **{"X-CSRF-Token": "x"})).status_code == 403
    assert (await upload(office, table(ARTYOM), Origin="https://evil.test")).status_code == 403
    assert (await office.send("POST", f"{IMPORTS}/{found['id']}/apply", csrf="x")).status_code == 403
    assert (await office.send("DELETE", f"{IMPORTS}/{found['id']}", csrf="x")).status_code == 403
    assert await hub.rows("SELECT count(*), max(state) FROM roster_import") == [(1, "checked")]


async def test_a_repeated_upload_with_one_key_is_one_import(hub: Hub, office: Browser) -> None:
    answers = [await upload(office, table(ARTYOM), **{"Idempotency-Key": "k1"}) for _ in range(2)]
    first, again = [(await one.get_json())["id"] for one in answers]
    assert first == again
    assert (await upload(office, table(WITH_ANNA), **{"Idempotency-Key": "k1"})).status_code == 422


async def test_a_newer_file_takes_the_place_of_one_that_was_not_applied(hub: Hub, office: Browser) -> None:
    first, second = await checked(office, ARTYOM), await checked(office, WITH_ANNA)
    assert (await office.get(f"{IMPORTS}/{first['id']}")).status_code == 404
    assert (await office.send("DELETE", f"{IMPORTS}/{second['id']}")).status_code == 204
    assert await hub.rows("SELECT count(*) FROM roster_part") == [(0,)]


async def test_a_file_over_a_mebibyte_and_a_foreign_kind_are_refused(hub: Hub, office: Browser) -> None:
    assert (await upload(office, b"x" * (1024 * 1024 + 1))).status_code == 413
    assert (await upload(office, table(ARTYOM), **{"Content-Type": "application/json"})).status_code == 400
    assert (await upload(office, b"PK\x03\x04")).status_code == 400


@pytest.mark.rule("A18")
async def test_a_file_that_nobody_applied_goes_after_a_day(hub: Hub, office: Browser) -> None:
    found = await checked(office, ARTYOM)
    hub.clock.go(hours=25)
    office = await signed(hub, "nina")
    assert (await press_apply(office, found["id"])).status_code == 404
    await hub.deps.db.write(lambda: store.remove_old(now=hub.clock()))
    assert await hub.rows("SELECT count(*) FROM roster_part") == [(0,)]


async def test_uploads_are_counted_by_the_minute(hub: Hub, office: Browser) -> None:
    for _ in range(30):
        hub.deps.memory.office_acts.note(("import", (await office.me())["person"]["id"]))
    answer = await upload(office, table(ARTYOM))
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0


@pytest.mark.rule("A13")
async def test_the_family_sees_what_the_import_changed(hub: Hub, office: Browser) -> None:
    await imported(hub, office, WITH_ANNA)
    await imported(hub, office, WITH_ANNA.replace("6А", "7А"))
    actions = [action for (action,) in await hub.rows("SELECT action FROM audit_event WHERE kind = 'change' ORDER BY at, id")]
    assert sorted(one for one in actions if one.startswith("card.")) == ["card.changed", "card.entered", "card.guardian"]


WITH_NUMBER = "Фамилия;Имя;Дата рождения;Класс;СНИЛС ученика\r\n"


@pytest.mark.rule("A3")
@pytest.mark.rule("A8")
@pytest.mark.security("30")
async def test_a_child_known_by_snils_appears_to_the_parents_once_and_the_office_learns_nothing(hub: Hub, office: Browser) -> None:
    anna = await signed(hub, "anna")
    known = kid(1, "Пётр")
    assert known.snils
    plans = []
    for snils in (known.snils.canonical, "300-400-500 66"):
        dry = await (await upload(office, f"{WITH_NUMBER}Орлов;Пётр;06.05.2014;6А;{snils}".encode())).get_json()
        plans.append(dry["plan"])
    assert plans == [counts(create=1)] * 2, "the right number and another look the same"
    data = f"{WITH_NUMBER}Орлов;Пётр;06.05.2014;6А;{known.snils.canonical}".encode()
    dry = await (await upload(office, data)).get_json()
    await press_apply(office, dry["id"])
    await apply_rosters(hub.deps)
    assert [child["school"]["class"] for child in (await anna.me())["children"]] == ["6А"]
    again = [
        await (await upload(office, data.replace(known.snils.canonical.encode(), other))).get_json() for other in (b"", b"300-400-500 66")
    ]
    assert [one["plan"] for one in again] == [counts(unchanged=1)] * 2


@pytest.mark.rule("B5")
async def test_a_child_whom_the_officer_ever_guarded_is_not_taken_into_the_roster(hub: Hub, office: Browser) -> None:
    """The SNILS leads to a child who is not on the officer's list any more and bears another birth date there."""
    assert ADMIN
    mine = replace(kid(1, "Пётр"), birth_date=None)
    assert mine.snils
    hub.esia.claims["nina"] = parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=(mine,))
    nina = await signed(hub, "nina")
    dry = await (await upload(nina, f"{WITH_NUMBER}Орлов;Пётр;06.05.2014;6А;{mine.snils.canonical}".encode())).get_json()
    assert dry["plan"] == counts(create=1)
    await press_apply(nina, dry["id"])
    await apply_rosters(hub.deps)
    assert (await shown(nina, dry["id"]))["result"] == counts(refused=1)
    assert await hub.rows(CARDS) == [(0, 0)]
