"""What opens a diary and is not to be typed: the parent's own SNILS, the child's own Gosuslugi account (RULES A8, A15, docs/adr/0025)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from connectors.kit import diary
from connectors.kit.credentials import OWN_KINDS, CredentialField, FieldKind
from connectors.kit.ports import DiaryAccount, DiaryPort
from hub.deps import Deps
from hub.flows.link_account.children import own_children
from hub.flows.refusals import Reason, Refused
from hub.flows.school_names import same_school
from hub.store.diaries import diary_links
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.claims import Level
from identity.model import GOSUSLUGI, LinkState, LinkUse, Person, PersonId, SnilsProof
from identity.sealing import Keys
from identity.snils import InvalidSnils, Snils
from identity.store import links, person
from identity.store.school.cards import classes_of

TYPED_IDS = "TYPED_IDS"
"""The setting by which an operator lets guardians type an id that the hub does not know; off by default."""
NO_SUCH_ID = "Ученика с таким номером нет. Проверьте номер учётной записи ребёнка на Госуслугах."
_ID = re.compile(r"[0-9]{1,20}")
_LETTERS = re.compile(r"[^0-9a-zа-я]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """The credentials with what the hub knows, and the child that they name. `unproven`: a guardian typed the id, nobody vouched for it."""

    credentials: Mapping[str, str]
    person: str | None
    unproven: bool = False


def own_field(port: DiaryPort) -> CredentialField | None:
    return next((field for form in port.manifest.login_forms for field in form.fields if field.kind in OWN_KINDS), None)


def why_wrong(port: DiaryPort, said: str) -> str | None:
    """In place of the words about a password: what the system said of the person's own number; of a typed id always the same."""
    field = own_field(port)
    if field is None:
        return None
    return NO_SUCH_ID if field.kind is FieldKind.GOSUSLUGI_ID else said or None


async def fill_in(deps: Deps, visitor: Visitor, port: DiaryPort, given: Mapping[str, str], *, whose: str | None) -> Filled:
    """Refuses before anything is asked outside: such a service believes whoever names a number."""
    field = own_field(port)
    if field is None:
        return Filled(credentials=given, person=whose)
    typed = " ".join(given.get(field.name, "").split())

    def unit() -> Filled:
        me = person(deps.keys, PersonId(visitor.person))
        if me is None:
            raise Refused(Reason.NOT_SIGNED_IN)
        if field.kind is FieldKind.OWN_SNILS:
            return Filled(credentials={**given, field.name: _own_snils(me, typed)}, person=whose)
        named = _named(deps, port, me, typed, whose)
        return Filled(credentials={**given, field.name: named.id}, person=named.child, unproven=named.unproven)

    return await deps.db.read(unit)


def _own_snils(me: Person, typed: str) -> str:
    if me.snils is None or me.snils_proof is not SnilsProof.VERIFIED or me.level is not Level.CONFIRMED:
        raise Refused(
            Reason.LEVEL_TOO_LOW,
            "Этот дневник узнаёт родителя по СНИЛС из подтверждённой учётной записи. Подтвердите её и войдите через Госуслуги ещё раз.",
        )
    try:
        same = not typed or Snils(typed) == me.snils
    except InvalidSnils:
        same = False
    if not same:
        raise Refused(Reason.WRONG_CREDENTIALS, "Этот дневник открывается только вашим СНИЛС: тем, который подтвердили Госуслуги.")
    return me.snils.canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    id: str
    child: str
    unproven: bool = False


def _may_type(deps: Deps, port: DiaryPort) -> bool:
    config = deps.settings.connectors.get(port.name)
    return config is not None and config.options.get(TYPED_IDS) == "1"


def _named(deps: Deps, port: DiaryPort, me: Person, typed: str, whose: str | None) -> _Named:
    """Which own child, and by which id. An id that is somebody else's sounds like one that does not exist."""
    own = [one for one in own_children(deps, me.id, now=deps.now()) if whose in (None, one.id)]
    known = {one.id: id_ for one in own if (id_ := gosuslugi_id(deps.keys, one.id))}
    if typed and not _ID.fullmatch(typed):
        raise Refused(Reason.WRONG_CREDENTIALS, "Номер учётной записи Госуслуг состоит только из цифр.")
    fitting = [child for child, id_ in known.items() if typed in ("", id_)]
    if len(fitting) == 1:
        return _Named(id=known[fitting[0]], child=fitting[0])
    if len(own) != 1:
        raise Refused(Reason.MALFORMED, "Выберите ребёнка, чей дневник подключаете.")
    if not typed or not _may_type(deps, port):
        raise Refused(
            Reason.RELATION_UNPROVEN,
            "Этот дневник находит ребёнка по его учётной записи Госуслуг, а здесь ребёнок ею ещё не входил. Пусть войдёт один раз сам.",
        )
    if known or me.level is not Level.CONFIRMED or links.holders(deps.keys, GOSUSLUGI, typed):
        raise Refused(Reason.WRONG_CREDENTIALS, NO_SUCH_ID, more={"system": port.name})
    return _Named(id=typed, child=own[0].id, unproven=True)


def gosuslugi_id(keys: Keys, child: PersonId) -> str:
    """The number of the account by which the child signed in here; empty where it never did."""
    found = links.sign_ins_of(keys, child, system=GOSUSLUGI)
    return found[0].subject if len(found) == 1 else ""


def check_typed(deps: Deps, port: DiaryPort, account: DiaryAccount, child: str) -> None:
    """In the caller's unit: a typed id is nobody else's, the child's only one, and leads to the school and class that the hub knows."""
    holding = links.holders(deps.keys, port.name, account.subject)
    if set(diary_links.showing(port.name, child)) - {link.id for link in holding}:
        raise Refused(Reason.WRONG_CREDENTIALS, NO_SUCH_ID, more={"system": port.name})
    for link in holding:
        if link.use is LinkUse.DIARY and link.state is not LinkState.CLOSED:
            bound = {one for one, _ in diary_links.pupils(deps.keys, link.id)}
            if bound - {None, child}:
                raise Refused(Reason.WRONG_CREDENTIALS, NO_SUCH_ID, more={"system": port.name})
    ogrn, group = classes_of((PersonId(child),)).get(PersonId(child), ("", ""))
    if ogrn and not all(_is_there(one.school, one.group, ogrn, group) for one in account.children):
        raise Refused(Reason.WRONG_CREDENTIALS, NO_SUCH_ID, more={"system": port.name})


def _is_there(school: diary.School | None, group: diary.Group | None, ogrn: str, written: str) -> bool:
    if school is None or group is None:
        return False
    found = school.ogrn
    if not found:
        card = same_school((school.legal_name, school.name, school.short_name), schools.every())
        found = card.ogrn if card else ""
    return found == ogrn and (not written or _plain(group.name) == _plain(written))


def _plain(text: str) -> str:
    return _LETTERS.sub("", text.casefold())
