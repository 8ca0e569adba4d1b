"""A guardian steps back: the own edge and everything given for the child end at once, nothing of the others changes (RULES A5, A15)."""

from __future__ import annotations

import pytest

from identity.ages import Phase
from identity.family.kinds import kind_at
from identity.model import GuardianKind
from tests.flows.family_kit import form, kinds, page, parents, relative, told
from tests.flows.kit import Hub

pytestmark = pytest.mark.rule("A5")
WEEK = "from=2026-11-16&to=2026-11-22"


@pytest.mark.rule("A15")
async def test_leaving_ends_the_view_the_credentials_and_the_lent_views(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    galina = await relative(hub)
    code = (await told(await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 9}), 201))["code"]
    await told(await galina.send("POST", "/api/v1/delegations/accept", json={"code": code}))
    hub.clock.go(seconds=1)
    assert (await anna.send("DELETE", f"/api/v1/children/{child}/guardians/me")).status_code == 204
    path = f"/api/v1/children/{child}/marks?{WEEK}"
    assert [(await one.get(path)).status_code for one in (anna, galina, boris)] == [404, 404, 200]
    assert await hub.rows("SELECT id FROM diary_link") == []
    assert (await kinds(boris))[0] == "guardian_left"
    assert (await anna.send("DELETE", f"/api/v1/children/{child}/guardians/me")).status_code == 404
    seen = await told(await boris.get(f"/api/v1/children/{child}/guardians"))
    assert [one["name"] for one in seen["items"]] == ["Борис Орлова"]


async def test_a_stopped_guardian_cannot_leave_and_come_back_unstopped(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    him = (await boris.me())["person"]["id"]
    await anna.send("POST", f"/api/v1/children/{child}/guardians/{him}/freeze")
    assert (await boris.send("DELETE", f"/api/v1/children/{child}/guardians/me")).status_code == 404
    await boris.sign_in("boris")
    assert (await boris.get(f"/api/v1/children/{child}/marks?{WEEK}")).status_code == 403


async def test_whoever_left_comes_back_by_a_new_list_and_the_others_hear_of_it(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    await anna.send("DELETE", f"/api/v1/children/{child}/guardians/me")
    assert (await anna.me())["children"] == []
    hub.clock.go(seconds=1)
    assert [one["id"] for one in (await anna.sign_in())["children"]] == [child]
    assert (await kinds(boris))[0] == "guardian_added"


@pytest.mark.rule("A16")
async def test_leaving_needs_a_fresh_sign_in_and_our_own_page(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    path = f"/api/v1/children/{child}/guardians/me"
    assert (await anna.send("DELETE", path, csrf="x")).status_code == 403
    hub.clock.go(minutes=6)
    assert (await (await anna.send("DELETE", path)).get_json())["type"] == "/problems/not_fresh"
    stranger = await relative(hub)
    assert [(await stranger.send("DELETE", f"/api/v1/children/{one}/guardians/me")).status_code for one in (child, "no")] == [404, 404]


async def test_the_page_asks_before_and_leads_home_after(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    shown = await page(anna, f"/children/{child}/leave")
    assert "уничтожатся" in shown and f'action="/children/{child}/leave"' in shown
    answer = await form(anna, f"/children/{child}/leave")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/family")
    await page(anna, f"/children/{child}/leave", 404)


async def test_everybody_who_sees_the_child_is_on_one_page(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    seen = await told(await boris.get(f"/api/v1/children/{child}/guardians"))
    assert {(one["name"], one["kind"], tuple(one["evidences"])) for one in seen["items"]} == {
        ("Анна Орлова", "parent", ("esia_kid",)),
        ("Борис Орлова", "parent", ("esia_kid",)),
    }
    assert [(one["system"], one["owner"], one["is_mine"]) for one in seen["diaries"]] == [("dnevnik", "Анна Орлова", False)]
    shown = await page(anna, f"/children/{child}/who-sees")
    for words in ("родитель", "список детей на Госуслугах", "ваш вход", "Открыть доступ близкому", "Отказаться от доступа"):
        assert words in shown, words


@pytest.mark.rule("A13")
async def test_who_looked_at_the_graph_stands_in_the_log(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    await boris.get(f"/api/v1/children/{child}/guardians")
    log = await told(await anna.get(f"/api/v1/children/{child}/access-log"))
    assert [one["what"] for one in log["items"] if one["action"] == "who_sees"] == ["Кто видит ребёнка"]


@pytest.mark.parametrize(
    ("kind", "where", "shown"),
    [
        (GuardianKind.OPEKUN, Phase.CHILD, GuardianKind.OPEKUN),
        (GuardianKind.OPEKUN, Phase.NEARING, GuardianKind.OPEKUN),
        (GuardianKind.OPEKUN, Phase.GRACE, GuardianKind.POPECHITEL),
        (GuardianKind.OPEKUN, Phase.TEEN, GuardianKind.POPECHITEL),
        (GuardianKind.POPECHITEL, Phase.CHILD, GuardianKind.OPEKUN),
        (GuardianKind.POPECHITEL, Phase.TEEN, GuardianKind.POPECHITEL),
        *((kind, Phase.TEEN, kind) for kind in GuardianKind if kind is not GuardianKind.OPEKUN),
        *((kind, Phase.UNKNOWN, kind) for kind in GuardianKind),
    ],
)
def test_an_opekun_becomes_a_popechitel_at_14(kind: GuardianKind, where: Phase, shown: GuardianKind) -> None:
    assert kind_at(kind, where) is shown
