"""The layer before the systems: paths, the request log, masked secrets, faults of every kind."""

from __future__ import annotations

import time
from typing import Any

import httpx
import pytest

from sandbox.app import SandboxApp
from sandbox.recorder import Recorder


async def switch_on(client: httpx.AsyncClient, kind: str, **more: Any) -> str:
    answer = await client.post("/_sandbox/faults", json={"system": "echo", "kind": kind, **more})
    assert answer.status_code == 201
    return str(answer.json()["id"])


async def records(client: httpx.AsyncClient, **params: str) -> list[dict[str, Any]]:
    return list((await client.get("/_sandbox/requests", params=params)).json()["requests"])


@pytest.mark.parametrize("path", ["/echo/data", "/echo//data", "//echo/data/", "/echo/data//"])
async def test_doubled_and_trailing_slashes_are_tolerated_and_logged_as_sent(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(httpx.URL("http://localhost:9000", raw_path=path.encode()))
    assert answer.status_code == 200
    assert answer.json()["path"] == "/echo/data"
    assert (await records(client))[-1]["path"] == path


async def test_the_base_address_is_the_one_that_the_client_used(client: httpx.AsyncClient) -> None:
    assert (await client.get("/echo/data")).json()["base"] == "http://localhost:9000"


async def test_a_request_is_logged_with_everything_but_the_secrets(client: httpx.AsyncClient) -> None:
    await client.post(
        "/echo/data?sign=1&access_token=secret-1&a=1&a=2",
        data={"login": "me", "password": "secret-2", "pin": "secret-3"},
        headers={"Authorization": "Bearer secret-4", "Cookie": "s=secret-5", "Access-Token": "secret-6"},
    )
    record = (await records(client))[0]
    assert (record["system"], record["method"], record["path"], record["status"]) == ("echo", "POST", "/echo/data", 200)
    assert record["query"] == {"sign": "1", "access_token": "***", "a": ["1", "2"]}
    assert record["body"] == {"login": "me", "password": "***", "pin": "***"}
    assert record["headers"]["authorization"] == "Bearer ***"
    assert record["verdicts"] == {"signature": "ok"}
    assert "secret-" not in str(record)


@pytest.mark.parametrize(
    ("content", "kind", "shown"),
    [
        (b'{"a": {"token": "secret", "n": [1]}}', "application/json", {"a": {"token": "***", "n": [1]}}),
        (b"{broken secret", "application/json", "(14 байт, application/json, не разобрано)"),
        (b"plain", "text/plain", "plain"),
        (b"\x00\x01", "application/octet-stream", "(2 байт, application/octet-stream)"),
        (b"", "", None),
    ],
)
async def test_bodies_of_each_kind_are_shown_without_secrets(client: httpx.AsyncClient, content: bytes, kind: str, shown: object) -> None:
    await client.post("/echo/data", content=content, headers={"Content-Type": kind})
    assert (await records(client))[0]["body"] == shown


async def test_requests_are_filtered_by_system_and_time(app: SandboxApp, client: httpx.AsyncClient) -> None:
    await client.get("/echo/data")
    await client.get("/echo-login/start")
    await client.get("/echo-two/data")
    assert [r["system"] for r in await records(client, system="echo")] == ["echo", "echo-login"]
    assert [r["system"] for r in await records(client, system="echo-two")] == ["echo-two"]
    assert await records(client, system="nope") == []
    app.sandbox.clock.shift(60)
    await client.get("/echo/page")
    assert [r["path"] for r in await records(client, since="2026-11-21T12:01:00Z")] == ["/echo/page"]
    raw = await client.get("/_sandbox/requests?since=2026-11-21T12:01:00+00:00")
    assert len(raw.json()["requests"]) == 1
    assert (await client.get("/_sandbox/requests?since=x")).status_code == 400


async def test_control_calls_and_pages_are_not_in_the_log(client: httpx.AsyncClient) -> None:
    await client.get("/_sandbox/people")
    await client.get("/")
    assert await records(client) == []


async def test_the_log_is_bounded(app: SandboxApp, client: httpx.AsyncClient) -> None:
    app.sandbox.recorder = Recorder(limit=3)
    for _ in range(5):
        await client.get("/echo/data")
    assert [r["id"] for r in await records(client)] == ["3", "4", "5"]


async def test_latency_delays_and_answers(client: httpx.AsyncClient) -> None:
    await switch_on(client, "latency", value=0.1)
    started = time.perf_counter()
    assert (await client.get("/echo/data")).status_code == 200
    assert time.perf_counter() - started >= 0.1


@pytest.mark.parametrize(
    ("kind", "value", "status"), [("status", 500, 500), ("status", None, 503), ("html", 502, 502), ("html", None, 200)]
)
async def test_status_and_html_answer_with_the_value(client: httpx.AsyncClient, kind: str, value: int | None, status: int) -> None:
    await switch_on(client, kind, value=value)
    answer = await client.post("/echo/data", content=b"x")
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("text/html" if kind == "html" else "text/plain")
    assert (await records(client))[0]["faults"] == [kind]
    await client.delete("/_sandbox/faults")
    assert (await client.get("/echo/effects")).json() == {"effects": []}


async def test_garbage_says_json_and_is_none(client: httpx.AsyncClient) -> None:
    await switch_on(client, "garbage")
    answer = await client.get("/echo/data")
    assert answer.headers["content-type"] == "application/json"
    with pytest.raises(ValueError, match="decode"):
        answer.json()


async def test_drop_is_a_transport_error(client: httpx.AsyncClient) -> None:
    await switch_on(client, "drop")
    with pytest.raises(httpx.TransportError):
        await client.get("/echo/data")


@pytest.mark.parametrize(("kind", "value", "status"), [("rate_limit", 7, 429), ("auth_expired", None, 401), ("error", "E-17", 401)])
async def test_the_system_words_its_own_faults(client: httpx.AsyncClient, kind: str, value: object, status: int) -> None:
    await switch_on(client, kind, value=value)
    answer = await client.get("/echo/data")
    assert (answer.status_code, answer.text) == (status, f"{kind}:{value}")
    assert (await client.get("/echo/free")).json() == {"free": True}


async def test_drift_renames_required_fields_of_data_answers_only(client: httpx.AsyncClient) -> None:
    await switch_on(client, "drift")
    answer = (await client.get("/echo/data")).json()
    assert "id" not in answer
    assert answer["items"] == [{"id_v2": 1, "value_v2": "5"}]
    assert (await client.get("/echo/page")).text == "<p>id</p>"
    assert (await client.get("/echo/nope")).status_code == 404


async def test_a_late_answer_has_its_effect_at_once(client: httpx.AsyncClient) -> None:
    await switch_on(client, "late_answer", value=0.1, path="/echo/data")
    started = time.perf_counter()
    answer = await client.post("/echo/data", content=b"paid")
    assert time.perf_counter() - started >= 0.1
    assert answer.json()["id"] == 2
    assert (await client.get("/echo/effects")).json() == {"effects": ["paid"]}


async def test_a_fault_covers_the_login_of_its_system_and_no_sister(client: httpx.AsyncClient) -> None:
    await switch_on(client, "status")
    assert (await client.get("/echo-login/start")).status_code == 503
    assert (await client.get("/echo-two/data")).status_code == 200


async def test_a_fault_on_the_login_alone_leaves_the_data(client: httpx.AsyncClient) -> None:
    await client.post("/_sandbox/faults", json={"system": "echo-login", "kind": "status"})
    assert (await client.get("/echo/data")).status_code == 200
    assert (await client.get("/echo-login/start")).status_code == 503


async def test_the_path_is_a_glob_over_the_whole_path(client: httpx.AsyncClient) -> None:
    await switch_on(client, "status", path="/echo/d*")
    assert (await client.get("/echo/data")).status_code == 503
    assert (await client.get("/echo/page")).status_code == 200
    await client.delete("/_sandbox/faults")
    await switch_on(client, "status", path="*/page")
    assert (await client.get("/echo/page")).status_code == 503


async def test_times_count_down_and_the_next_fault_follows(client: httpx.AsyncClient) -> None:
    await switch_on(client, "status", value=500, times=2)
    await switch_on(client, "status", value=502, times=1)
    assert [(await client.get("/echo/data")).status_code for _ in range(4)] == [500, 500, 502, 200]
    assert (await client.get("/_sandbox/faults")).json() == {"faults": []}


async def test_latency_joins_another_fault(client: httpx.AsyncClient) -> None:
    await switch_on(client, "latency", value=0.05)
    await switch_on(client, "status", value=500)
    assert (await client.get("/echo/data")).status_code == 500
    assert (await records(client))[0]["faults"] == ["latency", "status"]


async def test_faults_are_listed_and_removed_one_by_one_or_all(client: httpx.AsyncClient) -> None:
    one, other = await switch_on(client, "status", value=500, times=3, path="/echo/*"), await switch_on(client, "drop")
    listed = (await client.get("/_sandbox/faults")).json()["faults"]
    assert listed[0] == {"id": one, "system": "echo", "path": "/echo/*", "kind": "status", "value": 500, "times": 3}
    assert (await client.delete(f"/_sandbox/faults/{one}")).status_code == 204
    assert [f["id"] for f in (await client.get("/_sandbox/faults")).json()["faults"]] == [other]
    assert (await client.delete(f"/_sandbox/faults/{one}")).status_code == 404
    assert (await client.delete("/_sandbox/faults")).status_code == 204
    assert (await client.get("/echo/data")).status_code == 200


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"system": "echo", "kind": "odd"}, 400),
        ({"system": "nope", "kind": "status"}, 404),
        ({"kind": "status"}, 404),
        ({"system": "echo", "kind": "status", "value": 1000}, 400),
        ({"system": "echo", "kind": "latency", "value": "long"}, 400),
        ({"system": "echo", "kind": "latency", "value": -1}, 400),
        ({"system": "echo", "kind": "latency", "value": True}, 400),
        ({"system": "echo", "kind": "status", "times": 0}, 400),
        ({"system": "echo", "kind": "status", "path": 5}, 400),
    ],
)
async def test_a_fault_that_makes_no_sense_is_refused(client: httpx.AsyncClient, body: dict[str, Any], status: int) -> None:
    answer = await client.post("/_sandbox/faults", json=body)
    assert answer.status_code == status
    assert answer.json()["text"]


async def test_a_real_host_over_tls_leads_to_its_prefix(client: httpx.AsyncClient, app: SandboxApp) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as outside:
        answer = await outside.get("https://api.echo.example//data/")
        assert answer.json()["path"] == "/echo/data"
        assert (await outside.get("https://login.echo.example:443/start")).json() == {"person": None}
        assert (await outside.get("https://api.echo.example/echo-login/start")).json() == {"person": None}
        assert (await outside.get("https://localhost/echo/data")).status_code == 200
        assert (await outside.get("https://api.echo.example/_sandbox/clock")).status_code == 200
        assert (await outside.get("http://api.echo.example/data")).status_code == 404
    assert (await records(client))[0]["path"] == "//data/"
