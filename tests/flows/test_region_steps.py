"""What a family does, step by step, before a diary opens: at school, at the system's own site, afterwards."""

from __future__ import annotations

import pytest

from tests.flows.asking import ask
from tests.flows.kit import Browser, Hub


async def page(browser: Browser, path: str) -> str:
    return await (await browser.get(path, Accept="text/html")).get_data(as_text=True)


WAYS = {
    "dnevnik": ("«Подключить ОО»", "«Ученик, родитель»", "администратор свяжет вас с ребёнком", "смените пароль и проверьте личные данные"),
    "mes": (
        "кабинет ребёнку",
        "ровно такими, как они записаны",
        "«Моя семья»",
        "«Мой ребёнок в школе»",
        "телефон и почту на mos.ru верными",
    ),
}


@pytest.mark.feature("F181")
@pytest.mark.feature("F182")
@pytest.mark.feature("F185")
@pytest.mark.feature("F186")
@pytest.mark.feature("F187")
@pytest.mark.feature("F189")
@pytest.mark.parametrize("system", WAYS)
async def test_the_way_into_a_diary_is_told_step_by_step_without_a_sign_in(hub: Hub, system: str) -> None:
    text = await page(hub.browser(), "/help")
    places = [text.index(words) for words in WAYS[system]]
    assert places == sorted(places)


async def test_the_steps_stand_beside_the_form_and_in_the_region(anna: tuple[Browser, str]) -> None:
    assert "«Подключить ОО»" in await page(anna[0], "/connect/dnevnik")
    moscow = await ask(anna[0], "/api/v1/regions/77")
    steps = next(one["steps"] for one in moscow["systems"] if one["system"] == "mes")
    assert len(steps) == len(WAYS["mes"])
