"""`make bench`: starts the town, a hub and a bare Quart endpoint once, then asks each question in turn."""

from __future__ import annotations

import asyncio
import sys

from bench import (
    chats,
    diary_live,
    fan_out,
    hub_reads,
    idle_memory,
    ingest,
    ingest_against,
    ledger,
    linking,
    mapping,
    notices,
    office_queue,
    people,
    sign_in,
    tokens,
)
from tools.stage import running

QUESTIONS = (
    hub_reads,
    sign_in,
    linking,
    people,
    office_queue,
    ledger,
    ingest,
    ingest_against,
    notices,
    tokens,
    diary_live,
    fan_out,
    mapping,
    chats,
    idle_memory,
)


async def main() -> int:
    async with running() as stage:
        for question in QUESTIONS:
            async for line in question.measure(stage):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
