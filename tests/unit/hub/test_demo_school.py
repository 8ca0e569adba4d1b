"""The demo's schools have a class and a menu that nobody of the town is in: class lists and tills are not empty."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hub.demo.control import Town, TownPerson, TownSchool
from hub.demo.menu import put_menus
from hub.demo.money import load_money
from hub.demo.roster import KLASS, classmates, put_roster
from hub.ledger.debits.foresee import ENOUGH, foresee
from hub.ledger.store import contracts
from hub.store.database import Database
from hub.store.school import canteen, schools
from hub.store.school.meals import menu
from hub.store.school.schools import SchoolCard
from identity.model import PersonId
from identity.sealing import Keys, new_master_key
from identity.store import persons_by_id
from identity.store.school.cards import pupils_of

KEYS = Keys.from_master(new_master_key())
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
OGRN = "1027700000001"
SCHOOL = TownSchool(id="orn", legal_name="Школа", short_name="Школа", inn="7700000000", ogrn=OGRN, tz="Asia/Krasnoyarsk")
TOWN = Town(people=[TownPerson(id="p1", role="school_admin", last_name="Ким", first_name="Ян", school="orn")], schools=[SCHOOL])


async def test_a_class_with_contracts_and_a_menu_is_there_once(database: Database) -> None:
    peers = classmates(TOWN)

    def load() -> None:
        schools.put_school(SchoolCard(ogrn=OGRN, inn="7700000000", legal_name="Школа", short_name="Школа", zone=SCHOOL.tz), now=NOW)
        put_menus(TOWN.schools, now=NOW)
        put_roster(KEYS, TOWN.schools, peers, now=NOW)
        load_money(KEYS, Town(people=[*TOWN.people, *peers], schools=TOWN.schools), now=NOW)

    for _ in range(2):
        await database.write(load)

    def look() -> dict[str, str]:
        children = [child for child, _ in pupils_of(OGRN, klass=KLASS)]
        contracts.attach(KEYS, list(persons_by_id(KEYS, children).values()), now=NOW)
        dish = canteen.priced(OGRN, date(2026, 11, 18))[0]
        return dict(foresee([PersonId(one) for one in children], OGRN, dish, SCHOOL.tz, now=NOW))

    found = await database.write(look)
    assert len(found) == len(peers) == 8 and set(found.values()) == {ENOUGH}
    lines = await database.read(lambda: menu.lines(OGRN, date(2026, 11, 16), date(2026, 11, 22)))
    assert len(lines) == 15 and {one.day.weekday() for one in lines} == {0, 1, 2, 3, 4}
