"""A person chooses the region of the child's school and sees which diary works there today, and how one signs in (RULES C4)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from urllib.parse import urlsplit

from connectors.kit.diary import Datum
from connectors.kit.manifest import LoginKind
from connectors.kit.ports import DiaryPort
from connectors.kit.registration import JoiningPort, RecoveryPort, RegistrationPort
from hub.deps import Deps
from hub.flows.refusals import Reason, Refused
from hub.flows.views.regions import OfferView, PhoneView, RegionHead, RegionList, RegionView
from hub.regions import Login, Placed, Region, registry
from hub.store.connecting import choices
from hub.store.diaries.diary_owners import owners_of
from hub.store.sessions import Visitor
from identity.model import PersonId
from identity.store import children_of, set_zone
from identity.store.school.cards import classes_of

SOON = timedelta(days=60)
LATELY = timedelta(days=365)
TYPED = frozenset({Login.PASSWORD, Login.SNILS_PASSWORD, Login.CONTRACT_PASSWORD, Login.ACCOUNT_AND_CODE})
"""The sign-ins that are typed into a form of ours."""


def known(code: str) -> Region:
    found = registry().region(code)
    if found is None:
        raise Refused(Reason.NOT_FOUND, "Такого региона нет в списке. Выберите регион ещё раз.")
    return found


def list_regions(deps: Deps, chosen: str) -> RegionList:
    """Every region with what works there today in its own zone."""
    now = deps.now()
    items = tuple(
        RegionHead(code=one.code, name=one.name, zone=one.zone, systems=tuple(placed.system for placed in one.on(one.today(now))))
        for one in registry().regions.values()
    )
    return RegionList(items=items, chosen=chosen or None)


def show_region(deps: Deps, code: str, *, day: date | None = None) -> RegionView:
    """What works there on the day, today by the region's own calendar."""
    region = known(code)
    asked = day or region.today(deps.now())
    return RegionView(
        code=region.code,
        name=region.name,
        zone=region.zone,
        note=region.note,
        day=asked,
        systems=_offers(deps, region.on(asked)),
        coming=_offers(deps, region.coming(asked, within=SOON)),
        gone=_offers(deps, region.gone(asked, within=LATELY)),
    )


def logins_there(deps: Deps, system: str, code: str) -> frozenset[Login] | None:
    """How one signs in to this system in this region; None where the registry does not tell."""
    region = registry().region(code)
    here = region.on(region.today(deps.now())) if region else ()
    placed = [one for one in here if registry().systems[one.system].reader == system and _port(deps, one) is not None]
    return frozenset(login for one in placed for login in registry().logins(one)) if placed else None


async def region_of(deps: Deps, visitor: Visitor | None, cookie: str) -> str:
    """The person's own choice, else the browser's; a code that the registry no longer has counts for none."""
    code = ""
    if visitor is not None:
        code = await deps.memory.people.of(deps.db, ("region", visitor.person), lambda: choices.of_person(visitor.person))
    found = code or cookie
    return found if registry().region(found) else ""


async def choose_region(deps: Deps, visitor: Visitor, code: str) -> None:
    """Remembers the choice for the person on every device; ages of children whose school nobody has told yet go by it (RULES A6)."""
    region, now, who = known(code), deps.now(), PersonId(visitor.person)

    def unit() -> None:
        choices.save(who, region.code, now=now)
        own = [view.person.id for view in children_of(deps.keys, who, now=now) if not view.diary_only and not view.right.delegated]
        at_school = classes_of((who, *own))
        for one in {who, *own}:
            if one not in at_school and not owners_of(one):
                set_zone(one, region.zone, now=now)

    await deps.db.write(unit)


def _offers(deps: Deps, placed: Iterable[Placed]) -> tuple[OfferView, ...]:
    return tuple(_offer(deps, one) for one in placed)


def _offer(deps: Deps, placed: Placed) -> OfferView:
    system, port = registry().systems[placed.system], _port(deps, placed)
    logins = registry().logins(placed)
    here = tuple(login for login in logins if _works_here(port, login)) if port is not None else logins
    return OfferView(
        system=system.system if port is None else port.name,
        title=system.title if port is None else port.manifest.instance(port.name).title,
        role=placed.role.value,
        connected=port is not None and bool(here),
        logins=tuple(login.value for login in here or logins),
        data=tuple(datum.value for datum in Datum if datum in port.manifest.data) if port is not None else system.data,
        hosts=placed.hosts,
        since=placed.since,
        until=placed.until,
        site=system.site or (f"https://{placed.hosts[0]}" if placed.hosts else ""),
        note=placed.note,
        own_login=system.own_login,
        given_by=system.given_by,
        steps=system.steps,
        without=system.without,
        recovery=system.recovery,
        registers=port is not None and registers(port),
        recovers=port is not None and isinstance(port, RecoveryPort) and port.manifest.recovery is not None,
        phones=tuple(PhoneView(number=one.number, about=one.about) for one in system.phones),
    )


def _port(deps: Deps, placed: Placed) -> DiaryPort | None:
    """The connector of this system, if it reaches this region's server; the demo's town has one server for all of one name."""
    system = registry().systems[placed.system]
    port, config = deps.diaries.get(system.reader), deps.settings.connectors.get(system.reader)
    if deps.settings.demo:
        return port if system.reader == system.system else None
    if not system.per_region or config is None:
        return port
    hosts = {urlsplit(url).hostname for url in config.base_urls.values()}
    return port if hosts & {*placed.hosts} else None


def registers(port: DiaryPort) -> bool:
    """Whether a family without an account gets one from here."""
    return isinstance(port, RegistrationPort) and bool(port.manifest.registration)


def _works_here(port: DiaryPort, login: Login) -> bool:
    """Gosuslugi stands on the diary's own page; an invitation opens a new account, or brings a child into one that is open."""
    if login in TYPED:
        return LoginKind.CREDENTIALS in port.manifest.logins
    if login is Login.INVITATION:
        return registers(port) or isinstance(port, JoiningPort)
    return LoginKind.BROWSER in port.manifest.logins
