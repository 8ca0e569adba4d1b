"""The directory: who is found, what the schools' offices keep in it, and whom a family is told to ask."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from tests.flows.desk_kit import Desk, open_desk
from tests.flows.family_kit import form, page, told
from tests.flows.kit import Hub
from tests.flows.office_kit import OGRN, OTHER, signed

SIGNS = "?&=/"
CONTACTS = "/api/v1/office/contacts"
MEALS = {
    "topic": "meals",
    "person": "Нина Ким",
    "phones": ["8 (3812) 22-17-08"],
    "hours": [{"days": [1, 2, 3, 4, 5], "start": "08:00", "end": "16:00"}],
}


REFUSED: list[dict[str, Any]] = [
        {"topic": "gossip"}, {"phones": ["звоните"]}, {"phones": []}, {"phones": ["22-17-08"] * 1 + ["1" * 5 + str(n) for n in range(5)]},
        {"email": "no mail"}, {"person": "я" * 101}, {"note": "я" * 201}, {"hours": [{"days": [0], "start": "08:00", "end": "16:00"}]},
        {"hours": [{"days": [1], "start": "16:00", "end": "08:00"}]}, {"hours": [{"days": [1], "start": "утром", "end": "08:00"}]},
    ]  # fmt: skip


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def listed(hub: Hub, query: str = "") -> list[dict[str, Any]]:
    anyone = await signed(hub, "anna")
    items: list[dict[str, Any]] = (await told(await anyone.get(f"/api/v1/directory{quote(query, safe=SIGNS)}")))["items"]
    return items


@pytest.mark.feature("F229")
@pytest.mark.feature("F129")
@pytest.mark.feature("F195")
async def test_systems_are_listed_with_phones_hours_and_whether_they_answer_now(hub: Hub) -> None:
    found = {one["id"]: one for one in await listed(hub)}
    eljur, infoshkola = found["eljur"]["contacts"][0], found["infoshkola"]["contacts"][0]
    assert (eljur["hours_text"], eljur["open"]["state"], found["eljur"]["zone"]) == (
        "пн–пт 8:00–19:00, сб 8:00–15:00",
        "open",
        "Europe/Moscow",
    )
    assert (infoshkola["open"]["state"], infoshkola["open"]["until"]) == ("open", "2026-11-18T19:00:00+07:00")
    assert "Оператор" in infoshkola["note"] and found["infoshkola"]["recovery"]
    hub.clock.go(hours=3.5)  # 19:30 in Novosibirsk, 15:30 in Moscow
    found = {one["id"]: one for one in await listed(hub)}
    states = [found[name]["contacts"][0]["open"]["state"] for name in ("eljur", "infoshkola", "my-school")]
    assert states == ["open", "closed", "unknown"]


@pytest.mark.parametrize(
    ("query", "first"),
    [("?q=ЭлЖур", "eljur"), ("?q=госуслуги", "gosuslugi"), (f"?q={OGRN}", OGRN), ("?q=питание&kind=system", "digital-school")],
)
async def test_a_name_or_a_number_finds_it(desk: Desk, query: str, first: str) -> None:
    assert (await listed(desk.hub, query))[0]["id"] == first


@pytest.mark.parametrize(
    ("query", "status"), [("?q=" + "я" * 301, 400), ("?kind=person", 400), ("?region=99x", 404), ("/nothing", 404)]
)  # fmt: skip
async def test_what_cannot_be_asked_is_refused(hub: Hub, query: str, status: int) -> None:
    anyone = await signed(hub, "anna")
    assert (await anyone.get(f"/api/v1/directory{quote(query, safe=SIGNS)}")).status_code == status


async def test_a_region_leaves_its_own_systems(hub: Hub) -> None:
    ids = [one["id"] for one in await listed(hub, "?region=24&kind=system")]
    assert "kiasuo" in ids and "gosuslugi" in ids and "petersburg" not in ids


@pytest.mark.feature("F110")
async def test_what_the_office_writes_is_shown_to_everybody_and_to_the_family(desk: Desk) -> None:
    made = await told(await desk.nina.send("POST", CONTACTS, json=MEALS), 201)
    assert (made["topic_title"], made["open"]["state"]) == ("качество питания", "open")  # 15:00 in Omsk
    (school,) = await listed(desk.hub, f"?q={OGRN}")
    assert (school["contacts"][0]["person"], school["takes_questions"]) == ("Нина Ким", True)
    mine = (await told(await desk.anna.get(f"/api/v1/children/{desk.petya}/contacts")))["items"]
    assert (mine[0]["id"], mine[0]["contacts"][0]["phones"]) == (OGRN, ["8 (3812) 22-17-08"])
    assert "22-17-08" in await page(desk.anna, f"/children/{desk.petya}/ask")
    assert "Нина Ким" not in str(await desk.hub.rows("SELECT * FROM school_contact"))


async def test_an_entry_is_changed_and_removed_by_the_own_office_alone(desk: Desk) -> None:
    made = (await told(await desk.nina.send("POST", CONTACTS, json=MEALS), 201))["id"]
    for method in ("PUT", "DELETE"):
        for id_ in (made, "nothing"):
            assert (await desk.oleg.send(method, f"{CONTACTS}/{id_}", json=MEALS)).status_code == 404
        assert (await desk.anna.send(method, f"{CONTACTS}/{made}", json=MEALS)).status_code == 403
    changed = await told(await desk.rita.send("PUT", f"{CONTACTS}/{made}", json=MEALS | {"person": "Рита Лапина"}))
    assert changed["person"] == "Рита Лапина"
    assert (await desk.nina.send("DELETE", f"{CONTACTS}/{made}")).status_code == 204
    assert (await desk.nina.send("DELETE", f"{CONTACTS}/{made}")).status_code == 404
    assert (await told(await desk.nina.get(CONTACTS)))["items"] == []


async def test_an_entry_that_nobody_could_use_is_refused(desk: Desk) -> None:
    for changes in REFUSED:
        assert (await desk.nina.send("POST", CONTACTS, json=MEALS | changes)).status_code == 400, changes
    assert (await told(await desk.nina.get(CONTACTS)))["items"] == []


async def test_the_office_keeps_its_list_on_a_page(desk: Desk) -> None:
    fields = {"topic": "general", "phones": "22-13-56, 22-17-08", "from_1": "1", "till_1": "5", "start_1": "08:00", "end_1": "17:00"}
    answer = await form(desk.nina, "/office/contacts", **fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/office/contacts?done=added")
    shown = await page(desk.nina, "/office/contacts")
    assert "22-13-56" in shown and "пн–пт 8:00–17:00" in shown and "Омск" in shown
    wrong = await form(desk.nina, "/office/contacts", topic="general", phones="нет", note="Второй этаж")
    assert wrong.status_code == 400 and "Второй этаж" in await wrong.get_data(as_text=True)
    assert (await form(desk.anna, "/office/contacts", **fields)).status_code == 403


async def test_a_forged_form_changes_nothing(desk: Desk) -> None:
    assert (await desk.nina.send("POST", CONTACTS, json=MEALS, csrf="wrong")).status_code == 403
    assert (await desk.nina.send("POST", CONTACTS, json=MEALS, origin="https://evil.example")).status_code == 403
    assert (await desk.hub.browser().send("POST", CONTACTS, json=MEALS)).status_code == 401


async def test_a_foreign_child_and_none_at_all_look_the_same(desk: Desk) -> None:
    answers = [await desk.oleg.get(f"/api/v1/children/{id_}/contacts") for id_ in (desk.petya, "nobody")]
    assert [answer.status_code for answer in answers] == [404, 404]


async def test_the_pages_need_no_sign_in_and_end_nowhere(desk: Desk) -> None:
    nobody = desk.hub.browser()
    assert "сейчас открыто" in await page(nobody, "/directory")
    assert "Показать всё" in await page(nobody, f"/directory?q={quote('абракадабра')}")
    assert "Школа ещё не записала" in await page(nobody, f"/directory/{OTHER}")
    assert (await nobody.get("/directory/nothing", Accept="text/html")).status_code == 404
