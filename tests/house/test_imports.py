"""The import contracts hold, and each of them really refuses a planted bad import."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pytest

from connectors.kit.registry import packages
from tests.house.tree import PRODUCT, ROOT
from tools.new_diary import create

# Contract -> the file that breaks it, and what is planted there.
PLANTED = {
    "Islands below the hub": ("identity/snils.py", "hub.settings"),
    "The sandbox meets the others on the wire only": ("sandbox/asked.py", "hub.settings"),
    "The sandbox knows no island, no island knows the sandbox": ("sandbox/clock.py", "connectors.kit.errors"),
    "No island knows the sandbox": ("connectors/kit/answers.py", "sandbox.clock"),
    "Device ingest knows nothing of identity": ("device_ingest/__init__.py", "identity.claims"),
    "Of identity, connectors see claims only": ("connectors/diaries/dnevnik/errors.py", "identity.ages"),
    "Only the network under the clients uses aiohttp": ("connectors/kit/clients.py", "aiohttp"),
    "Only connectors and the sandbox's sender use httpx": ("hub/errors/problem.py", "httpx"),
    "Only connectors use tenacity": ("hub/telemetry.py", "tenacity"),
    "Only connectors use zeep": ("hub/store/process/memory.py", "zeep"),
    "Only the line to the broker uses MQTT's clients": ("hub/worker/steady.py", "aiomqtt"),
    "Only the buffer in front of the database uses nats": ("hub/worker/loop.py", "nats"),
    "Only letters are sent with aiosmtplib": ("hub/flows/phones.py", "aiosmtplib"),
    "Only pushes are sealed with webpush": ("connectors/kit/channel.py", "webpush"),
    "Only the town's mail server uses aiosmtpd": ("sandbox/masking.py", "aiosmtpd"),
    "Only the command of a played day draws a bar": ("sandbox/tagged.py", "tqdm"),
    "Only the app, the web and the sandbox use quart": ("hub/deps.py", "quart"),
    "Only stores use peewee": ("hub/flows/sign_in.py", "peewee"),
    "Inside the hub": ("hub/wiring.py", "hub.demo"),
    "Inside a connector": ("connectors/esia/mapping.py", "connectors.esia.client"),
    "Diaries are independent of their sisters": ("connectors/diaries/river_diary/errors.py", "connectors.diaries.dnevnik.errors"),
    "Text gateways are independent of their sisters": ("connectors/notices/smsru/errors.py", "connectors.notices.smsc.errors"),
    "Flows and web know no concrete connector": ("hub/flows/show_me.py", "connectors.diaries.dnevnik.manifest"),
    "Pure modules do not touch the world": ("identity/ages.py", "peewee"),
    "Migrations import no table of an island": ("hub/store/migrations/0002_hub.py", "identity.store.tables"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()", "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def settings(name: str) -> dict[str, Any]:
    return next(contract for contract in contracts() if contract["name"] == name)


def contracts() -> list[dict[str, Any]]:
    with (ROOT / "pyproject.toml").open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    return found


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for name in PRODUCT:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.css", "*.html"))
    create("river_diary", folder)
    return folder


@pytest.fixture(scope="module")
def told(copy: Path) -> str:
    """What the linter says after every bad import was planted."""
    result = lint(copy)
    assert result.returncode == 0, result.stdout[-3000:]
    for path, imported in PLANTED.values():
        file = copy / path
        file.write_text(f"{file.read_text('utf-8')}\nimport {imported}\n", "utf-8")
    result = lint(copy)
    assert result.returncode == 1, result.stdout[-3000:]
    return result.stdout


@pytest.mark.parametrize("contract", [contract["name"] for contract in contracts()])
def test_a_contract_holds_and_refuses_a_planted_bad_import(told: str, contract: str) -> None:
    assert f"{contract} BROKEN" in told
    path, imported = PLANTED[contract]
    module = path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    report = told.split("Broken contracts", 1)[1].split(f"\n{contract}\n", 1)[1]
    assert re.search(rf"\b{re.escape(module)} -> {re.escape(imported)}\b", report), report[:2000]


@pytest.mark.parametrize("package", sorted(packages().values()))
def test_every_connector_is_under_the_contract_of_its_inside(package: str) -> None:
    containers = settings("Inside a connector")["containers"]
    assert any(fnmatch(package, pattern) for pattern in containers), f"{package} is missing in pyproject.toml"
