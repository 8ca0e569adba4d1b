"""Is the hub ready to serve: database, schema and what else the composition root checks, with the state of each connector."""

from __future__ import annotations

from collections.abc import Mapping

from hub.deps import Deps
from hub.flows.views.base import View


class Ready(View, frozen=True, kw_only=True):
    """`checks`: by name, `ok` or what is missing. `connectors`: each system's breaker; an open one does not make the hub unready."""

    ready: bool
    checks: Mapping[str, str]
    connectors: Mapping[str, str]


async def check_ready(deps: Deps) -> Ready:
    checks = {name: await check() or "ok" for name, check in deps.checks.items()}
    connectors = {prefix: caller.breaker.state for prefix, caller in deps.callers.items()}
    if deps.settings.mqtt_url:
        # Devices wait at the broker meanwhile; whoever reports over HTTP is served as ever.
        connectors["mqtt"] = deps.memory.mqtt.word
    return Ready(ready=all(word == "ok" for word in checks.values()), checks=checks, connectors=connectors)
