"""The office's pages: who is linked, slips shown once, a code revoked, a table taken away; a 404 for everybody else (RULES A7, A13, B6)."""

from __future__ import annotations

import asyncio
import re

import pytest
from quart import Response

from hub.flows.roster.applying import apply_rosters
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.kit import PUBLIC, Browser, Hub, parent
from tests.flows.office_kit import ADMIN, OGRN, OTHER, code_for, open_office, redeem, signed
from tests.flows.roster_kit import ARTYOM, WITH_ANNA, checked, imported, many, press, pupils, table

CODE = re.compile(r"[2-9A-Y]{4}-[2-9A-Y]{4}-[2-9A-Y]{4}")
SLIPS = "/office/classes/6%D0%90/slips"


@pytest.fixture
async def office(hub: Hub) -> Browser:
    return await open_office(hub, [])


async def text(browser: Browser, path: str) -> str:
    answer = await browser.get(path, Accept="text/html")
    assert answer.status_code == 200, path
    return await answer.get_data(as_text=True)


async def print_slips(office: Browser, run: str = "r" * 16, **form: str) -> tuple[list[str], str]:
    answer = await press(office, SLIPS, run=run, **form)
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    assert answer.headers["Cache-Control"] == "no-store" and "ETag" not in answer.headers
    page = await answer.get_data(as_text=True)
    return CODE.findall(page), page


async def send_file(office: Browser, data: bytes) -> Response:
    """The form of the page, as a browser sends it."""
    boundary = "xxBOUNDARYxx"
    fields = f'--{boundary}\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{office.csrf}\r\n'
    file = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="6a.csv"\r\nContent-Type: text/csv\r\n\r\n'
    body = fields.encode() + file.encode() + data + f"\r\n--{boundary}--\r\n".encode()
    kind = f"multipart/form-data; boundary={boundary}"
    headers = {"Host": "localhost:8000", "Origin": PUBLIC, "Content-Type": kind, "Accept": "text/html"}
    return await office.client.post("/office/roster/import", data=body, headers=headers)


@pytest.mark.rule("B6")
async def test_every_page_of_the_office_is_not_there_for_others(hub: Hub, office: Browser) -> None:
    await imported(hub, office, ARTYOM)
    (one,) = await pupils(office)
    found = await checked(office, ARTYOM)
    reads = ["/office/classes", "/office/classes/6%D0%90", SLIPS, "/office/pupils", f"/office/pupils/{one['id']}", "/office/roster/import"]
    reads += [f"/office/roster/imports/{found['id']}", "/api/v1/office/classes", "/api/v1/office/pupils", "/api/v1/office/roster/export"]
    writes = ["/office/pupils", f"/office/pupils/{one['id']}/revoke", SLIPS, "/office/roster/export", "/office/roster/import"]
    for code in ("vera", "anna"):
        other = await signed(hub, code)
        assert {path: (await other.get(path)).status_code for path in reads} == dict.fromkeys(reads, 404)
        posted = {path: (await press(other, path, run="r" * 16)).status_code for path in writes}
        assert posted == dict.fromkeys(writes, 404) | {"/office/roster/import": posted["/office/roster/import"]}
        assert posted["/office/roster/import"] in (400, 404)
        assert 'href="/office"' not in await text(other, "/")
    oleg = await signed(hub, "oleg")
    for path in (f"/office/pupils/{one['id']}", SLIPS, f"/office/roster/imports/{found['id']}"):
        assert (await oleg.get(path)).status_code == 404, "another school's"
    assert await pupils(oleg) == []
    assert (await press(oleg, SLIPS, run="r" * 16)).status_code == 404
    assert (await press(oleg, f"/office/pupils/{one['id']}/revoke")).status_code == 404
    assert {(await hub.browser().get(path)).status_code for path in reads} == {401}
    assert 'href="/office"' in await text(office, "/")


async def test_classes_say_who_is_linked_who_waits_and_who_has_no_code(hub: Hub, office: Browser) -> None:
    await imported(hub, office, WITH_ANNA, *many(3))
    await signed(hub, "anna")
    await print_slips(office)
    found = await (await office.get("/api/v1/office/classes")).get_json()
    assert [(one["name"], one["pupils"], one["linked"], one["coded"]) for one in found["items"]] == [("6А", 3, 1, 2), ("7А", 1, 0, 0)]
    assert (found["pupils"], found["linked"]) == (4, 1)
    page = await text(office, "/office/classes")
    assert "Классы" in page and "Листки" in page


async def test_pupils_are_paged_by_surname_and_searched_without_a_name_in_the_address(hub: Hub, office: Browser) -> None:
    await imported(hub, office, *many(60), "Ёлкин;Ян;;03.02.2014;6А;;;;")
    first = await (await office.get("/api/v1/office/pupils")).get_json()
    rest = await (await office.get(f"/api/v1/office/pupils?cursor={first['next']}")).get_json()
    assert (len(first["items"]), first["total"], len(rest["items"]), rest["next"]) == (50, 61, 11, None)
    names = [one["last_name"] for one in first["items"] + rest["items"]]
    assert names[0] == "Ёлкин" and len(set(names)) == 61
    assert len(await pupils(office, "?class=6%D0%90")) == 31
    assert await pupils(office, "?class=11") == []
    assert (await office.get("/api/v1/office/pupils?cursor=eHg=")).status_code == 400
    answer = await press(office, "/office/pupils", query="елк ян")
    page = await answer.get_data(as_text=True)
    assert "Нашлось: 1" in page and "Ёлкин Ян" in page and answer.headers["Cache-Control"] == "no-store"
    assert "Никого не нашлось" in await (await press(office, "/office/pupils", query="яя")).get_data(as_text=True)


@pytest.mark.rule("A7")
@pytest.mark.feature("F067")
async def test_slips_show_each_code_once_and_only_first_name_and_initial(hub: Hub, office: Browser) -> None:
    await imported(hub, office, *many(4))
    form = await text(office, SLIPS)
    assert "(2)" in form and not CODE.search(form)
    codes, page = await print_slips(office)
    assert len(codes) == 2 and page.count('class="qr"') == 2
    assert "Артём С." in page and "Соколова" not in page
    assert "18 декабря 2026" in page
    again, page = await print_slips(office)
    assert again == [] and "уже показаны" in page
    assert (await redeem(await signed(hub, "anna"), codes[0], last="Соколовааа")).status_code == 200
    assert await hub.rows("SELECT count(*) FROM invitation_code") == [(2,)]


@pytest.mark.rule("A7")
async def test_a_reprint_kills_the_old_slips_and_only_those_without_a_guardian_get_one(hub: Hub, office: Browser) -> None:
    await imported(hub, office, WITH_ANNA, *many(2))
    await signed(hub, "anna")
    old, _ = await print_slips(office)
    none, page = await print_slips(office, run="q" * 16)
    assert (len(old), none) == (1, []) and "Печатать нечего" in page
    new, _ = await print_slips(office, run="p" * 16, again="yes")
    assert len(new) == 1 and new != old
    boris = hub.esia.claims["boris"] = parent("77", last_name="Соколов", first_name="Борис", snils=None, children=())
    assert boris
    browser = await signed(hub, "boris")
    assert (await redeem(browser, old[0], last="Соколовааа")).status_code == 422
    assert (await redeem(browser, new[0], last="Соколовааа")).status_code == 200


@pytest.mark.rule("A12")
async def test_twenty_presses_of_one_form_print_one_set_of_slips(hub: Hub, office: Browser) -> None:
    await imported(hub, office, *many(10))
    sets = await asyncio.gather(*(print_slips(office) for _ in range(20)))
    assert sorted(len(codes) for codes, _ in sets) == [0] * 19 + [5]
    assert await hub.rows("SELECT state, count(*) FROM invitation_code GROUP BY state") == [("active", 5)]


@pytest.mark.rule("A7")
async def test_an_app_issues_the_codes_of_a_class_once_for_one_request(hub: Hub, office: Browser) -> None:
    await imported(hub, office, *many(4))
    path, wanted = "/api/v1/office/classes/invitations", {"class": "6А", "run": "r" * 16}
    answers = [await office.send("POST", path, json=wanted) for _ in range(2)]
    first, again = [await one.get_json() for one in answers]
    assert [one.status_code for one in answers] == [201, 201]
    assert (len(first["items"]), again["items"], again["shown_before"]) == (2, [], True)
    assert (await redeem(await signed(hub, "anna"), first["items"][0]["code"], last="Соколовааа")).status_code == 200
    assert (await office.send("POST", path, json=wanted | {"run": "short"})).status_code == 400
    assert (await office.send("POST", path, json=wanted, csrf="x")).status_code == 403
    assert (await (await signed(hub, "oleg")).send("POST", path, json=wanted)).status_code == 404


async def test_a_big_class_is_printed_sheet_by_sheet(hub: Hub, office: Browser) -> None:
    await imported(hub, office, *many(150))
    first, page = await print_slips(office)
    assert len(first) == 40 and "Готово 40, осталось 35" in page
    rest, page = await print_slips(office, run="q" * 16)
    assert len(rest) == 35 and "осталось" not in page


@pytest.mark.rule("B5")
async def test_nobody_prints_a_slip_for_the_own_child(hub: Hub, office: Browser) -> None:
    assert ADMIN
    await imported(hub, office, *many(2), "Ким;Ян;;03.02.2014;6А;;;;")
    (ian,) = [one["id"] for one in await pupils(office) if one["last_name"] == "Ким"]
    assert (await redeem(office, await code_for(office, ian), last="Ким", first="Ян")).status_code == 200
    codes, page = await print_slips(office, pupil=ian)
    assert codes == [] and "другой сотрудник" in page
    assert "Это ваша семья" in await text(office, f"/office/pupils/{ian}")


async def test_a_card_shows_what_the_office_typed_and_revokes_one_code(hub: Hub, office: Browser) -> None:
    await imported(hub, office, WITH_ANNA)
    (one,) = await pupils(office)
    page = await text(office, f"/office/pupils/{one['id']}")
    assert "Орлова Анна" in page and "***-***-*** 64" in page and "проверяется" in page and "456-789" not in page
    codes, _ = await print_slips(office, pupil=one["id"])
    assert len(codes) == 1
    answer = await press(office, f"/office/pupils/{one['id']}/revoke")
    assert answer.status_code == 303
    assert "Код отменён" in await text(office, answer.headers["Location"])
    assert (await redeem(await signed(hub, "anna"), codes[0], last="Соколов")).status_code == 422
    assert (await office.send("DELETE", f"/api/v1/office/pupils/{one['id']}/invitations")).status_code == 204
    assert (await office.send("DELETE", "/api/v1/office/pupils/nobody/invitations")).status_code == 404


@pytest.mark.rule("C8")
@pytest.mark.rule("A13")
async def test_the_table_taken_away_has_no_snils_and_no_formula_and_every_family_is_told(hub: Hub, office: Browser) -> None:
    body = {"last_name": "=cmd|x", "first_name": "Ян", "birth_date": "2014-02-03", "class": "@6"}
    assert (await office.send("POST", "/api/v1/office/pupils", json=body)).status_code == 201
    await imported(hub, office, WITH_ANNA)
    answer = await press(office, "/office/roster/export")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8" and answer.headers["Cache-Control"] == "no-store"
    lines = (await answer.get_data(as_text=True)).lstrip("\ufeff").splitlines()
    assert lines[1:] == ["6А;Соколов;Артём;Ильич;03.02.2014;;нет;", "'@6;'=cmd|x;Ян;;03.02.2014;;нет;"]
    assert await hub.rows("SELECT count(*) FROM audit_event WHERE kind = 'export'") == [(2,)]
    narrowed = await office.get("/api/v1/office/roster/export?class=6%D0%90")
    assert len((await narrowed.get_data(as_text=True)).splitlines()) == 2


@pytest.mark.rule("A13")
async def test_a_guardian_sees_that_the_office_looked_by_name_and_post(hub: Hub, office: Browser) -> None:
    await imported(hub, office, WITH_ANNA)
    anna = await signed(hub, "anna")
    (one,) = await pupils(office)
    log = (await (await anna.get(f"/api/v1/children/{one['id']}/access-log")).get_json())["items"]
    assert any("Администратор школы" in str(entry) and "Ким" in str(entry) for entry in log), log


async def test_a_file_is_uploaded_checked_and_applied_by_forms_alone(hub: Hub, office: Browser) -> None:
    bad = await send_file(office, b"PK\x03\x04")
    assert bad.status_code == 400 and "книга Excel" in await bad.get_data(as_text=True)
    answer = await send_file(office, table(*many(30)))
    assert answer.status_code == 303
    path = answer.headers["Location"]
    assert "ничего ещё не записано" in await text(office, path)
    assert (await press(office, f"{path}/apply")).status_code == 303
    page = await text(office, path)
    assert "<progress" in page and '<noscript><meta http-equiv="refresh"' in page
    await apply_rosters(hub.deps)
    assert "Список записан" in await text(office, path)
    assert (await press(office, f"{path}/drop")).status_code == 403
    notices = (await (await office.get("/api/v1/me/notices")).get_json())["items"]
    assert "roster_import" in [one["kind"] for one in notices]
    assert "записан" in await text(office, "/office/roster/import")


async def test_a_big_file_stays_in_memory_and_a_bigger_one_says_what_to_do(
    hub: Hub, office: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def to_disk(*_: object, **__: object) -> None:
        raise AssertionError("an unsealed table on the disk")

    monkeypatch.setattr("werkzeug.formparser.SpooledTemporaryFile", to_disk)
    wide = table(*(row + "Ж" * 90 for row in many(2500)))
    assert 500 * 1024 < len(wide) < 1024 * 1024
    answer = await send_file(office, wide)
    assert answer.status_code == 303, await answer.get_data(as_text=True)
    answer = await send_file(office, b"x" * 1024 * 1024)
    assert answer.status_code == 413 and "Разделите его" in await answer.get_data(as_text=True)


async def test_empty_offices_and_hostile_class_names_are_shown_well(hub: Hub, office: Browser) -> None:
    assert "Учеников пока нет" in await text(office, "/office/classes")
    for name in ('5/1 "<b>"', "slips", "6 «А» & Ко?#"):
        body = {"last_name": "Ким", "first_name": "Ян", "birth_date": "2014-02-03", "class": name}
        assert (await office.send("POST", "/api/v1/office/pupils", json=body)).status_code == 201
    page = await text(office, "/office/classes")
    links = re.findall(r'href="(/office/classes/[^"?]+)"', page)
    assert len(links) == 9 and "<b>" not in page
    for link in links:
        assert "Ким" in await text(office, link) or "Листки" in await text(office, link)
    assert "Образец" not in page
    sample = await office.get("/office/roster/sample.csv")
    found = await checked(office, *(await sample.get_data(as_text=True)).lstrip("\ufeff").splitlines()[1:])
    assert found["rows"] == 1


@pytest.mark.rule("B6")
async def test_who_works_in_two_schools_chooses_one_and_the_choice_opens_no_other(hub: Hub, office: Browser) -> None:
    assert ADMIN
    await imported(hub, office, ARTYOM)
    card = OfficerCard(school=OTHER, role="head", snils=ADMIN.digits, names=("Ким", "Нина", ""))
    now = hub.clock()
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, [card], now=now))
    assert (await office.get("/office", Accept="text/html")).headers["Location"] == "/office/role"
    page = await text(office, "/office/role")
    assert "Кем я сейчас работаю" in page and page.count('name="role"') == 2
    assert len(await pupils(office, f"?school_ogrn={OGRN}")) == 1
    for ogrn, role, one, other in ((OGRN, "school_admin", 1, 404), (OTHER, "head", 0, 200)):
        chosen = await press(office, "/office/role", school=ogrn, role=role)
        assert (chosen.status_code, chosen.headers["Location"]) == (303, "/office")
        page = await text(office, "/office/classes")
        assert ("Учеников пока нет" in page) == (not one)
        assert len(await pupils(office, "")) == one
        assert (await office.get(f"/api/v1/office/pupils?school_ogrn={OTHER}")).status_code == other
    oleg = await signed(hub, "oleg")
    assert (await press(oleg, "/office/role", school=OGRN, role="school_admin")).status_code == 404
    assert (await oleg.get(f"/api/v1/office/pupils?school_ogrn={OGRN}")).status_code == 404
    assert (await (await signed(hub, "anna")).get("/office/role")).status_code == 404
