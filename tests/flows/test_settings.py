"""Settings: formats on every page, nicknames without surnames, contacts masked and changed by a fresh sign-in only."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

import pytest

from hub.web.words import zone_name
from identity.claims import Contact
from tests.flows.kit import Browser, Hub, parent


@pytest.fixture
async def mother(hub: Hub) -> tuple[Browser, str]:
    hub.esia.claims["anna"] = parent(
        phones=(Contact(value="+79161234567", verified=True), Contact(value="+79167654321", verified=False)),
        emails=(Contact(value="anna@mail.example", verified=True),),
    )
    browser = hub.browser()
    me = await browser.sign_in()
    return browser, me["children"][0]["id"]


async def put(browser: Browser, **body: Any) -> Any:
    return await browser.send("PUT", "/api/v1/me/settings", json=body)


async def settings(browser: Browser) -> dict[str, Any]:
    found: dict[str, Any] = await (await browser.get("/api/v1/me/settings")).get_json()
    return found


async def form(browser: Browser, **fields: str) -> Any:
    return await browser.client.post(
        "/settings",
        form={"csrf_token": browser.csrf, **fields},
        headers={"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"},
    )


@pytest.mark.feature("F024")
@pytest.mark.parametrize(
    ("date_format", "time_format", "shown"),
    [
        ("weekday", "padded", "ср, 18 ноября, 12:00"),
        ("long", "plain", "18 ноября 2026, 12:00"),
        ("dotted", "dotted", "18.11.2026, 12.00"),
        ("iso", "padded", "2026-11-18, 12:00"),
    ],
)
async def test_the_chosen_formats_are_on_the_pages_at_once(
    hub: Hub, mother: tuple[Browser, str], date_format: str, time_format: str, shown: str
) -> None:
    browser, _ = mother
    assert (await put(browser, date_format=date_format, time_format=time_format)).status_code == 200
    assert shown in await (await browser.get("/family/devices", Accept="text/html")).get_data(as_text=True)
    other = hub.browser()
    hub.esia.claims["boris"] = parent("3000", last_name="Орлов", first_name="Борис", snils=None, children=())
    await other.sign_in("boris")
    assert "ср, 18 ноября, 12:00" in await (await other.get("/family/devices", Accept="text/html")).get_data(as_text=True)


@pytest.mark.feature("F025")
async def test_the_form_is_saved_by_its_button_and_says_so(mother: tuple[Browser, str]) -> None:
    browser, child = mother
    answer = await form(browser, date_format="iso", time_format="plain", **{f"nickname-{child}": "  Петя "})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings?saved=1")
    page = await (await browser.get("/settings?saved=1", Accept="text/html")).get_data(as_text=True)
    assert "Сохранено" in page and 'value="Петя"' in page
    found = await settings(browser)
    assert (found["date_format"], found["time_format"], found["children"][0]["nickname"]) == ("iso", "plain", "Петя")


@pytest.mark.feature("F025")
async def test_a_refused_form_keeps_what_was_typed_and_changes_nothing(mother: tuple[Browser, str]) -> None:
    browser, child = mother
    answer = await form(browser, date_format="iso", time_format="plain", **{f"nickname-{child}": "Орлов младший"})
    page = await answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert 'value="Орлов младший"' in page and "нельзя фамилию" in page and "Не сохранено" in page
    assert 'value="iso" checked' in page
    assert (await settings(browser))["date_format"] == "weekday"


@pytest.mark.parametrize("nickname", ["Орлов", "петя орлов", "ОРЛОВ-младший", "89161234567", "x" * 31, "<b>Петя</b>", "11223344595"])
async def test_a_nickname_tells_no_surname_and_no_number(mother: tuple[Browser, str], nickname: str) -> None:
    browser, child = mother
    answer = await put(browser, nicknames={child: nickname})
    body = await answer.get_json()
    assert (answer.status_code, list(body["fields"])) == (400, [f"nickname-{child}"])
    assert (await settings(browser))["children"][0]["nickname"] == ""


async def test_a_foreign_child_has_no_nickname_here(hub: Hub, mother: tuple[Browser, str]) -> None:
    _, child = mother
    hub.esia.claims["boris"] = parent("3000", last_name="Иванов", first_name="Борис", snils=None, children=())
    other = hub.browser()
    await other.sign_in("boris")
    foreign, unknown = await put(other, nicknames={child: "Петя"}), await put(other, nicknames={"nobody": "Петя"})
    assert foreign.status_code == unknown.status_code == 404
    assert (await foreign.get_json())["type"] == (await unknown.get_json())["type"]


@pytest.mark.parametrize("body", [{"date_format": "american"}, {"time_format": ""}, {"phone": "+7"}, {"nicknames": []}, {"contacts": 1}])
async def test_what_is_no_setting_is_refused(mother: tuple[Browser, str], body: dict[str, Any]) -> None:
    browser, _ = mother
    assert (await put(browser, **body)).status_code == 400


async def test_contacts_are_masked_and_only_a_verified_one_is_used(mother: tuple[Browser, str]) -> None:
    browser, _ = mother
    found = (await settings(browser))["contacts"]
    assert {(one["masked"], one["verified"], one["used"]) for one in found} == {
        ("+7 ••• ••• 45 67", True, True),
        ("+7 ••• ••• 43 21", False, False),
        ("a•••@mail.example", True, True),
    }
    ids = {one["masked"]: one["id"] for one in found}
    assert (await put(browser, contacts={"phone": ids["+7 ••• ••• 45 67"]})).status_code == 200, "the one that Gosuslugi vouches for"
    assert (await put(browser, contacts={"phone": ""})).status_code == 200
    assert [one["masked"] for one in (await settings(browser))["contacts"] if one["used"]] == ["a•••@mail.example"]
    assert (await put(browser, contacts={"phone": ids["+7 ••• ••• 43 21"]})).status_code == 400
    assert (await put(browser, contacts={"email": ids["+7 ••• ••• 45 67"]})).status_code == 404
    kinds = [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]
    assert kinds == ["contact_changed"]


@pytest.mark.rule("A16")
async def test_another_contact_needs_a_fresh_sign_in(hub: Hub, mother: tuple[Browser, str]) -> None:
    browser, _ = mother
    hub.clock.go(minutes=6)
    answer = await put(browser, contacts={"phone": ""})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")
    assert (await put(browser, date_format="iso")).status_code == 200, "a format is no act"


@pytest.mark.parametrize(("zone", "city"), [("Europe/Moscow", "Москва"), ("Asia/Krasnoyarsk", "Красноярск"), ("UTC", "UTC")])
def test_a_zone_is_named_by_its_city(zone: str, city: str) -> None:
    assert zone_name(zone) == city


@pytest.mark.rule("A16")
async def test_a_form_that_needs_a_fresh_sign_in_offers_it_and_loses_nothing(hub: Hub, mother: tuple[Browser, str]) -> None:
    browser, _ = mother
    hub.clock.go(minutes=6)
    answer = await form(browser, date_format="iso", time_format="plain", **{"contact-phone": ""})
    page = await answer.get_data(as_text=True)
    assert answer.status_code == 403 and "/auth/esia/start?again=1" in page.replace("&amp;", "&")
    assert (await settings(browser))["date_format"] == "weekday"


@pytest.mark.security("32")
async def test_nothing_that_was_typed_or_told_reaches_the_log(mother: tuple[Browser, str], caplog: pytest.LogCaptureFixture) -> None:
    browser, child = mother
    caplog.set_level(logging.DEBUG)
    await put(browser, nicknames={child: "Петруша"})
    await put(browser, nicknames={child: "тел 89161234567"})
    await browser.get("/settings", Accept="text/html")
    await browser.get("/export/mine.json")
    await browser.send("POST", "/api/v1/me/leave", json={"confirm": "УДАЛИТЬ"})
    assert not [word for word in ("Петруша", "89161234567", "79161234567", "anna@mail", "Орлова", "12345678964") if word in caplog.text]


async def test_parallel_saves_are_both_answered_and_one_of_them_holds(hub: Hub, mother: tuple[Browser, str]) -> None:
    browser, child = mother
    wanted = [f"Петя {number}" for number in "абвгд"]
    answers = await asyncio.gather(*(put(browser, nicknames={child: nickname}) for nickname in wanted))
    assert {one.status_code for one in answers} == {200}
    assert (await settings(browser))["children"][0]["nickname"] in wanted
    assert len(await hub.rows("SELECT person FROM preference")) == 1


async def test_choices_are_sealed_in_the_database(hub: Hub, mother: tuple[Browser, str]) -> None:
    browser, child = mother
    await put(browser, nicknames={child: "Петруша"})
    assert "Петруша" not in str(await hub.rows("SELECT * FROM preference"))


async def test_a_write_without_the_token_changes_nothing(mother: tuple[Browser, str]) -> None:
    browser, _ = mother
    answer = await browser.send("PUT", "/api/v1/me/settings", json={"date_format": "iso"}, csrf="")
    assert answer.status_code == 403
    assert (await settings(browser))["date_format"] == "weekday"


@pytest.mark.rule("A18")
async def test_the_terms_are_told_without_a_sign_in(hub: Hub) -> None:
    page = await (await hub.browser().get("/retention", Accept="text/html")).get_data(as_text=True)
    assert "Копии дневника" in page and "90 дней" in page and "1096 дней" in page and "2 часа" in page
