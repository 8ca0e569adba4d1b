"""The letter's code, and the look whether the letter was confirmed elsewhere; each asks the diary once."""

from __future__ import annotations

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import AuthExpired, ConnectorError
from connectors.kit.registration import Registered
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.register_diary.opening import REFUSED, keep_of, link_opened, refusal, registration_port
from hub.flows.views.self_service.registration import RegisteredView
from hub.store.connecting import registrations, waiting
from hub.store.connecting.registrations import Registration
from hub.store.sessions import Visitor

LONGEST_CODE = 300
MOST_LOOKS = 8
"""A look may be a sign-in with a password that is not good yet, and diaries lock an account after ten of those."""
OVER = "Эта регистрация не ждёт кода: время вышло или она уже закончена."


async def confirm_registration(deps: Deps, visitor: Visitor, registration: str, code: str) -> RegisteredView | None:
    """The link, or a refusal that says whether another code may be tried; None where this is no registration of the person."""
    found = await deps.db.read(lambda: registrations.find(deps.keys, registration, person=visitor.person, now=deps.now()))
    if found is None:
        return None
    typed = code.strip()
    if not typed or len(typed) > LONGEST_CODE:
        raise Refused(Reason.MALFORMED, "Введите код из письма.")
    if not found.code:
        raise Refused(Reason.MALFORMED, "Этот дневник не присылает кода: откройте ссылку в письме.")
    async with deps.memory.locks.of(("code", registration)):
        if not await deps.db.write(lambda: registrations.take_try(registration, person=visitor.person, now=deps.now())):
            raise Refused(Reason.NOT_FOUND, OVER)
        return await _confirmed(deps, found, typed)


async def _confirmed(deps: Deps, one: Registration, code: str) -> RegisteredView:
    port, keep = registration_port(deps, one.system), await keep_of(deps, one)
    SIGNING_IN.set(True)
    try:
        opened = await port.confirm(keep, Secret(code))
    except AuthExpired as error:
        # Another way must be gone, and the connector says which: nothing is waited for any more.
        await deps.db.write(lambda: registrations.end(one.id))
        raise refusal(port.name, error) from error
    except REFUSED as error:
        raise Refused(Reason.CODE_WRONG, error.text or None, more={"system": one.system, "tries_left": one.tries_left - 1}) from error
    except ConnectorError:
        await deps.db.write(lambda: registrations.give_back(one.id))
        raise
    if isinstance(opened, Registered):
        return _still(one)
    return await link_opened(deps, port, opened, person=one.person, whose=one.whose, registration=one.id)


async def look(deps: Deps, one: Registration) -> RegisteredView:
    """Whether it was confirmed elsewhere; after so many looks only the letter's code opens it."""
    if one.looks >= MOST_LOOKS:
        return _still(one)
    port, keep = registration_port(deps, one.system), await keep_of(deps, one)
    # Planned before it is asked: a diary that does not answer is not asked again at once.
    await deps.db.write(lambda: registrations.looked(one.id, look_at=deps.now() + waiting.pause_after(one.looks + 1)))
    SIGNING_IN.set(True)
    opened = await port.look(keep)
    if isinstance(opened, Registered):
        return _still(one)
    return await link_opened(deps, port, opened, person=one.person, whose=one.whose, registration=one.id)


def _still(one: Registration) -> RegisteredView:
    return RegisteredView(id=one.id, state=f"waiting_{one.waits_for}", sent_to=one.sent_to, expires_at=one.expires_at)
