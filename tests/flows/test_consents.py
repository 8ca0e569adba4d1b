"""Consents on page and in JSON: one purpose an act, the text that was shown, by age, withdrawn at once, the narrower holds (RULES A14)."""

from __future__ import annotations

import asyncio
from datetime import date
from typing import Any

import pytest

from hub.flows.consents import texts
from hub.store.school import schools
from hub.store.school.schools import OfficerCard, SchoolCard
from identity.consent import Purpose
from identity.snils import Snils
from identity.store import PupilCard, put_pupil
from tests.flows.kit import Browser, Hub, kid, parent

pytestmark = pytest.mark.rule("A14")
FATHER = Snils("112-233-445 95")
OTHER_MESSENGERS = {"chat_max", "chat_link"}
"""Asked for only where the child's school uses them."""


async def listed(browser: Browser) -> dict[tuple[str, str], dict[str, Any]]:
    items = (await (await browser.get("/api/v1/consents")).get_json())["items"]
    return {("я" if one["subject"]["is_self"] else one["subject"]["first_name"], one["purpose"]): one for one in items}


async def say(browser: Browser, one: dict[str, Any], word: str = "given", **changes: Any) -> Any:
    body = {"subject": one["subject"]["id"], "purpose": one["purpose"], "version": one["text"]["version"], "word": word, **changes}
    return await browser.send("POST", "/api/v1/consents", json=body)


async def kinds(browser: Browser) -> list[str]:
    return [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


@pytest.fixture
async def mother(hub: Hub) -> Browser:
    browser = hub.browser()
    await browser.sign_in()
    return browser


@pytest.fixture
async def father(hub: Hub) -> Browser:
    hub.esia.claims["ivan"] = parent("2000", last_name="Орлов", first_name="Иван", snils=FATHER)
    browser = hub.browser()
    await browser.sign_in("ivan")
    return browser


async def test_nothing_is_agreed_to_until_it_is_said(mother: Browser) -> None:
    found = await listed(mother)
    assert {purpose for who, purpose in found if who == "Пётр"} == {purpose.value for purpose in Purpose} - OTHER_MESSENGERS
    assert {purpose for who, purpose in found if who == "я"} == {"data", "sms"}
    assert {(one["state"], one["mine"]) for one in found.values()} == {("wanted", None)}
    assert all(one["text"]["operator"] and one["text"]["processors"] and one["text"]["days"] for one in found.values())


@pytest.mark.feature("F213")
async def test_one_act_agrees_to_one_purpose_and_to_no_other(mother: Browser) -> None:
    answer = await say(mother, (await listed(mother))["Пётр", "photo"])
    assert (answer.status_code, (await answer.get_json())["holds"]) == (201, True)
    after = await listed(mother)
    assert [key for key, one in after.items() if one["state"] == "holds"] == [("Пётр", "photo")]
    mine = after["Пётр", "photo"]["mine"]
    assert (mine["word"], mine["current"], mine["version"]) == ("given", True, "photo-2026-09")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"version": "photo-2020-01"}, 409),
        ({"version": ""}, 409),
        ({"word": "maybe"}, 400),
        ({"purpose": "everything"}, 404),
        ({"purpose": ["photo", "chat"]}, 400),
        ({"purposes": ["chat"]}, 400),
        ({"subject": "nobody"}, 404),
    ],
)
async def test_what_is_no_single_informed_word_is_refused(mother: Browser, changes: dict[str, Any], status: int) -> None:
    assert (await say(mother, (await listed(mother))["Пётр", "photo"], **changes)).status_code == status
    assert all(one["mine"] is None for one in (await listed(mother)).values())


async def test_a_foreign_child_and_a_foreign_consent_do_not_exist(hub: Hub, mother: Browser) -> None:
    photo = (await listed(mother))["Пётр", "photo"]
    said = await (await say(mother, photo)).get_json()
    hub.esia.claims["olga"] = parent("3000", last_name="Иванова", first_name="Ольга", snils=None, children=())
    stranger = hub.browser()
    await stranger.sign_in("olga")
    answers = [
        await say(stranger, photo),
        await stranger.send("POST", f"/api/v1/consents/{said['id']}/withdraw"),
        await stranger.send("POST", "/api/v1/consents/nothing/withdraw"),
    ]
    assert {(one.status_code, (await one.get_json())["type"]) for one in answers} == {(404, "/problems/not_found")}
    assert (await listed(mother))["Пётр", "photo"]["state"] == "holds"


async def test_it_is_withdrawn_at_once_and_twice_is_harmless(mother: Browser) -> None:
    said = await (await say(mother, (await listed(mother))["Пётр", "photo"])).get_json()
    for _ in range(2):
        answer = await mother.send("POST", f"/api/v1/consents/{said['id']}/withdraw")
        assert (answer.status_code, (await answer.get_json())["holds"]) == (200, False)
    assert (await listed(mother))["Пётр", "photo"]["mine"]["withdrawn_at"] is not None


async def test_it_ends_with_its_term(hub: Hub, mother: Browser) -> None:
    await say(mother, (await listed(mother))["Пётр", "photo"])
    hub.clock.go(days=366)
    await mother.sign_in()
    photo = (await listed(mother))["Пётр", "photo"]
    assert (photo["state"], photo["mine"]["current"]) == ("wanted", False)


async def test_guardians_who_disagree_are_told_and_the_narrower_holds(hub: Hub, mother: Browser, father: Browser) -> None:
    photo = (await listed(mother))["Пётр", "photo"]
    await say(mother, photo)
    answer = await (await say(father, photo, "refused")).get_json()
    assert (answer["holds"], answer["disagree"]) == (False, True)
    found = (await listed(mother))["Пётр", "photo"]
    assert (found["state"], found["disagree"], found["missing"]) == ("wanted", True, ["guardian"])
    assert "consent_changed" in await kinds(mother)
    assert "разошлись" in await (await mother.get("/consents", Accept="text/html")).get_data(as_text=True)


async def test_the_school_hears_of_a_disagreement_and_not_who_said_what(hub: Hub, mother: Browser, father: Browser) -> None:
    officer, keys, now = Snils("200-300-400 48"), hub.deps.keys, hub.clock()
    child = (await mother.me())["children"][0]["id"]

    def school() -> None:
        schools.put_school(SchoolCard(ogrn="1", inn="2", legal_name="Школа", short_name="Школа", zone="Europe/Moscow"), now=now)
        schools.put_officers(keys, [OfficerCard(school="1", role="school_admin", snils=officer.digits, names=("О", "О", "О"))], now=now)
        born = kid(1, "Пётр").birth_date
        assert born is not None
        card = PupilCard(last_name="Орлов", first_name="Пётр", birth_date=born, klass="6А")
        made, _ = put_pupil(keys, school="1", card=card, officer=child, zone="Europe/Moscow", now=now)
        hub.deps.db.engine.execute_sql(  # type: ignore[no-untyped-call]  # peewee's stub leaves it untyped
            f"UPDATE school_card SET child = '{child}' WHERE child = '{made}'"
        )

    await hub.deps.db.write(school)
    hub.esia.claims["officer"] = parent("4000", last_name="Директорова", first_name="Дина", snils=officer, children=())
    desk = hub.browser()
    await desk.sign_in("officer")
    photo = (await listed(mother))["Пётр", "photo"]
    await say(mother, photo)
    assert "consents_disagree" not in await kinds(desk)
    await say(father, photo, "refused")
    told = [one for one in (await (await desk.get("/api/v1/me/notices")).get_json())["items"] if one["kind"] == "consents_disagree"]
    assert len(told) == 1
    assert not {"Иван", "Анна", "Орлов", "Пётр"} & set(told[0]["text"].split())


@pytest.mark.parametrize(
    ("purpose", "guardian"), [("photo", True), ("contract", True), ("paid_services", True), ("chat", False), ("data", False)]
)
async def test_from_14_the_pupil_speaks_too_or_alone(hub: Hub, purpose: str, guardian: bool) -> None:
    teen = kid(1, "Пётр", born=date(2011, 5, 6))
    hub.esia.claims["anna"] = parent(children=(teen,))
    hub.esia.claims["teen"] = parent(
        "5000", last_name="Орлов", first_name="Пётр", birth_date=date(2011, 5, 6), snils=teen.snils, children=()
    )
    mother, pupil = hub.browser(), hub.browser()
    await mother.sign_in()
    await pupil.sign_in("teen")
    hers, his = (await listed(mother))["Пётр", purpose], (await listed(pupil))["я", purpose]
    assert hers["subject"]["id"] == his["subject"]["id"]
    assert (hers["may_say"], his["may_say"]) == (guardian, True)
    by_mother = await say(mother, hers)
    assert by_mother.status_code == (201 if guardian else 403)
    if guardian:
        assert (await by_mother.get_json())["holds"] is False, "the pupil has not spoken"
    assert (await (await say(pupil, his)).get_json())["holds"] is True


async def test_a_double_submit_in_parallel_is_one_act(hub: Hub, mother: Browser) -> None:
    photo = (await listed(mother))["Пётр", "photo"]
    body = {"subject": photo["subject"]["id"], "purpose": "photo", "version": photo["text"]["version"], "word": "given"}
    answers = await asyncio.gather(*(mother.send("POST", "/api/v1/consents", json=body, **{"Idempotency-Key": "one"}) for _ in range(5)))
    assert {one.status_code for one in answers} <= {201, 409}
    assert len(await hub.rows("SELECT id FROM consent")) == 1


async def test_the_page_shows_the_whole_text_and_nothing_ticked(mother: Browser) -> None:
    photo = (await listed(mother))["Пётр", "photo"]
    path = f"/consents/{photo['subject']['id']}/photo"
    page = await (await mother.get(path, Accept="text/html")).get_data(as_text=True)
    assert photo["text"]["body"] in page and photo["text"]["operator"] in page and "365 дней" in page
    assert "checkbox" not in page and "checked" not in page
    headers = {"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"}
    form = {"csrf_token": mother.csrf, "word": "given", "version": "photo-2020-01"}
    stale = await mother.client.post(path, form=form, headers=headers)
    assert stale.status_code == 409 and "Текст изменился" in await stale.get_data(as_text=True)
    done = await mother.client.post(path, form={**form, "version": photo["text"]["version"]}, headers=headers)
    assert (done.status_code, done.headers["Location"]) == (303, "/consents")
    assert "Отозвать" in await (await mother.get("/consents", Accept="text/html")).get_data(as_text=True)


async def test_a_word_without_the_token_is_none(mother: Browser) -> None:
    photo = (await listed(mother))["Пётр", "photo"]
    body = {"subject": photo["subject"]["id"], "purpose": "photo", "version": photo["text"]["version"], "word": "given"}
    assert (await mother.send("POST", "/api/v1/consents", json=body, csrf="")).status_code == 403
    assert (await listed(mother))["Пётр", "photo"]["mine"] is None


def test_each_purpose_has_a_dated_text_and_no_version_is_used_twice() -> None:
    assert set(texts.in_force(date(2026, 11, 1))) == set(Purpose)
    assert not texts.in_force(date(2026, 8, 31))
    versions = [text.version for text in texts.every()]
    assert len(versions) == len(set(versions))
