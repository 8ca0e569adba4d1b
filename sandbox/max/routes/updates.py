"""Events: `/updates` for long polling, `/subscriptions` for webhooks on this machine."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

from quart import Blueprint, Response, jsonify, request

from sandbox.max.routes.desk import Desk, body, whole
from sandbox.max.state import Subscription
from sandbox.max.wire.errors import bad
from sandbox.outbound import LOOPBACK

SECRET = re.compile(r"[A-Za-z0-9-]{5,256}")
TYPES = frozenset(
    {
        "bot_added", "bot_removed", "bot_started", "bot_stopped", "chat_title_changed", "message_created", "message_edited",
        "message_removed", "message_callback", "user_added", "user_removed", "dialog_cleared", "dialog_muted", "dialog_unmuted",
        "dialog_removed", "comment_created", "comment_edited", "comment_removed", "message_chat_created",
    }
)  # fmt: skip


def add_updates(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/updates")
    async def updates() -> Response:
        """Without a marker: what was not confirmed yet; an answer comes when something happened or the time is over."""
        feed = desk.state.feed(desk.bot().bot_id)
        limit, timeout = whole("limit", 100, least=1, most=1000), whole("timeout", 30, least=0, most=90)
        marker = whole("marker", feed.confirmed, least=0)
        types = {part for part in request.args.get("types", "").split(",") if part}
        feed.confirmed = max(feed.confirmed, min(marker, feed.marker))
        if marker >= feed.marker and timeout:
            waiter = asyncio.Event()
            feed.waiting.add(waiter)
            try:
                async with asyncio.timeout(timeout):
                    await waiter.wait()
            except TimeoutError:
                pass  # nothing happened: an empty list is the answer
            finally:
                feed.waiting.discard(waiter)
        found = feed.since(marker)[:limit]
        after = max(marker, feed.first) + len(found)
        return jsonify(updates=[one for one in found if not types or one["update_type"] in types], marker=after)

    _add_subscriptions(blueprint, desk)


def _add_subscriptions(blueprint: Blueprint, desk: Desk) -> None:
    @blueprint.get("/subscriptions")
    async def subscriptions() -> Response:
        own = desk.state.subscriptions.get(desk.bot().bot_id, [])
        return jsonify(subscriptions=[{"url": one.url, "time": one.at, "update_types": list(one.types) or None} for one in own])

    @blueprint.post("/subscriptions")
    async def subscribe() -> Response:
        """The real one takes https on the internet; this one, which asks nobody outside, takes addresses of this machine."""
        bot, given = desk.bot(), await body()
        url, secret, types = str(given.get("url") or ""), str(given.get("secret") or ""), given.get("update_types") or []
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or (parts.hostname or "").lower() not in LOOPBACK:
            raise bad("url: the sandbox delivers to this machine only")
        if secret and not SECRET.fullmatch(secret):
            raise bad("secret does not match [a-zA-Z0-9-]{5,256}")
        if not isinstance(types, list) or not set(map(str, types)) <= TYPES:
            raise bad("update_types: unknown value")
        kept = [one for one in desk.state.subscriptions.get(bot.bot_id, []) if one.url != url]
        made = Subscription(url=url, at=desk.state.moment(), types=tuple(map(str, types)), secret=secret)
        desk.state.subscriptions[bot.bot_id] = [*kept, made]
        return jsonify(success=True)

    @blueprint.delete("/subscriptions")
    async def unsubscribe() -> Response:
        bot, url = desk.bot(), request.args.get("url", "")
        own = desk.state.subscriptions.get(bot.bot_id, [])
        kept = [one for one in own if one.url != url]
        desk.state.subscriptions[bot.bot_id] = kept
        return jsonify(success=True) if len(kept) < len(own) else jsonify(success=False, message="Subscription not found")
