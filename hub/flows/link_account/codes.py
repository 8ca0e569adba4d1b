"""The second step of a diary's sign-in: the code that the diary sent, at most five tries in ten minutes, each of them counted once."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import ConnectorError
from connectors.kit.ports import CodeAsked, CodePort, DiaryAccount
from connectors.kit.secret import Secret
from hub.deps import Deps
from hub.flows.link_account.credentials import REFUSED, left, linked
from hub.flows.link_account.intents import exits
from hub.flows.link_account.settle import Purpose, check_account, settle_link
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import CodeAwaited, LinkState
from hub.flows.words import system_title
from hub.store.connecting import steps
from hub.store.connecting.steps import Step
from hub.store.sessions import Visitor
from identity.errors import AlreadyLinked
from identity.model import LinkRole

LONGEST_CODE = 64


async def show_step(deps: Deps, visitor: Visitor, step: str) -> tuple[CodeAwaited, str]:
    """What the page of the code shows, and the diary's title."""
    found = await _waiting(deps, visitor, step)
    shown = CodeAwaited(id=found.id, state="needs_code", sent_to=found.sent_to, tries_left=found.tries_left, expires_at=found.expires_at)
    return shown, system_title(deps, found.system)


async def enter_code(deps: Deps, visitor: Visitor, step: str, code: str) -> LinkState:
    """The link, or a refusal that says whether another code may be tried. Two tabs with one code: one link."""
    typed = "".join(code.split())
    if not typed or len(typed) > LONGEST_CODE:
        raise Refused(Reason.MALFORMED, "Введите код, который прислал дневник.")
    async with deps.memory.locks.of(("code", step)):
        found = await _waiting(deps, visitor, step)
        port = deps.diaries.get(found.system)
        if not isinstance(port, CodePort):
            raise Refused(Reason.UNKNOWN_SYSTEM)
        now = deps.now()
        keep = await deps.db.write(lambda: steps.take_try(deps.keys, step, person=visitor.person, now=now))
        if keep is None:
            raise Refused(Reason.CODE_OVER, more={"system": found.system})
        opened = await _asked(deps, port, found, keep, typed)
        return await _link(deps, port, found, opened)


async def _waiting(deps: Deps, visitor: Visitor, step: str) -> Step:
    now = deps.now()
    found = await deps.db.read(lambda: steps.find(deps.keys, step, person=visitor.person, now=now))
    if found is None:
        raise Refused(Reason.NOT_FOUND, "Это подключение не ждёт кода: время вышло или он уже введён. Начните подключение заново.")
    return found


async def _asked(deps: Deps, port: CodePort, step: Step, keep: Mapping[str, str], code: str) -> DiaryAccount:
    SIGNING_IN.set(True)
    try:
        opened = await port.enter_code(keep, Secret(code))
        if isinstance(opened, DiaryAccount):
            check_account(port, opened)
            return opened
    except REFUSED as error:
        await deps.db.write(lambda: steps.end(step.id))
        raise Refused(Reason.CODE_OVER, more={"system": step.system}) from error
    except ConnectorError:
        await deps.db.write(lambda: steps.give_back(step.id))
        raise
    raise await _again(deps, step, opened)


async def _again(deps: Deps, step: Step, asked: CodeAsked) -> Refused:
    """The code was wrong: another one, while the system and we count tries left."""
    remaining = left(step.tries_left - 1, asked)
    if remaining == 0:
        await deps.db.write(lambda: steps.end(step.id))
        return Refused(Reason.CODE_OVER, more={"system": step.system})
    sent_to = asked.sent_to or step.sent_to
    await deps.db.write(lambda: steps.asked_again(deps.keys, step.id, asked.keep, sent_to, tries_left=remaining))
    return Refused(Reason.CODE_WRONG, more={"system": step.system, "tries_left": remaining})


async def _link(deps: Deps, port: CodePort, step: Step, account: DiaryAccount) -> LinkState:
    now = deps.now()
    purpose = Purpose(initiator=step.person, person=step.whose, role=LinkRole(step.role) if step.role else None)

    def unit() -> str:
        if not steps.end(step.id):
            raise Refused(Reason.NOT_FOUND, "Этот код уже введён.")
        return settle_link(deps, port, account, purpose, now=now)

    try:
        link = await deps.db.write(unit)
    except AlreadyLinked as error:
        await deps.db.write(lambda: steps.end(step.id))
        raise Refused(Reason.ALREADY_BOUND, more={"exits": exits(step.system)}) from error
    except Refused:
        await deps.db.write(lambda: steps.end(step.id))
        raise
    return linked(link, account)
