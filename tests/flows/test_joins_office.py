"""The school's office decides who joins: with the evidence before it, once, audited, never for the own family (RULES B4, B5)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from identity.claims import Level
from tests.flows.desk_kit import put_on_card, snils
from tests.flows.join_kit import KID, Joining, claims, open_joining, told
from tests.flows.kit import Browser, Hub, parent
from tests.flows.office_kit import OGRN, code_for, redeem, signed


@pytest.fixture
async def joining(hub: Hub) -> Joining:
    return await open_joining(hub)


async def head(joining: Joining) -> Browser:
    """The school's head, who decides how its office works."""
    now, number = joining.hub.clock(), snils(155000077)
    cards = [OfficerCard(school=OGRN, role="head", snils=number.digits, names=("Гущина", "Инна", ""))]
    await joining.hub.deps.db.write(lambda: schools.put_officers(joining.hub.deps.keys, cards, now=now))
    joining.hub.esia.claims["inna"] = parent("of inna", last_name="Гущина", first_name="Инна", snils=number, children=())
    return await signed(joining.hub, "inna")


async def by_code(joining: Joining, code: str = "galina") -> tuple[Browser, dict[str, Any]]:
    """Somebody whom only a slip of this office ties to the child, with an application."""
    joining.hub.esia.claims[code] = claims(code, "Галина", 155000031)
    browser = await signed(joining.hub, code)
    assert await put_on_card(joining.hub, KID) == joining.petya
    await redeem(browser, await code_for(joining.nina, joining.petya), "Орлов", "Пётр")
    return browser, await joining.join(browser)


@pytest.mark.rule("B4")
@pytest.mark.feature("F079")
@pytest.mark.feature("F080")
async def test_the_queue_shows_who_asks_for_whom_and_what_speaks_for_it(joining: Joining) -> None:
    made = await joining.join()
    rows = await joining.queue()
    assert {one["id"] for one in rows} == {one["id"] for one in made["requests"]}
    row = next(one for one in rows if one["kind"] == "register_pupil")
    assert (row["bundle"], row["state"], row["class"]) == (made["id"], "submitted", "6А")
    assert row["child"] == {"last_name": "Орлов", "first_name": "Пётр", "middle_name": "", "birth_date": "2014-05-06"}
    assert [one["kind"] for one in row["evidence"]] == ["esia_kid"]
    assert (row["applicant"]["last_name"], row["applicant"]["level"]) == ("Орлова", "confirmed")
    assert (row["needs"], row["may"], row["blocked"]) == ("decision", ["approve", "reject"], None)
    case = await told(await joining.nina.get(f"/api/v1/office/joins/{row['id']}"))
    assert (case["outside"], case["other"]["kind"], [one["event"] for one in case["history"]]) == (
        "none", "attach_representative", ["submitted"],
    )  # fmt: skip
    log = (await told(await joining.anna.get(f"/api/v1/children/{joining.petya}/access-log")))["items"]
    assert any("Нина" in one["who"] or "nina" in one["who"] for one in log)


@pytest.mark.rule("B1")
@pytest.mark.rule("A5")
@pytest.mark.feature("F083")
@pytest.mark.feature("F084")
async def test_both_approved_put_the_child_on_the_roster_and_the_parent_beside_it(joining: Joining) -> None:
    made = await joining.join()
    first, second = (one["id"] for one in made["requests"])
    row = await told(await joining.approve(second))
    assert (row["state"], row["needs"]) == ("approved", "nothing")
    half = await joining.read(made["id"])
    assert (half["state"], half["requests"][1]["effective"], half["requests"][1]["waits_for"]) == ("partial", False, "register_pupil")
    assert (await joining.child())["school"] is None
    await told(await joining.approve(first))
    done = await joining.read(made["id"])
    assert (done["state"], [one["effective"] for one in done["requests"]]) == ("complete", [True, True])
    assert done["requests"][0]["decided_by"] == {"name": "Ким nina Игоревна", "post": "Администратор школы"}
    child = await joining.child()
    assert (child["school"]["ogrn"], child["school"]["class"]) == (OGRN, "6А")
    assert "dnevnik" in [one["system"] for one in child["diaries"]]
    kinds = await joining.hub.rows("SELECT evidence, state FROM guardianship ORDER BY evidence")
    assert kinds == [("esia_kid", "active"), ("school_approval", "active")]
    assert {"join_complete", "join_approved"} == set((await joining.notices())[:2])
    assert [step["event"] for step in done["history"]] == ["submitted", "approved", "approved", "enrolled"]


@pytest.mark.rule("A4")
@pytest.mark.feature("F073")
async def test_a_standard_accounts_guardianship_waits_for_the_confirmed_one(joining: Joining) -> None:
    """Anna's list is known; then her account is only a standard one."""
    joining.hub.esia.claims["anna"] = parent(children=(KID,), level=Level.STANDARD)
    anna = await signed(joining.hub, "anna")
    made = await joining.join(anna)
    await joining.complete(made)
    done = await joining.read(made["id"], anna)
    assert (done["state"], done["requests"][1]["waits_for"]) == ("complete", "confirmed_account")
    assert await joining.hub.rows("SELECT state FROM guardianship WHERE evidence = 'school_approval'") == [("waiting",)]
    joining.hub.esia.claims["anna"] = parent(children=())
    anna = await signed(joining.hub, "anna")
    assert (await joining.read(made["id"], anna))["requests"][1]["effective"]
    assert (await joining.child(anna))["school"]["ogrn"] == OGRN


@pytest.mark.rule("B4")
async def test_a_rejection_has_a_reason_and_is_decided_once(joining: Joining) -> None:
    request = (await joining.join())["requests"][0]["id"]
    for reason in (None, "", "  ", "\u0000\u200b"):
        assert (await joining.reject(request, reason=reason)).status_code in (400, 422)
    assert (await joining.nina.send("POST", f"/api/v1/office/joins/{request}/reject")).status_code in (400, 422)
    assert (await told(await joining.reject(request)))["state"] == "rejected"
    for officer, decide in ((one, decide) for one in (joining.nina, joining.rita) for decide in (joining.approve, joining.reject)):
        stale = await told(await decide(request, officer), 409)
        assert (stale["type"].rpartition("/")[2], stale["state"]) == ("already_decided", "rejected")
    assert (await joining.notices())[0] == "join_rejected"


@pytest.mark.rule("B4")
async def test_of_two_administrators_at_once_one_wins(joining: Joining) -> None:
    request = (await joining.join())["requests"][0]["id"]
    answers = await asyncio.gather(*(joining.approve(request, one) for one in (joining.nina, joining.rita) for _ in range(3)))
    assert sorted(one.status_code for one in answers) == [200, 409, 409, 409, 409, 409]
    assert await joining.hub.rows("SELECT COUNT(*) FROM join_event WHERE event = 'approved'") == [(1,)]


@pytest.mark.rule("B4")
async def test_a_lost_answer_to_a_decision_is_had_again_by_its_key(joining: Joining) -> None:
    address = f"/api/v1/office/joins/{(await joining.join())['requests'][0]['id']}/approve"
    for _ in range(2):
        answer = await joining.nina.send("POST", address, **{"Idempotency-Key": "one-click"})
        assert (await told(answer))["state"] == "approved"


@pytest.mark.rule("B1")
async def test_both_requests_of_one_bundle_decided_at_once_complete_it(joining: Joining) -> None:
    made = await joining.join()
    first, second = (one["id"] for one in made["requests"])
    await asyncio.gather(joining.approve(first, joining.nina), joining.approve(second, joining.rita))
    assert (await joining.read(made["id"]))["state"] == "complete"
    assert (await joining.child())["school"]["ogrn"] == OGRN


@pytest.mark.rule("B4")
async def test_a_foreign_schools_request_is_one_that_does_not_exist(joining: Joining) -> None:
    request = (await joining.join())["requests"][0]["id"]
    assert await joining.queue(joining.oleg) == []
    bodies = []
    for id_ in (request, "0" * 32):
        answers = [
            await joining.oleg.get(f"/api/v1/office/joins/{id_}"),
            await joining.approve(id_, joining.oleg),
            await joining.reject(id_, joining.oleg),
        ]
        assert [one.status_code for one in answers] == [404, 404, 404]
        bodies.append([{**await one.get_json(), "instance": "", "request_id": ""} for one in answers])
    assert bodies[0] == bodies[1]
    assert (await joining.anna.get("/api/v1/office/joins")).status_code == 403
    assert (await joining.approve(request, joining.anna)).status_code == 403
    vera = await signed(joining.hub, "vera")
    assert (await joining.approve(request, vera)).status_code in (403, 404)
    assert (await joining.hub.browser().get("/api/v1/office/joins")).status_code == 401


@pytest.mark.rule("B5")
async def test_nobody_decides_for_the_own_child_or_a_person_he_is_linked_to(joining: Joining) -> None:
    """Nina is the mother of Petya too, by the Gosuslugi list."""
    made = await joining.join()
    nina_claims = joining.hub.esia.claims["nina"]
    assert not isinstance(nina_claims, Exception)
    joining.hub.esia.claims["nina"] = replace(nina_claims, children=(replace(KID, source_id="n-1"),))
    nina = await signed(joining.hub, "nina")
    request = made["requests"][0]["id"]
    row = next(one for one in await joining.queue(nina) if one["id"] == request)
    assert (row["may"], row["blocked"]) == ([], "own_family")
    for answer in (await joining.approve(request, nina), await joining.reject(request, nina)):
        assert (await told(answer, 403))["type"].endswith("/own_family")
    own = await joining.join(nina)
    assert (await joining.approve(own["requests"][0]["id"], nina)).status_code == 403
    await told(await joining.approve(request, joining.rita))


@pytest.mark.rule("B5")
async def test_where_only_the_office_vouches_two_officers_agree_and_the_family_hears_a_day_before(joining: Joining) -> None:
    galina, made = await by_code(joining)
    register, attach = (one["id"] for one in made["requests"])
    row = await told(await joining.approve(attach))
    assert (row["state"], row["needs"], row["blocked"]) == ("submitted", "second_officer", "same_officer")
    assert (await told(await joining.approve(attach)))["needs"] == "second_officer"
    row = await told(await joining.approve(attach, joining.rita))
    assert (row["state"], row["needs"]) == ("submitted", "time")
    assert "guardian_announced" in await joining.notices()
    for officer in (joining.nina, joining.rita):
        await told(await joining.approve(register, officer))
    assert (await joining.read(made["id"], galina))["state"] == "partial"
    joining.hub.clock.go(hours=25)
    await joining.work("join_announced")
    galina = await signed(joining.hub, "galina")
    done = await joining.read(made["id"], galina)
    assert done["state"] == "complete"
    assert await joining.hub.rows("SELECT state FROM guardianship WHERE evidence = 'school_approval'") == [("active",)]
    assert done["requests"][1]["decided_by"]["name"].startswith("Лапина")


@pytest.mark.rule("B5")
@pytest.mark.rule("A5a")
async def test_what_stands_against_it_during_the_notice_lapses_the_signatures(joining: Joining) -> None:
    galina, made = await by_code(joining)
    attach = made["requests"][1]["id"]
    for officer in (joining.nina, joining.rita):
        await told(await joining.approve(attach, officer))
    whose = str((await galina.me())["person"]["id"])
    stopped = await joining.anna.send("POST", f"/api/v1/children/{joining.petya}/guardians/{whose}/freeze")
    assert stopped.status_code == 204
    joining.hub.clock.go(hours=25)
    await joining.work("join_announced")
    nina = await signed(joining.hub, "nina")
    case = await told(await nina.get(f"/api/v1/office/joins/{attach}"))
    assert (case["state"], case["needs"], case["blocked"], case["may"]) == ("submitted", "decision", "frozen", ["reject"])
    assert (await told(await joining.approve(attach, nina), 403))["reason"] == "frozen"
    assert (await joining.hub.browser().get(f"/api/v1/joins/{made['id']}")).status_code == 401


@pytest.mark.rule("B5")
async def test_a_school_may_want_two_officers_for_every_approval(joining: Joining) -> None:
    inna = await head(joining)
    path = "/api/v1/office/joins/settings"
    assert (await joining.nina.send("PUT", path, json={"four_eyes": True})).status_code == 403
    assert (await inna.send("PUT", path, json={"four_eyes": True})).status_code == 204
    assert (await told(await joining.nina.get("/api/v1/office/joins/counts")))["four_eyes"] is True
    request = (await joining.join())["requests"][0]["id"]
    assert (await told(await joining.approve(request)))["needs"] == "second_officer"
    assert (await told(await joining.approve(request, joining.rita)))["state"] == "approved"
    assert (await inna.send("PUT", path, json={"four_eyes": False})).status_code == 204


@pytest.mark.rule("B4")
async def test_several_are_decided_at_once_each_for_itself(joining: Joining) -> None:
    made = await joining.join()
    first, second = (one["id"] for one in made["requests"])
    await told(await joining.reject(second, joining.rita))
    body = {"requests": [first, second, "0" * 32, first], "decision": "approve"}
    items = (await told(await joining.nina.send("POST", "/api/v1/office/joins/decide", json=body)))["items"]
    assert [(one["id"], one["state"], one["problem"]) for one in items] == [
        (first, "approved", None),
        (second, "rejected", "already_decided"),
        ("0" * 32, None, "not_found"),
    ]
    for wrong in (
        {"requests": [], "decision": "approve"},
        {"requests": [first], "decision": "reject"},
        {"requests": [first], "decision": "x"},
    ):
        assert (await joining.nina.send("POST", "/api/v1/office/joins/decide", json=wrong)).status_code == 400
    assert (await joining.anna.send("POST", "/api/v1/office/joins/decide", json=body)).status_code == 403


@pytest.mark.rule("B4")
async def test_the_queue_is_filtered_and_turned_page_by_page(joining: Joining) -> None:
    first = await joining.join()
    joining.hub.clock.go(minutes=1)
    joining.hub.esia.claims["olga"] = claims(
        "olga", "Ольга", 155000021, children=(replace(KID, source_id="o-1", snils=None, first_name="Лев"),)
    )
    olga = await signed(joining.hub, "olga")
    lev = str((await olga.me())["children"][0]["id"])
    second = await joining.join(olga, child=lev, klass="1В")
    page = await told(await joining.nina.get("/api/v1/office/joins?state=submitted&limit=3"))
    rest = await told(await joining.nina.get(f"/api/v1/office/joins?state=submitted&limit=3&cursor={page['next']}"))
    assert (len(page["items"]), len(rest["items"]), rest["next"]) == (3, 1, None)
    assert [one["bundle"] for one in (*page["items"], *rest["items"])] == [first["id"]] * 2 + [second["id"]] * 2
    assert [one["bundle"] for one in await joining.queue(query="?kind=register_pupil&class=1%D0%92")] == [second["id"]]
    until = joining.hub.clock().isoformat().replace("+00:00", "%2B00:00").replace("09:01", "09:00")
    assert {one["bundle"] for one in await joining.queue(query=f"?until={until}")} == {first["id"]}
    counts = await told(await joining.nina.get("/api/v1/office/joins/counts"))
    assert (counts["waiting"], counts["classes"]) == (4, [["1В", 2], ["6А", 2]])
    await told(await joining.approve(first["requests"][0]["id"]))
    assert len(await joining.queue()) == 3
    assert len(await joining.queue(query="")) == 4
    for wrong in ("?state=open", "?kind=x", "?until=now", "?until=2026-11-18T09:00:00", "?cursor=x", "?limit=0"):
        assert (await joining.nina.get(f"/api/v1/office/joins{wrong}")).status_code == 400
