"""Every route of the office, asked by every role: the same answer for what exists and what does not (RULES B5, B6)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from hub.flows.office.rights import STAFF, Act, may
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from tests.flows.desk_kit import DOCUMENT, WHY, Desk, open_desk, snils
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, signed

BODIES: dict[str, Any] = {
    "restrictions": {"document": DOCUMENT, "snils": "155-000-001 85"},
    "recoveries": {"document": DOCUMENT, "person": "nobody"},
    "full-capacity": {"document": DOCUMENT, "since": "2026-11-01"},
    "new-identity": {"document": DOCUMENT, "last_name": "Новиков", "first_name": "Илья", "keep": ["nobody"]},
    "lift": WHY,
    "sign": {},
    "refuse": WHY,
}
OPEN = frozenset(
    {"/office/roster/sample.csv", "/office/enter", "/office/role", "/api/v1/office/enter", "/api/v1/office/posts", "/api/v1/office/post"}
)
"""The sample table holds nobody's data; a code is typed by who has no post yet; the own posts are everybody's own."""


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


def office_routes(hub: Hub) -> list[tuple[str, str, frozenset[str]]]:
    """Method, rule and its parameters; every page and every JSON address below the office."""
    found = []
    for rule in hub.app.url_map.iter_rules():
        if rule.rule.startswith(("/office", "/api/v1/office")) and rule.rule not in OPEN:
            found += [(method, rule.rule, frozenset(rule.arguments)) for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
    return sorted(found)


def filled(rule: str, known: dict[str, str]) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: known.get(found[1], "nobody"), rule)


async def ask(browser: Browser, method: str, path: str) -> tuple[int, str]:
    body = BODIES.get(path.rsplit("/", 1)[-1], {})
    headers = {"Accept": "application/json"}
    if path.startswith("/api/"):
        answer = await browser.send(method, path, json=body if method != "GET" else None, **headers)
    else:
        answer = await browser.send(method, path, **headers)
    found = await answer.get_json() if answer.status_code >= 400 else {}
    return answer.status_code, str((found or {}).get("type", ""))


async def real(desk: Desk) -> dict[str, str]:
    """What the first school has: a pupil, an item that waits, a restriction."""
    who = await desk.person(await desk.father())
    path = f"/api/v1/office/pupils/{desk.petya}/restrictions"
    made = await desk.nina.send("POST", path, json={"document": DOCUMENT, "guardian": who})
    item = (await made.get_json())["id"]
    return {"pupil": desk.petya, "item": item, "ban": item.partition(".")[2], "klass": "6А"}


async def other(desk: Desk, role: str) -> Browser:
    """A guard of this very school, a grown pupil, a parent."""
    if role == "parent":
        return await signed(desk.hub, "anna")
    if role == "pupil":
        desk.hub.esia.claims["petya"] = parent(
            "of petya", last_name="Орлов", birth_date=date(2010, 1, 5), snils=snils(199000002), children=()
        )
        return await signed(desk.hub, "petya")
    number, now = snils(199000001), desk.hub.clock()
    cards = [OfficerCard(school=OGRN, role=role, snils=number.digits, names=("Страж", "Юрий", ""))]
    await desk.hub.deps.db.write(lambda: schools.put_officers(desk.hub.deps.keys, cards, now=now))
    desk.hub.esia.claims[role] = parent("of guard", last_name="Страж", snils=number, children=())
    return await signed(desk.hub, role)


@pytest.mark.rule("B6")
@pytest.mark.parametrize("role", ["parent", "pupil", "guard", "teacher"])
async def test_who_keeps_no_office_is_refused_at_every_address_before_anything_is_said(desk: Desk, role: str) -> None:
    known, browser = await real(desk), await other(desk, role)
    for method, rule, _ in office_routes(desk.hub):
        exists, missing = await ask(browser, method, filled(rule, known)), await ask(browser, method, filled(rule, {}))
        assert exists == missing, (method, rule)
        # 400: the body of a form is read before the office is asked; it tells of nothing.
        assert exists[0] in (400, 403, 404), (method, rule, exists)


@pytest.mark.rule("B6")
async def test_who_is_not_signed_in_gets_401_everywhere(desk: Desk) -> None:
    known, nobody = await real(desk), desk.hub.browser()
    for method, rule, _ in office_routes(desk.hub):
        assert (await ask(nobody, method, filled(rule, known)))[0] == 401, (method, rule)


@pytest.mark.rule("B6")
async def test_another_schools_administrator_finds_nothing_of_this_one(desk: Desk) -> None:
    known = await real(desk)
    for method, rule, arguments in office_routes(desk.hub):
        if not arguments & known.keys() - {"klass"}:
            continue
        exists, missing = await ask(desk.oleg, method, filled(rule, known)), await ask(desk.oleg, method, filled(rule, {}))
        assert exists == missing == (404, "/problems/not_found"), (method, rule, exists, missing)


KEEPING = {Act.CARDS, Act.CODES, Act.JOINS, Act.REVIEWS, Act.RESTRICTIONS, Act.RECOVERY, Act.CAPACITY, Act.EXPORT, Act.STAFF, Act.DEVICES}


@pytest.mark.rule("B6")
@pytest.mark.parametrize("role", STAFF)
def test_the_table_names_the_roles_that_keep_an_office(role: str) -> None:
    assert {may(role, act) for act in KEEPING} == {role in ("head", "school_admin")}


@pytest.mark.rule("B6")
@pytest.mark.parametrize("role", STAFF)
def test_absences_are_for_those_who_keep_the_office_and_for_the_class_teacher(role: str) -> None:
    assert may(role, Act.ABSENCES) == (role in ("head", "school_admin", "class_teacher", "tutor"))


@pytest.mark.rule("B6")
def test_a_role_that_the_table_does_not_know_may_do_nothing() -> None:
    assert not any(may("somebody", act) for act in Act)
