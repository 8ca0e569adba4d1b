"""One pupil is entered by a form: what is wrong is said beside what was typed, and never the SNILS again (RULES A8, B5)."""

from __future__ import annotations

import asyncio

import pytest

from tests.flows.kit import Browser, Hub, kid, parent
from tests.flows.office_kit import ADMIN, open_office, signed
from tests.flows.roster_kit import press, pupils

NEW = "/office/pupils/new"
ARTYOM = {"last_name": "Соколов", "first_name": "Артём", "birth_date": "2014-02-03", "class": "6А"}
ANNA = {"guardian_snils": "123-456-789 64", "guardian_last_name": "Орлова", "guardian_first_name": "Анна"}


@pytest.fixture
async def office(hub: Hub) -> Browser:
    return await open_office(hub, [])


@pytest.mark.feature("F070")
async def test_a_pupil_typed_with_a_guardian_is_in_the_roster_and_at_the_guardians(hub: Hub, office: Browser) -> None:
    assert 'value="6А"' in await (await office.get(f"{NEW}?class=6%D0%90", Accept="text/html")).get_data(as_text=True)
    answer = await press(office, NEW, **ARTYOM, **ANNA)
    assert answer.status_code == 303
    assert "Орлова Анна" in await (await office.get(answer.headers["Location"], Accept="text/html")).get_data(as_text=True)
    anna = await signed(hub, "anna")
    assert "Артём" in [child["first_name"] for child in (await anna.me())["children"]]


@pytest.mark.rule("A8")
@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"birth_date": "03.02.2014"}, "Дата рождения"),
        ({"birth_date": "1914-02-03"}, "Дата рождения"),
        ({"last_name": " "}, "Заполните фамилию"),
        ({"class": ""}, "Назовите класс"),
        (ANNA | {"guardian_snils": "123-456-789 65"}, "СНИЛС"),
        (ANNA | {"guardian_first_name": ""}, "Заполните фамилию"),
        (ANNA | {"guardian_snils": ""}, "СНИЛС"),
    ],
)
async def test_a_refusal_keeps_what_was_typed_but_for_the_snils(office: Browser, changes: dict[str, str], words: str) -> None:
    answer = await press(office, NEW, **(ARTYOM | changes))
    page = await answer.get_data(as_text=True)
    assert answer.status_code == 400 and words in page and 'value="Артём"' in page and "456-789" not in page
    assert await pupils(office) == []


@pytest.mark.rule("B5")
async def test_the_own_child_is_entered_by_somebody_else(hub: Hub, office: Browser) -> None:
    assert ADMIN
    hub.esia.claims["nina"] = parent("of nina", last_name="Ким", first_name="nina", snils=ADMIN, children=(kid(1, "Пётр"),))
    nina = await signed(hub, "nina")
    own = {"last_name": "Орлов", "first_name": "Пётр", "birth_date": "2014-05-06", "class": "6А"}
    for form in (own, ARTYOM | ANNA | {"guardian_snils": ADMIN.canonical}):
        answer = await press(nina, NEW, **form)
        assert answer.status_code == 403 and "другого сотрудника" in await answer.get_data(as_text=True)


@pytest.mark.rule("B6")
async def test_the_form_is_not_there_for_others(hub: Hub, office: Browser) -> None:
    for code in ("vera", "anna"):
        other = await signed(hub, code)
        assert [(await other.get(NEW)).status_code, (await press(other, NEW, **ARTYOM)).status_code] == [404, 404]
    assert (await press(office, NEW, **ARTYOM, csrf_token="x")).status_code == 403


@pytest.mark.rule("A12")
async def test_twenty_presses_of_one_form_enter_one_pupil(office: Browser) -> None:
    answers = await asyncio.gather(*(press(office, NEW, run="r" * 20, **ARTYOM) for _ in range(20)))
    assert sorted(one.status_code for one in answers) == [303] + [400] * 19
    assert "уже записан" in await next(one for one in answers if one.status_code == 400).get_data(as_text=True)
    assert len(await pupils(office)) == 1
