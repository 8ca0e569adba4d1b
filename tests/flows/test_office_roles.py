"""Every route of the hub, asked by every role of the table of rights: allowed, or refused before anything is said (RULES B5, B6)."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from quart import Quart

from hub.flows.office.rights import MATRIX, STAFF, Act, Reach, Role, may, reach
from hub.flows.office.rights.posts import FAMILY
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from hub.web.office_tabs import TABS
from tests.flows.console_kit import PAL, come, link_of
from tests.flows.desk_kit import DOCUMENT, WHY, Desk, open_desk, snils
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, signed
from tests.flows.route_table import Row, Who, rows_of
from tests.flows.test_delegation import lend, take

BODIES: dict[str, Any] = {
    "restrictions": {"document": DOCUMENT, "snils": "155-000-001 85"},
    "recoveries": {"document": DOCUMENT, "person": "nobody"},
    "full-capacity": {"document": DOCUMENT, "since": "2026-11-01"},
    "new-identity": {"document": DOCUMENT, "last_name": "Новиков", "first_name": "Илья", "keep": ["nobody"]},
    "lift": WHY,
    "sign": {},
    "refuse": WHY,
    "reject": WHY,
    "decide": {"requests": ["nobody"], "decision": "reject", **WHY},
    "leave": {"reason": "", "left_on": "2026-11-01"},
    "announcements": {"title": "", "text": "", "until": "2026-11-20"},
    "codes": {"role": "guard", "name": ""},
    "settings": {"four_eyes": False},
    "invitations": {"class": "9Я", "run": "r" * 16},
    "pupils": {"last_name": "", "first_name": "", "birth_date": "2014-01-01", "class": ""},
}
ASKS_MORE = frozenset(
    {
        "/office/chats/move", "/children/<child>/progress.svg", "/children/<child>/subject.svg", "/children/<child>/photo/picture",
        "/api/v1/children/<child>/photo/picture", "/export/events.ndjson",
    }
)  # fmt: skip
"""Pages that need a query beside the address, pictures that need a mark or a photo."""
EMPTY_VIEW = frozenset(
    {"/children/<child>/chats", "/api/v1/children/<child>/chats", "/children/<child>/chats/max", "/children/<child>/appeals"}
)
"""Whoever was lent the diary reads there that this is not theirs, and nothing else."""
DAY = {"day": "2026-11-16"}
NO_OFFICE, NOTHING = "/problems/not_office", "/problems/not_found"


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


Route = tuple[str, str, Row]


def routes(app: Quart) -> list[Route]:
    """Method, rule and row of every address, reads first: what a write changes stands in nobody's way."""
    found = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            rows = rows_of(rule.rule, method)
            found += [(method, rule.rule, row) for row in rows]
    return sorted(found, key=lambda one: (one[0] != "GET", one[1], one[0]))


def office_routes(hub: Hub) -> list[Route]:
    return [one for one in routes(hub.app) if one[2].who is Who.OFFICE]


def sections(hub: Hub) -> list[Act]:
    """What the office has pages for."""
    known = {rule.rule for rule in hub.app.url_map.iter_rules()}
    return [tab.act for tab in TABS if tab.path in known]


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
    """Somebody of this role: of this very school, a grown pupil, a guardian of its pupil, a grandmother with a lent view, an operator."""
    if role == "guardian":
        return desk.anna
    if role == "delegate":
        desk.hub.esia.claims["galina"] = parent("of galina", first_name="Галина", snils=snils(199000003), children=())
        galina = await signed(desk.hub, "galina")
        await take(galina, await lend(desk.anna, desk.petya))
        return galina
    if role == "operator":
        desk.hub.esia.claims["pal"] = PAL
        pal = await signed(desk.hub, "pal")
        _, code = await link_of(desk.hub)
        assert (await come(pal, code)).status_code == 303
        return pal
    if role == "pupil":
        desk.hub.esia.claims["petya"] = parent(
            "of petya", last_name="Орлов", birth_date=date(2010, 1, 5), snils=snils(199000002), children=()
        )
        return await signed(desk.hub, "petya")
    number, now = snils(199000001), desk.hub.clock()
    klass = "6А" if role in ("class_teacher", "tutor") else ""
    cards = [OfficerCard(school=OGRN, role=role, snils=number.digits, names=("Страж", "Юрий", ""), class_name=klass)]
    await desk.hub.deps.db.write(lambda: schools.put_officers(desk.hub.deps.keys, cards, now=now))
    desk.hub.esia.claims[role] = parent("of guard", last_name="Страж", snils=number, children=())
    return await signed(desk.hub, role)


def reaches(role: str, row: Row, acts: list[Act]) -> bool:
    """What the table says of this role and address; the first page is for who has any section."""
    if row.act is None:
        return any(may(role, act) for act in acts)
    far = reach(role, row.act) if may(role, row.act) else None
    return far is Reach.SCHOOL or (far is Reach.CLASS and row.reach is Reach.CLASS)


def known_to(rule: str, known: dict[str, str]) -> bool:
    """Whether all that the address names is there."""
    return set(re.findall(r"<(?:\w+:)?(\w+)>", rule)) <= known.keys()


@pytest.mark.rule("B6")
def test_every_address_has_one_row_in_the_table_of_routes(hub: Hub) -> None:
    asked = [(method, rule.rule) for rule in hub.app.url_map.iter_rules() for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}]
    wrong = [f"{method} {rule}: {len(rows_of(rule, method))} rows of the table, not one" for method, rule in sorted(asked)]
    assert [line for line in wrong if ": 1 rows" not in line] == []
    assert len(asked) > 300


@pytest.mark.rule("B6")
@pytest.mark.parametrize("role", [*STAFF, "guardian", "delegate", "pupil", "operator"])
async def test_every_office_address_is_open_to_whom_the_table_says_and_to_nobody_else(desk: Desk, role: str) -> None:
    known, browser = await real(desk), await other(desk, role)
    for method, rule, row in office_routes(desk.hub):
        exists = await ask(browser, method, filled(rule, known))
        if not reaches(role, row, sections(desk.hub)):
            missing = await ask(browser, method, filled(rule, {}))
            assert exists == missing, (role, method, rule, exists, missing)
            # 400: the body of a form is read before the office is asked; it tells of nothing.
            assert exists[0] in (400, 403, 404), (role, method, rule, exists)
            assert method != "GET" or exists[0] != 400, (role, method, rule, exists)
        elif method == "GET" and known_to(rule, known) and rule not in ASKS_MORE:
            assert exists[0] in (200, 303), (role, method, rule, exists)
        else:
            assert exists[0] not in (401, 500), (role, method, rule, exists)
            assert exists[1] not in (NO_OFFICE, "/problems/role_unchosen"), (role, method, rule, exists)


@pytest.mark.rule("B6")
@pytest.mark.parametrize("role", ["guardian", "delegate", "pupil", "operator", "teacher"])
async def test_every_page_of_a_child_is_open_to_whom_the_table_says_and_to_nobody_else(desk: Desk, role: str) -> None:
    await desk.anna.link()
    browser = await other(desk, role)
    mine = (await browser.me())["person"]["id"] if role == "pupil" else desk.petya
    for method, rule, row in routes(desk.hub.app):
        if row.who is not Who.CHILD or method != "GET":
            continue
        foreign, missing = await ask(browser, "GET", filled(rule, DAY | {"child": "nobody"})), await ask(browser, "GET", filled(rule, DAY))
        assert foreign == missing and foreign[0] == 404, (role, rule, foreign)
        status, problem = await ask(browser, "GET", filled(rule, DAY | {"child": mine}))
        if role in ("teacher", "operator"):
            assert (status, problem) == (404, NOTHING), (role, rule, status)
        elif role == "delegate" and rule in EMPTY_VIEW:
            assert status == 200, (role, rule, status)
        elif role == "delegate" and row.act is not None and row.act not in MATRIX[Role.DELEGATE]:
            assert status in (403, 404), (role, rule, status)
        elif row.act is not None and row.act in MATRIX[Role(role)] and known_to(rule, {"child": mine}) and rule not in ASKS_MORE:
            assert status in (200, 303, 409), (role, rule, status, problem)


@pytest.mark.rule("B6")
@pytest.mark.parametrize("role", [*STAFF, "guardian", "delegate", "pupil", "operator"])
async def test_the_console_is_the_operators(desk: Desk, role: str) -> None:
    browser = await other(desk, role)
    for method, rule, row in routes(desk.hub.app):
        if row.who is Who.CONSOLE and rule not in ("/console/events",):
            status, _ = await ask(browser, method, filled(rule, {}))
            known = role == "operator" and method == "GET" and known_to(rule, {})
            assert status == 200 if known else status in (200, 400, 403, 404), (role, method, rule, status)
            assert role == "operator" or status in (400, 403, 404), (role, method, rule, status)


@pytest.mark.rule("B6")
async def test_who_is_not_signed_in_gets_401_everywhere(desk: Desk) -> None:
    known, nobody = await real(desk), desk.hub.browser()
    for method, rule, _ in office_routes(desk.hub):
        assert (await ask(nobody, method, filled(rule, known)))[0] == 401, (method, rule)


@pytest.mark.rule("B6")
async def test_another_schools_administrator_finds_nothing_of_this_one(desk: Desk) -> None:
    known = await real(desk)
    for method, rule, _ in office_routes(desk.hub):
        if not set(re.findall(r"<(?:\w+:)?(\w+)>", rule)) & known.keys() - {"klass"}:
            continue
        exists, missing = await ask(desk.oleg, method, filled(rule, known)), await ask(desk.oleg, method, filled(rule, {}))
        assert exists == missing, (method, rule, exists, missing)
        assert exists == (404, NOTHING) or (exists[0] == 400 and method != "GET"), (method, rule, exists)


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
    assert not any(may(role, act) for act in Act for role in FAMILY), "a family's rights come from its own edges, not from a post"
    assert set(MATRIX) == set(Role)
