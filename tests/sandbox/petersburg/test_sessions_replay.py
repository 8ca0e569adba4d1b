"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.petersburg.family import Family
from tests.sandbox.stand import Replay, Stand, load, samples

SAMPLES = samples("petersburg")


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
async def test_a_clients_session_runs_to_its_end(site: Stand, path: Path) -> None:
    own, family = site.account(), Family(site)
    values = {"login": own["login"], "password": own["password"], "unknown": "nobody@mail.example", "wrong": "wrong", "end": "20.11.2026"}
    replay = Replay(site.http, values | {"education": family.education, "bad_token": "eyJ.bad.token", "token": ""})
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        site.http.cookies.clear()
        assert answer.status_code == sample["status"], sample
        if "json" in sample and answer.status_code == 200:
            replay.values["token"] = answer.json()["data"]["token"]


@pytest.mark.parametrize("path", SAMPLES, ids=[path.stem for path in SAMPLES])
def test_a_sample_names_its_client_and_holds_no_secret(site: Stand, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "***" not in text
    assert str(site.account()["password"]) not in text
