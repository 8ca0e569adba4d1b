"""The home page for people: the town, sign-ins, clock, faults, requests; without JavaScript through plain forms."""

from __future__ import annotations

import httpx
import pytest

from sandbox.app import SandboxApp


async def test_the_page_shows_the_town_in_russian(app: SandboxApp, client: httpx.AsyncClient) -> None:
    page = (await client.get("/")).text
    town = app.sandbox.town
    assert '<html lang="ru">' in page
    assert all(school.city in page for school in town.schools.values())
    for person in (p for p in town.people.values() if p.esia):
        assert person.esia is not None
        assert person.last_name in page
        assert person.esia.password in page


async def test_the_page_forbids_inline_and_foreign_code(client: httpx.AsyncClient) -> None:
    answer = await client.get("/")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert " style=" not in answer.text
    assert " onclick=" not in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize("path", ["/static/home.css", "/static/home.js", "/static/icon.svg", "/home/requests", "/home/classmates"])
async def test_the_parts_of_the_page_are_there(client: httpx.AsyncClient, path: str) -> None:
    assert (await client.get(path)).status_code == 200


async def test_classmates_families_have_a_page_of_their_own(app: SandboxApp, client: httpx.AsyncClient) -> None:
    page = (await client.get("/home/classmates")).text
    parent = next(p for p in app.sandbox.town.people.values() if p.role == "parent" and not p.esia and not p.note)
    assert parent.first_name in page


async def test_the_clock_is_turned_by_buttons(app: SandboxApp, client: httpx.AsyncClient) -> None:
    answer = await client.post("/home/clock", data={"jump_h": "24"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/#clock")
    assert app.sandbox.clock.offset_s == 86_400
    await client.post("/home/clock", data={"at": "2026-09-01T09:00"})
    assert app.sandbox.clock.now().isoformat() == "2026-09-01T06:00:00+00:00"
    await client.post("/home/clock", data={})
    assert app.sandbox.clock.offset_s == 0
    assert (await client.post("/home/clock", data={"jump_h": "x"})).status_code == 400


async def test_faults_are_switched_by_buttons(app: SandboxApp, client: httpx.AsyncClient) -> None:
    await client.post("/home/faults", data={"system": "echo", "kind": "latency", "value": "3", "times": "2"})
    fault = app.sandbox.faults.all()[0]
    assert (fault.kind, fault.value, fault.times) == ("latency", 3, 2)
    assert "отвечает медленно" in (await client.get("/")).text
    await client.post("/home/faults/off", data={"id": fault.id})
    assert app.sandbox.faults.all() == []
    await client.post("/home/faults", data={"system": "echo", "kind": "drop", "value": "", "times": ""})
    await client.post("/home/faults/off", data={})
    assert app.sandbox.faults.all() == []


async def test_requests_are_listed_with_verdicts_and_escaped(client: httpx.AsyncClient) -> None:
    await client.get("/echo/data?sign=1")
    await client.get("/echo/%3Cscript%3E")
    page = (await client.get("/home/requests")).text
    assert "signature: ok" in page
    assert "<script>" not in page


async def test_the_town_is_made_new_by_a_button(app: SandboxApp, client: httpx.AsyncClient) -> None:
    before = app.sandbox.town
    assert (await client.post("/home/reset")).status_code == 303
    assert app.sandbox.town is not before


async def test_a_form_of_another_site_is_refused(app: SandboxApp, client: httpx.AsyncClient) -> None:
    answer = await client.post("/home/clock", data={"jump_h": "24"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403
    assert app.sandbox.clock.offset_s == 0
