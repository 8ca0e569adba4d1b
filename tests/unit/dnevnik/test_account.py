"""An account of dnevnik.ru: whose it is, its children, and what makes us refuse it whole."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest

from connectors.kit.errors import Drifted
from connectors.kit.ports import DiaryAccount
from tests.unit.dnevnik.stub import ACCESS, Bench

USER = {
    "id": 200_000_000_000_000_001,
    "id_str": "200000000000000001",
    "personId": 12,
    "firstName": "Анна",
    "middleName": "Сергеевна",
    "lastName": "Орлова",
    "birthday": "1988-03-12T00:00:00",
    "sex": "Female",
    "roles": ["EduParent"],
}
CHILD = {"personId": 77, "firstName": "Мария", "lastName": "Орлова", "middleName": "Ильинична", "schoolIds": [300], "groupIds": [401, 400]}
CONTEXT = {
    "userId": 200_000_000_000_000_001,
    "personId": 12,
    "roles": ["EduParent"],
    "children": [CHILD],
    "schools": [{"id": 300, "name": "Школа 1", "type": "Regular", "groupIds": [400]}],
    "schoolIds": [300],
    "groupIds": [400],
}
SCHOOL = {"id": 300, "id_str": "300", "name": "Школа 1", "fullName": "МБОУ «Школа № 1»", "timeZone": 7, "uses_weighted_avg": True}
GROUPS = [
    {"id": 401, "parentIds": [400], "type": "Subgroup", "name": "7А англ (1)", "parallel": 7, "studyyear": 2026},
    {"id": 400, "parentIds": [], "type": "Group", "name": "7А", "parallel": 7, "studyyear": 2026},
    {"id": 390, "parentIds": [], "type": "Group", "name": "6А", "parallel": 6, "studyyear": 2025},
]


async def opened(bench: Bench, **changes: Any) -> DiaryAccount:
    bench.stub.answers = {
        "/users/me": USER,
        "/users/me/context": CONTEXT,
        "/schools/300": SCHOOL,
        "/persons/77/edu-groups": GROUPS,
        "/persons/12/edu-groups": GROUPS,
        "/user/200000000000000001/children": [{"id": 77, "userId": 78, "userId_str": "78", "sex": "Female"}],
    } | changes
    return await bench.port.account(ACCESS)


async def test_an_account_names_its_holder_and_children(bench: Bench) -> None:
    found = await opened(bench)
    assert (found.subject, found.access.owner) == ("200000000000000001", "200000000000000001")
    assert (found.last_name, found.first_name, found.middle_name) == ("Орлова", "Анна", "Сергеевна")
    assert (found.birth_date, found.roles) == (date(1988, 3, 12), ("EduParent",))
    (child,) = found.children
    assert (child.key, child.last_name, child.first_name, child.middle_name) == ("77", "Орлова", "Мария", "Ильинична")
    assert (child.sex, child.is_self) == ("F", False)
    assert child.ids == {"person": "77", "user": "78", "school": "300", "group": "400"}


async def test_the_class_is_the_group_without_a_parent_of_this_year(bench: Bench) -> None:
    (child,) = (await opened(bench)).children
    assert child.group is not None
    assert (child.group.id, child.group.name, child.group.parallel, child.group.study_year) == ("400", "7А", 7, "2026/2027")


async def test_a_school_has_its_full_name_and_zone(bench: Bench) -> None:
    (child,) = (await opened(bench)).children
    assert child.school is not None
    assert (child.school.name, child.school.legal_name) == ("Школа 1", "МБОУ «Школа № 1»")
    assert (child.school.tz, child.school.tz_assumed, child.school.uses_weights) == ("Asia/Krasnoyarsk", False, True)


@pytest.mark.parametrize(
    ("offset", "zone", "assumed"),
    [
        (2, "Europe/Kaliningrad", False),
        (3, "Europe/Moscow", False),
        (7, "Asia/Krasnoyarsk", False),
        (10, "Asia/Vladivostok", False),
        (None, "Europe/Moscow", True),
        (0, "Europe/Moscow", True),
        (99, "Europe/Moscow", True),
    ],
)
async def test_a_zone_that_is_not_told_is_assumed_and_says_so(bench: Bench, offset: int | None, zone: str, assumed: bool) -> None:
    (child,) = (await opened(bench, **{"/schools/300": SCHOOL | {"timeZone": offset}})).children
    assert child.school is not None
    assert (child.school.tz, child.school.tz_assumed) == (zone, assumed)


async def test_a_pupils_own_account_shows_the_pupil(bench: Bench) -> None:
    own = CONTEXT | {"roles": ["EduStudent"], "children": None, "schoolIds": [300], "groupIds": [400]}
    found = await opened(bench, **{"/users/me/context": own, "/users/me": USER | {"roles": ["EduStudent"]}})
    (child,) = found.children
    assert (child.key, child.is_self, child.birth_date) == ("12", True, date(1988, 3, 12))
    assert child.group is not None


async def test_opening_takes_two_rounds_of_calls(bench: Bench) -> None:
    await opened(bench)
    assert bench.stub.paths()[:2] == ["/users/me", "/users/me/context"]
    assert len(bench.stub.asked) == 5


@pytest.mark.rule("C5")
async def test_the_raw_child_is_the_childs_own_object(bench: Bench) -> None:
    (child,) = (await opened(bench)).children
    assert msgspec.json.decode(bytes(child.raw or b"")) == CHILD


@pytest.mark.rule("C8")
async def test_more_than_ten_children_are_a_drift(bench: Bench) -> None:
    many = CONTEXT | {"children": [CHILD | {"personId": n} for n in range(11)]}
    with pytest.raises(Drifted) as error:
        await opened(bench, **{"/users/me/context": many})
    assert error.value.where == "$.children"


@pytest.mark.rule("C8")
async def test_ten_children_are_a_family(bench: Bench) -> None:
    many = CONTEXT | {"children": [CHILD | {"personId": 100 + n} for n in range(10)]}
    assert len((await opened(bench, **{"/users/me/context": many, "/persons/*": GROUPS})).children) == 10


@pytest.mark.rule("C8")
async def test_a_child_twice_is_a_drift(bench: Bench) -> None:
    with pytest.raises(Drifted):
        await opened(bench, **{"/users/me/context": CONTEXT | {"children": [CHILD, CHILD]}})


@pytest.mark.rule("C8")
@pytest.mark.parametrize("key", ["userId", "personId"])
async def test_a_context_of_another_user_is_a_drift(bench: Bench, key: str) -> None:
    with pytest.raises(Drifted):
        await opened(bench, **{"/users/me/context": CONTEXT | {key: 1}})


@pytest.mark.rule("C8")
async def test_a_changed_owner_is_a_drift(bench: Bench) -> None:
    await opened(bench)
    with pytest.raises(Drifted) as error:
        await bench.port.account(replace(ACCESS, owner="someone-else"))
    assert error.value.where == "$.id"


@pytest.mark.rule("C8")
async def test_names_are_words_without_markup(bench: Bench) -> None:
    (child,) = (await opened(bench, **{"/users/me/context": CONTEXT | {"children": [CHILD | {"lastName": "<b>Орлова</b>"}]}})).children
    assert child.last_name == "Орлова"


@pytest.mark.parametrize("missing", ["userId", "personId", "children", "roles"])
async def test_a_missing_key_of_the_context_is_a_drift_and_no_empty_family(bench: Bench, missing: str) -> None:
    with pytest.raises(Drifted):
        await opened(bench, **{"/users/me/context": {key: value for key, value in CONTEXT.items() if key != missing}})
