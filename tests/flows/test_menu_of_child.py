"""From any page of a child the parent comes to every part of the school's life (F114)."""

from __future__ import annotations

import re

import pytest

from tests.flows.kit import Hub
from tests.flows.money_kit import family
from tests.flows.test_desk_pages import text

PARTS = {
    "Дневник": ("diary", "Неделя"),
    "Расписание": ("times", "Время уроков"),
    "Посещаемость": ("attendance", "Посещаемость"),
    "Питание": ("meals", "Питание"),
    "Финансы": ("money", "Счета"),
    "Подписка": ("notices", "Уведомления"),
    "Проходы": ("passes", "Проходная"),
    "Безопасность": ("who-sees", "Кто видит"),
}
"""By the old cabinet's word: the section and what it is called here. There is no library: no source tells of one."""


@pytest.mark.feature("F114")
async def test_the_menu_of_a_child_leads_everywhere_and_says_where_one_is(hub: Hub) -> None:
    mine = await family(hub)
    first = await text(mine.browser, "/")
    assert f'href="/children/{mine.child}/' in first
    for section, title in PARTS.values():
        page = await text(mine.browser, f"/children/{mine.child}/{section}")
        menu = re.search(r'<nav class="sections".*?</nav>', page, re.S)
        assert menu is not None, section
        named = dict(re.findall(rf'href="/children/{mine.child}/([\w-]+)"[^>]*>([^<]+)</a>', menu[0]))
        assert named.items() >= {(there, called) for there, called in PARTS.values()}
        assert re.search(rf'href="/children/{mine.child}/{section}" aria-current="page">{title}<', menu[0]), section
        assert "<h1" in page and 'href="/"' in page
