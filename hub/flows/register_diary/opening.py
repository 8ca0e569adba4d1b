"""A registration whose account opened: linked in one unit with the end of the waiting; the asking outside with its errors."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from connectors.kit.errors import AccessDenied, AuthExpired, NotFound, Rejected
from connectors.kit.ports import DiaryAccount, DiaryPort
from connectors.kit.registration import Registered, RegistrationPort
from hub.deps import Deps
from hub.flows.link_account.intents import exits
from hub.flows.link_account.settle import Purpose, check_account, settle_link
from hub.flows.refusals import Reason, Refused
from hub.flows.views.self_service.registration import RegisteredView
from hub.store.connecting import registrations, waiting
from hub.store.connecting.registrations import New, Registration
from identity.errors import AlreadyLinked

REFUSED = (AuthExpired, Rejected, AccessDenied, NotFound)
"""Whatever the diary calls it: it did not take what was typed."""


def refusal(system: str, error: AuthExpired | Rejected | AccessDenied | NotFound) -> Refused:
    return Refused(Reason.WRONG_CREDENTIALS, error.text or None, more={"system": system})


def registration_port(deps: Deps, system: str) -> RegistrationPort:
    port = deps.diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    if not isinstance(port, RegistrationPort) or not port.manifest.registration:
        raise Refused(Reason.MALFORMED, "В этом дневнике не регистрируются сами: вход даёт школа.")
    return port


async def keep_waiting(deps: Deps, made: Registered, *, person: str, system: str, whose: str | None) -> RegisteredView:
    now = deps.now()
    new = New(
        person=person,
        system=system,
        whose=whose,
        waits_for=made.waits_for.value,
        sent_to=made.sent_to,
        code=made.code,
        look_at=now + waiting.FIRST_LOOK,
        expires_at=now + timedelta(seconds=made.life_s),
    )
    id_ = await deps.db.write(lambda: registrations.add(deps.keys, new, made.keep, now=now))
    return RegisteredView(
        id=id_,
        state=f"waiting_{made.waits_for.value}",
        sent_to=made.sent_to,
        expires_at=min(new.expires_at, now + registrations.LIFE),
    )


async def link_opened(
    deps: Deps, port: DiaryPort, account: DiaryAccount, *, person: str, whose: str | None, registration: str | None = None
) -> RegisteredView:
    """The link; of two that opened one registration, the second hears that it is over."""
    now = deps.now()
    check_account(port, account)
    purpose = Purpose(initiator=person, person=whose)

    def unit() -> str:
        if registration is not None and not registrations.end(registration):
            raise Refused(Reason.NOT_FOUND, "Эта регистрация уже закончена: дневник — в разделе «Мои входы».")
        return settle_link(deps, port, account, purpose, now=now)

    try:
        link = await deps.db.write(unit)
    except AlreadyLinked as error:
        await _over(deps, registration)
        raise Refused(Reason.ALREADY_BOUND, more={"exits": exits(port.name)}) from error
    except Refused as error:
        if error.reason is Reason.ROLE_MISMATCH:
            await _over(deps, registration)
        raise
    return RegisteredView(id=link, state=f"waiting_{account.waits_for.value}" if account.waits_for else "active")


async def _over(deps: Deps, registration: str | None) -> None:
    if registration is not None:
        await deps.db.write(lambda: registrations.end(registration))


async def keep_of(deps: Deps, one: Registration) -> Mapping[str, str]:
    found = await deps.db.read(lambda: registrations.keep_of(deps.keys, one.id))
    if found is None:
        raise Refused(Reason.NOT_FOUND, "Эта регистрация уже закончена.")
    return found
