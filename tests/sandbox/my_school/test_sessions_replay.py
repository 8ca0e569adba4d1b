"""Recorded sessions get the answers that let them run to their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from sandbox.my_school.wire.shapes import child_id
from tests.sandbox.my_school.hub_side import CLIENT, System, oid
from tests.sandbox.stand import Replay, Stand, fits, kind_of, load, samples

SAMPLES = samples("my_school")


def values(site: Stand) -> dict[str, str]:
    """What stands for the placeholders of the samples in this town."""
    system = System(site)
    father, admin, pupil = system.father, system.admins()[0], system.pupil
    return {
        "client_id": str(CLIENT["client_id"]),
        "client_secret": str(CLIENT["client_secret"]),
        "oid": oid(father),
        "last_name": father.last_name,
        "first_name": father.first_name,
        "snils": father.snils or "",
        "child": child_id(system.son.id),
        "child_snils": system.son.snils or "",
        "ogrn": system.school.ogrn,
        "admin_oid": oid(admin),
        "admin_last_name": admin.last_name,
        "admin_first_name": admin.first_name,
        "pupil_oid": oid(pupil),
        "pupil_last_name": pupil.last_name,
        "pupil_first_name": pupil.first_name,
    }


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(system: System, path: Path) -> None:
    replay = Replay(system.stand.http, values(system.stand))
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], sample
        assert fits(sample["answer"], kind_of(answer)), sample


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_names_its_client_and_holds_no_secret(site: Stand, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "***" not in text
    for name, value in values(site).items():
        assert name in ("client_id", "first_name", "last_name") or value not in text, name
    assert values(site)["last_name"] not in text
