"""The recorded session of a SOAP library gets the answers that let it run to its end."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.epgu.conftest import Answer, Portal
from tests.sandbox.stand import Replay, load, samples

SAMPLES = samples("epgu")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_session_runs_to_its_end(portal: Portal, path: Path) -> None:
    monday, saturday = portal.stand.town.week()
    values = {"snils": portal.snils, "student_id": portal.child_id, "monday": monday.isoformat(), "saturday": saturday.isoformat()}
    replay = Replay(portal.stand.http, values)
    for sample in load(path)["requests"]:
        answer = Answer(await replay.send(sample))
        assert (answer.http.status_code, answer.status or answer.faultcode) == (sample["status"], sample["answer"]), sample["xml"]


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_names_its_client_and_holds_no_secret(portal: Portal, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert not [who.id for who in portal.stand.town.people.values() if who.snils and who.snils in text]
