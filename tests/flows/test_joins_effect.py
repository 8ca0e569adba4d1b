"""What a completed application does: the roster, the former school, a card of the same pupil, a child without papers (RULES A5, B1)."""

from __future__ import annotations

import pytest

from hub.store.school import schools
from hub.store.school.schools import SchoolCard
from tests.flows.desk_kit import put_on_card
from tests.flows.family_kit import form
from tests.flows.join_kit import KID, Joining, claims, open_joining, told
from tests.flows.kit import Hub
from tests.flows.office_kit import OGRN, OTHER, code_for, redeem, signed


@pytest.fixture
async def joining(hub: Hub) -> Joining:
    return await open_joining(hub)


@pytest.mark.rule("B4")
async def test_who_moves_to_another_school_leaves_the_former_ones_roster(joining: Joining) -> None:
    assert await put_on_card(joining.hub, KID, OTHER) == joining.petya
    made = await joining.join()
    await joining.complete(made)
    assert (await joining.child())["school"]["ogrn"] == OGRN
    assert await joining.hub.rows("SELECT school, state FROM school_card") == [(OGRN, "active")]
    assert await joining.hub.rows("SELECT school FROM school_left") == [(OTHER,)]


@pytest.mark.rule("B4")
@pytest.mark.feature("F081")
async def test_a_card_that_the_office_typed_of_the_same_pupil_becomes_the_pupils_own(joining: Joining) -> None:
    typed = {"last_name": "Орлов", "first_name": "Пётр", "birth_date": "2014-05-06", "class": "6В"}
    twin = str((await told(await joining.nina.send("POST", "/api/v1/office/pupils", json=typed), 201))["id"])
    made = await joining.join()
    assert all(one["in_roster"] for one in await joining.queue())
    await joining.complete(made)
    assert await joining.hub.rows("SELECT child, class FROM school_card") == [(joining.petya, "6А")]
    assert await joining.hub.rows(f"SELECT state FROM person WHERE id = '{twin}'") == [("closed",)]


@pytest.mark.rule("B4")
async def test_a_namesake_whom_another_family_sees_is_shown_and_left_alone(joining: Joining) -> None:
    typed = {"last_name": "Орлов", "first_name": "Пётр", "birth_date": "2014-05-06", "class": "6В"}
    twin = str((await told(await joining.nina.send("POST", "/api/v1/office/pupils", json=typed), 201))["id"])
    joining.hub.esia.claims["olga"] = claims("olga", "Ольга", 155000021)
    await redeem(await signed(joining.hub, "olga"), await code_for(joining.nina, twin), "Орлов", "Пётр")
    made = await joining.join()
    assert all(one["namesake"] and not one["in_roster"] for one in await joining.queue())
    await joining.complete(made)
    assert {child for (child,) in await joining.hub.rows("SELECT child FROM school_card")} == {twin, joining.petya}


@pytest.mark.feature("F081")
@pytest.mark.rule("A12")
async def test_a_child_without_certificate_and_snils_joins_through_the_office_with_a_document(joining: Joining) -> None:
    """The office enters the child, the parent redeems the slip and applies; two officers agree."""
    typed = {"last_name": "Рахимов", "first_name": "Тимур", "birth_date": "2015-02-02", "class": "5А"}
    child = str((await told(await joining.nina.send("POST", "/api/v1/office/pupils", json=typed), 201))["id"])
    joining.hub.esia.claims["aziz"] = claims("aziz", "Азиз", 155000041)
    aziz = await signed(joining.hub, "aziz")
    await redeem(aziz, await code_for(joining.nina, child), "Рахимов", "Тимур")
    made = await joining.join(aziz, child=child, klass="5А")
    for request in made["requests"]:
        for officer in (joining.nina, joining.rita):
            await told(await joining.approve(request["id"], officer))
    assert (await joining.read(made["id"], aziz))["state"] == "complete"
    rights = await joining.hub.rows(f"SELECT evidence FROM guardianship WHERE child = '{child}' ORDER BY evidence")
    assert rights == [("invitation_code",), ("school_approval",)]


@pytest.mark.rule("A11")
@pytest.mark.rule("A14")
async def test_nothing_of_an_application_lies_open_in_the_database(joining: Joining) -> None:
    made = await joining.join()
    await told(await joining.reject(made["requests"][0]["id"], reason="Прописка в другом районе"))
    for table in ("join_bundle", "join_request", "join_event", "join_errand"):
        text = str(await joining.hub.rows(f"SELECT * FROM {table}"))
        assert not any(word in text for word in ("Прописка", "Орлов", "Пётр", "Ким"))


@pytest.mark.rule("A5")
@pytest.mark.rule("B5")
async def test_who_stepped_back_from_the_child_is_approved_by_nobody(joining: Joining) -> None:
    made = await joining.join()
    assert (await form(joining.anna, f"/children/{joining.petya}/leave")).status_code == 303
    for request in made["requests"]:
        refused = await told(await joining.approve(request["id"]), 403)
        assert (refused["reason"], "Отклоните" in refused["detail"]) == ("relation_ended", True)
        case = await told(await joining.nina.get(f"/api/v1/office/joins/{request['id']}"))
        assert (case["may"], case["blocked"], case["evidence_now"]) == (["reject"], "relation_ended", [])
        await told(await joining.reject(request["id"]))
    assert (await joining.anna.get(f"/api/v1/joins/{made['id']}")).status_code == 404
    assert await joining.hub.rows("SELECT COUNT(*) FROM guardianship WHERE evidence = 'school_approval'") == [(0,)]


@pytest.mark.rule("B2")
async def test_a_child_has_a_bounded_number_of_open_applications(joining: Joining) -> None:
    now = joining.hub.clock()

    def many() -> None:
        for number in range(20):
            card = SchoolCard(
                ogrn=f"10377000000{number:02d}", inn="7701000001", legal_name=f"Школа {number}", short_name="", zone="Asia/Omsk"
            )
            schools.put_school(card, now=now)

    await joining.hub.deps.db.write(many)
    for number in range(20):
        await joining.join(school_ogrn=f"10377000000{number:02d}")
    assert (await told(await joining.ask(), 403))["type"].endswith("/forbidden")
