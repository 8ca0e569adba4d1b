"""A roster to play with: tables, uploads, the worker's rounds."""

from __future__ import annotations

from typing import Any

from quart import Response

from hub.flows.roster.applying import apply_rosters
from tests.flows.kit import PUBLIC, Browser, Hub

IMPORTS = "/api/v1/office/roster/imports"
HEAD = "Фамилия;Имя;Отчество;Дата рождения;Класс;Номер личного дела;СНИЛС родителя 1;Фамилия родителя 1;Имя родителя 1"
ARTYOM = "Соколов;Артём;Ильич;03.02.2014;6А;;;;"
WITH_ANNA = "Соколов;Артём;Ильич;03.02.2014;6А;;123-456-789 64;Орлова;Анна"


def table(*rows: str) -> bytes:
    return "\r\n".join((HEAD, *rows)).encode()


def many(count: int) -> list[str]:
    """As many different pupils, half of them in another class."""
    letters = "абвгдежзиклмнопрстуф"
    names = [f"Соколов{letters[n % 20]}{letters[n // 20 % 20]}{letters[n // 400]};Артём;;03.02.2014;{6 + n % 2}А;;;;" for n in range(count)]
    assert len(set(names)) == count
    return names


async def upload(browser: Browser, data: bytes, **headers: str) -> Response:
    given = {"Host": "localhost:8000", "Origin": PUBLIC, "X-CSRF-Token": browser.csrf, "Content-Type": "text/csv", **headers}
    return await browser.client.post(IMPORTS, data=data, headers=given)


async def checked(browser: Browser, *rows: str) -> dict[str, Any]:
    answer = await upload(browser, table(*rows))
    assert answer.status_code == 201, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def press_apply(browser: Browser, id_: str) -> Response:
    return await browser.send("POST", f"{IMPORTS}/{id_}/apply")


async def shown(browser: Browser, id_: str) -> dict[str, Any]:
    answer = await browser.get(f"{IMPORTS}/{id_}")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: dict[str, Any] = await answer.get_json()
    return found


async def imported(hub: Hub, browser: Browser, *rows: str) -> dict[str, Any]:
    """Checked, applied, and worked off to the end."""
    found = await checked(browser, *rows)
    answer = await press_apply(browser, found["id"])
    assert answer.status_code == 202, await answer.get_data(as_text=True)
    for _ in range(1000):
        await apply_rosters(hub.deps)
        found = await shown(browser, found["id"])
        if found["state"] != "applying":
            break
    return found


async def pupils(browser: Browser, query: str = "") -> list[dict[str, Any]]:
    answer = await browser.get(f"/api/v1/office/pupils{query}")
    assert answer.status_code == 200, await answer.get_data(as_text=True)
    found: list[dict[str, Any]] = (await answer.get_json())["items"]
    return found


async def press(browser: Browser, path: str, **form: str) -> Response:
    """A form of a page."""
    given = {"Host": "localhost:8000", "Origin": PUBLIC, "Accept": "text/html"}
    return await browser.client.post(path, form={"csrf_token": browser.csrf} | form, headers=given)
