"""Public clients' recorded requests, filled anew and sent again."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest

from tests.sandbox.openid.conftest import BACK, BYE, CLIENT, SECRET, VERIFIER, Op, basic, challenge, sent_back

RECORDED = sorted((Path(__file__).parents[2] / "wire" / "openid").glob("*.json"))
SESSIONS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in RECORDED}


class Replay:
    """Fills the placeholders of one client's session as it goes on."""

    def __init__(self, op: Op) -> None:
        self.op = op
        self.known = {
            "client_id": CLIENT,
            "client_secret": SECRET,
            "basic": basic().removeprefix("Basic "),
            "redirect_uri": BACK,
            "post_logout_redirect_uri": BYE,
            "state": op.state,
            "nonce": op.nonce,
            "code_verifier": VERIFIER,
            "code_challenge": challenge(),
        }

    def filled(self, text: str) -> str:
        return re.sub(r"\{([a-z_]+)\}", lambda found: self.known[found[1]], text)

    def pairs(self, recorded: list[list[str]]) -> str:
        return urlencode([(name, self.filled(value)) for name, value in recorded])

    async def send(self, recorded: dict[str, Any]) -> httpx.Response:
        headers = {name: self.filled(value) for name, value in recorded["headers"].items()}
        query = f"?{self.pairs(recorded['query'])}" if "query" in recorded else ""
        content = self.pairs(recorded["form"]) if "form" in recorded else None
        answer = await self.op.http.request(recorded["method"], recorded["path"] + query, content=content, headers=headers)
        if recorded["path"] == "/op/authorize":
            self.known |= sent_back(answer)
        elif recorded["path"] == "/op/token":
            self.known |= {name: value for name, value in answer.json().items() if name in {"access_token", "refresh_token", "id_token"}}
        return answer


@pytest.mark.parametrize("session", SESSIONS.values(), ids=SESSIONS)
async def test_a_public_client_finishes_its_session(op: Op, session: dict[str, Any]) -> None:
    secret = {"client_secret": None} if session["public"] else {}
    await op.register(id_token_signed_response_alg=session["id_token_signed_response_alg"], **secret)
    op.sign_in_as(op.person())
    replay = Replay(op)
    for recorded in session["requests"]:
        answer = await replay.send(recorded)
        assert answer.status_code == recorded["status"], (recorded["path"], answer.text)
    assert replay.known["access_token"] and replay.known["id_token"]


def test_a_client_of_each_language_is_recorded_and_no_secret_with_it() -> None:
    assert {one["language"] for one in SESSIONS.values()} >= {"Python", "JavaScript", "PHP"}
    for path in RECORDED:
        assert not re.search(r"eyJ|[A-Za-z0-9_-]{40,}", path.read_text(encoding="utf-8")), path.name
