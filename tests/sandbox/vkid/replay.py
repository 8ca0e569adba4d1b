"""Sends what public clients were recorded sending, with this sandbox's codes and tokens in place of the placeholders."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx

from tests.sandbox.vkid.conftest import BACK, CLIENT, VkId, challenge_of

SAMPLES = Path(__file__).parents[2] / "wire" / "vkid"
PLACEHOLDER = re.compile(r"\{([a-z_]+)(?::(\d+))?\}")
LEARNT = ("code", "device_id", "access_token", "refresh_token", "id_token")


def samples() -> list[Path]:
    return sorted(SAMPLES.glob("*.json"))


def load(path: Path) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return sample


@dataclass
class Replay:
    """One client's session: `{name}` is the newest value of that name, `{name:0}` the first; `{state:n}` the client's n-th own state."""

    vkid: VkId
    known: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        fixed = {
            "client_id": CLIENT,
            "client_secret": "unused",
            "redirect_uri": BACK,
            "code_verifier": self.vkid.verifier,
            "code_challenge": challenge_of(self.vkid.verifier),
        }
        self.known = {name: [value] for name, value in fixed.items()}

    def filled(self, text: str) -> str:
        def one(found: re.Match[str]) -> str:
            name, number = found[1], found[2]
            if name == "state":
                return f"state-{number}-".ljust(36, "s")
            return self.known[name][-1 if number is None else int(number)]

        return PLACEHOLDER.sub(one, text)

    def pairs(self, recorded: list[list[str]]) -> dict[str, str]:
        return {name: self.filled(value) for name, value in recorded}

    async def send(self, recorded: dict[str, Any]) -> httpx.Response:
        """As the client sent it, by the real host's name."""
        answer = await self.vkid.http.request(
            recorded["method"],
            f"https://{recorded['host']}{recorded['path']}",
            params=self.pairs(recorded["query"]) if "query" in recorded else None,
            data=self.pairs(recorded["form"]) if "form" in recorded else None,
            headers={name: self.filled(value) for name, value in recorded["headers"].items()},
        )
        is_json = answer.headers.get("content-type", "").startswith("application/json")
        told = answer.json() if is_json else dict(parse_qsl(urlsplit(answer.headers.get("location", "")).query))
        for name in LEARNT:
            if name in told:
                self.known.setdefault(name, []).append(told[name])
        return answer
