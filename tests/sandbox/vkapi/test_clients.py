"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.stand import Replay, load, samples
from tests.sandbox.vkapi.vk import Vk

SAMPLES = samples("vkapi")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
async def test_a_client_finishes_its_session(vk: Vk, path: Path) -> None:
    await vk.desk.control("vkapi/switches", {"rate_limits": False})
    values = {"group": str(vk.group), "group_token": vk.group_token}
    for place, account in enumerate(vk.people):
        values |= {f"user_{place}": str(account["user_id"]), f"user_token_{place}": str(account["token"])}
    replay = Replay(vk.desk.http, values)
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], (sample, answer.text[:300])
        shown = answer.json()
        code = shown["error"]["error_code"] if isinstance(shown, dict) and "error" in shown else None
        assert code == sample.get("error"), (sample, answer.text[:300])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_names_its_client_and_holds_no_secret(vk: Vk, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert "vk1." not in text
    assert not any(str(account["token"]) in text for account in vk.people)
