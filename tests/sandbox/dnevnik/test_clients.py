"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.dnevnik.platform_client import Platform
from tests.sandbox.dnevnik.replay import Replay, fits, load, readable, samples, shape_of


@pytest.mark.parametrize("path", samples(), ids=[path.stem for path in samples()])
async def test_a_clients_session_runs_to_its_end(fresh: Platform, path: Path) -> None:
    recorded = load(path)
    await fresh.register()
    replay = Replay(fresh, {"token": fresh.token(fresh.parent)})
    for call, body in recorded.get("before", {}).items():
        assert (await fresh.control(call, body)).is_success
    replay.values["code"] = await fresh.code()
    for sample in recorded["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], readable(sample)
        assert fits(sample["answer"], shape_of(answer)), readable(sample)


@pytest.mark.parametrize("path", samples(), ids=[path.stem for path in samples()])
def test_a_sample_names_its_client_and_holds_no_secret(path: Path) -> None:
    recorded = load(path)
    assert {"client", "version", "language", "date", "did"} <= set(recorded)
    text = path.read_text()
    for word in ("Luna-", "roditel0", "***", "app-secret"):
        assert word not in text
