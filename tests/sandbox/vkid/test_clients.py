"""Public clients' recorded requests (docs/compat.md) get the answers that let those clients finish their session."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.sandbox.vkid.conftest import VkId
from tests.sandbox.vkid.replay import Replay, load, samples


@pytest.mark.parametrize("path", samples(), ids=[path.stem for path in samples()])
async def test_a_clients_session_runs_to_its_end(vkid: VkId, path: Path) -> None:
    vkid.app.sandbox.sign_in_as.choose("vkid", vkid.person().id)
    replay = Replay(vkid)
    for recorded in load(path)["requests"]:
        answer = await replay.send(recorded)
        assert answer.status_code == recorded["status"], (recorded["path"], answer.text)
        if answer.status_code >= 400:
            assert answer.json()["error_description"] == recorded["error"]
        elif answer.status_code == 200 and recorded["path"] == "/oauth2/auth":
            sent = replay.pairs(recorded["form"] + recorded.get("query", []))
            assert answer.json().get("state") == sent.get("state")
        elif recorded["path"] == "/oauth2/user_info":
            assert answer.json()["user"]["user_id"]
    assert replay.known["access_token"]


def test_a_client_of_each_language_is_recorded_and_no_secret_with_it() -> None:
    assert {load(path)["language"] for path in samples()} >= {"Python", "JavaScript"}
    for path in samples():
        assert {"client", "version", "language", "source", "date", "requests"} <= set(load(path))
        assert not re.search(r"vk2\.a|eyJ|[A-Za-z0-9_-]{80,}|\*\*\*", path.read_text("utf-8")), path.name
