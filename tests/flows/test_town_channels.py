"""The hub's own ways to reach people, unchanged, against the town's push service and mail server: what leaves is what arrives."""

from __future__ import annotations

import json
import socket
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from connectors.kit.channel import Delivery, Gone, NoticeChannel
from connectors.kit.config import ConnectorConfig
from connectors.kit.errors import AccessDenied, ConnectorError, RateLimited
from connectors.kit.registry import connect
from connectors.kit.secret import Secret
from hub.deps import Deps
from sandbox.app import SandboxApp
from sandbox.mail.sink import MailSink
from tests.conftest import NOW, SANDBOX_URL


def delivery(deps: Deps, to: str, **more: Any) -> Delivery:
    own = {"id": "n-1", "event": "event-17", "title": "Петя пришёл", "text": Secret("Вход в 08:12, код: 482913")}
    return Delivery(**{**own, "to": Secret(to), "expires_at": deps.now() + timedelta(minutes=15), **more})


@pytest.fixture
async def town(sandbox_app: SandboxApp, hub_deps: Deps) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(sandbox_app), base_url=SANDBOX_URL) as found:
        yield found


async def subscribed(town: httpx.AsyncClient, channel: NoticeChannel) -> tuple[dict[str, Any], str]:
    """A browser of the town that takes pushes of this hub only, and its address as the channel writes it."""
    body = {"application_server_key": channel.application_key}  # type: ignore[attr-defined]  # the push channel's
    told: dict[str, Any] = (await town.post("/_sandbox/webpush/subscriptions", json=body)).json()
    return told, json.dumps({"endpoint": told["endpoint"], **told["keys"]})


@pytest.mark.rule("F4")
async def test_a_push_of_the_hub_is_opened_by_the_browser_and_carries_the_event_only(hub_deps: Deps, town: httpx.AsyncClient) -> None:
    push = hub_deps.channels["push"]
    _, address = await subscribed(town, push)
    await push.send(delivery(hub_deps, address, topic="pass-1", urgent=True))
    (item,) = (await town.get("/inbox?kind=push", headers={"Accept": "application/json"})).json()["items"]
    assert "event-17" in item["text"]
    assert not any(word in item["text"] for word in ("Петя", "08:12", "482913"))
    assert (item["topic"], item["urgency"]) == ("pass-1", "high")


async def test_a_browser_that_left_is_gone(hub_deps: Deps, town: httpx.AsyncClient) -> None:
    told, address = await subscribed(town, hub_deps.channels["push"])
    await town.delete(told["endpoint"])
    with pytest.raises(Gone):
        await hub_deps.channels["push"].send(delivery(hub_deps, address))


@pytest.mark.parametrize(("fault", "error"), [("rate_limit", RateLimited), ("auth_expired", AccessDenied), ("error", Gone)])
async def test_faults_of_the_push_service_are_told_apart(
    hub_deps: Deps, town: httpx.AsyncClient, fault: str, error: type[ConnectorError]
) -> None:
    _, address = await subscribed(town, hub_deps.channels["push"])
    await town.post("/_sandbox/faults", json={"system": "webpush", "kind": fault, "times": 1})
    with pytest.raises(error):
        await hub_deps.channels["push"].send(delivery(hub_deps, address))


@pytest.fixture
async def post(sandbox_app: SandboxApp) -> AsyncIterator[NoticeChannel]:
    """The letters' channel, and the town's mail server on a free port."""
    sink = sandbox_app.sandbox.shared["mail"]
    assert isinstance(sink, MailSink)
    await sink.open([socket.create_server(("127.0.0.1", 0))])
    options = {"FROM": "School Hub <hub@school.example>"}
    config = ConnectorConfig(instance="email", base_urls={"email": f"smtp://127.0.0.1:{sink.port}"}, options=options, demo=True)
    yield connect([config], now=sandbox_app.sandbox.clock.now).channels["email"]
    await sink.close()


def letter(to: str) -> Delivery:
    own = {"title": "Вход в кабинет", "text": Secret("Ваш код: 482913"), "unsubscribe": "https://hub.example/unsubscribe/abc"}
    return Delivery(id="n-1", event="e-1", to=Secret(to), expires_at=NOW + timedelta(hours=1), **own)  # type: ignore[arg-type]  # of both kinds


async def test_a_letter_of_the_hub_stands_in_the_inbox_with_its_subject_and_code(sandbox_app: SandboxApp, post: NoticeChannel) -> None:
    await post.send(letter("anna@mail.example"))
    (found,) = sandbox_app.sandbox.inbox.found("mail", "anna@mail.example")
    assert (found.subject, found.code, found.more["unsubscribe"]) == ("Вход в кабинет", "482913", "<https://hub.example/unsubscribe/abc>")
    assert "Ваш код: 482913" in found.text


@pytest.mark.parametrize(("domain", "error"), [("unknown", Gone), ("later", RateLimited)])
async def test_what_the_mail_server_refuses_is_told_apart(
    sandbox_app: SandboxApp, post: NoticeChannel, domain: str, error: type[ConnectorError]
) -> None:
    with pytest.raises(error):
        await post.send(letter(f"anna@{domain}.example"))
    assert sandbox_app.sandbox.inbox.found("mail") == []
