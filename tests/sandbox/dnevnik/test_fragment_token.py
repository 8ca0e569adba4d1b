"""The token that is handed over in the fragment of the last address: its exact spelling, and how long it lives."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit

from tests.sandbox.dnevnik.platform_client import BACK, Platform


async def test_a_token_for_a_registered_address_goes_in_the_fragment(fresh: Platform) -> None:
    await fresh.register()
    fresh.app.sandbox.sign_in_as.choose("dnevnik-login", fresh.parent.id, 1)
    answer = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize(response_type="token"))
    parts = urlsplit(answer.headers["location"])
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == BACK and parts.query == "result=success"
    assert re.fullmatch(r"access_token=[0-9a-f]{32}&state=s-1%2F2%203", parts.fragment)


async def test_a_token_from_the_fragment_lives_for_months_since_nothing_renews_it(fresh: Platform) -> None:
    await fresh.register()
    fresh.app.sandbox.sign_in_as.choose("dnevnik-login", fresh.parent.id, 1)
    answer = await fresh.http.get("/dnevnik-login/oauth2", params=fresh.authorize(response_type="token"))
    token = answer.headers["location"].partition("access_token=")[2].partition("&")[0]
    headers = {"Access-Token": token}
    assert (await fresh.http.get("/dnevnik/v2/users/me", headers=headers)).status_code == 200
    start = fresh.app.sandbox.clock.now()
    await fresh.control("clock", {"now": (start + timedelta(days=60)).isoformat()})
    assert (await fresh.http.get("/dnevnik/v2/users/me", headers=headers)).status_code == 200
    await fresh.control("clock", {"now": (start + timedelta(days=200)).isoformat()})
    assert (await fresh.http.get("/dnevnik/v2/users/me", headers=headers)).status_code == 401
