"""The recorded session gets the answers that let it run to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.fgis_schedule.conftest import CLIENT, Federal
from tests.sandbox.stand import Replay, fits, kind_of, load, samples

SAMPLES = samples("fgis_schedule")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(federal: Federal, path: Path) -> None:
    monday, saturday = federal.stand.town.week()
    days = {"monday": monday.isoformat(), "saturday": saturday.isoformat()}
    replay = Replay(federal.http, {**CLIENT, **days, "wrong_secret": "wrong", "esia_id": federal.esia_id})
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], sample
        assert fits(sample["answer"], kind_of(answer)), sample
