"""A family joins a school: one bundle for a key, two requests under 14, the states between draft and complete."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sandbox.my_school.state.joins import bundle_state
from tests.sandbox.my_school.hub_side import System, refused


@pytest.mark.parametrize(
    ("states", "bundle"),
    [
        (["draft", "draft"], "draft"),
        (["submitted", "submitted"], "submitted"),
        (["approved", "submitted"], "partial"),
        (["submitted", "approved"], "partial"),
        (["rejected", "submitted"], "submitted"),
        (["approved", "approved"], "complete"),
        (["approved", "rejected"], "rejected"),
        (["rejected", "approved"], "rejected"),
        (["rejected", "withdrawn"], "rejected"),
        (["rejected", "expired"], "rejected"),
        (["approved", "withdrawn"], "withdrawn"),
        (["approved", "expired"], "expired"),
        (["withdrawn", "withdrawn"], "withdrawn"),
        (["expired"], "expired"),
        (["approved"], "complete"),
        (["rejected"], "rejected"),
    ],
)
def test_what_the_requests_make_of_a_bundle(states: list[str], bundle: str) -> None:
    assert bundle_state(states) == bundle


async def test_two_requests_for_a_child_under_14_are_approved_one_by_one(system: System) -> None:
    made = await system.submitted()
    assert (made["state"], made["child"]["age_at_submission"], made["school_year"]) == ("submitted", 11, "2026/2027")
    assert [it["kind"] for it in made["requests"]] == ["register_pupil", "attach_representative"]
    who = await system.officer()
    assert (await system.decide(who, made["requests"][1])).status_code == 200
    second = (await system.again(made))["requests"][1]
    assert (second["state"], second["effective"], second["waits_for"]) == ("approved", False, "register_pupil")
    assert (await system.again(made))["state"] == "partial"
    assert (await system.decide(who, made["requests"][0])).status_code == 200
    done = await system.again(made)
    assert (done["state"], done["complete"], [it["effective"] for it in done["requests"]]) == ("complete", True, [True, True])
    assert [it["event"] for it in done["history"]] == ["created", "submitted", "approved", "approved"]
    assert done["requests"][0]["decided_by"]["post"] == "Администратор ОО" and who.last_name not in str(done)
    (child,) = (await system.data("GET", "me", system.father))["children"]
    assert child["attached"] == [{"ogrn": system.school.ogrn, "class": "6А", "school_year": "2026/2027"}]


async def test_a_pupil_of_14_makes_one_request_alone(system: System) -> None:
    await system.ready(system.pupil, "student")
    form = {"role": "pupil", "school_ogrn": system.school.ogrn, "class": "10А", "submit": True}
    made = await system.data("POST", "bundles", system.pupil, form)
    assert ([it["kind"] for it in made["requests"]], made["state"]) == (["register_pupil"], "submitted")
    assert (await system.decide(await system.officer(), made["requests"][0])).is_success
    assert (await system.data("GET", f"bundles/{made['id']}", system.pupil))["state"] == "complete"


@pytest.mark.parametrize("way", ["id", "snils", "names"])
async def test_a_child_is_named_one_of_three_ways(system: System, way: str) -> None:
    await system.ready(system.father)
    (own,) = (await system.data("GET", "me", system.father))["children"]
    ways = {
        "id": {"id": own["id"]},
        "snils": {"snils": "".join(filter(str.isdigit, system.son.snils or ""))},
        "names": {"last_name": "ОРЛОВ", "first_name": "глеб", "birth_date": own["birth_date"]},
    }
    made = await system.data("POST", "bundles", system.father, system.form(child=ways[way]))
    assert made["child"]["id"] == own["id"]


async def test_the_same_key_is_the_same_bundle_whatever_else_is_said(system: System) -> None:
    first = await system.submitted()
    answer = await system.call("POST", "bundles", system.father, system.form(**{"class": "7Б", "submit": False}))
    assert (answer.status_code, answer.json()["data"]["id"], answer.json()["data"]["class"]) == (200, first["id"], "6А")


async def test_equal_calls_at_once_make_one_bundle(system: System) -> None:
    await system.ready(system.father)
    answers = await asyncio.gather(*(system.call("POST", "bundles", system.father, system.form()) for _ in range(10)))
    assert sorted(it.status_code for it in answers) == [200] * 9 + [201]
    assert len({it.json()["data"]["id"] for it in answers}) == 1


async def test_a_lost_answer_is_found_by_the_key(system: System) -> None:
    made = await system.submitted()
    found = await system.data("GET", f"bundles?school_ogrn={system.school.ogrn}&school_year=2026/2027", system.father)
    assert [it["id"] for it in found["items"]] == [made["id"]]
    assert (await system.data("GET", "bundles?state=complete", system.father))["items"] == []


async def test_an_answer_lost_after_the_work_was_done_changes_nothing_the_second_time(system: System) -> None:
    await system.ready(system.father)
    await system.stand.fault("late_answer", value=0, times=1, path="/my-school/api/v1/bundles")
    first, second = [await system.data("POST", "bundles", system.father, system.form()) for _ in range(2)]
    assert (first["id"], first["version"]) == (second["id"], second["version"])


async def test_a_draft_is_changed_under_its_version_and_submitted_once(system: System) -> None:
    made = await system.submitted(submit=False)
    path = f"bundles/{made['id']}"
    assert (made["state"], made["submitted_at"], made["version"]) == ("draft", None, 1)
    assert refused(await system.call("PATCH", path, system.father, {"class": "5А"})) == (428, "version_missing")
    assert (await system.data("PATCH", path, system.father, {"class": "5А"}, If_Match='"1"'))["version"] == 2
    stale = await system.call("PATCH", path, system.father, {"class": "5Б"}, If_Match='"1"')
    assert (refused(stale), stale.json()["error"]["current"]["class"]) == ((412, "version_changed"), "5А")
    assert refused(await system.call("POST", f"{path}/submit", system.father, If_Match='"1"')) == (412, "version_changed")
    sent = [await system.data("POST", f"{path}/submit", system.father) for _ in range(2)]
    assert [(it["state"], it["version"]) for it in sent] == [("submitted", 3)] * 2
    assert refused(await system.call("PATCH", path, system.father, {"class": "5Б"}, If_Match='"3"')) == (409, "not_draft")


async def test_a_withdrawn_bundle_is_made_anew_only_when_asked(system: System) -> None:
    made = await system.submitted()
    withdrawn = [await system.data("POST", f"bundles/{made['id']}/withdraw", system.father) for _ in range(2)]
    assert [(it["state"], it["version"]) for it in withdrawn] == [("withdrawn", 3)] * 2
    assert (await system.data("POST", "bundles", system.father, system.form()))["id"] == made["id"]
    anew = [await system.call("POST", "bundles", system.father, system.form(previous=made["id"])) for _ in range(2)]
    assert ([it.status_code for it in anew], len({it.json()["data"]["id"] for it in anew})) == ([201, 200], 1)
    second = anew[0].json()["data"]
    assert (second["previous"], (await system.again(made))["next"]) == (made["id"], second["id"])


async def test_a_rejected_bundle_is_made_anew_with_another_class(system: System) -> None:
    made = await system.submitted()
    assert refused(await system.call("POST", "bundles", system.father, system.form(previous=made["id"]))) == (409, "not_closed")
    who = await system.officer()
    for request in made["requests"]:
        assert (await system.decide(who, request, "reject", reason="Нет мест в 6А")).is_success
    old = await system.again(made)
    assert (old["state"], old["requests"][0]["reason"]) == ("rejected", "Нет мест в 6А")
    anew = await system.data("POST", "bundles", system.father, system.form(previous=made["id"], **{"class": "6Б"}))
    assert (anew["state"], anew["class"], anew["history"][0]["event"]) == ("submitted", "6Б", "resubmitted")


async def test_what_was_approved_stays_when_the_rest_is_withdrawn(system: System) -> None:
    made = await system.submitted()
    await system.decide(await system.officer(), made["requests"][0])
    left = await system.data("POST", f"bundles/{made['id']}/withdraw", system.father)
    assert (left["state"], [it["state"] for it in left["requests"]]) == ("withdrawn", ["approved", "withdrawn"])


async def test_a_complete_bundle_cannot_be_withdrawn(system: System) -> None:
    made, who = await system.submitted(), await system.officer()
    for request in made["requests"]:
        await system.decide(who, request)
    assert refused(await system.call("POST", f"bundles/{made['id']}/withdraw", system.father)) == (409, "already_decided")


@pytest.mark.parametrize(("days", "state"), [(29.9, "submitted"), (30, "expired")])
async def test_30_days_without_a_decision_and_it_expires(system: System, days: float, state: str) -> None:
    made = await system.submitted()
    await system.stand.later(days=days)
    await system.sign_in()
    now = await system.again(made)
    assert (now["state"], {it["state"] for it in now["requests"]}) == (state, {state})


async def test_an_old_draft_expires_and_is_not_submitted(system: System) -> None:
    made = await system.submitted(submit=False)
    await system.stand.later(days=31)
    await system.sign_in()
    answer = await system.call("POST", f"bundles/{made['id']}/submit", system.father)
    assert (refused(answer), answer.json()["error"]["current"]["state"]) == ((409, "expired"), "expired")


async def test_a_draft_is_judged_anew_when_it_is_submitted(system: System) -> None:
    made = await system.submitted(submit=False)
    path, father = f"bundles/{made['id']}/submit", system.father
    await system.stand.control("my-school/certificates", {"child": system.son.id, "certificate": False})
    assert refused(await system.call("POST", path, father)) == (422, "certificate_missing")
    system.stand.wrote = True
    father.gosuslugi_children = ()
    assert refused(await system.call("POST", path, father)) == (422, "child_unknown")
    assert (await system.again(made))["state"] == "draft"


async def test_an_unchanged_bundle_is_304(system: System) -> None:
    made, path = await system.submitted(), "bundles/{}"
    tag = f'"{made["version"]}"'
    assert (await system.call("GET", path.format(made["id"]), system.father, If_None_Match=tag)).status_code == 304
    await system.decide(await system.officer(), made["requests"][0])
    assert (await system.call("GET", path.format(made["id"]), system.father, If_None_Match=tag)).status_code == 200


class TestTurning14:
    """Фёдор is 13 and turns 14 in February."""

    @staticmethod
    async def made(system: System, **changes: Any) -> Any:
        mother, son = system.named("Королёва", "Алёна"), system.named("Королев", "Фёдор")
        await system.stand.control("clock", {"now": "2027-02-10T09:00:00+00:00"})
        await system.sign_in()
        await system.ready(mother)
        return await system.data("POST", "bundles", mother, system.form(child={"snils": son.snils}, **changes))

    async def test_while_waiting_keeps_the_bundle_of_two(self, system: System) -> None:
        made = await self.made(system)
        await system.stand.control("clock", {"now": "2027-02-20T09:00:00+00:00"})
        await system.sign_in()
        who = await system.officer()
        for request in made["requests"]:
            assert (await system.decide(who, request)).is_success
        done = await system.data("GET", f"bundles/{made['id']}", system.named("Королёва", "Алёна"))
        assert (done["state"], done["child"]["age_at_submission"]) == ("complete", 13)

    @pytest.mark.parametrize(("now", "status"), [("2027-02-16T16:59:59+00:00", 200), ("2027-02-16T17:00:00+00:00", 403)])
    async def test_before_submission_is_judged_by_the_schools_midnight(self, system: System, now: str, status: int) -> None:
        """Krasnoyarsk is seven hours ahead of UTC."""
        made = await self.made(system, submit=False)
        await system.stand.control("clock", {"now": now})
        await system.sign_in()
        answer = await system.call("POST", f"bundles/{made['id']}/submit", system.named("Королёва", "Алёна"))
        assert answer.status_code == status
        assert status == 200 or refused(answer) == (403, "pupil_acts_alone")
