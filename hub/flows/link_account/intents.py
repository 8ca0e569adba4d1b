"""The stored intent: who wants to connect which account to whom, and what became of it."""

from __future__ import annotations

import uuid

from connectors.kit.manifest import LoginKind
from connectors.kit.ports import DiaryPort, SignInPort
from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.refusals import Reason, Refused
from hub.flows.views.people.family import ExitView, IntentStarted, IntentView
from hub.store.connecting import flow_records, intents
from hub.store.connecting.intents import IntentState
from hub.store.sessions import Visitor
from identity.model import GOSUSLUGI, LinkRole, PersonId
from identity.store import view_right


def port_of(deps: Deps, system: str, login: LoginKind) -> DiaryPort:
    port = deps.diaries.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    if login not in port.manifest.logins:
        raise Refused(Reason.MALFORMED, "Этот дневник подключается иначе: выберите другой способ на странице подключения.")
    return port


def _leaving_port(deps: Deps, system: str) -> DiaryPort | SignInPort:
    """Where the browser signs in: at a diary, or at a provider whose profile is bound. Gosuslugi is no profile: it proves who one is."""
    found = deps.sign_ins.get(system)
    if found is None:
        return port_of(deps, system, LoginKind.BROWSER)
    if system == GOSUSLUGI:
        raise Refused(Reason.MALFORMED, "Госуслуги подключаются входом: откройте /auth/esia/start.")
    return found


async def start_intent(
    deps: Deps,
    visitor: Visitor,
    system: str,
    *,
    person: str | None,
    role: LinkRole | None,
    browser: str,
    next_path: str = "/",
) -> IntentStarted:
    """Stores the intent and one browser flow for it; the browser opens `authorize_url`."""
    port = _leaving_port(deps, system)
    require_fresh(deps, visitor.auth_time)
    await check_person(deps, visitor, person, role)
    if role is None and system in deps.sign_ins:
        role = LinkRole.PARENT if person in (None, visitor.person) else LinkRole.CHILD
    state = str(uuid.uuid4())
    redirect_uri = f"{deps.settings.public_url}/auth/{system}/return"
    departure = await port.begin(state=state, redirect_uri=redirect_uri)
    now = deps.now()

    def unit() -> str:
        intent = intents.add(
            system=system,
            initiator=visitor.person,
            session=visitor.session,
            person=person or visitor.person,
            role=role.value if role else "",
            now=now,
        )
        flow_records.remember(
            deps.keys,
            state=state,
            browser=browser,
            system=system,
            keep=departure.keep,
            redirect_uri=redirect_uri,
            next_path=next_path,
            now=now,
            intent=intent,
            session=visitor.session,
        )
        return intent

    return IntentStarted(intent=await deps.db.write(unit), authorize_url=departure.url)


async def check_person(deps: Deps, visitor: Visitor, person: str | None, role: LinkRole | None) -> None:
    """A parent's account is the initiator's own; a child's is one of a child that the initiator sees."""
    if person in (None, visitor.person):
        return
    now, whom = deps.now(), PersonId(person or "")
    right = await deps.db.read(lambda: view_right(deps.keys, PersonId(visitor.person), whom, now=now))
    if not right.allowed:
        raise Refused(Reason.NOT_FOUND)
    if role is LinkRole.PARENT:
        raise Refused(Reason.ROLE_MISMATCH, "Учётную запись родителя подключает сам родитель: выберите себя.")


async def read_intent(deps: Deps, visitor: Visitor, intent: str) -> IntentView:
    """What became of it, for the one who started it."""
    now = deps.now()
    found = await deps.db.read(lambda: intents.find(intent, now=now))
    if found is None or found.initiator != visitor.person:
        raise Refused(Reason.NOT_FOUND)
    open_ends = (IntentState.REFUSED, IntentState.REVIEW, IntentState.FAILED, IntentState.EXPIRED)
    return IntentView(
        id=found.id,
        system=found.system,
        state=found.state.value,
        reason=found.reason,
        link=found.link,
        exits=exits(found.system, found.person if found.system in deps.sign_ins else None) if found.state in open_ends else (),
    )


def exits(system: str, profile_of: str | None = None) -> tuple[ExitView, ...]:
    """The three ways out of every conflict (RULES A12). `profile_of`: whose profile it was to be, where it was no diary."""
    again = f"/auth/{system}/start" if profile_of is None else f"/family/sign-ins/add/{system}?person={profile_of}"
    return (
        ExitView(kind="sign_in_and_link", href=again),
        ExitView(kind="code", href="/invitation"),
        ExitView(kind="ask_school", href="/help#school"),
    )
