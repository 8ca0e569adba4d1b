"""OneRoster 1.2: strict files of a family and of a school, nothing of other people, no formula (RULES C1, C8, A15)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import msgspec
import pytest

from connectors.kit import diary
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from identity.snils import Snils
from tests.flows.family_kit import form, page, parents, relative, told
from tests.flows.kit import Browser, Hub, account, kid, lesson, mark, origin, parent, pupil
from tests.flows.office_kit import ADMIN, OGRN, OTHER, enter, open_office, signed
from tests.flows.oneroster_kit import Tables, read

DAY = date(2026, 11, 18)
MINE = "/export/oneroster/mine.zip"
QUARTER = diary.Period(
    id="q1",
    kind=diary.PeriodKind.QUARTER,
    name="1 четверть",
    number=1,
    start=date(2026, 9, 1),
    end=date(2026, 10, 25),
    school_year="2026/2027",
)


async def taken(browser: Browser, path: str = MINE) -> Tables:
    answer = await browser.get(path)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    assert (answer.content_type, answer.headers["Cache-Control"]) == ("application/zip", "no-store")
    raw = await answer.get_data(as_text=False)
    assert isinstance(raw, bytes)
    return read(raw)


def column(tables: Tables, file: str, name: str) -> list[str]:
    return [row[name] for row in tables.get(file, [])]


def final(value: str, *, id_: str = "f1", **more: Any) -> diary.Final:
    return diary.Final(origin=origin(id_), subject="Алгебра", period=QUARTER, value=value, **more)


async def test_a_familys_file_holds_school_year_class_subjects_and_people(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.diary.lessons += [lesson(DAY, 1, "Алгебра"), lesson(DAY, 2, "Основы религий, этика")]
    tables = await taken(anna[0])
    assert column(tables, "orgs", "name") == ["Школа 5"]
    (year,) = tables["academicSessions"]
    assert (year["title"], year["startDate"], year["endDate"], year["schoolYear"]) == ("2026/2027", "2026-09-01", "2027-09-01", "2027")
    assert {row["title"]: row["classType"] for row in tables["classes"]} == {
        "6А": "homeroom",
        "6А Алгебра": "scheduled",
        "6А Основы религий, этика": "scheduled",
    }
    assert "Основы религий  этика" not in column(tables, "courses", "subjects") and "Основы религий этика" in column(
        tables, "courses", "subjects"
    )
    people = {row["givenName"]: row for row in tables["users"]}
    assert set(people) == {"Анна", "Пётр"} and people["Пётр"]["agentSourcedIds"] == people["Анна"]["sourcedId"]
    assert people["Пётр"]["grades"] == "6"
    assert sorted(column(tables, "roles", "role")) == ["parent", "student"]
    assert len(tables["enrollments"]) == 3
    assert "results" not in tables


@pytest.mark.rule("C1")
@pytest.mark.parametrize(
    ("value", "number", "score", "status"),
    [
        ("5", Decimal(5), "5", "fully graded"),
        ("5-", Decimal(5), "5", "fully graded"),
        ("4/5", None, "", "fully graded"),
        ("зач", None, "", "fully graded"),
        ("осв", None, "", "exempt"),
        ("•", None, "", "not submitted"),
    ],
)
async def test_a_mark_keeps_its_text_and_its_number_if_it_has_one(
    hub: Hub, anna: tuple[Browser, str], value: str, number: Decimal | None, score: str, status: str
) -> None:
    work = diary.Work(type_name="Контрольная", topic="Дроби")
    hub.diary.marks.append(mark(DAY, value, id_="m1", number=number, work=work, weight=Decimal("1.5")))
    tables = await taken(anna[0])
    (result,) = tables["results"]
    assert (result["textScore"], result["score"], result["scoreStatus"], result["scoreDate"]) == (value, score, status, "2026-11-18")
    (item,) = tables["lineItems"]
    assert (item["title"], item["description"], item["resultValueMin"], item["resultValueMax"]) == ("Контрольная", "Дроби", "1", "5")
    assert column(tables, "categories", "title") == ["Контрольная"]
    assert column(tables, "scoreScales", "scoreScaleValue") == ["{5:5},{4:4},{3:3},{2:2},{1:1}"]


async def test_criteria_are_line_items_of_their_own(hub: Hub, anna: tuple[Browser, str]) -> None:
    criteria = (diary.Criterion(name="A", value="7", max="8"), diary.Criterion(name="B", value="н/а"))
    hub.diary.marks.append(msgspec.structs.replace(mark(DAY, "7", id_="m1", criteria=criteria), scale=diary.Scale.CRITERIA))
    tables = await taken(anna[0])
    assert [(row["title"], row["resultValueMax"]) for row in tables["lineItems"]] == [("Оценка", ""), ("Оценка: A", "8"), ("Оценка: B", "")]
    assert [(row["textScore"], row["score"]) for row in tables["results"]] == [("7", ""), ("7", "7"), ("н/а", "")]


async def test_results_hang_on_their_period(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.diary.finals += [final("4"), final("н/а", id_="f2", is_preliminary=True)]
    hub.diary.marks.append(mark(date(2026, 9, 10), "5", id_="m1"))
    tables = await taken(anna[0])
    quarter = next(row for row in tables["academicSessions"] if row["title"] == "1 четверть")
    year = next(row for row in tables["academicSessions"] if row["type"] == "schoolYear")
    assert (quarter["type"], quarter["endDate"], quarter["parentSourcedId"]) == ("gradingPeriod", "2026-10-26", year["sourcedId"])
    assert set(column(tables, "lineItems", "academicSessionSourcedId")) == {quarter["sourcedId"]}
    found = sorted((row["textScore"], row["score"], row["scoreStatus"], row["inProgress"]) for row in tables["results"])
    assert found == [("4", "4", "fully graded", ""), ("5", "", "fully graded", ""), ("н/а", "", "partially graded", "true")]


@pytest.mark.rule("C8")
async def test_a_hostile_diary_makes_no_formula_and_no_broken_row(hub: Hub, anna: tuple[Browser, str]) -> None:
    hostile = '=HYPERLINK("http://evil.test";"x"),\r\n{a:b}'
    hub.diary.marks.append(mark(DAY, "-", id_="=1", subject=hostile, comment="@SUM", work=diary.Work(type_name="+7", topic="\t-1")))
    tables = await taken(anna[0])
    assert column(tables, "results", "textScore") == ["'-"]
    assert column(tables, "results", "comment") == ["'@SUM"]


@pytest.mark.rule("A8")
async def test_no_number_and_nobody_else_is_in_it(hub: Hub) -> None:
    anna, boris, _ = await parents(hub)
    await boris.link()
    hub.diary.marks.append(mark(DAY, "5"))
    answer = await anna.get(MINE)
    raw = await answer.get_data(as_text=False)
    assert isinstance(raw, bytes)
    text = str(read(raw))
    assert "Борис" not in text and "Анна" in text
    for secret in (Snils("123-456-789 64"), kid(1, "").snils):
        assert secret is not None and secret.digits not in text and str(secret) not in text


async def test_the_same_children_make_the_same_file(hub: Hub, anna: tuple[Browser, str]) -> None:
    hub.diary.marks.append(mark(DAY, "5", id_="m1"))
    bodies = [await (await anna[0].get(MINE)).get_data() for _ in range(2)]
    assert bodies[0] == bodies[1]


async def test_two_children_of_two_schools_are_two_orgs(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр"), kid(2, "Ольга")))
    other = diary.School(name="Лицей 2", origin=origin("s2"), ogrn="1027700000077")
    olga = msgspec.structs.replace(pupil("78", "Ольга", birth_date=date(2014, 5, 6)), school=other)
    hub.diary.accounts["anna"] = account(children=(pupil(), olga))
    browser = hub.browser()
    await browser.sign_in()
    await browser.link()
    tables = await taken(browser)
    assert {row["name"]: row["identifier"] for row in tables["orgs"]} == {"Школа 5": "", "Лицей 2": "1027700000077"}
    anna = next(row["sourcedId"] for row in tables["users"] if row["givenName"] == "Анна")
    assert sorted(row["roleType"] for row in tables["roles"] if row["userSourcedId"] == anna) == ["primary", "secondary"]


async def test_a_child_without_any_diary_is_in_it_without_marks(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    tables = await taken(browser)
    assert column(tables, "orgs", "name") == ["Школа не указана"] and "classes" not in tables


@pytest.mark.rule("A16")
async def test_the_file_needs_a_fresh_sign_in_and_our_own_page(hub: Hub, anna: tuple[Browser, str]) -> None:
    browser, _ = anna
    assert (await browser.get(MINE, **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
    assert "Ученики школы" not in await page(browser, "/export/oneroster")
    hub.clock.go(minutes=6)
    assert (await told(await browser.get(MINE), 403))["type"].endswith("/not_fresh")
    led = await browser.get(MINE, Accept="text/html")
    assert (led.status_code, led.headers["Location"]) == (303, "/export/oneroster")
    assert "Войти ещё раз" in await page(browser, "/export/oneroster")
    assert (await hub.browser().get(MINE)).status_code == 401


async def test_who_has_no_child_has_no_file_and_a_lent_one_is_not_taken(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    assert (await galina.get(MINE)).status_code == 404
    offer = await told(await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 30}), 201)
    await told(await galina.send("POST", "/api/v1/delegations/accept", json={"code": offer["code"]}))
    assert (await galina.get(MINE)).status_code == 404


@pytest.mark.rule("A13")
async def test_the_other_parent_reads_of_it(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    await taken(anna, "/export/oneroster")
    assert "Записи выгружены файлом OneRoster" in str(await told(await boris.get(f"/api/v1/children/{child}/access-log")))


async def test_the_office_takes_its_own_pupils_and_no_marks(hub: Hub) -> None:
    office = await open_office(hub, [])
    await office.me()
    await enter(office)
    await enter(office, last_name="Иванова", first_name="Ия", **{"class": "10Б"})
    other = await signed(hub, "oleg")
    await enter(other, last_name="Чужой", first_name="Лев")
    answer = await form(office, "/export/oneroster/school.zip")
    raw = await answer.get_data(as_text=False)
    assert answer.status_code == 200 and isinstance(raw, bytes)
    tables = read(raw)
    assert sorted(column(tables, "users", "givenName")) == ["Артём", "Ия"]
    assert column(tables, "orgs", "identifier") == [OGRN] and OTHER not in str(tables)
    assert sorted(column(tables, "classes", "grades")) == ["10", "6"]
    assert set(column(tables, "roles", "role")) == {"student"}
    assert not {"results", "lineItems"} & set(tables)
    program = await office.get("/export/oneroster")
    assert await program.get_data() == raw
    assert (await office.get(f"/export/oneroster?school_ogrn={OTHER}")).status_code == 404
    assert (await office.get("/export/oneroster", **{"Sec-Fetch-Site": "cross-site"})).status_code == 403
    actions = await hub.rows("SELECT COUNT(*) FROM audit_event WHERE action = 'office.oneroster' AND kind = 'export'")
    assert actions == [(4,)], "two pupils, taken twice"
    assert "Скачать список школы" in await page(office, "/export/oneroster")


async def test_who_works_in_two_schools_names_one(hub: Hub) -> None:
    office = await open_office(hub, [])
    await office.me()
    await enter(office)
    now = hub.clock()
    assert ADMIN
    second = OfficerCard(school=OTHER, role="head", snils=ADMIN.digits, names=("Ким", "Нина", ""))
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [second], now=now))
    assert f'<option value="{OTHER}">' in await page(office, "/export/oneroster")
    assert (await form(office, "/export/oneroster/school.zip")).status_code == 400
    answer = await form(office, "/export/oneroster/school.zip", school_ogrn=OGRN)
    raw = await answer.get_data(as_text=False)
    assert isinstance(raw, bytes) and column(read(raw), "orgs", "identifier") == [OGRN]


@pytest.mark.rule("B6")
async def test_only_who_keeps_the_cards_takes_the_schools_file(hub: Hub) -> None:
    office = await open_office(hub, [])
    await office.me()
    await enter(office)
    guard, stranger = await signed(hub, "vera"), await relative(hub, "galina", snils=1)
    for browser in (guard, stranger):
        assert (await form(browser, "/export/oneroster/school.zip")).status_code == 404
    assert (await form(office, "/export/oneroster/school.zip", csrf_token="x")).status_code == 403
    hub.clock.go(minutes=6)
    assert (await office.send("POST", "/export/oneroster/school.zip")).status_code == 403


async def test_a_big_school_is_written_in_pieces(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.flows.outputs.oneroster import school as story

    monkeypatch.setattr(story, "AT_ONCE", 2)
    office = await open_office(hub, [])
    await office.me()
    for letter in "абвгд":
        await enter(office, last_name=f"Соколов{letter}")
    answer = await form(office, "/export/oneroster/school.zip")
    raw = await answer.get_data(as_text=False)
    assert isinstance(raw, bytes) and len(read(raw)["users"]) == 5
