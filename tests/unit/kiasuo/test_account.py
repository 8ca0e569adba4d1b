"""Tokens pasted from a browser, whose account they open, the renewal that spends them, and refusals."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import parse_qs

import pytest

from connectors.kit.diary import Datum
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, Drifted, NotFound, RateLimited, Rejected, Unavailable
from connectors.kit.secret import Secret
from tests.unit.kiasuo.stub import CHILD, CLASS_ID, TOKENS, USER, WEEK, Bench, child, said


def jwt(claims: object) -> str:
    parts = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "HS256"}, claims)]
    return ".".join([*parts, "c2ln"])


async def test_the_account_shows_the_child_with_the_school_and_the_class_of_this_year(bench: Bench) -> None:
    bench.show()
    account = await bench.port.sign_in(TOKENS)
    (found,) = account.children
    assert (account.subject, account.roles, found.key, found.is_self) == ("24011", ("parent",), "150012", False)
    assert (found.last_name, found.first_name, found.middle_name) == ("Орлова", "Мария", "Петровна")
    assert found.school is not None
    assert (found.school.name, found.school.tz) == ("МБОУ СШ № 7", "Asia/Krasnoyarsk")
    assert found.group is not None
    assert (found.group.id, found.group.name, found.group.parallel, found.group.study_year) == (str(CLASS_ID), "6А", 6, "2026/2027")


async def test_every_call_names_the_child_and_carries_the_token_in_its_header(bench: Bench) -> None:
    bench.show()
    await bench.read(*Datum)
    assert bench.stub.of("api/user")[0].url.params["id"] == "0"
    assert {one.url.params["id"] for one in bench.stub.asked if not one.url.path.endswith("user")} == {"150012"}
    assert {one.headers["authorization"] for one in bench.stub.asked} == {"Bearer first-token"}


async def test_a_pupils_own_account_shows_the_pupil(bench: Bench) -> None:
    bench.show(api__user=USER | {"parent": False})
    account = await bench.port.sign_in(TOKENS)
    assert (account.roles, account.first_name, account.children[0].is_self) == (("child",), "Мария", True)


@pytest.mark.rule("C8")
@pytest.mark.parametrize(
    "user",
    [
        USER | {"children": [CHILD, CHILD]},
        USER | {"children": [CHILD | {"id": n} for n in range(1, 13)]},
        USER | {"parent": False, "children": [CHILD, CHILD | {"id": 2}]},
    ],
)
async def test_more_children_than_an_account_can_have_are_not_believed(bench: Bench, user: object) -> None:
    bench.show(api__user=user)
    with pytest.raises(Drifted):
        await bench.port.sign_in(TOKENS)


async def test_a_child_without_a_class_yet_keeps_the_name_of_the_class(bench: Bench) -> None:
    bench.show(api__school_classes=[])
    (found,) = (await bench.port.sign_in(TOKENS)).children
    assert found.school is None
    assert found.group is not None
    assert (found.group.id, found.group.name) == ("6А", "6А")


@pytest.mark.parametrize("text", ["first-token", ' "first-token" \n', "Bearer first-token", "'first-token'"])
async def test_a_token_is_taken_as_people_copy_it(bench: Bench, text: str) -> None:
    bench.show()
    assert (await bench.port.sign_in({"token": Secret(text)})).access.token.reveal() == "first-token"


@pytest.mark.parametrize("text", ["токен", "two words", "a\r\nX-Evil: 1", "x" * 5000])
async def test_what_cannot_be_a_token_is_not_sent(bench: Bench, text: str) -> None:
    bench.show()
    with pytest.raises(Rejected):
        await bench.port.sign_in({"token": Secret(text)})
    assert not bench.stub.asked


async def test_signing_in_does_not_spend_the_refresh_token(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    assert access.refresh == TOKENS["refresh_token"]
    assert not bench.stub.of("refresh")


@pytest.mark.parametrize(
    ("token", "ends"),
    [
        (jwt({"exp": 1795266000}), datetime(2026, 11, 21, 13, 0, tzinfo=UTC)),
        (jwt({"exp": "soon"}), None),
        (jwt({"exp": 10**30}), None),
        (jwt([1]), None),
        ("opaque", None),
    ],
)
async def test_the_end_of_a_token_is_read_from_it_where_it_says_so(bench: Bench, token: str, ends: datetime | None) -> None:
    bench.show()
    assert (await bench.port.sign_in({"token": Secret(token)})).access.expires_at == ends


@pytest.mark.rule("C6")
async def test_a_renewal_posts_the_refresh_token_under_its_dashed_name_and_keeps_both_new_ones(bench: Bench) -> None:
    bench.show()
    renewed = await bench.port.refresh(await bench.access())
    (asked,) = bench.stub.of("refresh")
    assert (asked.method, parse_qs(asked.content.decode())) == ("POST", {"refresh-token": ["a" * 32]})
    assert renewed.refresh is not None
    assert (renewed.token.reveal(), renewed.refresh.reveal(), renewed.owner) == ("second-token", "b" * 32, "24011")
    assert renewed.extra == {"children": "150012"}


@pytest.mark.rule("C6")
async def test_a_refresh_token_is_sent_once_whatever_comes_back(bench: Bench) -> None:
    bench.show(refresh=said(503))
    with pytest.raises(Unavailable):
        await bench.port.refresh(await bench.access())
    assert len(bench.stub.of("refresh")) == 1


@pytest.mark.rule("C6")
async def test_a_spent_refresh_token_means_sign_in_again(bench: Bench) -> None:
    bench.show(refresh=said(401, {"msg": "Токен недействителен"}))
    with pytest.raises(AuthExpired):
        await bench.port.refresh(await bench.access())
    with pytest.raises(AuthExpired):
        await bench.port.refresh(replace(await bench.access(), refresh=None))


async def test_a_renewal_without_usable_tokens_is_a_drift(bench: Bench) -> None:
    bench.show(refresh={"accessToken": "second", "refreshToken": ""})
    with pytest.raises(Drifted) as told:
        await bench.port.refresh(await bench.access())
    assert told.value.where == "$.refreshToken"


@pytest.mark.parametrize(
    ("answer", "error", "text"),
    [
        (said(400, {"msg": "Неверный <b>параметр</b>"}), Rejected, "Неверный параметр"),
        (said(400, [1]), Rejected, ""),
        (said(401, {"msg": "Токен недействителен"}), AuthExpired, "Токен недействителен"),
        (said(403, {"msg": "Нет доступа"}), AccessDenied, "Нет доступа"),
        (said(404, {"msg": "Не найдено"}), NotFound, ""),
        (said(405), Drifted, ""),
        (said(429), RateLimited, ""),
        (said(502), Unavailable, ""),
        (b"<html>", Unavailable, ""),
        (b"{", Drifted, ""),
        (said(204), Drifted, ""),
    ],
)
async def test_a_refusal_is_one_of_the_eight(bench: Bench, answer: object, error: type[ConnectorError], text: str) -> None:
    bench.show()
    access = await bench.access()
    bench.show(api__user=answer)
    with pytest.raises(ConnectorError) as told:
        await bench.port.account(access)
    assert (type(told.value), told.value.text) == (error, text)


@pytest.mark.rule("C8")
@pytest.mark.security("7")
async def test_a_child_of_another_account_is_refused_without_being_asked_for(bench: Bench) -> None:
    bench.show()
    access = await bench.access()
    asked = len(bench.stub.asked)
    with pytest.raises(AccessDenied):
        await bench.port.read(access, child("150045"), frozenset({Datum.MARKS}), WEEK)
    assert len(bench.stub.asked) == asked


@pytest.mark.rule("C5")
async def test_the_list_of_classmates_is_never_asked_for(bench: Bench) -> None:
    bench.show()
    await bench.read(*Datum)
    assert not bench.stub.of("api/recipients")
