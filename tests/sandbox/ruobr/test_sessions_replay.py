"""Recorded sessions get the answers that let them run to their end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.ruobr.values import values
from tests.sandbox.stand import Replay, Stand, fits, kind_of, load, samples

SAMPLES = samples("ruobr")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(platform: Stand, path: Path) -> None:
    replay = Replay(platform.http, values(platform))
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], sample
        assert fits(sample["answer"], kind_of(answer)), sample


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_names_its_client_and_holds_no_secret(platform: Stand, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "***" not in text
    for parent, _ in platform.families:
        for field in ("password", "login", "account", "auth_code", "snils"):
            assert str(platform.account(parent).get(field, "***")) not in text
