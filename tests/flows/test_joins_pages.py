"""«Школа» of a child as pages: found by name, applied for in two steps, read as steps with dates and who decided."""

from __future__ import annotations

import re
from urllib.parse import quote

import pytest

from identity.claims import Level
from tests.flows.family_kit import form, page
from tests.flows.join_kit import Joining, claims, open_joining, pupil, told
from tests.flows.kit import Hub
from tests.flows.office_kit import OGRN, signed


@pytest.fixture
async def joining(hub: Hub) -> Joining:
    return await open_joining(hub)


@pytest.mark.rule("B3")
@pytest.mark.feature("F078")
@pytest.mark.feature("F077")
async def test_two_steps_without_a_script(joining: Joining) -> None:
    path = f"/children/{joining.petya}/school"
    first = await page(joining.anna, path)
    assert "Ни одна школа пока не внесла" in first
    found = await page(joining.anna, f"{path}?q={quote('школа ' + OGRN)}")
    assert f"Школа {OGRN}" in found
    assert f"{path}/apply?ogrn={OGRN}" in found
    second = await page(joining.anna, f"{path}/apply?ogrn={OGRN}")
    assert "Два связанных заявления" in second
    again = await form(joining.anna, f"{path}/apply", ogrn=OGRN, **{"class": " ", "year": "2026/2027"})
    assert again.status_code == 400
    assert "Назовите класс" in await again.get_data(as_text=True)
    sent = await form(joining.anna, f"{path}/apply", ogrn=OGRN, **{"class": "6А", "year": "2026/2027"})
    assert sent.status_code == 303
    twice = await form(joining.anna, f"{path}/apply", ogrn=OGRN, **{"class": "6А", "year": "2026/2027"})
    where = sent.headers["Location"].partition("?")[0]
    assert twice.headers["Location"] == f"{where}?done=known"
    shown = await page(joining.anna, sent.headers["Location"])
    assert "Заявление подано. Школа решает до 30 дней" in shown
    assert shown.count('aria-current="step"') == 2
    assert where in await page(joining.anna, path)


@pytest.mark.rule("B4")
@pytest.mark.feature("F079")
async def test_the_steps_say_when_and_who_decided_and_why_not(joining: Joining) -> None:
    made = await joining.join()
    await told(await joining.approve(made["requests"][0]["id"]))
    await told(await joining.reject(made["requests"][1]["id"], reason="Нужен документ об опеке"))
    text = await page(joining.anna, f"/children/{joining.petya}/school/{made['id']}")
    assert re.search(r"От школы: Ким nina Игоревна, Администратор школы", text)
    assert "Причина: Нужен документ об опеке" in text
    assert f"/school/apply?ogrn={OGRN}&amp;class=6%D0%90" in text
    again = await page(joining.anna, f"/children/{joining.petya}/school/apply?ogrn={OGRN}&class=6%D0%90")
    assert 'value="6А"' in again


@pytest.mark.rule("B1")
async def test_it_is_taken_back_from_its_page(joining: Joining) -> None:
    made = await joining.join()
    path = f"/children/{joining.petya}/school/{made['id']}"
    gone = await form(joining.anna, f"{path}/withdraw")
    assert gone.headers["Location"] == f"{path}?done=withdrawn"
    text = await page(joining.anna, gone.headers["Location"])
    assert "Вы отозвали заявление" in text
    assert "Отозвать заявление" not in text


@pytest.mark.rule("A12")
async def test_who_may_not_apply_is_told_the_way_on(joining: Joining) -> None:
    joining.hub.esia.claims["weak"] = pupil("weak", level=Level.SIMPLIFIED)
    weak = await signed(joining.hub, "weak")
    own = str((await weak.me())["person"]["id"])
    text = await page(weak, f"/children/{own}/school")
    assert "стандартной или подтверждённой" in text
    assert "/help#school" in text
    nothing = await page(joining.anna, f"/children/{joining.petya}/school?q={quote('Гимназия Марса')}")
    assert "Такой школы не нашли" in nothing


@pytest.mark.rule("B1")
async def test_a_foreign_childs_page_does_not_exist(joining: Joining) -> None:
    made = await joining.join()
    joining.hub.esia.claims["olga"] = claims("olga", "Ольга", 155000021)
    olga = await signed(joining.hub, "olga")
    for path in ("", f"/apply?ogrn={OGRN}", f"/{made['id']}"):
        await page(olga, f"/children/{joining.petya}/school{path}", 404)
    stolen = await form(olga, f"/children/{joining.petya}/school/{made['id']}/withdraw")
    assert stolen.status_code == 404


@pytest.mark.rule("B2")
async def test_from_april_the_next_year_may_be_chosen(joining: Joining) -> None:
    joining.hub.clock.go(days=140)
    anna = await signed(joining.hub, "anna")
    path = f"/children/{joining.petya}/school/apply"
    text = await page(anna, f"{path}?ogrn={OGRN}")
    assert "2026/2027" in text
    assert "2027/2028" in text
    sent = await form(anna, path, ogrn=OGRN, **{"class": "7А", "year": "2027/2028"})
    assert "7А, 2027/2028" in await page(anna, sent.headers["Location"])
