"""The search for schools forgives how people write names (RULES B3)."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from hub.flows.find_school import ranked
from hub.flows.school_names import same_school
from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from tests.flows.kit import Hub

SCHOOLS = [
    SchoolCard(
        ogrn="1022400000005",
        inn="2460000005",
        legal_name="МУНИЦИПАЛЬНОЕ БЮДЖЕТНОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ «СРЕДНЯЯ ОБЩЕОБРАЗОВАТЕЛЬНАЯ ШКОЛА № 5 ИМЕНИ СЕМЁНОВА»",
        short_name='МБОУ "СОШ № 5"',
        zone="Asia/Krasnoyarsk",
    ),
    SchoolCard(
        ogrn="1022400000050",
        inn="2460000050",
        legal_name="МУНИЦИПАЛЬНОЕ АВТОНОМНОЕ ОБЩЕОБРАЗОВАТЕЛЬНОЕ УЧРЕЖДЕНИЕ «СРЕДНЯЯ ОБЩЕОБРАЗОВАТЕЛЬНАЯ ШКОЛА № 50»",
        short_name="МАОУ СОШ № 50",
        zone="Asia/Krasnoyarsk",
    ),
    SchoolCard(ogrn="1022400000099", inn="2460000099", legal_name="ЛИЦЕЙ «ФИЗИКО-ТЕХНИЧЕСКИЙ»", short_name="Лицей", zone="Europe/Moscow"),
]


@pytest.mark.rule("B3")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("школа 5", ["1022400000005"]),
        ("СОШ №5", ["1022400000005"]),
        ("мбоу сош № 5", ["1022400000005"]),
        ("школа имени семенова", ["1022400000005"]),
        ("Школа №5 им. Семёнова", ["1022400000005"]),
        ("маоу «сош № 50»", ["1022400000050"]),
        ("школа", ["1022400000050", "1022400000005"]),
        ("физико технический лицей", ["1022400000099"]),
        ("2460000050", ["1022400000050"]),
        ("1022400000099", ["1022400000099"]),
        ("гимназия", []),
        ("№ «»", []),
    ],
)
def test_a_school_is_found_however_it_is_written(query: str, found: list[str]) -> None:
    assert [one.ogrn for one in ranked(query, SCHOOLS)] == found


@pytest.mark.parametrize(
    ("name", "ogrn"), [("МБОУ СОШ №5", "1022400000005"), ("Лицей «Физико-технический»", "1022400000099"), ("СОШ", None), ("", None)]
)
def test_a_diarys_school_is_known_by_its_name_when_one_school_bears_it(name: str, ogrn: str | None) -> None:
    found = same_school((name,), SCHOOLS)
    assert (found.ogrn if found else None) == ogrn


async def test_the_api_answers_the_full_name_with_inn_and_ogrn(hub: Hub) -> None:
    now = hub.clock()

    def unit() -> None:
        for card in SCHOOLS:
            schools.put_school(card, now=now)

    await hub.deps.db.write(unit)
    browser = hub.browser()
    await browser.sign_in()
    answer = await (await browser.get(f"/api/v1/schools?q={quote('школа 5')}")).get_json()
    card = SCHOOLS[0]
    assert answer == {"items": [{"ogrn": card.ogrn, "inn": card.inn, "legal_name": card.legal_name, "short_name": card.short_name}]}
    assert (await browser.get("/api/v1/schools?q=")).status_code == 400
