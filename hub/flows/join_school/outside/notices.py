"""The outside system says that there is news: a hint whose signature is checked and after which it is asked."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta

from connectors.kit.errors import ConnectorError, Drifted, Rejected
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.join_school.outside.catch_up import look_outside
from hub.flows.refusals import Reason, Refused
from hub.store.joining import bundles, places

log = logging.getLogger("hub.joining")

ADDRESS = "/joins/my-school/notify"
ANEW_AFTER = timedelta(hours=1)


async def hear_notice(deps: Deps, headers: Mapping[str, str], body: bytes) -> None:
    """Forged, late or unreadable: refused. One that tells nothing new asks nobody."""
    if not deps.joining:
        raise Refused(Reason.NOT_FOUND)
    (system, port), *_ = deps.joining.items()
    secrets = await deps.db.read(lambda: places.secrets_of(deps.keys, system))
    try:
        notice = port.read_notice(headers, body, tuple(Secret(one) for one in secrets))
    except (Rejected, Drifted) as error:
        raise Refused(Reason.MALFORMED, "Подпись уведомления не подошла.", more={"reason": getattr(error, "reason", error.code)}) from error
    known = await deps.db.read(lambda: bundles.by_outside(deps.keys, system, notice.bundle))
    if known is None or known.outside_version < notice.version:
        await look_outside(deps)


async def keep_subscribed(deps: Deps) -> bool:
    """Once an hour the subscription is made anew: a system that was put up again has forgotten it. Until then its changes are asked for."""
    if not deps.joining or not deps.settings.public_url:
        return False
    (system, port), *_ = deps.joining.items()
    now, since = deps.now(), await deps.db.read(lambda: places.subscribed_at(system))
    if since is not None and timedelta() <= now - since < ANEW_AFTER:
        return False
    try:
        secret = await port.subscribe(f"{deps.settings.public_url}{ADDRESS}")
    except ConnectorError as error:
        log.info("no subscription at the other side of joining: %s", type(error).__name__)
        return False
    await deps.db.write(lambda: places.keep_secret(deps.keys, system, secret.reveal(), now=now))
    return False
