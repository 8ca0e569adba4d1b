"""The name is the address: one id names connector, sandbox, wire samples and docs; four parts each (ARCHITECTURE 1)."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from connectors.kit.manifest import Manifest, Quality
from connectors.kit.registry import manifests, packages
from tests.house.tree import ROOT

FOUR = {"manifest", "client", "mapping", "errors"}

AT_SANDBOX = {"email": "mail"}
"""The sandbox's mail server stands for every mail server, whoever writes to it."""


def part_names(package: str) -> set[str]:
    folder = Path(import_module(package).__path__[0])
    return {path.stem for path in folder.iterdir() if path.stem != "__init__" and (path.suffix == ".py" or (path / "__init__.py").exists())}


@pytest.mark.parametrize("id_", sorted(packages()))
def test_a_connector_has_the_four_parts(id_: str) -> None:
    parts = part_names(packages()[id_])
    assert parts >= FOUR or parts >= (FOUR - {"client"}) | {"server"}
    assert len(parts - FOUR - {"server"}) <= 1, "at most one file more, for a named protocol piece"


@pytest.mark.parametrize("id_", sorted(packages()))
def test_the_id_is_the_folder_everywhere(id_: str) -> None:
    assert manifests()[id_].id == id_ == packages()[id_].rsplit(".", 1)[-1]
    assert (ROOT / "sandbox" / AT_SANDBOX.get(id_, id_)).is_dir()
    assert list((ROOT / "tests" / "wire" / id_).glob("*.json")), "no wire sample"


@pytest.mark.parametrize("manifest", manifests().values(), ids=lambda manifest: manifest.id)
def test_a_manifest_is_complete(manifest: Manifest) -> None:
    assert manifest.title and manifest.documents and manifest.instances
    for instance in manifest.instances:
        assert instance.title and instance.prefixes
    if manifest.quality >= Quality.GOLD:
        assert f"({manifest.id})" in (ROOT / "docs" / "compat.md").read_text("utf-8") or f"## {manifest.id}" in (
            ROOT / "docs" / "compat.md"
        ).read_text("utf-8")


def test_no_name_or_prefix_is_used_twice() -> None:
    names = [instance.name for manifest in manifests().values() for instance in manifest.instances]
    fixed = [instance for manifest in manifests().values() for instance in manifest.instances if not manifest.declared_as]
    prefixes = [prefix for instance in fixed for prefix in instance.prefixes]
    assert len(names) == len(set(names))
    assert len(prefixes) == len(set(prefixes))
