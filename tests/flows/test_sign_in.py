"""Signing in through the browser: the way back works once, in the browser where it began."""

from __future__ import annotations

import asyncio
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.esia.errors import SENTENCES, of_code
from connectors.kit.errors import AccessDenied, AuthExpired, Unavailable
from identity.claims import Level
from tests.flows.kit import Hub, kid, parent


@pytest.mark.feature("F011")
async def test_a_parent_signs_in_and_sees_the_children(hub: Hub) -> None:
    me = await hub.browser().sign_in()
    assert me["person"]["last_name"] == "Орлова"
    assert me["person"]["snils"] == "***-***-*** 64"
    assert [(child["first_name"], child["birth_date"]) for child in me["children"]] == [("Пётр", "2014-05-06")]
    assert me["children"][0]["diaries"] == [{"system": "dnevnik", "state": "not_linked", "title": "Дневник.ру", "link": None}]
    assert me["missing"] == []


async def test_start_leads_to_the_provider_and_binds_the_browser(hub: Hub) -> None:
    answer = await hub.browser().get("/auth/esia/start")
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("https://esia.test/ac?state=")
    assert answer.headers["Cache-Control"] == "no-store"
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("hub-flow=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie


async def test_an_unknown_system_is_404(hub: Hub) -> None:
    assert (await hub.browser().get("/auth/nobody/start")).status_code == 404
    assert (await hub.browser().get("/auth/nobody/return?state=1&code=2")).status_code == 404


async def _refused(hub: Hub, browser: object, state: str, code: str = "anna") -> dict[str, object]:
    answer = await browser.back(state, code)  # type: ignore[attr-defined]  # a Browser
    body: dict[str, object] = await answer.get_json()
    assert answer.content_type == "application/problem+json"
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await browser.get("/api/v1/me")).status_code == 401  # type: ignore[attr-defined]  # a Browser
    return {**body, "http": answer.status_code}


@pytest.mark.security("7")
async def test_a_replayed_callback_opens_no_second_session(hub: Hub) -> None:
    first = hub.browser()
    state = await first.leave()
    assert (await first.back(state, "anna")).status_code == 303
    replay = await first.back(state, "anna")
    assert (await replay.get_json())["type"] == "/problems/flow_used"
    assert hub.esia.finished == 1
    assert "Set-Cookie" not in replay.headers
    assert (await first.get("/api/v1/me")).status_code == 200


@pytest.mark.security("7")
async def test_another_browsers_callback_is_refused_and_does_not_spend_the_flow(hub: Hub) -> None:
    owner, thief = hub.browser(), hub.browser()
    state = await owner.leave()
    await thief.leave()
    assert (await _refused(hub, thief, state))["type"] == "/problems/flow_foreign"
    assert (await owner.back(state, "anna")).status_code == 303


@pytest.mark.security("7")
async def test_a_browser_without_the_binding_cookie_is_refused(hub: Hub) -> None:
    state = await hub.browser().leave()
    assert (await _refused(hub, hub.browser(), state))["type"] == "/problems/flow_foreign"


@pytest.mark.security("7")
@pytest.mark.parametrize("state", ["", "made-up", "x" * 4000])
async def test_a_wrong_or_missing_state_is_refused(hub: Hub, state: str) -> None:
    browser = hub.browser()
    await browser.leave()
    assert (await _refused(hub, browser, state))["type"] == "/problems/flow_unknown"


@pytest.mark.security("6")
async def test_each_provider_sends_back_to_its_own_return_address(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    for system in ("esia", "dnevnik"):
        answer = await browser.get(f"/auth/{system}/start")
        (told,) = parse_qs(urlsplit(answer.headers["Location"]).query)["redirect_uri"]
        assert told == f"http://localhost:8000/auth/{system}/return"


@pytest.mark.security("6")
async def test_a_state_of_another_system_is_refused(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    state = await browser.leave("dnevnik")
    answer = await browser.back(state, "anna", "esia")
    assert (await answer.get_json())["type"] == "/problems/flow_unknown"


async def test_a_flow_lives_ten_minutes(hub: Hub) -> None:
    browser = hub.browser()
    state = await browser.leave()
    hub.clock.go(minutes=10)
    assert (await _refused(hub, browser, state))["type"] == "/problems/flow_expired"


@pytest.mark.security("7")
async def test_ten_parallel_tabs_all_come_back(hub: Hub) -> None:
    browser = hub.browser()
    states = [await browser.leave() for _ in range(10)]
    answers = [await browser.back(state, "anna") for state in states]
    assert [answer.status_code for answer in answers] == [303] * 10
    assert len((await (await browser.get("/api/v1/me/devices")).get_json())["items"]) == 1


@pytest.mark.security("7")
async def test_one_callback_sent_twice_at_once_signs_in_once(hub: Hub) -> None:
    browser = hub.browser()
    state = await browser.leave()
    answers = await asyncio.gather(*(browser.back(state, "anna") for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [303] + [400] * 7
    assert hub.esia.finished == 1


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (AuthExpired("esia", "ESIA-007011", text="Вход занял слишком много времени."), 409),
        (AccessDenied("esia", "ESIA-007004", text="Вы не разрешили передать данные."), 403),
        (Unavailable("esia", "ESIA-007008", text="Госуслуги сейчас не отвечают."), 503),
    ],
)
async def test_what_the_provider_refuses_is_said_in_its_own_words(hub: Hub, error: Exception, status: int) -> None:
    hub.esia.claims["bad"] = error
    browser = hub.browser()
    body = await _refused(hub, browser, await browser.leave(), "bad")
    assert body["http"] == status
    assert body["detail"] == error.text  # type: ignore[attr-defined]  # one of the eight


async def test_a_person_sees_an_error_as_a_page_with_ways_out(hub: Hub) -> None:
    browser = hub.browser()
    await browser.leave()
    answer = await browser.get("/auth/esia/return?state=wrong&code=1", Accept="text/html,application/xhtml+xml")
    text = await answer.get_data(as_text=True)
    assert answer.status_code == 400
    assert answer.content_type.startswith("text/html")
    assert "Этот вход здесь не начинали" in text and 'href="/auth/esia/start"' in text
    assert answer.headers["X-Request-Id"] in text


@pytest.mark.security("27")
async def test_the_session_id_changes_at_each_sign_in(hub: Hub) -> None:
    browser = hub.browser()
    first = await browser.back(await browser.leave(), "anna")
    old = first.headers.getlist("Set-Cookie")[0].split(";")[0]
    second = await browser.back(await browser.leave(), "anna")
    assert second.headers.getlist("Set-Cookie")[0].split(";")[0] != old
    assert (await hub.browser().get("/api/v1/me", Cookie=old)).status_code == 401


@pytest.mark.rule("A3")
async def test_a_changed_snils_opens_no_session(hub: Hub) -> None:
    await hub.browser().sign_in()
    hub.esia.claims["changed"] = parent(snils=kid(2, "Иван").snils)
    browser = hub.browser()
    body = await _refused(hub, browser, await browser.leave(), "changed")
    assert (body["type"], body["http"]) == ("/problems/review", 409)


@pytest.mark.rule("A4")
async def test_a_low_level_signs_in_and_hears_what_is_missing(hub: Hub) -> None:
    hub.esia.claims["low"] = parent("2000", level=Level.SIMPLIFIED, snils=None, children=())
    me = await hub.browser().sign_in("low")
    assert me["children"] == []
    assert {one["code"] for one in me["missing"]} == {"level_too_low", "snils", "no_children"}
    assert next(one for one in me["missing"] if one["code"] == "level_too_low")["need"] == "confirmed"


@pytest.mark.rule("A10")
@pytest.mark.security("22")
async def test_the_first_strong_identity_ends_the_earlier_sessions(hub: Hub) -> None:
    hub.esia.claims["weak"] = parent(level=Level.STANDARD, children=())
    early, late = hub.browser(), hub.browser()
    await early.sign_in("weak")
    await late.sign_in()
    assert (await early.get("/api/v1/me")).status_code == 401
    notices = await (await late.get("/api/v1/me/notices")).get_json()
    assert "sessions_ended" in [one["kind"] for one in notices["items"]]


@pytest.mark.feature("F006")
@pytest.mark.feature("F006")
@pytest.mark.security("28")
@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/children/1/diary?week=2026-11-16", "/children/1/diary?week=2026-11-16"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("/%5Cevil.example", "/"),
        ("/%2Fevil.example", "/"),
        ("/%252Fevil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("/auth/esia/start", "/"),
        ("/a\r\nSet-Cookie: x=1", "/"),
        ("", "/"),
    ],
)
async def test_next_takes_own_paths_only(hub: Hub, asked: str, leads_to: str) -> None:
    browser = hub.browser()
    answer = await browser.back(await browser.leave(next=asked), "anna")
    assert answer.headers["Location"] == leads_to


async def test_the_provider_may_come_back_by_post(hub: Hub) -> None:
    browser = hub.browser()
    state = await browser.leave()
    answer = await browser.client.post("/auth/esia/return", form={"state": state, "code": "anna"}, headers={"Host": "localhost:8000"})
    assert answer.status_code == 303
    assert (await browser.get("/api/v1/me")).status_code == 200


async def test_a_post_without_cookies_is_led_through_a_get(hub: Hub) -> None:
    browser = hub.browser()
    state = await browser.leave()
    bare = await hub.browser().client.post("/auth/esia/return", form={"state": state, "code": "anna"}, headers={"Host": "localhost:8000"})
    assert bare.status_code == 303
    assert (await browser.get(bare.headers["Location"])).headers["Location"] == "/"


@pytest.mark.security("29")
async def test_failed_callbacks_are_limited_by_network_well_above_sixty(hub: Hub) -> None:
    browser = hub.browser()
    statuses = [(await browser.back(f"guess-{number}", "1")).status_code for number in range(121)]
    assert statuses[:120] == [400] * 120
    assert statuses[120] == 429
    answer = await browser.back("guess", "1")
    assert int(answer.headers["Retry-After"]) >= 1


async def test_flow_secrets_are_not_in_the_database(hub: Hub) -> None:
    browser = hub.browser()
    state = await browser.leave()
    rows = await hub.rows("SELECT * FROM flow_record")
    assert state not in str(rows)
    assert "nonce of" not in str(rows)


@pytest.mark.parametrize("code", sorted(SENTENCES))
async def test_every_error_of_gosuslugi_is_a_clear_sentence_and_no_session(hub: Hub, code: str) -> None:
    hub.esia.claims["bad"] = of_code("esia", code)
    browser = hub.browser()
    body = await _refused(hub, browser, await browser.leave(), "bad")
    assert body["detail"] == SENTENCES[code]
    assert body["system"] == "esia"
    page = await browser.get("/auth/esia/return?state=used&code=bad", Accept="text/html")
    assert "href=" in await page.get_data(as_text=True)
