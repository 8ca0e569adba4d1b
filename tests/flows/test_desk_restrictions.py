"""A restriction works at once, beats every evidence that comes later, and tells the restricted person nothing (RULES A5a)."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable
from dataclasses import replace

import pytest

from connectors.kit.ports import DiaryAccount
from hub.flows import follow_notices
from hub.flows.recognise import recognise
from identity.model import PersonId
from identity.store import Side, export_person, merge_persons, put_card_guardian, undo_merge
from tests.flows.desk_kit import DOCUMENT, PETYA, WHY, Desk, father, open_desk, snils
from tests.flows.kit import Browser, Hub, account, parent, pupil
from tests.flows.office_kit import OGRN, code_for, redeem, signed

Offer = Callable[[Desk, Browser], Awaitable[None]]


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await open_desk(hub)


async def again(desk: Desk) -> Browser:
    return await signed(desk.hub, "ivan")


async def by_list(desk: Desk, _ivan: Browser) -> None:
    """Gosuslugi lists the child again at the next sign-in."""


async def by_card(desk: Desk, _ivan: Browser) -> None:
    """The school's own card names the father, two officers sign, and a day goes by."""
    number, now, keys, by = father().snils, desk.hub.clock(), desk.hub.deps.keys, PersonId(await desk.person(desk.nina))
    assert number
    await desk.hub.deps.db.write(
        lambda: put_card_guardian(
            keys, school=OGRN, child=PersonId(desk.petya), snils=number, last_name="Орлов", first_name="Иван", officer=by, now=now
        )
    )
    item = await desk.only("card_guardian", desk.rita)
    assert (await desk.sign(item["id"], desk.rita)).status_code == 200
    desk.hub.clock.go(hours=25)
    await desk.work("attach_cards")


async def by_code(desk: Desk, _ivan: Browser) -> None:
    """A slip of the school, with the right names."""
    ivan = await again(desk)
    answer = await redeem(ivan, await code_for(desk.nina, desk.petya), "Орлов", "Пётр")
    assert (answer.status_code, (await answer.get_json())["type"]) == (422, "/problems/invitation_refused"), "as for a wrong code"


async def by_approval(desk: Desk, _ivan: Browser) -> None:
    """The school's word: an edge that Gosuslugi no longer lists, which two officers would confirm."""
    desk.hub.esia.claims["ivan"] = father(children=())
    await again(desk)
    frozen = await desk.hub.rows("SELECT id FROM guardianship WHERE state <> 'ended'")
    for (edge,) in frozen:
        await desk.sign(f"edge.{edge}", desk.nina, document=DOCUMENT, **WHY)
        await desk.sign(f"edge.{edge}", desk.rita, document=DOCUMENT, **WHY)
    desk.hub.clock.go(hours=25)
    await desk.work("attach_announced")


async def by_loan(desk: Desk, _ivan: Browser) -> None:
    """The mother lends the view to him."""
    ivan = await again(desk)
    await desk.anna.back(await desk.anna.leave(), "anna")
    await desk.anna.me()
    made = await desk.anna.send("POST", f"/api/v1/children/{desk.petya}/delegations", json={"days": 7})
    assert made.status_code == 201, await made.get_data(as_text=True)
    answer = await ivan.send("POST", "/api/v1/delegations/accept", json={"code": (await made.get_json())["code"]})
    assert answer.status_code >= 400


OFFERS: dict[str, Offer] = {
    "esia_kid": by_list,
    "snils_in_school_card": by_card,
    "invitation_code": by_code,
    "school_approval": by_approval,
}


@pytest.mark.rule("A5a")
@pytest.mark.parametrize("evidence", OFFERS)
@pytest.mark.parametrize("named", ["by person", "by SNILS", "by SNILS before the first sign-in"])
async def test_no_evidence_restores_what_a_restriction_took(desk: Desk, evidence: str, named: str) -> None:
    desk.hub.esia.claims["ivan"] = father()
    if named != "by SNILS before the first sign-in":
        ivan = await desk.father()
        assert await desk.sees(ivan)
        await desk.restrict(await desk.person(ivan) if named == "by person" else None, by_snils=father().snils)
    else:
        await desk.restrict(by_snils=father().snils)
        ivan = await desk.father()
    await OFFERS[evidence](desk, ivan)
    ivan = await again(desk)
    assert not await desk.sees(ivan)
    assert await desk.sees(desk.anna)
    for path in ("", "/marks", "/guardians", "/access-log"):
        foreign, unknown = [await ivan.get(f"/api/v1/children/{child}{path}") for child in (desk.petya, "nobody")]
        assert foreign.status_code == unknown.status_code == 404


@pytest.mark.rule("A5a")
async def test_it_ends_sessions_streams_and_what_he_opened_for_the_child(desk: Desk) -> None:
    both = (pupil("77", "Пётр"), pupil("78", "Мария"))
    desk.hub.diary.accounts["ivan"] = replace(account("of ivan", "secret-of-ivan", both), last_name="Орлов", first_name="Иван")
    desk.hub.diary.accounts["anna"] = account("of anna", "secret-of-anna")
    ivan, phone = await desk.father(), await desk.father()
    assert (await ivan.link("ivan")).status_code == 303
    assert (await desk.anna.link()).status_code == 303
    assert (await ivan.get(f"/api/v1/children/{desk.petya}/marks")).status_code == 200
    who = await desk.person(ivan)
    await desk.restrict(who)
    assert [(await one.get("/api/v1/me")).status_code for one in (ivan, phone)] == [401, 401]
    left = await desk.hub.rows("SELECT l.person, p.child FROM diary_link l JOIN diary_pupil p ON p.link = l.id")
    assert (who, desk.petya) not in left
    assert sum(person == who for person, _ in left) == 1, "the sister's stays"
    assert await desk.hub.rows(f"SELECT c.id FROM diary_copy c JOIN diary_link l ON l.id = c.link WHERE l.person = '{who}'") == []
    assert desk.petya in [child for person, child in left if person != who], "the mother's stays"


@pytest.mark.rule("A5a")
@pytest.mark.rule("A15")
@pytest.mark.parametrize("born", [None, "other"], ids=["bound by name", "only in his diary"])
async def test_an_account_that_shows_only_this_child_goes_whole_with_its_tokens(desk: Desk, born: str | None) -> None:
    child = pupil("77", "Пётр")
    if born:
        desk.hub.esia.claims["ivan"] = father(children=())
    desk.hub.diary.accounts["ivan"] = DiaryAccount(
        access=account("of ivan", "t").access, subject="of ivan", last_name="Орлов", first_name="Иван", children=(child,)
    )
    ivan = await (again(desk) if born else desk.father())
    assert (await ivan.link("ivan")).status_code == 303
    await desk.restrict(by_snils=father().snils)
    assert await desk.hub.rows("SELECT id FROM diary_link") == []
    assert await desk.hub.rows("SELECT state FROM account_link WHERE system = 'dnevnik'") == [("closed",)]


@pytest.mark.rule("A5a")
async def test_the_restricted_person_learns_neither_of_it_nor_who_decided(desk: Desk) -> None:
    ivan = await desk.father()
    before = await desk.notices(ivan)
    ban = await desk.restrict(await desk.person(ivan))
    ivan = await again(desk)
    assert set(await desk.notices(ivan)) <= {*before, "new_device"}
    text = str(await (await ivan.get("/api/v1/me")).get_json()) + await (await ivan.get("/family")).get_data(as_text=True)
    assert "Пётр" not in text
    home = await (await ivan.get("/", Accept="text/html")).get_data(as_text=True)
    assert "остановлен" not in home, "as for a parent whom no list names"
    assert OGRN not in text
    assert (await desk.nina.send("POST", f"/api/v1/office/restrictions/{ban}/lift", json=WHY)).status_code == 201
    assert (await desk.sign(f"lift.{ban}", desk.rita)).status_code == 200
    assert not await desk.sees(ivan), "a lifted restriction proves no kinship"
    item = await desk.only("frozen")
    assert (await desk.sign(item["id"], desk.rita, **WHY)).status_code == 200
    assert await desk.sees(ivan)
    log = str(await (await ivan.get(f"/api/v1/children/{desk.petya}/access-log")).get_json())
    assert "restriction" not in log


@pytest.mark.rule("A5a")
async def test_the_other_guardian_hears_that_something_changed_and_not_what(desk: Desk) -> None:
    await desk.restrict(await desk.person(await desk.father()))
    items = (await (await desk.anna.get("/api/v1/me/notices")).get_json())["items"]
    (found,) = [one for one in items if one["kind"] == "access_changed"]
    assert "Иван" not in found["text"]


@pytest.mark.rule("A5a")
@pytest.mark.rule("B5")
async def test_two_different_officers_sign_and_neither_is_of_the_family(desk: Desk) -> None:
    ivan = await desk.father()
    path, who = f"/api/v1/office/pupils/{desk.petya}/restrictions", await desk.person(ivan)
    for wrong, status in (({}, 400), ({"document": DOCUMENT | {"kind": " "}}, 422), ({"document": DOCUMENT | {"date": "2030-01-01"}}, 400)):
        assert (await desk.nina.send("POST", path, json={"guardian": who, **wrong})).status_code == status
    assert (await desk.nina.send("POST", path, json={"document": DOCUMENT, "guardian": "nobody"})).status_code == 404
    assert (await desk.nina.send("POST", path, json={"document": DOCUMENT})).status_code == 422
    made = await desk.nina.send("POST", path, json={"document": DOCUMENT, "guardian": who})
    item = (await made.get_json())["id"]
    assert await desk.sees(ivan), "one signature works on nobody"
    assert (await desk.sign(item, desk.nina)).status_code == 403
    assert (await desk.sign(item, desk.oleg)).status_code == 404
    assert (await desk.nina.send("POST", path, json={"document": DOCUMENT, "guardian": who})).status_code == 409
    assert (await desk.refuse(item, desk.rita)).status_code == 200
    assert (await desk.sign(item, desk.rita)).status_code == 409
    assert await desk.sees(ivan)


@pytest.mark.rule("A5a")
@pytest.mark.rule("B5")
async def test_an_officer_restricts_nobody_of_the_own_family(desk: Desk) -> None:
    rita = parent("of rita", last_name="Лапина", first_name="Рита", snils=snils(155000009), children=(replace(PETYA, source_id="r"),))
    desk.hub.esia.claims["rita"] = rita
    mother = await signed(desk.hub, "rita")
    path = f"/api/v1/office/pupils/{desk.petya}/restrictions"
    answer = await mother.send("POST", path, json={"document": DOCUMENT, "snils": snils(155000001).canonical})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/own_family")


@pytest.mark.rule("A5a")
@pytest.mark.rule("A11")
async def test_neither_a_merge_nor_its_undo_restores_access(desk: Desk) -> None:
    """The restricted record is merged into another one of the same human, and the merge is undone."""
    ivan = await desk.father()
    who, keys = PersonId(await desk.person(ivan)), desk.hub.deps.keys
    desk.hub.esia.claims["weak"] = replace(parent("of weak", last_name="Орлов", first_name="Иван", children=()), snils=None)
    other = PersonId(await desk.person(await signed(desk.hub, "weak")))
    await desk.restrict(who)
    now = desk.hub.clock()
    sides = Side(person=who, auth_time=now), Side(person=other, auth_time=now)
    merge = await desk.hub.deps.db.write(lambda: merge_persons(keys, *sides, now=now))
    for code in ("ivan", "weak"):
        assert not await desk.sees(await signed(desk.hub, code))
    await desk.hub.deps.db.write(lambda: undo_merge(keys, merge.id, merge.kept, now=now))
    for code in ("ivan", "weak"):
        assert not await desk.sees(await signed(desk.hub, code))


@pytest.mark.rule("A5a")
async def test_a_lent_view_does_not_restore_access(desk: Desk) -> None:
    ivan = await desk.father()
    await desk.restrict(await desk.person(ivan))
    await by_loan(desk, ivan)
    assert not await desk.sees(await again(desk))


@pytest.mark.rule("A5a")
async def test_a_read_under_way_when_the_restriction_comes_shows_nothing(desk: Desk) -> None:
    desk.hub.diary.accounts["ivan"] = replace(account("of ivan", "t"), last_name="Орлов", first_name="Иван")
    ivan = await desk.father()
    await ivan.link("ivan")
    who = await desk.person(ivan)
    done: list[str] = []

    async def restricted() -> None:
        if not done:
            # In a context of its own: another browser's request, not a part of this one.
            done.append(await asyncio.create_task(desk.restrict(who), context=contextvars.Context()))

    desk.hub.diary.before_read = restricted
    answer = await ivan.get(f"/api/v1/children/{desk.petya}/marks", **{"Cache-Control": "no-cache"})
    assert done
    assert answer.status_code in (401, 404)
    assert await desk.hub.rows("SELECT id FROM diary_copy") == []


@pytest.mark.rule("A5a")
@pytest.mark.parametrize("evidence", ["esia_kid", "invitation_code"])
async def test_an_adopted_child_has_a_new_record_that_nobody_left_behind_finds(desk: Desk, evidence: str) -> None:
    ivan, mother = await desk.father(), await desk.person(desk.anna)
    path = f"/api/v1/office/pupils/{desk.petya}/new-identity"
    new = {"last_name": "Новиков", "first_name": "Илья", "document": DOCUMENT}
    for wrong in ([], ["nobody"]):
        assert (await desk.nina.send("POST", path, json=new | {"keep": wrong})).status_code == 400
    made = await desk.nina.send("POST", path, json=new | {"keep": [mother]})
    item = (await made.get_json())["id"]
    assert [one["told"] for one in (await desk.only("identity"))["differences"]] == ["Новиков", "Илья", "Анна Орлова"]
    assert await desk.sees(ivan), "one signature works on nobody"
    assert (await desk.sign(item, desk.rita)).status_code == 200
    assert (await ivan.get("/api/v1/me")).status_code == 401
    (child,) = (await desk.anna.me())["children"]
    assert (child["first_name"], child["last_name"]) == ("Илья", "Новиков")
    old = desk.petya
    assert (await desk.anna.get(f"/api/v1/children/{old}/access-log")).status_code == 404, "the old record is sealed"
    log = str(await (await desk.anna.get(f"/api/v1/children/{child['id']}/access-log")).get_json())
    assert "Орлов Пётр" not in log
    assert (await desk.nina.get(f"/api/v1/office/pupils/{old}/guardians")).status_code == 404
    if evidence == "invitation_code":
        code = await code_for(desk.nina, child["id"])
        assert (await redeem(await again(desk), code, "Новиков", "Илья")).status_code == 422
    # Gosuslugi still names the same SNILS to both: the father's list finds nothing and teaches nothing.
    assert not await desk.sees(await again(desk), child["id"])
    assert [one["first_name"] for one in (await desk.anna.me())["children"]] == ["Илья"]
    his, keys, now = PersonId(await desk.person(await again(desk))), desk.hub.deps.keys, desk.hub.clock()
    told = await desk.hub.deps.db.write(lambda: export_person(keys, his, by=his, now=now))
    assert told["children"] == [], "nor does his own file name the child"
    desk.hub.esia.claims["anna"] = parent(children=(replace(PETYA, last_name="Новиков", first_name="Илья"),))
    assert [one["id"] for one in (await (await signed(desk.hub, "anna")).me())["children"]] == [child["id"]]
    assert not await desk.sees(await again(desk), child["id"])


@pytest.mark.rule("A5a")
async def test_his_open_page_hears_that_he_is_signed_out_and_nothing_more(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follow_notices, "POLL_S", 0.001)
    ivan = await desk.father()
    visitor = await recognise(desk.hub.deps, ivan.cookie("hub"))
    assert visitor
    stream = await follow_notices.follow_notices(desk.hub.deps, visitor, after=None)
    await desk.restrict(await desk.person(ivan))
    assert [one async for one in stream] == [None]
