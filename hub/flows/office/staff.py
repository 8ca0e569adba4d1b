"""The school's own people: who works at what, codes that make somebody an officer, and who takes a post away (RULES B5, B6)."""

from __future__ import annotations

from collections.abc import Mapping

from hub.deps import Deps
from hub.flows.link_account.settle import require_fresh
from hub.flows.office.officers import POSTS, officer_of
from hub.flows.office.rights import STAFF, Act
from hub.flows.refusals import Reason, Refused
from hub.flows.views.school.staff import PostView, RoleView, StaffCodeGiven, StaffCodeView, StaffList, StaffView
from hub.flows.words import names_of
from hub.store import notices
from hub.store.joining import queue as joins
from hub.store.school import schools, staff_codes
from hub.store.school.schools import OfficerCard
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.invitations import code_from, new_code, printed
from identity.model import GOSUSLUGI, ActorKind, PersonId, SnilsProof
from identity.snils import Snils
from identity.store import person, record_change
from identity.store.persons import by_snils

LONGEST_NAME, LONGEST_CLASS, LONGEST_CODE = 100, 40, 100
WITH_CLASS = frozenset({"class_teacher", "tutor"})
_TEACHING = frozenset({"class_teacher", "tutor", "teacher", "meals_officer", "guard", "till"})
GIVES: Mapping[str, frozenset[str]] = {"head": frozenset(STAFF) - {"head"}, "school_admin": _TEACHING}
"""Which posts a post may give and take away; a head is named by the operator alone."""
WRONG = "Код не подошёл: он действует трое суток и один раз. Попросите новый у того, кто его выдал."


async def list_staff(deps: Deps, visitor: Visitor) -> StaffList:
    """Names and posts, no SNILS; the codes that wait, without the codes."""

    def unit() -> StaffList:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        card, me = schools.school(officer.school), person(deps.keys, officer.person)
        gives = GIVES.get(officer.role, frozenset())
        mine = me.snils.digits if me and me.snils else ""
        return StaffList(
            school_ogrn=officer.school,
            school=card.short_name if card else "",
            zone=officer.zone,
            items=tuple(
                StaffView(
                    id=one.id,
                    name=" ".join(part for part in one.names if part),
                    role=one.role,
                    title=POSTS.get(one.role, one.role),
                    class_name=one.class_name,
                    may_end=one.role in gives and schools.snils_of(deps.keys, one.id) != mine,
                )
                for one in schools.staff_of(deps.keys, officer.school)
            ),
            codes=tuple(_waiting(one) for one in staff_codes.open_of(deps.keys, officer.school, now=deps.now())),
            gives=tuple(RoleView(role=role, title=title) for role, title in POSTS.items() if role in gives),
            four_eyes=joins.four_eyes(officer.school),
            may_choose=officer.role == "head",
        )

    return await deps.db.read(unit)


async def give_code(deps: Deps, visitor: Visitor, *, role: str, name: str, class_name: str = "", seed: str = "") -> StaffCodeGiven:
    """For somebody who then signs in through Gosuslugi and types it; never for oneself. A `seed` makes the code again later."""
    who, klass = " ".join(name.split()), " ".join(class_name.split())

    def unit() -> StaffCodeGiven:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        if role not in GIVES.get(officer.role, frozenset()):
            raise Refused(Reason.FORBIDDEN, "Такую должность назначает другой: директора — оператор, администратора — директор.")
        return give(deps, officer.school, role=role, name=who, class_name=klass, by=officer.person, seed=seed)

    return await deps.db.write(unit)


def give(deps: Deps, school: str, *, role: str, name: str, class_name: str, by: str, seed: str = "") -> StaffCodeGiven:
    """Inside the caller's unit: a code for a post of this school; `by` is an officer or an operator."""
    if role not in POSTS or not name or len(name) > LONGEST_NAME:
        raise Refused(Reason.MALFORMED, "Напишите, кому код, и выберите должность.")
    if (role in WITH_CLASS) != bool(class_name) or len(class_name) > LONGEST_CLASS:
        raise Refused(Reason.MALFORMED, "Класс называют классному руководителю и воспитателю, и только им.")
    code, now = staff_code_again(deps, seed) if seed else printed(new_code()), deps.now()
    id_ = staff_codes.give(deps.keys, code, school=school, role=role, class_name=class_name, name=name, by=by, now=now)
    address = f"{deps.settings.public_url}/office/enter"
    return StaffCodeGiven(id=id_, code=code, role=role, title=POSTS[role], expires_at=now + staff_codes.LIFE, address=address)


def staff_code_again(deps: Deps, seed: str) -> str:
    """The code of this seed, as it is printed; it is kept nowhere."""
    return printed(code_from(deps.keys.code_hash(f"staff {seed}")))


async def revoke_staff_code(deps: Deps, visitor: Visitor, code: str) -> None:
    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        if not staff_codes.revoke(code, officer.school, now=deps.now()):
            raise Refused(Reason.NOT_FOUND)

    await deps.db.write(unit)


async def redeem_staff_code(deps: Deps, visitor: Visitor, code: str) -> PostView:
    """A confirmed Gosuslugi account, signed in just now; a wrong, old, spent or own code gets one answer, ten tries a minute."""
    key = ("staff", visitor.person)
    if not deps.memory.operator_tries.take(key):
        raise Refused(Reason.TOO_MANY, after_s=deps.memory.operator_tries.wait_s(key))
    if visitor.system != GOSUSLUGI:
        raise Refused(Reason.LEVEL_TOO_LOW, "Код сотрудника вводят, войдя через Госуслуги.")
    require_fresh(deps, visitor.auth_time)
    now = deps.now()

    def unit() -> PostView | None:
        me = person(deps.keys, PersonId(visitor.person))
        if me is None or me.level is not Level.CONFIRMED or me.snils is None or me.snils_proof is not SnilsProof.VERIFIED:
            raise Refused(Reason.LEVEL_TOO_LOW)
        found = staff_codes.take(deps.keys, code[:LONGEST_CODE], person=me.id, now=now)
        if found is None:
            return None
        names = (me.last_name, me.first_name, me.middle_name)
        card = OfficerCard(school=found.school, role=found.role, snils=me.snils.digits, names=names, class_name=found.class_name)
        schools.put_officers(deps.keys, (card,), now=now)
        _note(me.id, found.issued_by, "staff.named", found.role, deps)
        if person(deps.keys, PersonId(found.issued_by)) is not None:
            text = f"Код сотрудника введён: {names_of(me)}, {POSTS[found.role].lower()}."
            notices.tell(deps.keys, person=found.issued_by, kind="staff_named", text=text, href="/office/staff", now=now)
        school = schools.school(found.school)
        return PostView(
            school_ogrn=found.school,
            school=school.short_name if school else "",
            role=found.role,
            title=POSTS[found.role],
            class_name=found.class_name,
            chosen=False,
            acts=(),
        )

    view = await deps.db.write(unit)
    if view is None:
        raise Refused(Reason.CODE_WRONG, WRONG)
    deps.memory.offices.clear()
    return view


async def end_post(deps: Deps, visitor: Visitor, post: str) -> None:
    """The person keeps the cabinet and has this post no more, from the next request on."""

    def unit() -> None:
        officer = officer_of(deps, visitor, act=Act.STAFF)
        found = next((one for one in schools.staff_of(deps.keys, officer.school) if one.id == post), None)
        snils = schools.snils_of(deps.keys, post) if found else None
        if found is None or snils is None:
            raise Refused(Reason.NOT_FOUND)
        me = person(deps.keys, officer.person)
        if me is not None and me.snils is not None and me.snils.digits == snils:
            raise Refused(Reason.OWN_FAMILY, "Свою должность убирает другой сотрудник.")
        if found.role not in GIVES.get(officer.role, frozenset()):
            raise Refused(Reason.FORBIDDEN, "Эту должность убирает директор или оператор.")
        schools.end_post(post, officer.school)
        whose = by_snils(deps.keys, Snils(snils))
        _note(whose.id if whose else officer.person, officer.person, "staff.ended", found.role, deps)

    await deps.db.write(unit)
    deps.memory.offices.clear()


def _note(subject: PersonId, actor: str, action: str, about: str, deps: Deps) -> None:
    record_change(actor=actor, actor_kind=ActorKind.STAFF, subject=subject, action=action, object=about, now=deps.now())


def _waiting(one: staff_codes.Given) -> StaffCodeView:
    return StaffCodeView(
        id=one.id,
        name=one.name,
        role=one.role,
        title=POSTS.get(one.role, one.role),
        class_name=one.class_name,
        created_at=one.created_at,
        expires_at=one.expires_at,
    )
