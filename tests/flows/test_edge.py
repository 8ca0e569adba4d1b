"""Every route: headers, problems, hosts, limits; and the machine's addresses."""

from __future__ import annotations

import re
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any, cast

import httpx
import msgspec
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator
from quart import Quart, Response

from hub.app import create_app
from tests.flows.kit import Browser, Hub
from tests.flows.settings_kit import settings


def _paths(app: Quart) -> list[tuple[str, str]]:
    found = []
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for name in rule.arguments:
            path = path.replace(f"<path:{name}>", "style.css").replace(f"<{name}>", "esia" if name == "system" else "x1")
        found += [(method, path) for method in sorted(rule.methods or ()) if method not in ("HEAD", "OPTIONS")]
    return found


def _check_headers(answer: Response, path: str, *, secure: bool = False) -> None:
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "default-src 'none'" in policy, path
    assert "unsafe" not in policy or answer.content_type.startswith("image/svg"), path
    assert answer.headers["X-Content-Type-Options"] == "nosniff", path
    assert answer.headers["Referrer-Policy"] == "no-referrer", path
    assert answer.headers["X-Request-Id"], path
    assert answer.headers["Cache-Control"], path
    assert ("Strict-Transport-Security" in answer.headers) is secure, path
    if path.startswith("/auth/"):
        assert answer.headers["Cache-Control"] == "no-store", path


@pytest.mark.parametrize("signed_in", [False, True])
async def test_every_route_answers_with_the_headers_and_never_breaks(hub: Hub, signed_in: bool) -> None:
    browser = hub.browser()
    if signed_in:
        await browser.sign_in()
    hub.deps.stopping.set()  # event streams end by themselves
    for method, path in _paths(hub.app):
        if method == "POST" and path == "/auth/logout":
            continue
        answer = await browser.send(method, path, json={} if method != "GET" else None)
        assert answer.status_code < 500, (method, path, await answer.get_data(as_text=True))
        _check_headers(answer, path)
        if path.startswith("/api/") and not signed_in:
            assert answer.status_code == 401, (method, path)
        if path.startswith("/api/") and answer.status_code >= 400:
            assert answer.content_type == "application/problem+json", (method, path)
            assert {"type", "title", "status", "detail"} <= set(await answer.get_json())
        if path.startswith("/api/") and answer.status_code == 200 and method == "GET":
            assert answer.headers["ETag"]
            assert answer.headers["Cache-Control"] == "private, no-cache"


async def test_pages_and_errors_of_pages_carry_the_headers_too(hub: Hub) -> None:
    browser = hub.browser()
    for path in ("/", "/nothing", "/docs", "/problems/not_found", "/problems/nothing", "/help", "/static/style.css"):
        answer = await browser.get(path, Accept="text/html")
        _check_headers(answer, path)
        assert "html" in answer.content_type or path.startswith("/static")
        assert "<script>" not in await answer.get_data(as_text=True)


async def test_https_adds_hsts_and_secure_cookies(hub: Hub, tmp_path: Path) -> None:
    deps = replace(hub.deps, settings=settings(tmp_path, demo=False, public_url="https://hub.example"))
    browser = Browser(create_app(deps).test_client())
    answer = await browser.get("/auth/esia/start")
    _check_headers(answer, "/auth/esia/start", secure=True)
    assert answer.headers["Set-Cookie"].startswith("__Host-hub-flow=")
    assert "Secure" in answer.headers["Set-Cookie"] and "Path=/" in answer.headers["Set-Cookie"]


@pytest.mark.parametrize("host", ["evil.example", "localhost", "localhost:9000.evil", "hub.local:8000"])
async def test_a_demo_answers_under_its_own_name_only(hub: Hub, host: str) -> None:
    answer = await hub.app.test_client().get("/api/v1/me", headers={"Host": host})
    if host == "localhost":
        assert (answer.status_code, answer.headers["Location"]) == (307, "http://localhost:8000/api/v1/me")
        return
    assert answer.status_code == 421
    _check_headers(answer, "/")


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000"])
async def test_another_loopback_name_is_led_to_the_public_one(hub: Hub, host: str) -> None:
    client = hub.app.test_client()
    page = await client.get("/children/1/diary?week=2026-11-16", headers={"Host": host})
    assert (page.status_code, page.headers["Location"]) == (307, "http://localhost:8000/children/1/diary?week=2026-11-16")
    tricky = await client.get("//evil.example/", headers={"Host": host})
    assert tricky.headers["Location"] == "http://localhost:8000/evil.example/"
    assert (await client.post("/auth/logout", headers={"Host": host})).status_code == 421
    assert (await client.get("/healthz", headers={"Host": host})).status_code == 200


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "[::1]:8000", "evil.example"])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", "/ingest/v1/events"), ("GET", "/iclock/cdata?SN=1"), ("GET", "/pay/osmp?command=check")]
)
async def test_devices_and_terminals_are_answered_under_every_name_of_this_machine(hub: Hub, host: str, method: str, path: str) -> None:
    client = hub.app.test_client()
    answer = await (client.get if method == "GET" else client.post)(path, headers={"Host": host})
    assert (answer.status_code in (307, 421)) is (host == "evil.example")


@pytest.mark.security("29")
async def test_a_forged_forwarded_address_counts_for_nothing(hub: Hub, tmp_path: Path) -> None:
    browser = hub.browser()
    for number in range(120):
        await browser.get(f"/auth/esia/return?state=s{number}", **{"X-Forwarded-For": f"10.0.0.{number}"})
    assert (await browser.get("/auth/esia/return?state=s", **{"X-Forwarded-For": "10.9.9.9"})).status_code == 429


async def test_a_trusted_proxy_names_the_client(hub: Hub, tmp_path: Path) -> None:
    proxies = (ip_network("127.0.0.0/8"), ip_network("10.0.0.0/8"))
    deps = replace(hub.deps, settings=settings(tmp_path, trusted_proxies=proxies))
    app = create_app(deps)
    seen: list[str] = []

    @app.before_request
    async def note() -> None:
        from quart import request

        seen.append(str(request.remote_addr))

    for hops in ("203.0.113.5", "1.1.1.1, 203.0.113.6, 10.0.0.7", ""):
        headers = {"Host": "localhost:8000", "X-Forwarded-For": hops, "X-Request-Id": "from-the-proxy"}
        answer = await app.test_client().get("/healthz", headers=headers, scope_base={"client": ("127.0.0.1", 5)})
        assert answer.headers["X-Request-Id"] == "from-the-proxy"
    assert seen == ["203.0.113.5", "203.0.113.6", "127.0.0.1"]


async def test_a_body_over_one_mebibyte_is_refused(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    answer = await browser.send("POST", "/api/v1/links/dnevnik", json={"role": "parent", "next": "x" * (1024 * 1024)})
    assert answer.status_code == 413
    assert (await answer.get_json())["type"] == "/problems/too_large"


@pytest.mark.parametrize(
    ("announced", "closes"), [({"Content-Length": "1048600"}, True), ({"Transfer-Encoding": "chunked"}, True), ({}, False)]
)
async def test_a_refused_long_body_ends_its_connection_by_word(hub: Hub, announced: dict[str, str], closes: bool) -> None:
    answer = await hub.browser().send("POST", "/api/v1/joins", json={}, **announced)
    assert (answer.status_code, answer.headers.get("Connection") == "close") == (401, closes)


async def test_an_unknown_address_and_a_wrong_method_are_problems(hub: Hub) -> None:
    browser = hub.browser()
    missing = await browser.get("/api/v1/nothing")
    assert (missing.status_code, (await missing.get_json())["type"]) == (404, "/problems/not_found")
    wrong = await browser.send("PUT", "/api/v1/me")
    assert wrong.status_code == 405
    assert "GET" in wrong.headers["Allow"]
    page = await browser.get("/nothing", Accept="text/html")
    text = await page.get_data(as_text=True)
    assert "Такой страницы нет" in text and page.headers["X-Request-Id"] in text


async def test_what_nobody_foresaw_is_a_500_that_tells_nothing(hub: Hub) -> None:
    hub.esia.claims["boom"] = RuntimeError("secret inside")
    browser = hub.browser()
    answer = await browser.back(await browser.leave(), "boom")
    body = await answer.get_data(as_text=True)
    assert answer.status_code == 500
    assert "secret inside" not in body and "internal" in body


@pytest.mark.security("27")
@pytest.mark.parametrize(
    ("headers", "csrf", "origin", "slug"),
    [
        ({}, None, "https://evil.example", "cross_site"),
        ({}, None, None, "cross_site"),
        ({}, None, "null", "cross_site"),
        ({"Sec-Fetch-Site": "cross-site"}, None, "null", "cross_site"),
        ({}, "", "http://localhost:8000", "csrf"),
        ({}, "wrong", "http://localhost:8000", "csrf"),
    ],
)
async def test_a_write_needs_our_origin_and_the_token(
    hub: Hub, headers: dict[str, str], csrf: str | None, origin: str | None, slug: str
) -> None:
    browser = hub.browser()
    await browser.sign_in()
    answer = await browser.send("POST", "/auth/logout", csrf=csrf, origin=origin, **headers)
    said = await answer.get_json()
    assert (answer.status_code, said["type"]) == (403, f"/problems/{slug}")
    assert "подключения" not in said["detail"], "any write, not a link alone"
    assert (await browser.get("/api/v1/me")).status_code == 200


async def test_a_form_of_our_own_page_may_write(hub: Hub) -> None:
    """Browsers send `Origin: null` with forms under `Referrer-Policy: no-referrer`."""
    browser = hub.browser()
    await browser.sign_in()
    answer = await browser.client.post(
        "/auth/logout",
        form={"csrf_token": browser.csrf},
        headers={"Host": "localhost:8000", "Origin": "null", "Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 303


async def test_etags_save_the_body(hub: Hub) -> None:
    browser = hub.browser()
    await browser.sign_in()
    first = await browser.get("/api/v1/me")
    again = await browser.get("/api/v1/me", **{"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, await again.get_data()) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    weak = await browser.get("/api/v1/me", **{"If-None-Match": f'"x", W/{first.headers["ETag"]}'})
    assert weak.status_code == 304
    assert (await browser.get("/api/v1/me", **{"If-None-Match": '"other"'})).status_code == 200


async def test_an_answer_without_a_body_says_nothing_of_one(hub: Hub) -> None:
    """The test client would put both headers back: asked over the wire's own interface."""
    async with httpx.AsyncClient(transport=httpx.ASGITransport(cast(Any, hub.app)), base_url="http://localhost:8000") as wire:
        first = await wire.get("/static/style.css")
        again = await wire.get("/static/style.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.headers["Content-Type"].partition(";")[0], again.status_code) == ("text/css", 304)
    assert not {"content-type", "content-length"} & set(again.headers)


async def test_the_openapi_document_is_valid_3_1(hub: Hub) -> None:
    answer = await hub.browser().get("/openapi.json")
    document: dict[str, Any] = msgspec.json.decode(await answer.get_data(as_text=False))
    OpenAPIV31SpecValidator(document).validate()
    assert document["openapi"].startswith("3.1")
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    described = {(method.upper(), path) for path, operations in document["paths"].items() for method in operations}
    routed = {
        (method, rule.rule.replace("<", "{").replace(">", "}"))
        for rule in hub.app.url_map.iter_rules()
        if rule.rule.startswith("/api/")
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    assert described == routed
    shapes = [re.sub(r"\{[^}]+\}", "{}", path) for path in document["paths"]]
    assert len(shapes) == len(set(shapes)), "paths that differ only in the names of their parameters are one to OpenAPI"
    writing = document["paths"]["/api/v1/links/{link}"]["post"]
    assert {"X-CSRF-Token", "Idempotency-Key"} <= {parameter["name"] for parameter in writing["parameters"]}
    sought = document["paths"]["/api/v1/schools"]["get"]
    assert [parameter["name"] for parameter in sought["parameters"]] == ["q"]
    marks = document["paths"]["/api/v1/children/{child}/marks"]["get"]
    assert {"from", "to", "cursor"} <= {parameter["name"] for parameter in marks["parameters"]}


async def test_the_docs_page_needs_no_other_host(hub: Hub) -> None:
    text = await (await hub.browser().get("/docs", Accept="text/html")).get_data(as_text=True)
    assert "/api/v1/children/{child}/marks" in text
    assert "//cdn" not in text and "jsdelivr" not in text


async def test_health_and_readiness(hub: Hub) -> None:
    browser = hub.browser()
    health = await (await browser.get("/healthz")).get_json()
    assert health["status"] == "ok" and health["version"]
    assert (await (await browser.get("/readyz")).get_json())["ready"] is True

    async def broken() -> str:
        return "нет базы"

    app = create_app(replace(hub.deps, checks={"database": broken}))
    answer = await Browser(app.test_client()).get("/readyz")
    assert (answer.status_code, (await answer.get_json())["checks"]) == (503, {"database": "нет базы"})
    metrics = await browser.get("/metrics")
    assert metrics.content_type.startswith("text/plain")


@pytest.mark.parametrize(
    "body",
    [None, [], {"role": "boss"}, {"role": "parent", "credentials": {}}, {"credentials": {"login": 1}}, {"role": "parent", "person": 5}],
)
async def test_a_wrong_body_is_refused_clearly(hub: Hub, body: object) -> None:
    browser = hub.browser()
    await browser.sign_in()
    answer = await browser.send("POST", "/api/v1/links/dnevnik", json=body)
    assert answer.status_code == 400
    assert (await answer.get_json())["type"] == "/problems/malformed"
