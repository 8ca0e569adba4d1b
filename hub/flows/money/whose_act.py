"""Who made a row of a statement, as a family may read it: staff by name and post, other guardians by name (RULES A13, D7)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from hub.deps import Deps
from hub.flows.office.officers import POSTS
from hub.ledger.model import Cause
from hub.ledger.store.contracts import ContractCard
from hub.ledger.texts import PROVIDERS
from hub.store.school import schools
from hub.store.sessions import Visitor
from identity.model import Person, PersonId
from identity.store.persons import by_ids

ITSELF = "Сервис, автоматически"
OPERATOR = "Оператор сервиса"
SCHOOL = "Сотрудник школы"
FAMILY = "Семья"
DEVICE = "Устройство в школе"
_BY_PREFIX: Mapping[str, str] = MappingProxyType(
    {"command": OPERATOR, "operator": OPERATOR, "device": DEVICE, "till": DEVICE, "kiosk": "Киоск в школе", "worker": ITSELF, "job": ITSELF}
)


def names_of(deps: Deps, visitor: Visitor, contract: ContractCard, child: Person | None, actors: Iterable[str]) -> Mapping[str, str]:
    """In the caller's unit: each actor once. Who only pays and may not see the child reads no name."""
    told = {actor: _system(actor) for actor in set(actors)}
    people = [PersonId(actor) for actor, said in told.items() if said is None]
    known = by_ids(deps.keys, people) if people else {}
    for actor in people:
        told[actor] = _person(deps, visitor, contract, child, actor, known.get(actor))
    return {actor: said or ITSELF for actor, said in told.items()}


def signed(name: str, cause: Cause) -> str:
    """Money that came by itself came through somebody."""
    return _capital(PROVIDERS.get(cause.provider, cause.provider)) if name == ITSELF and cause.provider else name


def _system(actor: str) -> str | None:
    """What is no person; None for an id that may be one."""
    prefix, colon, rest = actor.partition(":")
    if colon and prefix == "provider":
        return _capital(PROVIDERS.get(rest, rest))
    if prefix in _BY_PREFIX and (colon or actor == prefix):
        return _BY_PREFIX[prefix]
    if actor in PROVIDERS:
        return _capital(PROVIDERS[actor])
    return None


def _person(deps: Deps, visitor: Visitor, contract: ContractCard, child: Person | None, actor: PersonId, found: Person | None) -> str:
    if actor == visitor.person:
        return "Вы"
    if found is None:
        # An operator is no person of the hub; nor is a system that signs with a name of its own.
        return OPERATOR if len(actor) >= 32 else ITSELF
    posts = schools.posts_of(deps.keys, found.snils.digits) if found.snils else []
    post = next((POSTS[one.role] for one in posts if one.school == contract.school and one.role in POSTS), "")
    if child is None:
        return SCHOOL if post else FAMILY
    if actor == child.id:
        return f"{child.first_name}, ученик"
    name = " ".join(part for part in (found.last_name, found.first_name, found.middle_name) if part)
    return f"{name}, {post[0].lower()}{post[1:]}" if post and not _guards(contract, actor) else name


def _guards(contract: ContractCard, actor: PersonId) -> bool:
    """Who pays acts as the family, whatever post is held beside it."""
    return contract.payer == actor


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
