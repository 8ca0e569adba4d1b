"""The sandbox as the federal system: a token, then the Schedule, from this machine only."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from sandbox.outbound import Outbound
from tests.sandbox.fgis_schedule.conftest import CLIENT, Federal


@pytest.fixture
def itself(federal: Federal) -> Iterator[Federal]:
    """The sandbox asks its own `/fgis`, in the same process."""
    outbound = federal.stand.app.sandbox.outbound
    outbound.transport = httpx.ASGITransport(federal.stand.app)
    yield federal
    outbound.transport = None


def asked(federal: Federal, **more: str) -> dict[str, str]:
    base = "http://localhost:9000/fgis"
    return {"target_url": base, "token_url": f"{base}/token", "esia_id": federal.esia_id, **CLIENT} | more


@pytest.mark.parametrize("auth", ["basic", "post"])
async def test_both_answers_come_back_and_the_token_is_masked(itself: Federal, auth: str) -> None:
    answers = await itself.stand.control("fgis/ask", asked(itself, auth=auth, start="2026-11-09", end="2026-11-14"))
    assert (answers["token"]["status"], answers["token"]["body"]["access_token"]) == (200, "***")
    schedule = answers["schedule"]
    assert (schedule["status"], schedule["body"]["id"]) == (200, itself.esia_id)
    again = await itself.stand.control("fgis/ask", asked(itself, start="2026-11-09", end="2026-11-14", etag=schedule["headers"]["etag"]))
    assert (again["schedule"]["status"], again["schedule"]["body"]) == (304, "")


async def test_a_refused_client_asks_no_further(itself: Federal) -> None:
    answers = await itself.stand.control("fgis/ask", asked(itself, client_secret="wrong"))
    assert (answers["token"]["status"], answers["schedule"]) == (401, None)


@pytest.mark.parametrize(
    "url",
    [
        "http://gosuslugi.ru/fgis",
        "http://127.0.0.1.example.org/",
        "ftp://localhost/",
        "http://localhost@example.org/",
        "file:///etc/passwd",
        "",
    ],
)
async def test_only_this_machine_is_asked(itself: Federal, url: str) -> None:
    for name in ("target_url", "token_url"):
        answer = await itself.http.post("/_sandbox/fgis/ask", json=asked(itself, **{name: url}))
        assert answer.status_code == 400


async def test_no_answer_is_said(federal: Federal) -> None:
    def refuse(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("closed")

    outbound = federal.stand.app.sandbox.outbound
    outbound.transport = httpx.MockTransport(refuse)
    try:
        answer = await federal.http.post("/_sandbox/fgis/ask", json=asked(federal))
    finally:
        outbound.transport = None
    assert (answer.status_code, answer.json()["text"]) == (502, "Ответа нет: ConnectError")


async def test_an_endless_answer_is_cut_and_a_redirect_is_not_followed() -> None:
    sizes = {
        "/big": httpx.Response(200, content=b"x" * (5 * 2**20)),
        "/moved": httpx.Response(302, headers={"Location": "http://example.org/"}),
    }
    outbound = Outbound(httpx.MockTransport(lambda request: sizes[request.url.path]))
    with pytest.raises(Exception, match="слишком велик"):
        await outbound.send("GET", "http://localhost/big")
    assert (await outbound.send("GET", "http://localhost/moved")).status == 302
