"""The region registry: every region of the country, dated, honest about what it does not know (RULES C4)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from connectors.kit.manifest import Kind
from connectors.kit.registry import manifests
from hub.regions import Login, Registry, Role, registry
from hub.regions.registry import DATA, SYSTEMS, read

REGISTRY = registry()
MOVED = [
    ("50", date(2023, 8, 31), "dnevnik"),
    ("50", date(2023, 9, 1), "mes-mo"),
    ("66", date(2023, 8, 31), "netschool"),
    ("66", date(2026, 8, 31), "egov66"),
    ("66", date(2026, 9, 1), "my-school"),
    ("21", date(2026, 8, 31), "netschool"),
    ("21", date(2026, 9, 1), "my-school"),
    ("36", date(2026, 8, 31), "dnevnik"),
    ("36", date(2026, 9, 1), "my-school"),
    ("72", date(2024, 8, 29), "bars"),
    ("72", date(2024, 8, 30), "mes-region"),
    ("28", date(2021, 8, 2), "dnevnik"),
    ("28", date(2021, 8, 3), "netschool"),
]


@pytest.mark.rule("C4")
@pytest.mark.parametrize(("code", "day", "system"), MOVED)
def test_a_region_that_moves_on_a_date_switches_on_that_date(code: str, day: date, system: str) -> None:
    assert [one.system for one in REGISTRY.regions[code].on(day) if one.role is Role.REGION] == [system]


@pytest.mark.rule("C4")
@pytest.mark.feature("F218")
def test_twenty_regions_went_to_my_school_on_one_day() -> None:
    def with_it(day: date) -> set[str]:
        return {
            region.code
            for region in REGISTRY.regions.values()
            if any(one.system == "my-school" and one.role is Role.REGION for one in region.on(day))
        }

    assert with_it(date(2026, 8, 31)) == set()
    assert len(with_it(date(2026, 9, 1))) == 20


@pytest.mark.feature("F117")
def test_every_region_is_there_once_with_a_zone_that_exists() -> None:
    assert len(REGISTRY.regions) == 89
    for region in REGISTRY.regions.values():
        assert ZoneInfo(region.zone)
        assert region.systems


@pytest.mark.rule("A6")
def test_a_day_begins_by_the_regions_own_clock() -> None:
    instant = datetime(2026, 8, 31, 18, 0, tzinfo=UTC)
    assert REGISTRY.regions["66"].today(instant) == date(2026, 8, 31)
    assert REGISTRY.regions["87"].today(instant) == date(2026, 9, 1)


def test_where_there_is_no_diary_the_region_says_so() -> None:
    without = [region for region in REGISTRY.regions.values() if not region.on(date(2026, 11, 21))]
    assert [region.name for region in without] == ["Севастополь"]
    assert all(region.note for region in without)


@pytest.mark.feature("F169")
@pytest.mark.rule("C4")
def test_some_regions_let_in_only_through_gosuslugi_and_gosuslugi_comes_first() -> None:
    (adygea,) = REGISTRY.regions["01"].on(date(2026, 11, 21))
    assert REGISTRY.logins(adygea) == (Login.GOSUSLUGI,)
    omsk = REGISTRY.regions["55"].on(date(2026, 11, 21))[0]
    assert REGISTRY.logins(omsk) == (Login.GOSUSLUGI, Login.PASSWORD)
    moscow = REGISTRY.regions["77"].on(date(2026, 11, 21))[0]
    assert REGISTRY.logins(moscow)[0] is Login.GOSUSLUGI


@pytest.mark.feature("F117")
@pytest.mark.feature("F122")
@pytest.mark.feature("F123")
def test_the_canteen_cabinet_without_self_registration_opens_by_the_contracts_number() -> None:
    system = REGISTRY.systems["infoshkola"]
    assert system.logins == (Login.CONTRACT_PASSWORD,)
    assert "номер договора" in system.given_by and "Регистрации на сайте нет" in system.without
    assert {region.code for region in REGISTRY.regions.values() for one in region.systems if one.system == "infoshkola"} == {"38", "54"}


@pytest.mark.feature("F005")
@pytest.mark.feature("F168")
@pytest.mark.parametrize(
    ("system", "who"), [("iv-edu", "классный руководитель"), ("dnevnik", "администратор"), ("digital-school", "договор")]
)
def test_who_hands_a_login_out_is_told(system: str, who: str) -> None:
    assert who in REGISTRY.systems[system].given_by


def test_what_comes_and_what_went_is_told_around_its_day() -> None:
    chuvashia = REGISTRY.regions["21"]
    assert [one.system for one in chuvashia.coming(date(2026, 8, 1), within=timedelta(days=60))] == ["my-school"]
    assert chuvashia.coming(date(2026, 9, 1), within=timedelta(days=60)) == ()
    assert [one.system for one in chuvashia.gone(date(2026, 11, 21), within=timedelta(days=365))] == ["netschool"]
    assert chuvashia.gone(date(2026, 8, 31), within=timedelta(days=365)) == ()


def test_every_described_system_is_somewhere_and_the_diaries_that_are_connected_are_described() -> None:
    assert all(REGISTRY.is_placed(system) for system in REGISTRY.systems)
    names = {instance.name for manifest in manifests().values() if manifest.kind is Kind.DIARY for instance in manifest.instances}
    assert {"dnevnik", "iv-edu", "digital-school", "ruobr"} <= names & {*REGISTRY.systems}
    assert not REGISTRY.is_placed("a-new-diary")


def test_every_row_names_its_source_and_every_phone_too() -> None:
    assert all(system.source for system in REGISTRY.systems.values())
    assert all(phone.source for system in REGISTRY.systems.values() for phone in system.phones)
    for file in DATA.glob("*.toml"):
        assert "source = " in file.read_text("utf-8"), file.name


def test_a_way_that_one_region_has_is_offered_there_and_where_no_region_is_chosen() -> None:
    assert REGISTRY.has_way("mosru", "77") and REGISTRY.has_way("mosru", "")
    assert not REGISTRY.has_way("mosru", "24")
    assert REGISTRY.has_way("bankid", "24")


GOOD = '[[system]]\nsystem = "a"\ntitle = "A"\nsite = ""\nlogins = []\nsource = "s"\n'
REGION = '[[region]]\ncode = "1"\nname = "R"\nzone = "Europe/Moscow"\nsystems = []\n'
BAD = [
    ('source = "s"\n' + REGION + REGION, "twice"),
    ('source = "s"\n' + REGION.replace("systems = []", 'systems = [{system = "b", hosts = []}]'), "nowhere"),
    (
        'source = "s"\n' + REGION.replace("systems = []", 'systems = [{system = "a", hosts = [], since = 2026-09-02, until = 2026-09-01}]'),
        "before",
    ),
    ('source = "s"\n' + REGION.replace("Europe/Moscow", "Europe/Nowhere"), "Nowhere"),
    ('source = "s"\n' + REGION + "planned = true\n", "planned"),
    (REGION, "source"),
]


@pytest.mark.parametrize(("text", "said"), BAD)
def test_a_row_that_contradicts_itself_stops_the_start(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / SYSTEMS).write_text(GOOD, "utf-8")
    (tmp_path / "regions.toml").write_text('source = "s"\n' + REGION, "utf-8")
    assert isinstance(read(tmp_path), Registry)
    (tmp_path / "regions.toml").write_text(text, "utf-8")
    with pytest.raises(Exception, match=said):
        read(tmp_path)
