"""A lent view of a child: one tap to give, at most 90 days, the diary only, ended by anybody concerned (RULES A5b)."""

from __future__ import annotations

import asyncio
from datetime import date

import pytest

from identity.claims import Level
from identity.store import Side, merge_persons
from identity.store.tables import PersonRow
from tests.flows.family_kit import claim, kinds, page, parents, relative, told
from tests.flows.kit import Browser, Hub, kid, parent

pytestmark = pytest.mark.rule("A5b")
WEEK = "from=2026-11-16&to=2026-11-22"


async def lend(giver: Browser, child: str, days: int = 30) -> str:
    return str((await told(await giver.send("POST", f"/api/v1/children/{child}/delegations", json={"days": days}), 201))["code"])


async def take(browser: Browser, code: str) -> dict[str, object]:
    found: dict[str, object] = await told(await browser.send("POST", "/api/v1/delegations/accept", json={"code": code}))
    return found


async def marks(browser: Browser, child: str) -> int:
    return int((await browser.get(f"/api/v1/children/{child}/marks?{WEEK}")).status_code)


async def test_a_grandmother_sees_what_the_giver_opened_and_nothing_else(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    galina = await relative(hub)
    assert await marks(galina, child) == 404
    await take(galina, await lend(anna, child))
    seen = await told(await galina.get(f"/api/v1/children/{child}/marks?{WEEK}"))
    assert [one["state"] for one in seen["sources"]] == ["fresh"], "through the giver's own diary account"
    (shown,) = (await galina.me())["children"]
    assert (shown["lent"], shown["lent_until"][:10]) == (True, "2026-12-18")
    for path, hidden in (("/family", "who-looked"), (f"/children/{child}/diary", "who-looked")):
        text = await page(galina, path)
        assert hidden not in text, path
    assert "Доступ для близких" in await page(galina, "/")
    assert [(one["system"], one["state"], one["link"]) for one in shown["diaries"]] == [("dnevnik", "active", None)]
    for path in ("guardians", "access-log", "delegations"):
        assert (await galina.get(f"/api/v1/children/{child}/{path}")).status_code == 403, path
    assert (await galina.get(f"/api/v1/children/{child}/login")).status_code == 404
    assert (await told(await galina.get("/api/v1/links")))["items"] != [], "her own sign-in"
    assert {one["system"] for one in (await told(await galina.get("/api/v1/links")))["items"]} == {"esia"}
    assert await marks(boris, child) == 200


async def test_the_others_hear_of_the_offer_of_the_acceptance_and_of_the_end(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    galina = await relative(hub)
    hub.clock.go(seconds=1)
    code = await lend(anna, child)
    assert (await kinds(boris))[0] == "delegation_offered"
    hub.clock.go(seconds=1)
    taken = await take(galina, code)
    hub.clock.go(seconds=1)
    assert (await kinds(boris))[0] == (await kinds(anna))[0] == "delegation_accepted"
    assert (await boris.send("DELETE", f"/api/v1/delegations/{taken['id']}")).status_code == 204
    assert (await kinds(anna))[0] == (await kinds(galina))[0] == "delegation_ended"
    assert await marks(galina, child) == 404, "any guardian ends it, at once"
    assert (await boris.send("DELETE", f"/api/v1/delegations/{taken['id']}")).status_code == 204, "twice is harmless"
    assert (await kinds(anna)).count("delegation_ended") == 1


@pytest.mark.parametrize(("days", "status"), [(1, 201), (90, 201), (91, 400), (0, 400), (-1, 400), (None, 400)])
async def test_a_view_is_lent_for_at_most_90_days(hub: Hub, days: int | None, status: int) -> None:
    anna, _, child = await parents(hub)
    assert (await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": days})).status_code == status


async def test_it_ends_by_itself_on_its_day(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    await take(galina, await lend(anna, child, 3))
    hub.clock.go(days=3, seconds=-1)
    assert await marks(galina, child) == 200
    hub.clock.go(seconds=2)
    assert await marks(galina, child) == 404


async def test_what_was_lent_is_not_lent_on(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    await take(galina, await lend(anna, child))
    answer = await galina.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 1})
    assert answer.status_code == 403


async def test_a_code_works_once_for_one_of_many_at_the_same_moment(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina, vera = await relative(hub), await relative(hub, "vera", snils=None)
    code = await lend(anna, child)
    tries = [who.send("POST", "/api/v1/delegations/accept", json={"code": code}) for who in (galina, vera) * 5]
    answers = [one.status_code for one in await asyncio.gather(*tries)]
    assert sorted((answers[::2], answers[1::2])) == [[200] * 5, [422] * 5]
    assert sorted([await marks(galina, child), await marks(vera, child)]) == [200, 404]


@pytest.mark.rule("A12")
async def test_the_button_pressed_again_by_who_took_it_is_no_wrong_try_and_no_success(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    galina = await relative(hub)
    code = await lend(anna, child)
    taken = await asyncio.gather(*(take(galina, code) for _ in range(5)))
    assert {one["id"] for one in taken} == {taken[0]["id"]}
    assert (await kinds(boris)).count("delegation_accepted") == 1
    assert {count for (count,) in await hub.rows("SELECT count FROM code_try")} == {0}
    for _ in range(9):
        await galina.send("POST", "/api/v1/delegations/accept", json={"code": "x"})
    await take(galina, code)
    assert max(count for (count,) in await hub.rows("SELECT count FROM code_try")) == 9, "guessing does not begin afresh by it"
    assert (await boris.send("DELETE", f"/api/v1/delegations/{taken[0]['id']}")).status_code == 204
    assert (await galina.send("POST", "/api/v1/delegations/accept", json={"code": code})).status_code == 422, "ended is ended"


async def test_a_code_is_dead_after_a_week(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    code = await lend(anna, child)
    hub.clock.go(days=7, seconds=1)
    galina = await relative(hub)
    assert (await galina.send("POST", "/api/v1/delegations/accept", json={"code": code})).status_code == 422


async def test_every_refusal_of_a_code_is_the_same_and_ten_of_them_close_the_door(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    code = await lend(anna, child)
    own = await anna.send("POST", "/api/v1/delegations/accept", json={"code": code})
    galina = await relative(hub)
    wrong = await galina.send("POST", "/api/v1/delegations/accept", json={"code": "AAAA-BBBB-CCCC"})
    assert [(one.status_code, (await one.get_json())["type"]) for one in (own, wrong)] == [(422, "/problems/delegation_refused")] * 2
    for _ in range(9):
        await galina.send("POST", "/api/v1/delegations/accept", json={"code": "x"})
    closed = await galina.send("POST", "/api/v1/delegations/accept", json={"code": code})
    assert (closed.status_code, "Retry-After" in closed.headers) == (429, True)


async def test_only_a_confirmed_account_accepts(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    code = await lend(anna, child)
    claim(hub, "weak", "Вера", snils=3)
    hub.esia.claims["weak"] = parent("weak", first_name="Вера", level=Level.STANDARD, snils=kid(3, "").snils, children=())
    weak = hub.browser()
    await weak.sign_in("weak")
    answer = await weak.send("POST", "/api/v1/delegations/accept", json={"code": code})
    assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/level_too_low")


@pytest.mark.rule("A16")
async def test_giving_and_taking_need_a_fresh_sign_in(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    code = await lend(anna, child)
    hub.clock.go(minutes=6)
    for answer in (
        await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 1}),
        await galina.send("POST", "/api/v1/delegations/accept", json={"code": code}),
    ):
        assert (answer.status_code, (await answer.get_json())["type"]) == (403, "/problems/not_fresh")


async def test_a_stranger_lends_and_ends_nothing_and_learns_nothing(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina, stranger = await relative(hub), await relative(hub, "vera", snils=None)
    taken = await take(galina, await lend(anna, child))
    paths: list[tuple[str, str, dict[str, int] | None]] = [
        ("POST", f"/api/v1/children/{one}/delegations", {"days": 1}) for one in (child, "nobody")
    ]
    paths += [("DELETE", f"/api/v1/delegations/{one}", None) for one in (taken["id"], "none")]
    answers = [await stranger.send(method, path, json=asked) for method, path, asked in paths]
    assert [one.status_code for one in answers] == [404] * 4
    assert await marks(galina, child) == 200


@pytest.mark.security("27")
async def test_a_foreign_page_lends_nothing(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    for more in ({"csrf": "x"}, {"origin": "https://evil.test"}):
        assert (await anna.send("POST", f"/api/v1/children/{child}/delegations", json={"days": 1}, **more)).status_code == 403


async def test_a_freeze_of_the_giver_stops_what_the_giver_lent(hub: Hub) -> None:
    anna, boris, child = await parents(hub)
    galina = await relative(hub)
    await take(galina, await lend(anna, child))
    me = (await anna.me())["person"]["id"]
    assert (await boris.send("POST", f"/api/v1/children/{child}/guardians/{me}/freeze")).status_code == 204
    assert await marks(galina, child) == 404


async def test_a_repeated_request_with_one_key_makes_one_offer(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    path = f"/api/v1/children/{child}/delegations"
    first, again = [await anna.send("POST", path, json={"days": 5}, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    assert (await first.get_json())["code"] == (await again.get_json())["code"]
    assert len((await told(await anna.get(path)))["items"]) == 1


async def test_the_pupil_of_14_hears_of_it_and_ends_it(hub: Hub) -> None:
    anna, _, child = await parents(hub, born=date(2011, 5, 6))
    own = kid(1, "Пётр", born=date(2011, 5, 6))
    hub.esia.claims["pupil"] = parent("2000", last_name="Орлов", first_name="Пётр", birth_date=own.birth_date, snils=own.snils, children=())
    pupil, galina = hub.browser(), await relative(hub)
    await pupil.sign_in("pupil")
    code = await lend(anna, child)
    hub.clock.go(seconds=1)
    taken = await take(galina, code)
    assert (await kinds(pupil))[:2] == ["delegation_accepted", "delegation_offered"]
    (seen,) = (await told(await pupil.get(f"/api/v1/children/{child}/guardians")))["delegations"]
    assert (seen["delegate_name"], seen["giver_name"]) == ("Галина Орлова", "Анна Орлова")
    assert (await pupil.send("DELETE", f"/api/v1/delegations/{taken['id']}")).status_code == 204
    assert await marks(galina, child) == 404


async def test_a_delegate_binds_no_own_account_to_the_child(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    galina = await relative(hub)
    await take(galina, await lend(anna, child, 1))
    hub.diary.accounts["galina"] = hub.diary.accounts["anna"].__class__(
        access=hub.diary.accounts["anna"].access,
        subject="owner-2",
        last_name="Орлова",
        first_name="Галина",
        children=hub.diary.accounts["anna"].children,
    )
    await galina.link("galina")
    ids = {one["id"] for one in (await galina.me())["children"]}
    assert child in ids and len(ids) == 2, "the diary's own child stays a diary-only one"
    hub.clock.go(days=1, minutes=1)
    assert await marks(galina, child) == 404


@pytest.mark.rule("A11")
async def test_while_a_merge_can_be_undone_no_delegation_leaving_or_erasure_rests_on_the_other_side(hub: Hub) -> None:
    """The children came with the record that ended; for 14 days its rights give nothing away."""
    hub.esia.claims["anna"] = parent(snils=None)
    hub.esia.claims["kept"] = parent("of kept", children=())
    old, anna = hub.browser(), hub.browser()
    child = (await old.sign_in())["children"][0]["id"]
    gone, kept = (await old.me())["person"]["id"], (await anna.sign_in("kept"))["person"]["id"]
    now, keys = hub.clock(), hub.deps.keys
    done = await hub.deps.db.write(lambda: merge_persons(keys, Side(person=gone, auth_time=now), Side(person=kept, auth_time=now), now=now))
    assert done.kept == kept
    await anna.me()
    acts = [
        ("POST", f"/api/v1/children/{child}/delegations", {"days": 5}),
        ("DELETE", f"/api/v1/children/{child}/guardians/me", None),
        ("POST", f"/api/v1/children/{child}/proposals", {"act": "erase_child"}),
    ]
    for method, path, asked in acts:
        answer = await anna.send(method, path, json=asked)
        assert (answer.status_code, (await answer.get_json())["type"]) == (409, "/problems/held_by_merge"), path
    hub.clock.go(days=14, seconds=1)
    await anna.sign_in("kept")
    assert (await anna.send("POST", acts[0][1], json={"days": 5})).status_code == 201


@pytest.mark.rule("A17")
async def test_for_72_hours_after_a_recovery_nobody_lends_leaves_makes_logins_or_proposes(hub: Hub) -> None:
    anna, _, child = await parents(hub)
    me = (await anna.me())["person"]["id"]
    now = hub.clock()
    await hub.deps.db.write(lambda: PersonRow.update(recovered_at=now).where(PersonRow.id == me).execute())
    acts = [
        ("POST", f"/api/v1/children/{child}/delegations", {"days": 5}),
        ("POST", f"/api/v1/children/{child}/login", {}),
        ("POST", f"/api/v1/children/{child}/proposals", {"act": "change_school"}),
        ("DELETE", f"/api/v1/children/{child}/guardians/me", None),
    ]
    assert [(await anna.send(method, path, json=asked)).status_code for method, path, asked in acts] == [403] * 4
    hub.clock.go(hours=72)
    await anna.sign_in()
    assert [(await anna.send(method, path, json=asked)).status_code for method, path, asked in acts] == [201, 201, 201, 204]
