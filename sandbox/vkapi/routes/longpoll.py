"""`/longpoll/<group>`: a community's events, waited for as VK's bots wait."""

from __future__ import annotations

import asyncio

from quart import Blueprint, Response, jsonify

from sandbox.vkapi.routes.desk import Desk
from sandbox.vkapi.routes.method import asked
from sandbox.vkapi.wire.errors import VkError
from sandbox.vkapi.wire.params import Params

LONGEST_WAIT_S = 90


def add_long_poll(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.route("/longpoll/<int:group>", methods=["GET", "POST"])
    async def long_poll(group: int) -> Response:
        """`failed` 1 is a lost history, 2 a dead key, 3 everything anew."""
        params = Params(await asked())
        feed = desk.state.feeds.get(group)
        if feed is None:
            return jsonify(failed=3)
        if params.text("key") != feed.key:
            return jsonify(failed=2)
        try:
            ts, wait = params.number("ts"), params.number("wait", 25, least=0, most=LONGEST_WAIT_S)
        except VkError:
            return jsonify(failed=4, min_version=0, max_version=3)
        if not feed.first <= ts <= feed.ts:
            return jsonify(failed=1, ts=feed.ts)
        if ts == feed.ts and wait:
            waiter = asyncio.Event()
            feed.waiting.add(waiter)
            try:
                async with asyncio.timeout(wait):
                    await waiter.wait()
            except TimeoutError:
                pass  # nothing happened: an empty list is the answer
            finally:
                feed.waiting.discard(waiter)
        return jsonify(ts=str(feed.ts), updates=list(feed.events)[ts - feed.first :])
