"""Sends what public clients were recorded sending, with this town's ids and secrets in place of the placeholders."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx

from sandbox.dnevnik.state.ids import numbered
from tests.sandbox.dnevnik.platform_client import CLIENT, Platform

SAMPLES = Path(__file__).parents[2] / "wire" / "dnevnik"
APPLICATION = "0123456789abcdef0123456789abcdef"
PLACEHOLDER = re.compile(r"\{([a-z_0-9]+)\}")


@dataclass
class Replay:
    """One client's session: what the platform gave (tokens, addresses) fills the placeholders of later requests."""

    platform: Platform
    values: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        platform, journal = self.platform, self.platform.journal
        start, end = platform.week
        account = platform.parent.accounts["dnevnik"]
        lessons = journal.lessons(start, end)
        marks = journal.marks(start, end)
        marked = journal.lesson_of(marks[0])
        assert marked is not None
        period = platform.town.periods_of(platform.directory.class_of(platform.child).id)[0]
        self.values |= {name: str(value) for name, value in {
            "login": account["login"], "password": account["password"], "wrong_password": "wrong", "application": APPLICATION,
            "client_id": CLIENT["client_id"], "client_secret": CLIENT["client_secret"], "bad_token": "0" * 32,
            "parent_user": platform.directory.user_id(platform.parent), "parent": platform.directory.person_id(platform.parent),
            "person": platform.person, "school": platform.school, "group": platform.group,
            "foreign": platform.directory.person_id(platform.town.people[platform.stranger.children[0]]),
            "lesson1": platform.lesson_id(lessons[0]), "lesson2": platform.lesson_id(lessons[1]), "lesson3": platform.lesson_id(lessons[2]),
            "subject": platform.subject(lessons[0].subject), "period": numbered("period", period.number_id),
            "mark": numbered("mark", marks[0].number_id), "work": journal.work_of(marks[0]).id, "marked_lesson": platform.lesson_id(marked),
            "final_subject": platform.subject(journal.finals()[0][0].subject),
            "homework": journal.homework_work(journal.homework(start, end)[0]).id,
        }.items()}  # fmt: skip

    def fill(self, value: Any) -> Any:
        """`{name}` in any text, at any depth."""
        if isinstance(value, str):
            return PLACEHOLDER.sub(lambda found: self.values[found[1]], value)
        if isinstance(value, list):
            return [self.fill(item) for item in value]
        return {key: self.fill(item) for key, item in value.items()} if isinstance(value, dict) else value

    async def send(self, sample: dict[str, Any]) -> httpx.Response:
        """As the client sent it, by the real host's name."""
        url = httpx.URL(f"https://{sample['host']}").copy_with(raw_path=self.fill(sample["path"]).encode("ascii"))
        answer = await self.platform.http.request(
            sample["method"],
            url.copy_merge_params(self.fill(sample["query"])) if sample.get("query") else url,
            headers=self.fill(sample.get("headers", {})),
            data=self.fill(sample["form"]) if "form" in sample else None,
            json=self.fill(sample["json"]) if "json" in sample else None,
        )
        self._remember(answer)
        return answer

    def _remember(self, answer: httpx.Response) -> None:
        location = answer.headers.get("location", "")
        if "#access_token=" in location:
            self.values["token"] = location.partition("#access_token=")[2].partition("&")[0]
        if answer.headers["content-type"].startswith("application/json"):
            body = answer.json()
            if isinstance(body, dict) and "refreshToken" in body:
                self.values["refresh_token"] = body["refreshToken"]


def shape_of(answer: httpx.Response) -> Any:
    """What a sample keeps of an answer: where it leads, or the keys of the object, of the first item, or what it is."""
    if answer.is_redirect:
        return "redirect"
    kind = answer.headers["content-type"]
    if not kind.startswith("application/json"):
        return kind
    body = answer.json()
    if isinstance(body, dict):
        return sorted(body)
    if isinstance(body, list):
        return [sorted(body[0])] if body and isinstance(body[0], dict) else ["values" if body else "nothing"]
    return type(body).__name__


def fits(recorded: Any, answered: Any) -> bool:
    """The same kind of answer with at least the recorded keys; a list that was empty then may have items now."""
    if isinstance(recorded, list) and isinstance(answered, list):
        if recorded and isinstance(recorded[0], list):
            return bool(answered) and isinstance(answered[0], list) and set(recorded[0]) <= set(answered[0])
        return recorded == ["nothing"] or (set(recorded) <= set(answered) if answered and isinstance(answered[0], str) else False)
    return bool(recorded == answered)


def samples() -> list[Path]:
    return sorted(SAMPLES.glob("*.json"))


def load(path: Path) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads(path.read_text())
    return sample


def readable(sample: dict[str, Any]) -> str:
    return f"{sample['method']} {unquote(sample['path'])}"
