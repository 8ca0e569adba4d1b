"""The registry finds connectors by their folders and builds the configured ones over the given transports."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

import connectors
from connectors.kit import registry
from connectors.kit.config import BadSetting, ConnectorConfig
from connectors.kit.manifest import Kind
from connectors.kit.ports import SignInPort


def now() -> datetime:
    return datetime(2026, 9, 15, tzinfo=UTC)


def test_connectors_are_found_by_their_folders() -> None:
    assert registry.packages()["esia"] == "connectors.esia"
    assert registry.manifests()["esia"].kind is Kind.SIGN_IN
    assert {"kit", "diaries", "payments", "notices"}.isdisjoint(registry.packages())


def test_a_folder_without_a_manifest_is_no_connector(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "half_made").mkdir()
    (tmp_path / "half_made" / "__init__.py").write_text('"""Nothing yet."""\n')
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "__init__.py").write_text('"""A connector."""\n')
    (tmp_path / "made" / "manifest.py").write_text('"""Its manifest."""\n')
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(tmp_path)])
    registry.packages.cache_clear()
    try:
        found = registry.packages()
    finally:
        registry.packages.cache_clear()
        for name in ("connectors.half_made", "connectors.made"):
            sys.modules.pop(name, None)
    assert found["made"] == "connectors.made"
    assert "half_made" not in found


def esia(base_url: str = "http://localhost:9000/esia", **options: str) -> ConnectorConfig:
    files = {"CLIENT_ID": "HUB01", "KEY_FILE": "k.pem", "CERT_FILE": "c.pem", "VERIFY_KEYS": "v.pem"}
    return ConnectorConfig(instance="esia", base_urls={"esia": base_url}, options={**files, **options}, demo=True)


async def test_a_configured_connector_becomes_a_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("k.pem", "c.pem"):
        (tmp_path / name).write_text("read at the first signature")
    asked: list[str] = []

    def transport(prefix: str) -> httpx.AsyncBaseTransport:
        asked.append(prefix)
        return httpx.MockTransport(lambda request: httpx.Response(200))

    connected = registry.connect([esia()], now=now, transport=transport)
    assert isinstance(connected.sign_ins["esia"], SignInPort)
    assert asked == ["esia"]
    assert connected.callers["esia"].base_url == "http://localhost:9000/esia"
    assert (await connected.callers["esia"].call("GET", "/", deadline_s=1, idempotent=True)).status_code == 200
    await connected.close()
    assert all(client.is_closed for client in connected.clients)


def test_a_setting_that_cannot_work_is_named() -> None:
    with pytest.raises(BadSetting) as caught:
        registry.connect([esia(SIGNER="pgp")], now=now)
    assert str(caught.value).startswith("HUB_ESIA_SIGNER must be one of")


def test_no_two_connectors_share_an_instance_or_a_prefix() -> None:
    found = [(manifest, instance) for manifest in registry.manifests().values() for instance in manifest.instances]
    names = [instance.name for _, instance in found]
    # Instances that settings declare are told apart by their issuers; at the sandbox they may share a prefix.
    prefixes = [prefix for manifest, instance in found for prefix in instance.prefixes if not manifest.declared_as]
    assert len(names) == len(set(names))
    assert len(prefixes) == len(set(prefixes))
