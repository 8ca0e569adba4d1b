"""A contract is read by whom it concerns, accepted once after a consent of its own, and its PIN is told once (RULES D9, A14)."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from hub.flows.contracts import draft_for_arrived
from hub.ledger.agreements.offers import Offer
from hub.ledger.model import Purpose
from hub.ledger.store import terms
from hub.ledger.store.agreements import offers, papers
from hub.store.school import schools
from hub.store.school.schools import OfficerCard, SchoolCard
from identity.claims import Contact, Level
from identity.model import EdgeState, PersonId
from identity.snils import Snils
from identity.store import edges
from tests.flows.contract_kit import VERSION, accepted, agree, ask, drafted, fill, living, said
from tests.flows.kit import Hub, kid, parent
from tests.flows.money_kit import HELD, stranger
from tests.flows.office_kit import OGRN, enter, open_office

pytestmark = pytest.mark.rule("D9")
FATHER = Snils("112-233-445 95")


async def paper(browser: Any, contract: str) -> dict[str, Any]:
    return await said(await browser.get(f"/api/v1/contracts/{contract}"))


@pytest.mark.feature("F091", "F098", "F100", "F105", "F121")
@pytest.mark.rule("D11")
async def test_a_draft_names_its_parties_and_works_from_the_acceptance_on(hub: Hub) -> None:
    hub.esia.claims["anna"] = parent(phones=(Contact(value="+79130000012", verified=True), Contact(value="+79130000099")))
    anna = hub.browser()
    await anna.sign_in()
    child, contract = await drafted(hub, anna)
    await hub.deps.db.write(
        lambda: schools.put_school(
            SchoolCard(ogrn="1023800000017", inn="3808000000", legal_name="Школа № 5", short_name="Школа 5", zone="Asia/Krasnoyarsk"),
            now=hub.clock(),
        )
    )
    before = await paper(anna, contract)
    assert (before["state"], before["waits"], before["may_accept"], before["child"]["first_name"]) == ("draft", ["payer"], True, "Пётр")
    assert [(one["role"], one["name"], one["inn"]) for one in before["parties"]] == [
        ("school", "Школа № 5", "3808000000"),
        ("holder", "ООО «Агент»", "7700000016"),
    ]
    assert not any(one["may_top_up"] for one in before["accounts"])
    await agree(anna, child)
    done = await said(await ask(anna, f"/contracts/{contract}/accept", offer_version=VERSION, agreed=True, inn="5001 0073 2259"))
    assert (done["state"], done["waits"], len(done["pin"]), done["number"][0]) == ("active", [], 4, "0")
    after = await paper(anna, contract)
    assert (after["state"], after["is_payer"], after["has_pin"], after["may_accept"]) == ("active", True, True, False)
    assert after["parties"][0] == {"role": "payer", "title": "Плательщик", "name": "Вы", "inn": "500100732259", "for_what": ""}
    (word,) = after["accepted"]
    assert (word["who"], word["where"], word["offer_version"], word["phone"]) == ("Вы", "cabinet", VERSION, "+7 *** ***-00-12")
    assert all(one["may_top_up"] for one in after["accounts"])
    log = (await (await anna.get(f"/api/v1/children/{child}/access-log")).get_json())["items"]
    assert "contract.accepted" in str(log)


async def test_the_consent_comes_first_and_apart(hub: Hub) -> None:
    anna = hub.browser()
    await anna.sign_in()
    child, contract = await drafted(hub, anna)
    refused = await said(await ask(anna, f"/contracts/{contract}/accept", offer_version=VERSION, agreed=True), 409)
    assert refused["type"].endswith("/consent_missing")
    assert refused["href"] == (await paper(anna, contract))["needs_consent"] == f"/consents/{child}/contract"
    assert (await anna.get(refused["href"])).status_code == 200


@pytest.mark.parametrize(
    ("body", "status", "reason"),
    [
        ({"offer_version": VERSION, "agreed": False}, 400, "malformed"),
        ({"offer_version": "offer-1999", "agreed": True}, 409, "offer_changed"),
        ({"offer_version": VERSION, "agreed": True, "inn": "123"}, 422, "wrong_requisites"),
        ({"offer_version": VERSION}, 400, "malformed"),
        ({"offer_version": VERSION, "agreed": "yes"}, 400, "malformed"),
    ],
)
async def test_only_the_very_word_under_the_very_text_counts(hub: Hub, body: dict[str, Any], status: int, reason: str) -> None:
    anna = hub.browser()
    await anna.sign_in()
    child, contract = await drafted(hub, anna)
    await agree(anna, child)
    refused = await said(await ask(anna, f"/contracts/{contract}/accept", **body), status)
    assert refused["type"].endswith(f"/{reason}")
    assert (await paper(anna, contract))["state"] == "draft"


async def test_twice_is_once_and_two_tabs_too(hub: Hub) -> None:
    anna = hub.browser()
    await anna.sign_in()
    child, contract = await drafted(hub, anna)
    await agree(anna, child)
    answers = await asyncio.gather(*(ask(anna, f"/contracts/{contract}/accept", offer_version=VERSION, agreed=True) for _ in range(4)))
    told = [await said(one) for one in answers]
    assert [one["state"] for one in told] == ["active"] * 4
    assert sum(one["pin"] is not None for one in told) == 1
    rows = await hub.rows("SELECT COUNT(*) FROM contract_acceptance")
    assert rows == [(1,)]


@pytest.mark.feature("F102")
async def test_a_pin_is_told_again_only_to_the_same_key_and_a_new_one_ends_the_former(hub: Hub) -> None:
    anna = hub.browser()
    await anna.sign_in()
    child, contract = await drafted(hub, anna)
    await agree(anna, child)
    body = {"offer_version": VERSION, "agreed": True}
    key = {"Idempotency-Key": "k1"}
    first = await said(await anna.send("POST", f"/api/v1/contracts/{contract}/accept", json=body, **key))
    again = await said(await anna.send("POST", f"/api/v1/contracts/{contract}/accept", json=body, **key))
    assert first == again and first["pin"]
    assert await hub.deps.db.read(lambda: papers.pin_fits(hub.deps.keys, contract, first["pin"]))
    fresh = await said(await ask(anna, f"/contracts/{contract}/pin"), 201)
    assert await hub.deps.db.read(lambda: papers.pin_fits(hub.deps.keys, contract, fresh["pin"]))
    assert fresh["pin"] == first["pin"] or not await hub.deps.db.read(lambda: papers.pin_fits(hub.deps.keys, contract, first["pin"]))
    rows = await hub.rows("SELECT pin_hash FROM contract_paper")
    assert first["pin"] != rows[0][0] and len(rows[0][0]) > 20


@pytest.mark.rule("A16")
async def test_an_old_sign_in_binds_nobody(hub: Hub) -> None:
    anna = hub.browser()
    await anna.sign_in()
    child, contract = await drafted(hub, anna)
    await agree(anna, child)
    hub.clock.go(minutes=6)
    for path, body in ((f"/contracts/{contract}/accept", {"offer_version": VERSION, "agreed": True}), (f"/contracts/{contract}/pin", {})):
        assert (await said(await ask(anna, path, **body), 403))["type"].endswith("/not_fresh")


@pytest.mark.rule("A14")
async def test_from_14_the_pupil_accepts_too_in_the_own_cabinet(hub: Hub) -> None:
    born = date(2010, 5, 6)
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр", born=born),))
    anna = hub.browser()
    await anna.sign_in()
    hub.esia.claims["petr"] = parent("3000", last_name="Орлов", first_name="Пётр", birth_date=born, snils=kid(1, "").snils, children=())
    petr = hub.browser()
    await petr.sign_in("petr")
    child, contract = await drafted(hub, anna)
    await agree(anna, child)
    done = await said(await ask(anna, f"/contracts/{contract}/accept", offer_version=VERSION, agreed=True))
    assert (done["state"], done["waits"], bool(done["pin"])) == ("draft", ["pupil"], True)
    await agree(petr, child)
    after = await said(await ask(petr, f"/contracts/{contract}/accept", offer_version=VERSION, agreed=True))
    assert (after["state"], after["waits"], after["pin"]) == ("active", [], None)
    seen = await paper(petr, contract)
    assert [(one["party"], one["who"], one["phone"]) for one in seen["accepted"]] == [("payer", "Анна", ""), ("pupil", "Вы", "")]
    assert (seen["may_close"], seen["is_payer"]) == (False, False)
    assert (await ask(petr, f"/contracts/{contract}/close")).status_code == 403


async def test_one_contract_has_one_payer(hub: Hub) -> None:
    town, card = await living(hub)
    await accepted(town, card.id)
    hub.esia.claims["ivan"] = parent("2000", last_name="Орлов", first_name="Иван", snils=FATHER)
    ivan = hub.browser()
    await ivan.sign_in("ivan")
    told = [one["kind"] for one in (await (await ivan.get("/api/v1/me/notices")).get_json())["items"]]
    seen = await paper(ivan, card.id)
    assert (seen["may_accept"], seen["may_close"], seen["is_payer"]) == (False, False, False)
    assert [one["name"] for one in seen["parties"] if one["role"] == "payer"] == ["Анна"]
    assert (await said(await ask(ivan, f"/contracts/{card.id}/accept", offer_version=VERSION, agreed=True), 409))["type"].endswith(
        "/contract_state"
    )
    assert (await ask(ivan, f"/contracts/{card.id}/pin")).status_code == 403
    assert "contract_accepted" not in told, "the father came after it"


@pytest.mark.security("7")
async def test_a_foreign_contract_and_none_look_the_same(hub: Hub) -> None:
    _, card = await living(hub)
    boris = await stranger(hub)
    for id_ in (card.id, "0" * 32):
        for path in (f"/contracts/{id_}", f"/contracts/{id_}/offer", f"/contracts/{id_}/payouts"):
            assert (await boris.get(f"/api/v1{path}")).status_code == 404
        for path in (f"/contracts/{id_}/accept", f"/contracts/{id_}/close", f"/contracts/{id_}/pin"):
            assert (await ask(boris, path, offer_version=VERSION, agreed=True)).status_code == 404
    assert (await boris.send("POST", f"/api/v1/contracts/{card.id}/close", csrf="")).status_code == 403
    assert (await hub.browser().send("POST", f"/api/v1/contracts/{card.id}/close")).status_code == 401


@pytest.mark.rule("A4")
async def test_too_low_a_level_reads_and_binds_nothing(hub: Hub) -> None:
    town, card = await living(hub)
    hub.esia.claims["anna"] = replace(parent(), level=Level.STANDARD)
    await town.browser.sign_in()
    answer = await ask(town.browser, f"/contracts/{card.id}/accept", offer_version=VERSION, agreed=True)
    assert answer.status_code in (403, 404)


async def test_an_older_text_stays_what_was_accepted(hub: Hub) -> None:
    town, card = await living(hub)
    await accepted(town, card.id)
    newer = Offer(version="v2", since=date(2026, 11, 1), title="Новый", text="другой")
    await hub.deps.db.write(lambda: offers.put_offer(newer))
    assert (await paper(town.browser, card.id))["offer"]["version"] == VERSION
    assert (await said(await town.browser.get(f"/api/v1/contracts/{card.id}/offer")))["version"] == VERSION


async def test_a_first_payment_is_at_least_what_the_school_wants(hub: Hub) -> None:
    town, card = await living(hub)
    await hub.deps.db.write(lambda: offers.put_first_payment(card.school, date(2026, 9, 1), 10_000))
    assert {one["top_up_min_kop"] for one in (await town.contracts())[0]["accounts"] if one["may_top_up"]} == {10_000}
    await fill(town, meal=10_000)
    assert {one["top_up_min_kop"] for one in (await town.contracts())[0]["accounts"] if one["may_top_up"]} == {1_000}


@pytest.mark.feature("F100", "F101")
async def test_the_office_drafts_for_its_own_pupil_once(hub: Hub) -> None:
    office = await open_office(hub, [])
    pupil = await enter(office)
    first = await said(await ask(office, "/office/contracts", pupil=pupil), 201)
    again = await said(await ask(office, "/office/contracts", pupil=pupil), 201)
    assert first == again and (first["state"], len(first["number"]), first["number"][0]) == ("draft", 10, "0")
    other = hub.browser()
    await other.sign_in("oleg")
    assert (await ask(other, "/office/contracts", pupil=pupil)).status_code == 404
    guard = hub.browser()
    await guard.sign_in("vera")
    assert (await ask(guard, "/office/contracts", pupil=pupil)).status_code == 403


@pytest.mark.feature("F100")
async def test_who_has_arrived_finds_a_draft_where_the_school_says_who_holds_the_money(hub: Hub) -> None:
    office = await open_office(hub, [])
    await enter(office)
    await draft_for_arrived(hub.deps)
    assert await hub.rows("SELECT COUNT(*) FROM contract") == [(0,)]
    await hub.deps.db.write(lambda: terms.put_terms(OGRN, Purpose.MEAL, hub.clock().date() - timedelta(days=1), HELD))
    await draft_for_arrived(hub.deps)
    await draft_for_arrived(hub.deps)
    assert await hub.rows("SELECT state, class_name FROM contract") == [("draft", "6 «А»")]


@pytest.mark.feature("F094")
async def test_a_class_teacher_sees_nothing_of_the_money(hub: Hub) -> None:
    office = await open_office(hub, [])
    teacher = Snils("400-500-600 84")
    card = OfficerCard(school=OGRN, role="class_teacher", snils=teacher.digits, names=("Ли", "Ян", ""), class_name="6 «А»")
    pupil = await enter(office)
    await hub.deps.db.write(lambda: schools.put_officers(hub.deps.keys, (card,), now=hub.clock()))
    hub.esia.claims["yan"] = parent("of yan", last_name="Ли", first_name="Ян", snils=teacher, children=())
    yan = hub.browser()
    await yan.sign_in("yan")
    assert (await yan.get("/api/v1/office/payouts")).status_code == 403
    assert (await yan.get("/api/v1/office/benefits")).status_code == 403
    assert (await ask(yan, "/office/contracts", pupil=pupil)).status_code == 403


async def test_a_frozen_guardian_binds_nothing(hub: Hub) -> None:
    town, card = await living(hub)

    def freeze() -> None:
        for edge in edges.of_child(PersonId(town.child)):
            edges.freeze(edge.guardian, edge.child)

    await hub.deps.db.write(freeze)
    assert {edge.state for edge in await hub.deps.db.read(lambda: edges.of_child(PersonId(town.child)))} == {EdgeState.FROZEN}
    assert (await ask(town.browser, f"/contracts/{card.id}/accept", offer_version=VERSION, agreed=True)).status_code == 404


async def test_the_pages_lead_from_the_accounts_to_the_word_and_show_the_pin_once(hub: Hub) -> None:
    anna = hub.browser()
    await anna.sign_in()
    child, contract = await drafted(hub, anna)
    accounts = await (await anna.get(f"/children/{child}/money", Accept="text/html")).get_data(as_text=True)
    assert f"/contracts/{contract}" in accounts and "ждёт вашего слова" in accounts
    first = await (await anna.get(f"/contracts/{contract}/accept", Accept="text/html")).get_data(as_text=True)
    assert "Сначала согласие" in first and "Согласен</button>" not in first
    await agree(anna, child)
    offer = await (await anna.get(f"/contracts/{contract}/accept", Accept="text/html")).get_data(as_text=True)
    assert "Согласен</button>" in offer and "ООО «Агент»" in offer
    form = {"csrf_token": anna.csrf, "word": "agreed", "version": VERSION}
    answer = await anna.client.post(
        f"/contracts/{contract}/accept",
        form=form,
        headers={"Host": "localhost:8000", "Origin": "http://localhost:8000", "Accept": "text/html"},
    )
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 200 and "PIN для терминала" in text and answer.headers["Cache-Control"] == "no-store"
    later = await (await anna.get(f"/contracts/{contract}", Accept="text/html")).get_data(as_text=True)
    assert "Договор действует" in later and "Закончить договор" in later
