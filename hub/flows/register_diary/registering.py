"""The form goes to the diary once; what comes back is an open account or a letter that is waited for."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import ConnectorError
from connectors.kit.ports import DiaryAccount
from connectors.kit.registration import Registered, RegistrationPort
from hub.deps import Deps
from hub.flows.link_account.intents import check_person
from hub.flows.link_account.settle import require_fresh
from hub.flows.link_account.typed import Typed, filled
from hub.flows.refusals import Reason, Refused
from hub.flows.register_diary.forms import named
from hub.flows.register_diary.opening import REFUSED, keep_waiting, link_opened, refusal, registration_port
from hub.flows.views.self_service.registration import RegisteredView
from hub.store.connecting import tries
from hub.store.sessions import Visitor


async def register(
    deps: Deps, visitor: Visitor, system: str, form: str, given: Mapping[str, str], *, person: str | None = None, network: str = ""
) -> RegisteredView:
    """Wrong tries count as wrong passwords do: an invitation code is guessed no better than those."""
    port = registration_port(deps, system)
    whole = filled(system, named(port.manifest.registration, form), given)
    require_fresh(deps, visitor.auth_time)
    whose = person if person != visitor.person else None
    await check_person(deps, visitor, whose, None)
    # A double submit waits for the first one: it must not send two letters at once.
    async with deps.memory.locks.of(("credentials", visitor.person)):
        made = await _asked(deps, port, whole, person=visitor.person, network=network)
        if isinstance(made, Registered):
            return await keep_waiting(deps, made, person=visitor.person, system=system, whose=whose)
        return await link_opened(deps, port, made, person=visitor.person, whose=whose)


async def _asked(deps: Deps, port: RegistrationPort, whole: Typed, *, person: str, network: str) -> DiaryAccount | Registered:
    now = deps.now()
    tried = await deps.db.write(lambda: tries.count(deps.keys, person=person, account=whole.account, network=network, now=now))
    if tried.after_s:
        raise Refused(Reason.TOO_MANY, after_s=tried.after_s)
    SIGNING_IN.set(True)
    try:
        made = await port.register(whole.form, whole.secrets)
    except REFUSED as error:
        raise refusal(port.name, error) from error
    except ConnectorError:
        await deps.db.write(lambda: tries.not_counted(tried))
        raise
    # Not given back: ten registrations an hour are enough for any family, and each of them sends a letter to somebody.
    return made
