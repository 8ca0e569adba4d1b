"""Public clients' recorded requests, signed anew by independent signers and sent again."""

from __future__ import annotations

import json
import re
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx
import pytest

from tests.sandbox.esia.conftest import Esia
from tests.sandbox.esia.signers import CURRENT, V1, b64, joined, stamp

RECORDED = sorted((Path(__file__).parents[2] / "wire" / "esia").glob("*.json"))
SESSIONS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in RECORDED}
BACK = "http://localhost:8000/back"


class Replay:
    """Fills the placeholders of one client's session as it goes on."""

    def __init__(self, esia: Esia, session: dict[str, Any], oid: int) -> None:
        self.esia = esia
        self.session = session
        self.known = {"client_id": esia.mnemonic, "redirect_uri": BACK, "hash": esia.gost.hash, "oid": str(oid)}
        self.elements: list[str] = []

    def filled(self, text: str) -> str:
        def one(found: re.Match[str]) -> str:
            name = found[1]
            if name == "timestamp":
                return stamp(self.esia.now())
            if name.startswith("state:"):
                return self.known.setdefault(name, str(uuid.uuid4()))
            if name.startswith("element:"):
                return self.elements[int(name.partition(":")[2])]
            return found[0] if name == "client_secret" else self.known[name]

        return re.sub(r"\{([a-z_]+(?::\d+)?)\}", one, text)

    def secret(self, params: dict[str, str]) -> str:
        """In the shape that the client gave it, over the fields that its dialect names."""
        how = self.session["signature"]
        if how["form"] == "raw":
            data = self.esia.gost.raw(joined(params, CURRENT).encode())
        else:
            signer = self.esia.rsa if how["kind"] == "rsa" else self.esia.gost
            data = signer.cms(joined(params, V1), attached=how["attached"], attributes=how["attributes"])
        return b64(data).rstrip("=") if how["base64"] == "stripped" else b64(data)

    def pairs(self, recorded: list[list[str]]) -> list[tuple[str, str]]:
        found = [(name, self.filled(value)) for name, value in recorded]
        params = dict(found)
        return [(name, self.secret(params) if value == "{client_secret}" else value) for name, value in found]

    async def send(self, recorded: dict[str, Any]) -> httpx.Response:
        headers = {name: self.filled(value) for name, value in recorded["headers"].items()}
        path = self.filled(recorded["path"])
        url = path if path.startswith("http") else f"http://localhost:9000{path}"
        form = dict(self.pairs(recorded["form"])) if "form" in recorded else None
        query = urlencode(self.pairs(recorded["query"])) if "query" in recorded else None
        answer = await self.esia.http.request(recorded["method"], url, params=query, data=form, headers=headers)
        self.learn(answer)
        return answer

    def learn(self, answer: httpx.Response) -> None:
        self.known |= dict(parse_qsl(urlsplit(answer.headers.get("location", "")).query))
        told = answer.json() if answer.headers.get("content-type", "").startswith("application/json") else {}
        self.known |= {name: told[name] for name in ("access_token", "refresh_token") if name in told}
        if told.get("elements") and isinstance(told["elements"][0], str):
            self.elements = told["elements"]


@pytest.mark.parametrize("session", SESSIONS.values(), ids=SESSIONS)
async def test_a_public_client_finishes_its_session(esia: Esia, session: dict[str, Any]) -> None:
    person = esia.person(role=session["role"], kids=True if session["role"] == "parent" else None)
    assert person.esia is not None
    signer = esia.gost if session["signature"]["kind"] == "gost" else esia.rsa
    answer = await esia.register(
        certificate_pem=signer.pem, redirect_uris=[BACK], dialect=session["dialect"], token_alg=session["token_alg"]
    )
    assert answer.status_code == 201, answer.text
    esia.sign_in_as(person)
    replay = Replay(esia, session, person.esia.oid)
    for recorded in session["requests"]:
        answer = await replay.send(recorded)
        assert answer.status_code == recorded["status"], (recorded["path"], answer.text)
    if session["refused"]:
        assert replay.known["error_description"].startswith(session["refused"])
    else:
        assert replay.known["access_token"]


def test_a_client_of_each_language_is_recorded_and_no_secret_with_it() -> None:
    texts = {path.stem: path.read_text(encoding="utf-8") for path in RECORDED}
    finished = [json.loads(text) for text in texts.values()]
    assert {one["language"] for one in finished if one["refused"] is None} >= {"Python", "JavaScript", "PHP"}
    for name, text in texts.items():
        assert not re.search(r"eyJ|MII|[0-9a-f]{8}-[0-9a-f]{4}-|[A-Za-z0-9_-]{80,}", text), name
