"""A family says what its child may eat and spend: at once, told to the others, a higher limit only freshly signed in (E8, A16)."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.flows.kit import Hub
from tests.flows.meal_kit import BORSCH, SODA, agree, cook, dishes_of, kitchen, say
from tests.flows.money_kit import stranger
from tests.flows.test_debit_pages import page, send


async def rules(place: Any) -> dict[str, Any]:
    found: dict[str, Any] = await place.ask("family", "GET", f"/children/{place.family.child}/meal-rules")
    return found


async def test_nothing_is_forbidden_until_somebody_says_so(hub: Hub) -> None:
    place = await kitchen(hub)
    found = await rules(place)
    assert (found["dishes"], found["categories"], found["allergens"], found["only"], found["only_hot"]) == ([], [], [], None, False)
    assert (found["week_limit_kop"], found["offline_limit_kop"], found["usual_offline_kop"]) == (None, None, 20_000)
    assert found["may_set"] and found["words"] == [] and not found["consent"]["holds"]
    assert [one["title"] for one in found["choices"]] == ["Завтрак", "Обед"]


@pytest.mark.rule("E8")
@pytest.mark.parametrize(
    ("word", "forbidden"),
    [
        ({"categories": ["soda"]}, {"Лимонад": "category"}),
        ({"only_hot": True}, {"Лимонад": "not_hot"}),
        ({"allergens": ["milk"]}, {"Борщ": "allergen"}),
        ({"only": ["lunch"]}, {"Борщ": "diet", "Лимонад": "diet"}),
        ({}, {}),
    ],
)
async def test_the_menu_marks_what_is_forbidden_and_says_the_family_why(hub: Hub, word: dict[str, Any], forbidden: dict[str, str]) -> None:
    place = await kitchen(hub)
    await cook(place, BORSCH, SODA)
    await agree(place)
    await say(place, **word)
    found = dishes_of(await place.ask("family", "GET", f"/children/{place.family.child}/menu"))
    assert {title: one["why"][0] for title, one in found.items() if one["may"] == "forbidden"} == forbidden


@pytest.mark.rule("E8")
async def test_no_reason_is_asked_and_what_is_kept_is_sealed(hub: Hub) -> None:
    place = await kitchen(hub)
    await agree(place)
    await say(place, 400, allergens=["milk"], reason="астма")
    await say(place, allergens=["milk"])
    ((body,),) = await hub.rows("SELECT body FROM meal_word")
    assert "milk" not in body
    text = (await page(place.family.browser, f"/children/{place.family.child}/meal-rules")).lower()
    assert not [word for word in ("диагноз", "справк", "болезн") if f'name="{word}' in text] and "<textarea" not in text


@pytest.mark.rule("A16")
async def test_a_limit_goes_up_only_after_a_fresh_sign_in_and_down_at_once(hub: Hub) -> None:
    place = await kitchen(hub)
    hub.clock.go(minutes=10)
    await say(place, week_limit_kop=50_000)
    await say(place, week_limit_kop=30_000, offline_limit_kop=5_000)
    for word in ({"week_limit_kop": 40_000, "offline_limit_kop": 5_000}, {"offline_limit_kop": 5_000}, {"week_limit_kop": 30_000}):
        answer = await say(place, 403, **word)
        assert answer["type"].endswith("/not_fresh")
    await place.family.browser.sign_in()
    assert (await say(place))["week_limit_kop"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"categories": ["poison"]},
        {"categories": ["other"]},
        {"allergens": ["love"]},
        {"dishes": [""]},
        {"dishes": ["x" * 101]},
        {"dishes": [f"d{number}" for number in range(201)]},
        {"week_limit_kop": -1},
        {"week_limit_kop": 2_000_001},
        {"offline_limit_kop": 1.5},
    ],
)
async def test_a_word_that_cannot_be_is_refused(hub: Hub, wrong: dict[str, Any]) -> None:
    place = await kitchen(hub)
    money = wrong.get("week_limit_kop") is not None
    await say(place, 422 if money else 400, **wrong)
    assert (await rules(place))["words"] == []


@pytest.mark.rule("A5b")
async def test_the_same_word_ten_times_is_one_and_the_pupil_only_looks(hub: Hub) -> None:
    place = await kitchen(hub)
    for _ in range(3):
        await say(place, categories=["soda"])
    assert len((await rules(place))["words"]) == 1
    await asyncio.gather(*(say(place, categories=["sweets"]) for _ in range(5)))
    assert (await rules(place))["categories"] == ["sweets"]


@pytest.mark.rule("A13")
async def test_who_said_and_looked_stands_in_the_childs_log(hub: Hub) -> None:
    place = await kitchen(hub)
    await say(place, categories=["soda"])
    await rules(place)
    actions = {row[0] for row in await hub.rows("SELECT action FROM audit_event")}
    assert {"meal.rules", "meal_rules"} <= actions


@pytest.mark.rule("A14")
async def test_the_own_words_are_in_the_own_export(hub: Hub) -> None:
    place = await kitchen(hub)
    await say(place, categories=["soda"], week_limit_kop=70_000)
    answer = await place.family.browser.get("/export/everything.json")
    if answer.status_code == 404:
        answer = await place.family.browser.get("/export/mine.json")
    text = await answer.get_data(as_text=True)
    assert '"meal_words"' in text and "70000" in text


async def test_the_form_keeps_what_was_typed_and_works_without_scripts(hub: Hub) -> None:
    place = await kitchen(hub)
    await cook(place, BORSCH)
    path = f"/children/{place.family.child}/meal-rules"
    await send(place.family.browser, path, 422, category="soda", week="много")
    assert (await rules(place))["words"] == []
    done = await send(place.family.browser, path, category=["soda", "sweets"], only_hot="1", week="700", offline="99,50")
    assert done.headers["Location"].endswith("done=rules")
    found = await rules(place)
    assert (found["categories"], found["only_hot"], found["week_limit_kop"], found["offline_limit_kop"]) == (
        ["soda", "sweets"], True, 70_000, 9_950,
    )  # fmt: skip
    text = await page(place.family.browser, f"{path}?done=rules")
    assert "действует с этой минуты" in text and 'value="700' in text
    answer = await send(place.family.browser, path, 409, allergen="milk", week="700", offline="99,50")
    assert "/consents/" in await answer.get_data(as_text=True)


@pytest.mark.security("7")
async def test_a_stranger_changes_nothing(hub: Hub) -> None:
    place = await kitchen(hub)
    other = await stranger(hub)
    path = f"/children/{place.family.child}/meal-rules"
    answer = await other.get(path, Accept="text/html")
    assert answer.status_code == 404
    await send(other, path, 404, category="soda")
    assert (await rules(place))["words"] == []
