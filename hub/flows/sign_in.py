"""A parent or pupil signs in: the browser leaves for the provider and comes back once; the claims are settled and a session opens."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.kit.calls import SIGNING_IN
from connectors.kit.ports import Access, Arrival, AskingAnew, AskingWork, SignInPort, Wrapping
from hub.deps import Deps
from hub.flows.follow_edges import follow_edges
from hub.flows.join_records.prove import Proven, finish_proof, is_merger
from hub.flows.keep_profile import ask_who, keep_access
from hub.flows.know_device import note_device
from hub.flows.link_account.profiles import ProfileBound, finish_profile
from hub.flows.office.rights.told import follow_work
from hub.flows.recognise import forget
from hub.flows.refusals import Reason, Refused, accepted
from hub.flows.review_words import REVIEWS
from hub.flows.words import system_title
from hub.store import notices, reach, sessions
from hub.store.connecting import flow_records, registrations, steps
from hub.store.diaries import diary_copies, diary_links
from hub.store.outputs import calendars
from hub.store.sessions import Visitor
from identity.claims import Claims
from identity.family.child_login import CHILD_LOGIN
from identity.linking import is_strong
from identity.model import PersonId, SnilsProof
from identity.store import SignInOutcome, SignInResult, person, settle_sign_in


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedIn:
    """`token` goes into the session cookie and is kept nowhere else."""

    token: str = field(repr=False)
    session: str
    person: str
    next_path: str


def return_address(deps: Deps, system: str) -> str:
    return f"{deps.settings.public_url}/auth/{system}/return"


def port_of(deps: Deps, system: str) -> SignInPort:
    port = deps.sign_ins.get(system)
    if port is None:
        raise Refused(Reason.UNKNOWN_SYSTEM)
    return port


async def begin(
    deps: Deps, system: str, *, browser: str, next_path: str, before: Visitor | None = None, anew: bool = False, at_work: bool = False
) -> str:
    """Remembers the flow and returns the provider's address. Each tab has its own flow. `before` is who is signed in here already.

    `anew`: a provider that can is told to ask for the password again. `at_work`: it is asked where the person works, too.
    """
    port = port_of(deps, system)
    state = str(uuid.uuid4())
    redirect_uri = return_address(deps, system)
    leave = port.begin_anew if anew and isinstance(port, AskingAnew) else port.begin
    leave = port.begin_at_work if at_work and isinstance(port, AskingWork) else leave
    departure = await leave(state=state, redirect_uri=redirect_uri)
    now = deps.now()
    await deps.db.write(
        lambda: flow_records.remember(
            deps.keys,
            state=state,
            browser=browser,
            system=system,
            keep=departure.keep,
            redirect_uri=redirect_uri,
            next_path=next_path,
            session=before.session if before else None,
            now=now,
        )
    )
    return departure.url


async def finish(
    deps: Deps,
    system: str,
    params: Mapping[str, str],
    *,
    browser: str | None,
    label: str,
    before: Visitor | None = None,
    device: str | None = None,
) -> SignedIn | ProfileBound | Proven:
    """Takes the flow for its single use, asks the provider who it is, and opens a session, or binds the profile that an intent asked for.

    `before` is who was signed in here; `device` is the cookie by which this browser is known again.
    """
    port = port_of(deps, system)
    if isinstance(port, Wrapping):
        params = port.unwrapped(params)
    state, now = params.get("state", ""), deps.now()
    if not state or browser is None:
        raise Refused(Reason.FLOW_UNKNOWN if not state else Reason.FLOW_FOREIGN)
    flow = accepted(await deps.db.write(lambda: flow_records.take(deps.keys, state=state, browser=browser, system=system, now=now)))
    arrival = Arrival(params=params, keep=flow.keep, state=state, redirect_uri=flow.redirect_uri)
    if is_merger(flow):
        return await finish_proof(deps, port, before, flow, arrival)
    if flow.intent is not None:
        return await finish_profile(deps, port, before, flow, arrival)
    SIGNING_IN.set(True)
    claims, access = await ask_who(port, arrival)
    former = before.session if before else None
    into = PersonId(before.person) if before and flow.session == former and _may_join(before, claims) else None
    settled = await deps.db.write(lambda: _settle(deps, claims, access, label=label, device=device, former=former, into=into))
    if isinstance(settled, SignInOutcome):
        detail = REVIEWS[settled.reason] if settled.reason else None
        raise Refused(Reason.REVIEW, detail, more={"reason": settled.reason, "exits": [how.value for how in settled.exits]})
    found, session, token = settled
    forget(deps, session=former, person=found)
    if claims.work is not None:
        deps.memory.offices.clear()
    return SignedIn(token=token, session=session, person=found, next_path=flow.next_path)


def _may_join(before: Visitor, claims: Claims) -> bool:
    """A confirmed account joins the account of a weak sign-in of another kind (RULES A10); two accounts of one kind are two people.

    A child's own login is no sign-in to be raised: whoever signs in after it in this browser may be the parent.
    """
    return is_strong(claims) and before.system not in (claims.system, CHILD_LOGIN)


def _decided(deps: Deps, claims: Claims, into: PersonId | None) -> SignInOutcome:
    """A confirmed account that is somebody's already, or contradicts the weak one, is no upgrade: its owner signs in (RULES A3)."""
    if into is not None and not _is_proven(deps, into):
        outcome = settle_sign_in(deps.keys, claims, now=deps.now(), into=into)
        if outcome.result is not SignInResult.REVIEW:
            return outcome
    return settle_sign_in(deps.keys, claims, now=deps.now())


def _is_proven(deps: Deps, who: PersonId) -> bool:
    """Whether the person has a strong identity already, and so nothing to be raised to."""
    known = person(deps.keys, who)
    return known is not None and known.snils_proof is SnilsProof.VERIFIED


def _settle(
    deps: Deps, claims: Claims, access: Access | None, *, label: str, device: str | None, former: str | None, into: PersonId | None
) -> tuple[str, str, str] | SignInOutcome:
    """One unit: the decision, what follows from it, and the session; in review nothing but the review is kept."""
    now = deps.now()
    outcome = _decided(deps, claims, into)
    if outcome.result is SignInResult.REVIEW or outcome.person is None:
        return outcome
    who = outcome.person
    if outcome.strong_added or outcome.closed:
        _end_others(deps, who, keep=former)
        # A diary's sign-in that waits for its code may be somebody else's, who was here before the owner.
        steps.forget(who)
        registrations.forget(who)
    if outcome.moved_from is not None:
        sessions.end_all(outcome.moved_from, now=now)
        reach.leave_behind(outcome.moved_from)
    for link in (*outcome.suspended, *outcome.closed):
        diary_copies.forget(link.id)
        diary_links.remove(link.id)
    keep_access(deps, access, link=outcome.link, system=claims.system, person=who, now=now)
    _tell_of_links(deps, outcome, who)
    if outcome.offers:
        text = "Похоже, у вас уже есть кабинет. Войдите той учётной записью, которой пользовались раньше, и подключите эту к нему."
        notices.tell(deps.keys, person=who, kind="maybe_you", text=text, href="/family/sign-ins", now=now)
    follow_edges(deps, outcome.edges)
    follow_work(deps, claims, who)
    session, token = sessions.start(
        deps.keys,
        person=who,
        system=claims.system,
        label=label,
        auth_time=claims.auth_time,
        now=now,
        replaces=former,
        children_told=claims.children is not None if is_strong(claims) else None,
        device=device,
    )
    note_device(deps, person=who, session=session, cookie=device, label=label, now=now)
    return who, session, token


def _end_others(deps: Deps, who: PersonId, *, keep: str | None) -> None:
    """A strong identity came: whoever was signed in before is not any more (RULES A10, A17)."""
    now = deps.now()
    calendars.forget_of(who)
    if reach.start_anew(deps.keys, who, now=now):
        text = "Телефон, почта и пуш, выбранные до этого входа, больше не используются: остались только подтверждённые Госуслугами."
        notices.tell(deps.keys, person=who, kind="contacts_anew", text=text, href="/contacts", now=now)
    if sessions.end_all(who, now=now, keep=keep):
        text = "Вы вошли подтверждённой учётной записью, поэтому все прежние входы на других устройствах завершены."
        notices.tell(deps.keys, person=who, kind="sessions_ended", text=text, href="/family", now=now)


def _tell_of_links(deps: Deps, outcome: SignInOutcome, who: PersonId) -> None:
    for link in outcome.suspended:
        title = system_title(deps, link.system)
        text = f"Подключение «{title}» приостановлено: оно появилось до подтверждённого входа. Подключите его заново, если оно ваше."
        notices.tell(deps.keys, person=who, kind="link_suspended", text=text, href="/family/sign-ins", now=deps.now())
    if outcome.dropped:
        text = "Начатая смена телефона или почты отменена: она началась до подтверждённого входа. Если она ваша, начните её заново."
        notices.tell(deps.keys, person=who, kind="changes_dropped", text=text, href="/settings", now=deps.now())
    if outcome.closed:
        text = "К вам подключена новая учётная запись с тем же СНИЛС; прежняя больше не открывает кабинет."
        notices.tell(deps.keys, person=who, kind="link_closed", text=text, href="/family/sign-ins", now=deps.now())
