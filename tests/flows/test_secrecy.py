"""What a stolen copy of a lived-in database, and the logs of the same days, tell about the town: nothing (ARCHITECTURE 7)."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import httpx
import pytest

from hub.cli.keeping.keys import rotate
from hub.deps import Deps
from hub.store import fields
from hub.wiring import sealed, tables
from identity.sealing import Keys, new_master_key
from identity.store import unrotated
from identity.store.tables import PersonRow
from sandbox.app import SandboxApp
from tests.conftest import SANDBOX_URL, OpenBrowser

pytestmark = pytest.mark.timeout(110)

KINDS = ("lessons", "marks", "homework", "attendance", "finals")
FAMILIES = 3


async def _walk(browser: httpx.AsyncClient, path: str) -> httpx.Response:
    answer = await browser.get(path)
    for _ in range(12):
        if not answer.is_redirect:
            break
        answer = await browser.get(answer.headers["location"])
    assert answer.status_code == 200, answer.text[:300]
    return answer


async def _live(browser: httpx.AsyncClient, parent: dict[str, Any], week: dict[str, str]) -> int:
    """One parent's morning: signs in, connects the diary, opens every child's week. Returns how many items were read."""
    for system, start in (("esia", "/auth/esia/start"), ("dnevnik-login", "/auth/dnevnik/start")):
        await browser.post(f"{SANDBOX_URL}/_sandbox/{system}/sign_in_as", json={"person": parent["id"], "times": 1})
        await _walk(browser, start)
    seen = 0
    for child in (await browser.get("/api/v1/me")).json()["children"]:
        for kind in KINDS:
            answer = await browser.get(f"/api/v1/children/{child['id']}/{kind}", params=week)
            seen += len(answer.json()["items"])
        await browser.get(f"/api/v1/children/{child['id']}/access-log")
    return seen


@pytest.fixture
async def town(sandbox_app: SandboxApp, open_browser: OpenBrowser) -> dict[str, Any]:
    """The town after three families used the hub."""
    told = (await open_browser().get(f"{SANDBOX_URL}/_sandbox/people")).json()
    able = [
        one for one in told["people"]
        if one["role"] == "parent" and (one["esia"] or {}).get("level") == "confirmed" and "dnevnik" in one["accounts"] and one["children"]
    ]  # fmt: skip
    assert len(able) >= FAMILIES
    read = [await _live(open_browser(), parent, told["week"]) for parent in able[:FAMILIES]]
    assert all(seen > 20 for seen in read), read
    town: dict[str, Any] = told
    return town


def _secrets(town: dict[str, Any]) -> set[str]:
    """Every number, address, name, password and token of everybody in town, classmates and teachers among them."""
    found: set[str] = set()
    for person in town["people"]:
        digits = "".join(filter(str.isdigit, person["snils"] or ""))
        phone = "".join(filter(str.isdigit, person["phone"] or ""))[-10:]
        found |= {digits, person["snils"] or "", phone, person["phone"] or "", person["email"] or ""}
        found |= {person["last_name"], person["first_name"], person["middle_name"] or "", person["birth_date"]}
        accounts = [person["esia"] or {}, person["vkid"] or {}, *person["accounts"].values()]
        found |= {
            str(value) for one in accounts for name, value in one.items() if name in {"oid", "login", "password", "token", "person_id"}
        }
    schools = " ".join(f"{one['legal_name']} {one['short_name']}" for one in town["schools"])
    # A short Latin word or number would turn up by chance in so much sealed text.
    return {word for word in found if len(word) >= (8 if word.isascii() else 4) and word not in schools}


async def _rows(deps: Deps, model: Any, columns: str) -> list[tuple[Any, ...]]:
    return await deps.db.read(lambda: fields.rows(model, f"SELECT {columns} FROM {model._meta.table_name}", ()))


def _files(folder: Path) -> str:
    """SQLite's file and its write-ahead log, as they lie on the disk."""
    return "".join(file.read_bytes().decode("utf-8", errors="replace") for file in folder.glob("hub.sqlite3*"))


@pytest.mark.rule("A8")
@pytest.mark.security("30")
async def test_a_copied_database_names_nobody_of_the_town(hub_deps: Deps, town: dict[str, Any], tmp_path: Path) -> None:
    held = repr([await _rows(hub_deps, model, "*") for model in tables()]) + _files(tmp_path)
    assert all(school["legal_name"] in held for school in town["schools"]), "what is public is found, so the search can find"
    words = _secrets(town)
    assert len(words) > 200
    assert [word for word in words if word in held] == []
    lessons = {"Алгебра", "Русский язык", "Литература", "Математика"}
    assert [subject for subject in lessons if subject in held] == [], "what the diary says is sealed too"


@pytest.mark.security("32")
async def test_the_logs_of_the_same_days_name_nobody_either(
    caplog: pytest.LogCaptureFixture, hub_deps: Deps, sandbox_app: SandboxApp, open_browser: OpenBrowser
) -> None:
    caplog.set_level(logging.DEBUG)
    told = (await open_browser().get(f"{SANDBOX_URL}/_sandbox/people")).json()
    parent = next(
        one for one in told["people"] if one["role"] == "parent" and "dnevnik" in one["accounts"] and one["esia"] and one["children"]
    )
    await _live(open_browser(), parent, told["week"])
    assert [record for record in caplog.records if record.name == "hub.calls"], "calls outside are logged"
    ours = "\n".join(record.getMessage() for record in caplog.records if record.name.split(".")[0] in {"hub", "identity", "connectors"})
    assert [word for word in _secrets(told) if word in ours] == []
    assert [id_ for (id_,) in await _rows(hub_deps, PersonRow, "id") if id_ in ours] == []


@pytest.mark.security("30")
async def test_after_a_rotation_the_lived_in_database_opens_with_the_new_key_alone(hub_deps: Deps, town: dict[str, Any]) -> None:
    master = new_master_key()
    rotating = Keys.from_master(master, [hub_deps.settings.master_key.reveal()])
    changed = sum(rotate(hub_deps.db, rotating, column) for column in sealed())
    assert changed > 20
    left = await hub_deps.db.read(lambda: sum(unrotated(rotating, column) for column in sealed()))
    assert left == 0
    new = Keys.from_master(master)
    for column in sealed():
        table = column.model._meta.table_name
        key: Any = column.model._meta.primary_key
        for id_, value in await _rows(hub_deps, column.model, f"{key.name}, {column.column}"):
            assert not value or new.open(table, column.column, str(id_), value)
