"""Replays sessions that public clients of acquirers held: ids are taken from answers, calls that are signed are signed anew."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from tests.sandbox.shop import Shop
from tests.sandbox.stand import Replay, fits, kind_of, load

ORDER = re.compile(r'orderId="([0-9a-f-]{36})"')


@dataclass
class Session(Replay):
    """`sign` makes the value that stands for `{token}` out of the other fields."""

    sign: Callable[[Mapping[str, Any]], str] | None = None

    def fill(self, value: Any) -> Any:
        if isinstance(value, dict) and value.get("Token") == "{token}" and self.sign is not None:
            filled = {key: self.fill(item) for key, item in value.items() if key != "Token"}
            return {**filled, "Token": self.sign(filled)}
        return super().fill(value)

    async def send(self, sample: Mapping[str, Any]) -> httpx.Response:
        answer = await super().send(sample)
        found = ORDER.search(answer.text) if "xml" in answer.headers.get("content-type", "") else None
        if found is not None:
            self.values.setdefault("order_id", found[1])
        return answer


async def run(session: Session, path: Path) -> None:
    for sample in load(path)["requests"]:
        answer = await session.send(sample)
        assert answer.status_code == sample["status"], sample
        assert fits(sample["answer"], kind_of(answer)), (sample, answer.text)


def clean(made: Shop, path: Path) -> None:
    """A sample names its client and holds none of the demo's secrets."""
    assert {"client", "version", "language", "date", "did"} <= set(load(path))
    text = path.read_text("utf-8")
    assert not [value for name, value in made.keys.items() if name not in ("shop_id", "eshopId") and value in text]
    assert "demo-" not in text
