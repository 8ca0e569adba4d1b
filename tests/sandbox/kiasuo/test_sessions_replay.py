"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.kiasuo.family import Family
from tests.sandbox.stand import Replay, Stand, load, samples

SAMPLES = samples("kiasuo")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_clients_session_runs_to_its_end(diary: Stand, path: Path) -> None:
    family = Family(diary)
    values = {"token": family.token, "refresh_token": family.refresh_token, "child": family.child}
    replay = Replay(diary.http, values | {"class": str(diary.account(diary.child)["class_ref"])})
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], sample


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_names_its_client_and_holds_no_secret(diary: Stand, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "***" not in text
    assert str(diary.account()["token"]) not in text
