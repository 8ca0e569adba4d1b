"""RP-initiated logout: who may sign a person out without asking, and where the browser goes then."""

from __future__ import annotations

import re

import pytest

from tests.sandbox.openid.conftest import BYE, CLIENT, Op, sent_back
from tests.sandbox.openid.test_pages import signed_in


async def id_token(op: Op) -> str:
    token: str = (await op.exchange((await signed_in(op, op.person()))["code"])).json()["id_token"]
    return token


async def is_in(op: Op) -> bool:
    return "code" in sent_back(await op.authorize(prompt="none"))


@pytest.mark.security("18")
@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_the_sessions_own_id_token_signs_out_at_once(op: Op, method: str) -> None:
    params = {"id_token_hint": await id_token(op), "post_logout_redirect_uri": BYE, "state": "s-1"}
    op.pass_seconds(3600)
    answer = await op.http.request(method, "/op/end_session", **({"params": params} if method == "GET" else {"data": params}))  # type: ignore[arg-type]  # one of two keywords
    assert answer.headers["location"] == f"{BYE}?state=s-1"
    assert not await is_in(op)


@pytest.mark.security("18")
async def test_without_a_hint_the_person_is_asked(op: Op) -> None:
    await id_token(op)
    page = await op.http.get("/op/end_session", params={"client_id": CLIENT, "post_logout_redirect_uri": BYE})
    assert page.status_code == 200 and "Выйти" in page.text and "Дневник" in page.text
    assert await is_in(op)
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text)) | {"answer": "stay"}
    await op.http.post("/op/end_session/confirm", data=fields)
    assert await is_in(op)
    forged = fields | {"answer": "leave", "sid": "another"}
    assert (await op.http.post("/op/end_session/confirm", data=forged)).status_code == 400
    assert await is_in(op)
    answer = await op.http.post("/op/end_session/confirm", data=fields | {"answer": "leave"})
    assert answer.headers["location"] == BYE
    assert not await is_in(op)


@pytest.mark.security("18")
async def test_without_parameters_the_person_is_asked_and_stays_here(op: Op) -> None:
    await id_token(op)
    page = await op.http.get("/op/end_session")
    fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text)) | {"answer": "leave"}
    answer = await op.http.post("/op/end_session/confirm", data=fields)
    assert "Вы вышли" in answer.text and "location" not in answer.headers


@pytest.mark.security("18")
@pytest.mark.parametrize(
    "changes",
    [
        {"post_logout_redirect_uri": BYE + "/"},
        {"post_logout_redirect_uri": BYE + "?a=b"},
        {"post_logout_redirect_uri": "https://evil.example/"},
        {"id_token_hint": "a.b.c"},
        {"id_token_hint": "modified"},
        {"id_token_hint": ""},
        {"client_id": "nobody"},
        {"client_id": "other"},
    ],
)
async def test_a_wrong_request_goes_nowhere_and_signs_nobody_out(op: Op, changes: dict[str, str]) -> None:
    await op.register(client_id="other", client_secret="other")
    token = await id_token(op)
    changes = changes | ({"id_token_hint": token[:-6] + "AAAAAA"} if changes.get("id_token_hint") == "modified" else {})
    params = {"id_token_hint": token, "post_logout_redirect_uri": BYE} | changes
    answer = await op.http.get("/op/end_session", params=params)
    assert (answer.status_code, "location" in answer.headers) == (400, False)
    assert await is_in(op)


async def test_nobody_signed_in_is_no_obstacle(op: Op) -> None:
    answer = await op.http.get("/op/end_session", params={"client_id": CLIENT, "post_logout_redirect_uri": BYE})
    assert answer.headers["location"] == BYE
