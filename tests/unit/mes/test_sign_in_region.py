"""A regional node: Gosuslugi in the browser, a code for a pair of tokens, the token of one's role."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest

from connectors.kit.errors import AuthExpired, ConnectorError, Drifted, Rejected, Unavailable
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import Access, Arrival, CodePort, DiaryAccount
from connectors.kit.secret import Secret
from tests.unit.mes.stub import PROFILE, TOKEN, Bench, answered, refused

BACK = "http://localhost:8000/auth/mes-mo/return"
ROLE_TOKEN = f"{TOKEN}.role"
PAIR = {"token": TOKEN, "refreshToken": "region-refresh"}


def arrival(**params: str) -> Arrival:
    return Arrival(params={"code": "c-1", "state": "s"} | params, keep={}, state="s", redirect_uri=BACK)


async def opened(region: Bench, **others: Any) -> DiaryAccount:
    region.show()
    region.stub.answers |= {"v3/auth/token": PAIR, "v2/token/refresh": ROLE_TOKEN.encode()} | others
    return await region.port.finish(arrival())


async def test_the_browser_goes_to_gosuslugi_by_the_nodes_own_door(region: Bench) -> None:
    url = httpx.URL((await region.port.begin(state="s&1", redirect_uri=BACK)).url)
    assert url.path == "/mes-mo-auth/v3/auth/esia/login"
    assert dict(url.params) == {"redirect_url": BACK, "state": "s&1"}


@pytest.mark.feature("F191")
async def test_a_code_becomes_the_token_of_the_persons_role(region: Bench) -> None:
    account = await opened(region)
    assert (account.subject, account.roles) == (str(PROFILE), ("parent",))
    assert (account.access.token.reveal(), account.access.refresh) == (ROLE_TOKEN, Secret("region-refresh"))
    assert region.stub.params("v3/auth/token") == [{"code": "c-1", "state": "s"}]
    (asked,) = region.stub.to("v2/token/refresh")
    assert dict(asked.url.params) == {"subsystem": "2", "roleId": "2"}
    assert asked.headers["authorization"] == f"Bearer {TOKEN}"


async def test_a_pupil_gets_the_token_of_a_pupil(region: Bench) -> None:
    await opened(region)
    region.stub.answers["acl/api/users/profile_info"] = [{"id": 5, "type": "teacher"}, {"id": 31017, "type": "student"}]
    access = (await region.port.finish(arrival())).access
    assert region.stub.params("v2/token/refresh")[-1]["roleId"] == "1"
    assert (access.extra["profile"], access.extra["role"]) == ("31017", "student")


async def test_a_region_keeps_everything_where_one_signs_in(region: Bench) -> None:
    await opened(region)
    assert {request.url.path.split("/")[1] for request in region.stub.asked} == {"mes-mo-auth"}


@pytest.mark.security("7")
@pytest.mark.parametrize("params", [{"state": "other"}, {"error": "access_denied"}, {"code": ""}])
async def test_an_answer_that_is_not_ours_or_no_answer_asks_nobody(region: Bench, params: dict[str, str]) -> None:
    with pytest.raises(Rejected):
        await region.port.finish(arrival(**params))
    assert not region.stub.asked


@pytest.mark.security("3")
async def test_the_code_is_never_shown_twice(region: Bench) -> None:
    with pytest.raises(Unavailable):
        await opened(region, **{"v3/auth/token": answered(503)})
    assert len(region.stub.to("v3/auth/token")) == 1


@pytest.mark.parametrize("answer", [{"token": "two words"}, {"refreshToken": "x"}, b"<html>", b"not json"])
async def test_a_pair_that_is_none_opens_nothing(region: Bench, answer: Any) -> None:
    with pytest.raises(ConnectorError) as told:
        await opened(region, **{"v3/auth/token": answer})
    assert type(told.value) in (Drifted, Unavailable)


@pytest.mark.rule("C6")
async def test_a_renewal_uses_the_refresh_token_which_stays(region: Bench) -> None:
    access = (await opened(region)).access
    region.stub.answers["v2/token/refresh"] = f'"{TOKEN}.next"'.encode()
    renewed = await region.port.refresh(access)
    assert (renewed.token.reveal(), renewed.refresh, renewed.owner) == (f"{TOKEN}.next", access.refresh, access.owner)
    assert region.stub.to("v2/token/refresh")[-1].headers["authorization"] == "Bearer region-refresh"
    assert region.stub.asked[-1].url.path.endswith("profile_info")


@pytest.mark.rule("C6")
async def test_a_token_alone_renews_itself_while_it_is_good(region: Bench) -> None:
    region.show()
    region.stub.answers["v2/token/refresh"] = ROLE_TOKEN.encode()
    renewed = await region.port.refresh(await region.access())
    assert renewed.token.reveal() == ROLE_TOKEN
    assert region.stub.to("v2/token/refresh")[-1].headers["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.rule("C6")
@pytest.mark.parametrize(
    "answer",
    [
        answered(499),
        answered(401, {"type": "unauthorized"}),
        answered(403, b"<html>session</html>"),
        refused(403, "role_mismatch"),
        answered(404, b"{}"),
        refused(400, "bad_request"),
    ],
)
async def test_a_refused_renewal_means_sign_in_again(region: Bench, answer: Any) -> None:
    access = (await opened(region)).access
    region.stub.answers["v2/token/refresh"] = answer
    with pytest.raises(AuthExpired):
        await region.port.refresh(access)


async def test_a_renewed_token_that_is_an_object_has_drifted(region: Bench) -> None:
    access = (await opened(region)).access
    region.stub.answers["v2/token/refresh"] = {"token": "x y"}
    with pytest.raises(Drifted):
        await region.port.refresh(access)


async def test_a_region_takes_no_password_and_asks_no_code(region: Bench) -> None:
    assert not isinstance(region.port, CodePort)
    assert region.port.manifest.logins == {LoginKind.BROWSER, LoginKind.TOKEN}
    with pytest.raises(Rejected):
        await region.port.sign_in({"login": Secret("x"), "password": Secret("y")})
    assert not region.stub.asked


async def test_a_token_with_a_semicolon_would_be_two_cookies_and_is_none(region: Bench) -> None:
    with pytest.raises(AuthExpired):
        await region.port.refresh(replace(Access(token=Secret("a;b=c")), extra={}))
    assert not region.stub.asked
