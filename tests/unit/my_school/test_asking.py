"""How «Моя школа» is asked: one token for all, the person in a header, the version of a decision, every code as one of the eight."""

from __future__ import annotations

import asyncio
import base64
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote_plus

import httpx
import pytest

from connectors.kit.errors import (
    AccessDenied,
    AuthExpired,
    ConnectorError,
    Drifted,
    NotFound,
    Rejected,
    Unavailable,
)
from connectors.kit.school_joining import NamedChild, RequestState, Role, reason_of
from tests.unit.my_school.stub import (
    APPLICATION,
    BY_ID,
    BY_NAME,
    BY_SNILS,
    OGRN,
    OID,
    PERSON,
    Bench,
    Json,
    bundle,
    change,
    me,
    office_request,
    refusal,
    say,
)


async def test_the_token_is_asked_for_as_the_standard_says_and_once(bench: Bench) -> None:
    bench.stub.gives(me())
    await asyncio.gather(*(bench.port.profile(OID) for _ in range(5)))
    (asked,) = [one for one in bench.stub.asked if one.url.path == "/my-school/oauth/token"]
    coded = base64.b64decode(asked.headers["Authorization"].removeprefix("Basic ")).decode()
    assert [unquote_plus(part) for part in coded.split(":")] == ["hub: one", "сек+рет"]
    assert asked.content == b"grant_type=client_credentials"
    assert {one.headers["Authorization"] for one in bench.stub.calls} == {"Bearer token-1"}
    assert {one.headers["X-Person"] for one in bench.stub.calls} == {OID}


async def test_a_token_near_its_end_or_from_the_future_is_replaced(bench: Bench) -> None:
    bench.stub.gives(me())
    for move, tokens in ((timedelta(), 1), (timedelta(minutes=59), 1), (timedelta(seconds=40), 2), (timedelta(days=-400), 3)):
        bench.clock.at += move
        await bench.port.profile(OID)
        assert bench.stub.tokens == tokens


async def test_a_token_that_is_taken_no_more_is_replaced_once(bench: Bench) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        old = request.headers["Authorization"] == "Bearer token-1"
        return say(refusal("token_expired"), 401) if old else say({"ok": True, "trace": "", "data": me()})

    bench.stub.answer = answer
    profiles = await asyncio.gather(*(bench.port.profile(OID) for _ in range(3)))
    assert {one.oid for one in profiles} == {OID}
    assert bench.stub.tokens == 2


async def test_a_registration_that_is_refused_is_no_familys_fault(bench: Bench) -> None:
    bench.stub.says(refusal("token_expired"), 401)
    with pytest.raises(AuthExpired) as told:
        await bench.port.profile(OID)
    assert (len(bench.stub.calls), bench.stub.tokens) == (2, 2)
    assert "регистрация" in told.value.text
    bench.stub.token_answer = lambda request: say({"error": "invalid_client", "error_description": "x"}, 401)
    with pytest.raises(AuthExpired) as told:
        await bench.port.profile(OID)
    assert "регистрация" in told.value.text
    assert reason_of(told.value) == "invalid_client"


TOKENS: list[tuple[Any, int, type[ConnectorError]]] = [
    ({"access_token": "t", "token_type": "mac"}, 200, Drifted),
    ({"access_token": "t\r\nx", "token_type": "Bearer"}, 200, Drifted),
    ({"token_type": "Bearer"}, 200, Drifted),
    (b"<html>", 200, Unavailable),
    (b"", 200, Drifted),
    ({"error": "unsupported_grant_type"}, 400, Rejected),
    (b"", 503, Unavailable),
]


@pytest.mark.parametrize(("body", "status", "error"), TOKENS)
async def test_a_token_that_is_none_is_not_sent(bench: Bench, body: Any, status: int, error: type[ConnectorError]) -> None:
    bench.stub.token_answer = lambda request: say(body, status)
    with pytest.raises(ConnectorError) as told:
        await bench.port.profile(OID)
    assert type(told.value) is error
    assert bench.stub.calls == []


CHILDREN: list[tuple[NamedChild, Json]] = [
    (BY_ID, {"id": "c-1"}),
    (BY_SNILS, {"snils": "11223344595"}),
    (BY_NAME, {"last_name": "Соколов", "first_name": "Пётр", "birth_date": "2014-03-01"}),
    (
        replace(BY_NAME, middle_name="Ильич"),
        {"last_name": "Соколов", "first_name": "Пётр", "birth_date": "2014-03-01", "middle_name": "Ильич"},
    ),
]


@pytest.mark.parametrize(("child", "told"), CHILDREN)
async def test_a_child_is_named_in_exactly_one_way(bench: Bench, child: NamedChild, told: Json) -> None:
    bench.stub.gives(bundle(), 201)
    made = await bench.port.create(OID, replace(APPLICATION, child=child), submit=True)
    assert made.is_new
    assert bench.stub.last == {"role": "legal_representative", "school_ogrn": OGRN, "class": "6А", "submit": True, "child": told}


async def test_a_pupil_names_no_child_and_a_new_attempt_names_the_old(bench: Bench) -> None:
    bench.stub.gives(bundle(role="pupil", previous="b-0", requests=[bundle()["requests"][0]]))
    asked = replace(APPLICATION, role=Role.PUPIL, child=None, school_year="2026/2027")
    made = await bench.port.create(OID, asked, submit=False, previous="b-0")
    assert (made.is_new, made.bundle.previous) == (False, "b-0")
    assert bench.stub.last == {
        "role": "pupil",
        "school_ogrn": OGRN,
        "class": "6А",
        "submit": False,
        "school_year": "2026/2027",
        "previous": "b-0",
    }


async def test_the_consent_is_told_in_the_systems_words(bench: Bench) -> None:
    bench.stub.gives(me(), 201)
    await bench.port.agree(PERSON)
    assert bench.stub.last == {
        "oid": OID,
        "last_name": "Соколова",
        "first_name": "Анна",
        "middle_name": "Ильинична",
        "snils": "11223344595",
        "agreed_at": "2026-11-21T12:00:00+03:00",
    }
    assert "X-Person" not in bench.stub.calls[-1].headers
    await bench.port.choose_profile(OID, Role.PUPIL, "2026-09")
    assert bench.stub.last == {"kind": "student", "terms": "2026-09", "agreed": True}


async def test_a_consent_that_is_not_there_is_ended(bench: Bench) -> None:
    bench.stub.says(refusal("consent_missing"), 403)
    await bench.port.forget(OID)
    bench.stub.says(refusal("system_only"), 403)
    with pytest.raises(AccessDenied):
        await bench.port.forget(OID)


async def test_a_decision_carries_its_version_and_its_reason(bench: Bench) -> None:
    bench.stub.gives(office_request(state="rejected", version=3, reason="Нет документа"))
    decided = await bench.port.reject(OID, "r-1", version=2, reason="Нет документа")
    assert (bench.stub.calls[-1].headers["If-Match"], bench.stub.last) == ('"2"', {"reason": "Нет документа"})
    assert (decided.state, decided.reason) == (RequestState.REJECTED, "Нет документа")


async def test_a_class_that_was_changed_and_not_answered_is_changed(bench: Bench) -> None:
    bench.stub.says(refusal("version_changed", current=bundle(version=2, **{"class": "6Б"})), 412)
    assert (await bench.port.change_class(OID, "b-1", "6Б", version=1)).class_name == "6Б"
    with pytest.raises(Rejected):
        await bench.port.change_class(OID, "b-1", "6В", version=1)


async def test_an_answer_that_was_lost_is_asked_for_again(bench: Bench) -> None:
    answers: list[httpx.Response | Exception] = [httpx.ReadError("lost"), say(b"", 502), say({"ok": True, "trace": "", "data": bundle()})]

    def answer(request: httpx.Request) -> httpx.Response:
        told = answers.pop(0)
        if isinstance(told, Exception):
            raise told
        return told

    bench.stub.answer = answer
    assert (await bench.port.create(OID, APPLICATION, submit=True)).bundle.id == "b-1"
    assert len({one.content for one in bench.stub.calls}) == 1


HOSTILE = ("", "..", "../me", "b 1", "b/1", "b?x", "b%2e", "б-1", "b" * 65, "b\r\nX: 1")
Call = Callable[[Bench, str], Awaitable[Any]]
BY_OID: list[Call] = [
    lambda bench, id_: bench.port.bundle(OID, id_),
    lambda bench, id_: bench.port.request(OID, id_),
    lambda bench, id_: bench.port.school(OID, id_),
    lambda bench, id_: bench.port.approve(OID, id_, version=1),
]


@pytest.mark.rule("C8")
@pytest.mark.parametrize("call", BY_OID, ids=["bundle", "request", "school", "approve"])
async def test_what_cannot_be_an_id_is_never_asked_for(bench: Bench, call: Call) -> None:
    for id_ in HOSTILE:
        with pytest.raises(NotFound):
            await call(bench, id_)
    assert bench.stub.asked == []


@pytest.mark.parametrize("oid", [*HOSTILE[1:], "1" * 21, "1000820001\n"])
async def test_what_cannot_be_a_person_is_never_asked_for(bench: Bench, oid: str) -> None:
    with pytest.raises(NotFound):
        await bench.port.profile(oid)
    assert bench.stub.asked == []


async def test_pages_are_read_to_their_end_and_no_further(bench: Bench) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        after = request.url.params.get("after", "b-0")
        number = int(after[2:]) + 1
        page = {"items": [bundle(id=f"b-{number}")], "next": f"b-{number}" if number < 3 else None}
        return say({"ok": True, "trace": "", "data": page})

    bench.stub.answer = answer
    found = await bench.port.bundles(OID, child="c-1", school_ogrn=OGRN, school_year="2026/2027")
    assert [one.id for one in found] == ["b-1", "b-2", "b-3"]
    assert {one.url.params["school_ogrn"] for one in bench.stub.calls} == {OGRN}
    bench.stub.gives({"items": [], "next": "b-9"})
    with pytest.raises(Drifted):
        await bench.port.bundles(OID)


async def test_changes_are_asked_for_without_a_person(bench: Bench) -> None:
    bench.stub.gives({"items": [change(17)], "next": "17"})
    assert (await bench.port.changes("5", 200)).next == "17"
    (asked,) = bench.stub.calls
    assert (dict(asked.url.params), "X-Person" in asked.headers) == ({"after": "5", "limit": "200"}, False)


@pytest.mark.security("32")
async def test_nothing_of_a_person_or_a_key_is_logged_or_printed(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    bench.stub.gives(bundle(), 201)
    made = await bench.port.create(OID, replace(APPLICATION, child=BY_NAME), submit=True)
    bench.stub.gives(me(), 201)
    profile = await bench.port.agree(PERSON)
    said = caplog.text + repr(made) + repr(profile) + repr(PERSON) + repr(BY_NAME) + repr(BY_SNILS)
    for secret in ("Соколов", "Пётр", "Анна", "11223344595", "token-1", "сек", "2014"):
        assert secret not in said, secret
