"""A second child in one account: the administrator's e-invitation, and the administrator's list."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.world.model import Person
from tests.sandbox.dnevnik.platform_client import Platform


class School:
    """The administrator, and a parent with an account who has no kinship with the child yet."""

    def __init__(self, platform: Platform) -> None:
        platform.wrote = True
        self.platform = platform
        self.parent: Person = platform.stranger

    async def invite(self, person: str | None = None) -> Any:
        return await self.platform.control("dnevnik/invitations", {"person": person or self.parent.id, "pupil": self.platform.child.id})

    async def children(self) -> list[str]:
        context = await self.platform.get("users/me/context", person=self.parent)
        return [it["firstName"] for it in context["children"]]

    async def answer(self, number: str, what: str, person: Person | None = None) -> Any:
        return await self.platform.ask(f"users/me/invites/{number}/{what}", person=person or self.parent, method="POST")


@pytest.fixture
def school(fresh: Platform) -> School:
    return School(fresh)


async def test_an_accepted_invitation_brings_the_child_into_the_account(school: School) -> None:
    before, number = await school.children(), (await school.invite()).json()["id"]
    (shown,) = await school.platform.get("users/me/invites", person=school.parent)
    assert (shown["id_str"], shown["status"], shown["person"]) == (number, "Sent", {"firstName": school.platform.child.first_name})
    assert await school.children() == before
    answer = await school.answer(number, "accept")
    assert (answer.json()["status"], answer.json()["person"]["lastName"]) == ("Accepted", school.platform.child.last_name)
    assert await school.children() == [*before, school.platform.child.first_name]
    assert await school.platform.get("users/me/invites", person=school.parent) == []
    week = await school.platform.ask(
        f"persons/{school.platform.person}/groups/{school.platform.group}/schedules?startDate=2026-11-09&endDate=2026-11-14",
        person=school.parent,
    )
    assert week.status_code == 200


async def test_a_declined_one_changes_nothing_and_cannot_be_accepted(school: School) -> None:
    before, number = await school.children(), (await school.invite()).json()["id"]
    assert (await school.answer(number, "decline")).json()["status"] == "Declined"
    assert (await school.answer(number, "accept")).status_code == 404
    assert await school.children() == before


async def test_an_unknown_invitation_and_anothers_are_refused_alike(school: School) -> None:
    number = (await school.invite()).json()["id"]
    answers = [await school.answer(number, "accept", school.platform.parent), await school.answer(str(int(number) + 1), "accept")]
    answers.append(await school.answer("1", "accept"))
    assert {(answer.status_code, answer.text) for answer in answers} == {(404, answers[0].text)}
    assert (await school.answer("abc", "accept")).status_code == 400


async def test_a_letter_tells_without_a_name(school: School) -> None:
    await school.invite()
    (letter,) = school.platform.app.sandbox.inbox.found("mail", school.parent.email)
    assert "приглаш" in letter.text and school.platform.child.last_name not in letter.text


@pytest.mark.parametrize("decision", ["accept", "decline"])
async def test_the_signed_in_page_has_both_buttons(school: School, decision: str) -> None:
    await school.invite()
    account, before, http = school.parent.accounts["dnevnik"], await school.children(), school.platform.http
    await http.post("/dnevnik-login/login", data={"login": account["login"], "password": account["password"]})
    page = await http.get("/dnevnik-login/user")
    assert 'value="accept">Принять' in page.text and school.platform.child.last_name not in page.text
    done = await http.post("/dnevnik-login/user/invites", data={"invite": "1", "decision": decision})
    assert done.status_code == 302 and "Принять" not in (await http.get("/dnevnik-login/user")).text
    assert len(await school.children()) == len(before) + (decision == "accept")


async def test_without_a_sign_in_nothing_is_answered(school: School) -> None:
    await school.invite()
    await school.platform.http.post("/dnevnik-login/user/invites", data={"invite": "1", "decision": "accept"})
    assert len(await school.platform.get("users/me/invites", person=school.parent)) == 1


async def test_the_administrators_list_links_at_once(school: School) -> None:
    before = await school.children()
    answer = await school.platform.control("dnevnik/kinships", {"person": school.parent.id, "pupil": school.platform.child.id})
    assert (answer.status_code, set(answer.json())) == (201, {"person", "pupil"})
    assert await school.children() == [*before, school.platform.child.first_name]


async def test_the_list_gives_a_login_to_who_had_none(school: School) -> None:
    town = school.platform.town
    other = next(who for who in town.people.values() if who.role == "parent" and "dnevnik" not in who.accounts)
    body = {"person": other.id, "pupil": school.platform.child.id}
    assert (await school.platform.control("dnevnik/invitations", body)).status_code == 409
    card = (await school.platform.control("dnevnik/kinships", body)).json()
    signed = await school.platform.http.post("/dnevnik-login/login", data={"login": card["login"], "password": card["password"]})
    assert signed.status_code == 302
    school.parent = other
    assert await school.children() == [school.platform.child.first_name]


@pytest.mark.parametrize(("person", "pupil", "status"), [("p999", "", 404), ("", "p999", 404), ("{parent}", "", 409), ("{child}", "", 404)])
async def test_a_senseless_list_is_refused(school: School, person: str, pupil: str, status: int) -> None:
    known = {"{parent}": school.platform.parent.id, "{child}": school.platform.child.id, "": school.parent.id}
    body = {"person": known.get(person, person), "pupil": pupil or school.platform.child.id}
    for path in ("invitations", "kinships"):
        assert (await school.platform.control(f"dnevnik/{path}", body)).status_code == status
