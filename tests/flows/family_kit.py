"""A family to play with: a mother, a father, a grandmother and a child, each in an own browser."""

from __future__ import annotations

from datetime import date
from typing import Any

from quart import Response

from tests.flows.kit import PUBLIC, Browser, Hub, kid, parent

BORN = date(2014, 5, 6)


def claim(hub: Hub, code: str, first: str, *, snils: int | None, children: tuple[Any, ...] = (), born: date = date(1980, 1, 2)) -> None:
    known = kid(snils, first).snils if snils is not None else None
    hub.esia.claims[code] = parent(f"of {code}", last_name="Орлова", first_name=first, snils=known, children=children, birth_date=born)


async def parents(hub: Hub, *, born: date = BORN) -> tuple[Browser, Browser, str]:
    """Anna with the diary, Boris without, and their child's id."""
    hub.esia.claims["anna"] = parent(children=(kid(1, "Пётр", born=born),))
    claim(hub, "boris", "Борис", snils=2, children=(kid(1, "Пётр", born=born),))
    anna, boris = hub.browser(), hub.browser()
    child = str((await anna.sign_in())["children"][0]["id"])
    await anna.link()
    await anna.me()
    await boris.sign_in("boris")
    return anna, boris, child


async def relative(hub: Hub, code: str = "galina", *, snils: int | None = 3) -> Browser:
    """A confirmed adult without children."""
    claim(hub, code, "Галина", snils=snils)
    browser = hub.browser()
    await browser.sign_in(code)
    return browser


async def kinds(browser: Browser) -> list[str]:
    """What the hub told, newest first."""
    return [one["kind"] for one in (await (await browser.get("/api/v1/me/notices")).get_json())["items"]]


async def told(answer: Response, status: int = 200) -> Any:
    assert answer.status_code == status, await answer.get_data(as_text=True)
    return await answer.get_json()


async def form(browser: Browser, path: str, **fields: str) -> Response:
    """A plain form of our own page, as a browser sends it."""
    headers = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html"}
    return await browser.client.post(path, form={"csrf_token": browser.csrf, **fields}, headers=headers)


async def page(browser: Browser, path: str, status: int = 200) -> str:
    answer = await browser.get(path, Accept="text/html")
    text = str(await answer.get_data(as_text=True))
    assert answer.status_code == status, text
    return text
