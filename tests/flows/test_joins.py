"""A family applies to join a school: once for a key, two requests before 14, one by the pupil from 14 on (RULES A6, B1, B2)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from identity.claims import Level
from tests.flows.join_kit import KID, TEEN, Joining, claims, open_joining, pupil, told
from tests.flows.kit import Hub, parent
from tests.flows.office_kit import OGRN, OTHER, signed


@pytest.fixture
async def joining(hub: Hub) -> Joining:
    return await open_joining(hub)


@pytest.mark.rule("B1")
@pytest.mark.feature("F082")
@pytest.mark.feature("F083")
async def test_before_14_a_parent_sends_two_requests(joining: Joining) -> None:
    made = await joining.join()
    assert (made["state"], made["school_year"], made["previous"]) == ("submitted", "2026/2027", None)
    assert made["school"] == {
        "ogrn": OGRN, "legal_name": f"Школа {OGRN}", "inn": "7701000001", "legal_name_now": f"Школа {OGRN}", "short_name": "Школа 5",
    }  # fmt: skip
    assert [(one["kind"], one["state"], one["reason"]) for one in made["requests"]] == [
        ("register_pupil", "submitted", None),
        ("attach_representative", "submitted", None),
    ]
    assert await joining.read(made["id"]) == made
    assert [step["event"] for step in made["history"]] == ["submitted"]


@pytest.mark.rule("B1")
@pytest.mark.feature("F045")
@pytest.mark.feature("F077")
@pytest.mark.parametrize("level", [Level.CONFIRMED, Level.STANDARD])
async def test_from_14_the_pupil_applies_alone(joining: Joining, level: Level) -> None:
    joining.hub.esia.claims["vera"] = pupil(level=level)
    vera = await signed(joining.hub, "vera")
    own = str((await vera.me())["person"]["id"])
    made = await joining.join(vera, child=own, role="pupil", klass="10Б")
    (only,) = made["requests"]
    assert (only["kind"], made["role"]) == ("register_pupil", "pupil")
    rows = await joining.queue()
    assert [one["kind"] for one in rows[0]["evidence"]] == ["esia_confirmed" if level is Level.CONFIRMED else "own_sign_in"]
    await told(await joining.approve(only["id"]))
    assert (await joining.read(made["id"], vera))["state"] == "complete"


@pytest.mark.rule("B2")
async def test_the_same_request_is_the_same_however_often_it_is_sent(joining: Joining) -> None:
    made = await joining.join()
    for klass in ("6А", "7Б"):
        assert await told(await joining.ask(klass=klass)) == made
    other = await joining.join(school_ogrn=OTHER)
    assert other["id"] != made["id"]
    items = (await told(await joining.anna.get("/api/v1/joins")))["items"]
    assert {one["id"] for one in items} == {made["id"], other["id"]}


@pytest.mark.rule("B2")
async def test_ten_parallel_calls_make_one_application(joining: Joining) -> None:
    answers = await asyncio.gather(*(joining.ask() for _ in range(10)))
    assert sorted(one.status_code for one in answers) == [200] * 9 + [201]
    assert len({(await one.get_json())["id"] for one in answers}) == 1
    assert await joining.hub.rows("SELECT COUNT(*) FROM join_bundle") == [(1,)]
    assert await joining.hub.rows("SELECT COUNT(*) FROM join_request") == [(2,)]


@pytest.mark.rule("B2")
async def test_an_idempotency_key_repeats_the_answer(joining: Joining) -> None:
    body = {"child": joining.petya, "school_ogrn": OGRN, "class": "6А", "role": "legal_representative"}
    answers = [await joining.anna.send("POST", "/api/v1/joins", json=body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert [one.headers["Location"] for one in answers] == [f"/api/v1/joins/{(await answers[0].get_json())['id']}"] * 2
    assert [one.status_code for one in answers] == [201, 201]
    assert await answers[0].get_data() == await answers[1].get_data()


@pytest.mark.rule("B2")
@pytest.mark.feature("F085")
async def test_several_children_are_several_applications(joining: Joining) -> None:
    second = replace(KID, source_id="k-2", first_name="Олег", snils=None, birth_date=date(2016, 1, 1))
    joining.hub.esia.claims["anna"] = parent(children=(KID, second))
    anna = await signed(joining.hub, "anna")
    ids = {one["first_name"]: one["id"] for one in (await anna.me())["children"]}
    first, other = await joining.join(anna, child=ids["Пётр"]), await joining.join(anna, child=ids["Олег"])
    assert (first["child"], other["child"]) == (ids["Пётр"], ids["Олег"])
    await joining.complete(first)
    assert (await joining.read(other["id"], anna))["state"] == "submitted"


@pytest.mark.rule("B2")
@pytest.mark.feature("F079")
async def test_after_a_refusal_a_new_one_points_to_the_old(joining: Joining) -> None:
    made = await joining.join()
    await told(await joining.reject(made["requests"][0]["id"]))
    half = await joining.read(made["id"])
    assert half["state"] == "submitted"
    assert await told(await joining.ask()) == half
    await told(await joining.reject(made["requests"][1]["id"]))
    refused = await joining.read(made["id"])
    assert (refused["state"], refused["requests"][0]["reason"]) == ("rejected", "Нет мест.")
    assert refused["may_resubmit"]
    anew = await joining.join(klass="6Б")
    assert (anew["previous"], anew["state"], anew["class"]) == (made["id"], "submitted", "6Б")
    assert (await told(await joining.ask()))["id"] == anew["id"]
    assert (await joining.read(made["id"]))["next"] == anew["id"]


@pytest.mark.rule("B1")
async def test_what_is_withdrawn_is_withdrawn_once_and_leaves_what_was_approved(joining: Joining) -> None:
    made = await joining.join()
    await told(await joining.approve(made["requests"][0]["id"]))
    path = f"/api/v1/joins/{made['id']}/withdraw"
    for _ in range(2):
        gone = await told(await joining.anna.send("POST", path))
        assert (gone["state"], [one["state"] for one in gone["requests"]]) == ("withdrawn", ["approved", "withdrawn"])
    assert (await joining.child())["school"] is None
    stale = await told(await joining.approve(made["requests"][1]["id"]), 409)
    assert (stale["type"].rpartition("/")[2], stale["state"]) == ("already_decided", "withdrawn")


@pytest.mark.rule("B1")
async def test_a_completed_one_cannot_be_withdrawn(joining: Joining) -> None:
    made = await joining.join()
    await joining.complete(made)
    answer = await told(await joining.anna.send("POST", f"/api/v1/joins/{made['id']}/withdraw"), 409)
    assert answer["state"] == "complete"


@pytest.mark.rule("B1")
async def test_after_30_days_it_is_expired_and_may_be_sent_again(joining: Joining) -> None:
    made = await joining.join()
    await told(await joining.approve(made["requests"][0]["id"]))
    joining.hub.clock.go(days=29, hours=23)
    await joining.work("join_expiry")
    anna = await signed(joining.hub, "anna")
    assert (await joining.read(made["id"], anna))["state"] == "partial"
    joining.hub.clock.go(hours=2)
    await joining.work("join_expiry")
    over = await joining.read(made["id"], anna)
    assert (over["state"], [one["state"] for one in over["requests"]]) == ("expired", ["approved", "expired"])
    assert (await joining.notices(anna))[0] == "join_expired"
    assert (await joining.join(anna))["previous"] == made["id"]


@pytest.mark.rule("A6")
@pytest.mark.rule("B1")
async def test_a_child_that_turns_14_while_waiting_keeps_the_bundle_of_two(joining: Joining) -> None:
    nearly = replace(KID, birth_date=date(2012, 11, 19))
    joining.hub.esia.claims["anna"] = parent(children=(nearly,))
    anna = await signed(joining.hub, "anna")
    made = await joining.join(anna)
    joining.hub.clock.go(days=1)
    assert (await told(await joining.ask(anna)))["id"] == made["id"]
    nina = await signed(joining.hub, "nina")
    await joining.complete(made, nina)
    assert (await joining.read(made["id"], anna))["state"] == "complete"


@pytest.mark.rule("A6")
async def test_the_age_is_taken_in_the_schools_zone(joining: Joining) -> None:
    """The school is in Omsk, where the 14th birthday begins at 18:00 UTC of the day before."""
    joining.hub.esia.claims["anna"] = parent(children=(replace(KID, birth_date=date(2012, 11, 19)),))
    anna = await signed(joining.hub, "anna")
    joining.hub.clock.go(hours=9, minutes=30)
    anna = await signed(joining.hub, "anna")
    refused = await told(await joining.ask(anna), 403)
    assert (refused["type"].rpartition("/")[2], refused["reason"]) == ("pupil_decides", "pupil_acts_alone")


REFUSED: tuple[tuple[str, dict[str, Any], int], ...] = (
    ("a foreign child", {"child": "0" * 32}, 404),
    ("an unknown school", {"school_ogrn": "1111111111111"}, 404),
    ("no class", {"klass": " "}, 400),
    ("a class too long", {"klass": "я" * 41}, 400),
    ("a class of unseen signs", {"klass": "1\u0000А"}, 400),
    ("an unknown role", {"role": "teacher"}, 400),
    ("a parent as the pupil", {"role": "pupil"}, 403),
    ("a year long past", {"school_year": "2020/2021"}, 400),
    ("a body of another shape", {"klass": 6}, 400),
)


@pytest.mark.rule("B1")
@pytest.mark.parametrize(("changes", "status"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
async def test_what_cannot_be_is_refused(joining: Joining, changes: dict[str, Any], status: int) -> None:
    await told(await joining.ask(**changes), status)
    assert await joining.hub.rows("SELECT COUNT(*) FROM join_bundle") == [(0,)]


@pytest.mark.rule("B1")
async def test_who_is_too_young_or_of_too_low_a_level_is_told_what_to_do(joining: Joining) -> None:
    hub = joining.hub
    hub.esia.claims["petya"] = parent(
        "of petya", last_name="Орлов", first_name="Пётр", birth_date=KID.birth_date, snils=KID.snils, children=None
    )
    young = await signed(hub, "petya")
    refused = await told(await joining.ask(young, child=joining.petya, role="pupil"), 403)
    assert refused["reason"] == "too_young"
    hub.esia.claims["weak"] = pupil("weak", level=Level.SIMPLIFIED)
    weak = await signed(hub, "weak")
    whose = str((await weak.me())["person"]["id"])
    refused = await told(await joining.ask(weak, child=whose, role="pupil"), 403)
    assert refused["type"].endswith("/level_too_low")
    hub.esia.claims["olga"] = claims("olga", "Ольга", 155000021, children=(replace(TEEN, source_id="t-1"),))
    olga = await signed(hub, "olga")
    teen = str((await olga.me())["children"][0]["id"])
    assert (await told(await joining.ask(olga, child=teen), 403))["type"].endswith("/pupil_decides")


@pytest.mark.rule("B1")
async def test_a_foreign_application_is_one_that_does_not_exist(joining: Joining) -> None:
    made = await joining.join()
    joining.hub.esia.claims["ivan"] = claims("ivan", "Иван", 155000001, children=(replace(KID, source_id="f-1"),))
    ivan = await signed(joining.hub, "ivan")
    for stranger in (ivan, joining.oleg, joining.nina):
        for path in (made["id"], "0" * 32):
            assert (await stranger.get(f"/api/v1/joins/{path}")).status_code == 404
            assert (await stranger.send("POST", f"/api/v1/joins/{path}/withdraw")).status_code == 404
    assert (await joining.ask(joining.oleg)).status_code == 404
    assert (await joining.notices(ivan))[:1] != ["join_submitted"]
    assert (await joining.hub.browser().get(f"/api/v1/joins/{made['id']}")).status_code == 401


@pytest.mark.security("7")
async def test_a_write_without_our_page_changes_nothing(joining: Joining) -> None:
    body = {"child": joining.petya, "school_ogrn": OGRN, "class": "6А", "role": "legal_representative"}
    assert (await joining.anna.send("POST", "/api/v1/joins", json=body, csrf="")).status_code == 403
    assert (await joining.anna.send("POST", "/api/v1/joins", json=body, origin="https://evil.test")).status_code == 403
    made = await joining.join()
    for path in (f"/api/v1/joins/{made['id']}/withdraw", f"/api/v1/office/joins/{made['requests'][0]['id']}/approve"):
        browser = joining.nina if "office" in path else joining.anna
        assert (await browser.send("POST", path, csrf="x")).status_code == 403
    assert await joining.read(made["id"]) == made


@pytest.mark.rule("B3")
async def test_a_renamed_school_keeps_the_name_as_submitted_and_shows_the_present_one(joining: Joining) -> None:
    made = await joining.join()
    card = SchoolCard(ogrn=OGRN, inn="7701000001", legal_name="Лицей имени Попова", short_name="Лицей", zone="Asia/Omsk")
    now = joining.hub.clock()
    await joining.hub.deps.db.write(lambda: schools.put_school(card, now=now))
    school = (await joining.read(made["id"]))["school"]
    assert (school["legal_name"], school["legal_name_now"]) == (f"Школа {OGRN}", "Лицей имени Попова")


@pytest.mark.rule("A2")
async def test_for_a_child_that_gosuslugi_shows_no_more_nobody_applies(joining: Joining) -> None:
    made = await joining.join()
    joining.hub.esia.claims["anna"] = parent(children=())
    anna = await signed(joining.hub, "anna")
    refused = await told(await joining.ask(anna, school_ogrn=OTHER), 403)
    assert "Госуслуги больше не показывают" in refused["detail"]
    assert (await joining.read(made["id"], anna))["state"] == "submitted"


@pytest.mark.feature("F165")
async def test_a_college_has_groups_and_courses(joining: Joining) -> None:
    joining.hub.esia.claims["vera"] = pupil()
    vera = await signed(joining.hub, "vera")
    own = str((await vera.me())["person"]["id"])
    made = await joining.join(vera, child=own, role="pupil", klass="  ИСиП-21-1,  2 курс ")
    assert made["class"] == "ИСиП-21-1, 2 курс"
    await joining.complete(made)
    assert (await joining.child(vera, own))["school"]["class"] == "ИСиП-21-1, 2 курс"
