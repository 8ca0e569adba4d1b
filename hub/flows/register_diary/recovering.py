"""The diary's own letter about a forgotten password, asked for from here; the answer never tells whether it knows the address."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.errors import ConnectorError, NotFound
from connectors.kit.registration import RecoveryPort
from hub.deps import Deps
from hub.flows.link_account.typed import filled
from hub.flows.refusals import Reason, Refused
from hub.flows.register_diary.opening import REFUSED, refusal
from hub.flows.views.self_service.registration import RecoveryStarted
from hub.store.connecting import tries
from hub.store.sessions import Visitor


async def start_recovery(deps: Deps, visitor: Visitor, system: str, given: Mapping[str, str], *, network: str = "") -> RecoveryStarted:
    """Ten letters an hour for one person and one address: nobody's mail box is filled from here."""
    port = deps.diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    form = port.manifest.recovery
    if form is None or not isinstance(port, RecoveryPort):
        raise Refused(Reason.MALFORMED, "Пароль этого дневника восстанавливают на его странице или в школе.")
    whole, now = filled(f"{system} recovery", form, given), deps.now()
    tried = await deps.db.write(lambda: tries.count(deps.keys, person=visitor.person, account=whole.account, network=network, now=now))
    if tried.after_s:
        raise Refused(Reason.TOO_MANY, after_s=tried.after_s)
    try:
        await port.recover(whole.secrets)
    except NotFound:
        return RecoveryStarted()
    except REFUSED as error:
        raise refusal(system, error) from error
    except ConnectorError:
        await deps.db.write(lambda: tries.not_counted(tried))
        raise
    return RecoveryStarted()
