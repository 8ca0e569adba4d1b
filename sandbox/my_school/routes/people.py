"""The person, the profile, the consent, the schools."""

from __future__ import annotations

from typing import Any, Final

from quart import Response, request

from sandbox.my_school.routes.asking import Asking, body_of, number_of, text_of
from sandbox.my_school.state.joins import GROWN, age
from sandbox.my_school.state.service import TERMS, Profile
from sandbox.my_school.wire import shapes
from sandbox.my_school.wire.errors import SchoolError, answer
from sandbox.my_school.wire.names import fit
from sandbox.world.model import Person, School

PROFILES: Final = {"student": GROWN, "legal_representative": 18}
SHORTEST: Final = 3
LETTERS: Final = ("А", "Б", "В")


async def agree(asked: Asking) -> Response:
    """A system tells that this person agreed to it."""
    service, body = asked.service, await body_of()
    who = service.by_oid(text_of(body, "oid"))
    given = [text_of(body, "last_name"), text_of(body, "first_name"), str(body.get("middle_name") or "")]
    text_of(body, "agreed_at")
    if who is None or not _is(who, given, str(body.get("snils") or "")):
        raise SchoolError("person_unknown")
    if service.level(who.id) == "simplified":
        raise SchoolError("level_too_low")
    known = (asked.client, who.id) in service.access.consents
    service.access.consents.setdefault((asked.client, who.id), asked.now)
    return answer(shapes.me(service, who), 200 if known else 201)


def _is(who: Person, given: list[str], snils: str) -> bool:
    own = [who.last_name, who.first_name, who.middle_name if given[2] else ""]
    return [plain(it) for it in own] == [plain(it) for it in given] and (not snils or digits(who.snils or "") == digits(snils))


def plain(text: str) -> str:
    return " ".join(text.lower().replace("ё", "е").split())


def digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())


async def disagree(asked: Asking) -> Response:
    asked.service.access.forget(asked.client, asked.person.id)
    return answer({})


async def me(asked: Asking) -> Response:
    return answer(shapes.me(asked.service, asked.person))


async def choose_profile(asked: Asking) -> Response:
    service, who, body = asked.service, asked.person, await body_of()
    kind = text_of(body, "kind")
    if kind not in PROFILES:
        raise SchoolError("value", field="kind")
    if body.get("terms") != TERMS:
        raise SchoolError("terms_changed", field="terms")
    if body.get("agreed") is not True:
        raise SchoolError("value", field="agreed")
    if age(who.birth_date, shapes.today(service, service.town.school_of(who.id))) < PROFILES[kind]:
        raise SchoolError("too_young" if kind == "student" else "wrong_profile", field="kind")
    own = service.profiles.setdefault(who.id, Profile(kind=kind, since=asked.now))
    if own.kind != kind:
        raise SchoolError("profile_exists", current=shapes.me(service, who)["profile"])
    return answer(shapes.me(service, who))


async def find_schools(asked: Asking) -> Response:
    service, query, limit = asked.service, request.args.get("q", ""), number_of("limit", 20, 50)
    if not SHORTEST <= len(query.strip()) <= 500:
        raise SchoolError("value", field="q")

    def rank(school: School) -> float:
        named = service.named(school)
        names = (f"{name} {school.city}" for name in (named.legal_name, named.short_name, *named.former))
        return fit(query, names, (school.ogrn, school.inn))

    ranked = sorted(((rank(it), it) for it in service.town.schools.values()), key=lambda pair: -pair[0])
    return answer({"items": [shapes.school(service, it) for fits, it in ranked if fits][:limit]})


async def one_school(asked: Asking, ogrn: str) -> Response:
    service, found = asked.service, asked.service.school(ogrn)
    if found is None:
        raise SchoolError("school_unknown")
    own = [it.name for it in service.town.classes.values() if it.school == found.id]
    usual = [f"{parallel}{letter}" for parallel in range(1, 12) for letter in LETTERS]
    classes: list[Any] = sorted({*own, *usual}, key=lambda name: (int(name[:-1]), name))
    return answer(shapes.school(service, found) | {"classes": classes})
