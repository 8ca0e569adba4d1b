"""The compose file and its Dockerfile say what they must, and name only commands and settings that exist."""

from __future__ import annotations

import re
from typing import Any

import pytest
import yaml

from tests.house.tree import ROOT


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text("utf-8"))


def test_compose_has_hub_worker_sandbox_postgresql_and_nats(compose: Any) -> None:
    assert set(compose["services"]) >= {"hub", "worker", "sandbox", "postgres", "nats"}


def test_every_hub_command_of_compose_exists(compose: Any) -> None:
    commands = {path.stem for path in (ROOT / "hub" / "cli").rglob("*.py")}
    for name in ("hub", "worker", "migrate"):
        assert compose["services"][name]["command"][0] in commands


def test_every_hub_setting_of_compose_exists(compose: Any) -> None:
    known = (ROOT / "docs" / "settings.md").read_text("utf-8")
    for name in ("hub", "worker"):
        for variable in compose["services"][name]["environment"]:
            assert f"`{variable}`" in known


def test_no_port_is_open_to_the_network(compose: Any) -> None:
    for service in compose["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_no_secret_is_written_into_compose(compose: Any) -> None:
    text = (ROOT / "docker-compose.yml").read_text("utf-8")
    for value in re.findall(r"PASSWORD: (.+)", text):
        assert value.startswith("${")
    assert "HUB_MASTER_KEY:" not in text


def test_each_data_service_keeps_its_data_in_a_volume(compose: Any) -> None:
    for name in ("postgres", "nats"):
        assert compose["services"][name]["volumes"]


def test_the_dockerfile_copies_every_island_and_runs_as_a_plain_user() -> None:
    text = (ROOT / "Dockerfile").read_text("utf-8")
    for folder in ("identity", "connectors", "device_ingest", "hub", "sandbox"):
        assert f"COPY {folder} {folder}" in text
    assert re.search(r"^USER hub$", text, re.MULTILINE)
    assert "--require-hashes" in text
