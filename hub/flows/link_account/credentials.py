"""Connecting with what the school gave the family; kept, sealed, only where the diary cannot be opened again without it (docs/adr/0023)."""

from __future__ import annotations

from collections.abc import Mapping

from connectors.kit.calls import SIGNING_IN
from connectors.kit.errors import AccessDenied, AuthExpired, ConnectorError, NotFound, Rejected
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import CodeAsked, CodePort, DiaryAccount, DiaryPort
from hub.deps import Deps
from hub.flows.link_account.intents import check_person, exits
from hub.flows.link_account.own_identity import Filled, check_typed, fill_in, own_field, why_wrong
from hub.flows.link_account.settle import Purpose, check_account, require_fresh, settle_link
from hub.flows.link_account.typed import Typed, typed
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import CodeAwaited, LinkState
from hub.store.connecting import steps, tries
from hub.store.connecting.tries import Tried
from hub.store.sessions import Visitor
from identity.errors import AlreadyLinked
from identity.model import LinkRole

REFUSED = (AuthExpired, Rejected, AccessDenied, NotFound)
"""Whatever the diary calls it, the person hears one answer: an unknown login sounds like a wrong password."""


async def link_with_credentials(
    deps: Deps,
    visitor: Visitor,
    system: str,
    credentials: Mapping[str, str],
    *,
    person: str | None = None,
    role: LinkRole | None = None,
    network: str = "",
) -> LinkState:
    """Opens the account and links it, or waits for the code that the diary sent. Wrong tries count per person, account and network."""
    port = deps.diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    if not port.manifest.logins & {LoginKind.CREDENTIALS, LoginKind.TOKEN}:
        raise Refused(Reason.MALFORMED, "Этот дневник подключается на его собственной странице входа.")
    whose = person if person != visitor.person or role is LinkRole.CHILD else None
    filled = Filled(credentials=credentials, person=whose)
    if own_field(port) is not None:
        require_fresh(deps, visitor.auth_time)
        await check_person(deps, visitor, person, role)
        filled = await fill_in(deps, visitor, port, credentials, whose=whose)
    given = typed(port.manifest, filled.credentials)
    require_fresh(deps, visitor.auth_time)
    await check_person(deps, visitor, person, role)
    purpose = Purpose(initiator=visitor.person, person=filled.person, role=role, snils=given.snils, unproven=filled.unproven)
    # A double submit waits for the first one: a right password sent twice is no guessing.
    async with deps.memory.locks.of(("credentials", visitor.person)):
        return await _try(deps, port, given, purpose, network=network)


async def _try(deps: Deps, port: DiaryPort, given: Typed, purpose: Purpose, *, network: str) -> LinkState:
    now = deps.now()
    tried = await deps.db.write(lambda: tries.count(deps.keys, person=purpose.initiator, account=given.account, network=network, now=now))
    if tried.after_s:
        raise Refused(Reason.TOO_MANY, after_s=tried.after_s)
    opened = await _opened(deps, port, given, tried)
    if isinstance(opened, CodeAsked):
        role = purpose.role.value if purpose.role else None
        new = steps.NewStep(person=purpose.initiator, system=port.name, whose=purpose.person, role=role, sent_to=opened.sent_to)
        return await _await_code(deps, new, opened, tried)
    return await _link(deps, port, opened, purpose, tried)


async def _opened(deps: Deps, port: DiaryPort, given: Typed, tried: Tried) -> DiaryAccount | CodeAsked:
    SIGNING_IN.set(True)
    try:
        opened = await (port.ask_code(given.secrets) if isinstance(port, CodePort) else port.sign_in(given.secrets))
        if isinstance(opened, DiaryAccount):
            check_account(port, opened)
    except REFUSED as error:
        raise Refused(Reason.WRONG_CREDENTIALS, why_wrong(port, error.text), more={"system": port.name}) from error
    except ConnectorError:
        # It is down or answers nonsense: nothing is known of the password.
        await deps.db.write(lambda: tries.not_counted(tried))
        raise
    return opened


async def _await_code(deps: Deps, new: steps.NewStep, asked: CodeAsked, tried: Tried) -> CodeAwaited:
    now, tries_left = deps.now(), left(steps.MOST_TRIES, asked)

    def unit() -> str:
        tries.give_back(tried)
        return steps.add(deps.keys, new, asked.keep, now=now, tries_left=tries_left)

    return CodeAwaited(
        id=await deps.db.write(unit),
        state="needs_code",
        sent_to=asked.sent_to,
        tries_left=tries_left,
        expires_at=now + steps.LIFE,
    )


def left(ours: int, asked: CodeAsked) -> int:
    """Our count of tries and the system's own, whichever is less."""
    return ours if asked.tries_left is None else max(0, min(ours, asked.tries_left))


async def _link(deps: Deps, port: DiaryPort, account: DiaryAccount, purpose: Purpose, tried: Tried) -> LinkState:
    now = deps.now()

    def unit() -> str:
        if purpose.unproven:
            # Counted as a wrong try: who guesses numbers is stopped like who guesses passwords.
            check_typed(deps, port, account, purpose.person or "")
        tries.give_back(tried)
        return settle_link(deps, port, account, purpose, now=now)

    try:
        link = await deps.db.write(unit)
    except (AlreadyLinked, Refused) as error:
        if not (isinstance(error, Refused) and error.reason is Reason.WRONG_CREDENTIALS):
            await deps.db.write(lambda: tries.give_back(tried))
        if isinstance(error, Refused):
            raise
        raise Refused(Reason.ALREADY_BOUND, more={"exits": exits(port.name)}) from error
    return linked(link, account)


def linked(link: str, account: DiaryAccount) -> LinkState:
    return LinkState(id=link, state=f"waiting_{account.waits_for.value}" if account.waits_for else "active")
