"""A child's photo: only with its own consent, seen by the family and the guard alone, gone with the word (RULES A14, E8)."""

from __future__ import annotations

import asyncio
from base64 import b64decode
from io import BytesIO

import pytest
from quart import Response
from quart.datastructures import FileStorage

from tests.flows.desk_kit import Desk
from tests.flows.gate_kit import carded, guarded
from tests.flows.kit import PUBLIC, Browser, Hub
from tests.flows.office_kit import signed
from tests.flows.test_desk_pages import post, text
from tests.picture_kit import SECRET, jpeg, png

pytestmark = [pytest.mark.rule("E8"), pytest.mark.feature("F145")]


@pytest.fixture
async def desk(hub: Hub) -> Desk:
    return await guarded(hub)


def path(desk: Desk, more: str = "") -> str:
    return f"/api/v1/children/{desk.petya}/photo{more}"


async def put(desk: Desk, raw: bytes, browser: Browser | None = None) -> Response:
    who = browser or desk.anna
    await who.me()
    headers = {"Host": "localhost:8000", "Origin": PUBLIC, "X-CSRF-Token": who.csrf, "Content-Type": "image/jpeg"}
    return await who.client.put(path(desk), data=raw, headers=headers)


async def say(browser: Browser, child: str, word: str = "given") -> None:
    found = (await (await browser.get("/api/v1/consents")).get_json())["items"]
    (one,) = [one for one in found if one["purpose"] == "photo" and one["subject"]["id"] == child]
    body = {"subject": child, "purpose": "photo", "version": one["text"]["version"], "word": word}
    answer = await browser.send("POST", "/api/v1/consents", json=body)
    assert answer.status_code in (200, 201), await answer.get_data(as_text=True)


@pytest.mark.rule("A14")
async def test_without_its_own_consent_there_is_no_photo_and_with_it_the_picture_alone_is_kept_sealed(desk: Desk) -> None:
    refused = await put(desk, jpeg())
    assert (refused.status_code, (await refused.get_json())["type"].rsplit("/", 1)[1]) == (409, "consent_missing")
    await say(desk.anna, desk.petya)
    made = await put(desk, jpeg())
    assert made.status_code == 200, await made.get_data(as_text=True)
    version = (await made.get_json())["version"]
    shown = await desk.anna.get(path(desk, "/picture"))
    raw = await shown.get_data(as_text=False)
    assert (shown.content_type, shown.headers["X-Content-Type-Options"]) == ("image/jpeg", "nosniff")
    assert "no-cache" in shown.headers["Cache-Control"] and version in shown.headers["ETag"]
    assert isinstance(raw, bytes) and raw.startswith(b"\xff\xd8") and SECRET not in raw
    ((kept,),) = await desk.hub.rows("SELECT picture FROM pupil_photo")
    assert kept.startswith("s1."), "sealed at rest"
    again = await desk.anna.get(path(desk, "/picture"), **{"If-None-Match": shown.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.rule("A14")
async def test_who_withdraws_the_consent_takes_the_photo_away_at_once(desk: Desk) -> None:
    ivan = await desk.father()
    await say(desk.anna, desk.petya)
    await put(desk, png())
    await say(ivan, desk.petya, "refused")
    assert (await desk.anna.get(path(desk, "/picture"))).status_code == 404
    assert await desk.hub.rows("SELECT COUNT(*) FROM pupil_photo") == [(0,)]
    assert (await put(desk, png())).status_code == 409, "guardians disagree: the narrower holds"


@pytest.mark.rule("A14")
async def test_the_own_file_takes_the_cards_and_the_photo_along(desk: Desk) -> None:
    await carded(desk)
    await say(desk.anna, desk.petya)
    await put(desk, png())
    mine = await (await desk.anna.get("/export/mine.json")).get_json()
    (child,) = [one for one in mine["children"] if one["id"] == desk.petya]
    assert [(one["number"], one["state"]) for one in child["cards"]] == [("…01", "active")]
    assert b64decode(child["photo"]["picture"]).startswith(b"\x89PNG") and child["photo"]["kind"] == "image/png"


async def test_strangers_and_other_schools_see_no_photo_and_bad_files_change_nothing(desk: Desk) -> None:
    ivan = await desk.father()
    await say(desk.anna, desk.petya)
    assert (await put(desk, png())).status_code == 200
    for browser in (desk.oleg, await signed(desk.hub, "vera")):
        for found in (await browser.get(path(desk)), await browser.get(path(desk, "/picture")), await put(desk, png(), browser)):
            assert found.status_code == 404
    for raw in (b"", b"<svg/>", png()[:60], png(7000, 200)):
        assert (await put(desk, raw)).status_code == 400
    before = (await (await desk.anna.get(path(desk))).get_json())["version"]
    assert "photo_changed" in await desk.notices(ivan)
    gone = await asyncio.gather(*(ivan.send("DELETE", path(desk)) for _ in range(3)))
    assert before and [one.status_code for one in gone] == [200] * 3
    assert (await desk.notices(desk.anna)).count("photo_changed") == 1
    assert (await (await desk.anna.get(path(desk))).get_json())["version"] is None


async def test_the_page_asks_for_the_consent_first_then_takes_a_file_and_takes_it_back(desk: Desk) -> None:
    page = f"/children/{desk.petya}/photo"
    first = await text(desk.anna, page)
    assert f"/consents/{desk.petya}/photo" in first and "multipart" not in first
    await say(desk.anna, desk.petya)
    assert "multipart/form-data" in await text(desk.anna, page)

    async def upload(raw: bytes) -> Response:
        await desk.anna.me()
        headers = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html"}
        files = {"photo": FileStorage(BytesIO(raw), filename="x.exe")}
        return await desk.anna.client.post(page, form={"csrf_token": desk.anna.csrf}, files=files, headers=headers)

    bad, good = await upload(b"MZ"), await upload(jpeg())
    assert bad.status_code == 400 and "Подойдут JPEG" in await bad.get_data(as_text=True)
    assert good.headers["Location"] == f"{page}?done=added"
    assert "Сейчас охрана видит" in await text(desk.anna, page)
    assert (await desk.anna.get(f"{page}/picture")).content_type == "image/jpeg"
    assert (await post(desk.anna, f"{page}/remove")).status_code == 303
    assert "Сейчас охрана видит" not in await text(desk.anna, page)
