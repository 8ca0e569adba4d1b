"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.sandbox.max.bot import Bot
from tests.sandbox.stand import Replay, load, samples

SAMPLES = samples("max")


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
async def test_a_client_finishes_its_session(bot: Bot, path: Path) -> None:
    replay = Replay(bot.desk.http, {"bot": str(bot.id), "bot_token": bot.token, "chat": str(bot.chat_id)})
    await bot.desk.control("max/switches", {"rate_limits": False})
    for sample in load(path)["requests"]:
        answer = await replay.send(sample)
        assert answer.status_code == sample["status"], (sample, answer.text[:300])
        assert not sample.get("error") or answer.json()["code"] == sample["error"], (sample, answer.text[:300])


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_a_sample_names_its_client_and_holds_no_secret(bot: Bot, path: Path) -> None:
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    assert bot.token not in path.read_text("utf-8")
