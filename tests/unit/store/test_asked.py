"""What was asked goes along with a joined record and leaves with its person; what was said of a step is kept once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.store.connecting import checklist
from hub.store.database import Database
from hub.store.written import appeals, tickets
from hub.store.written.appeals import About
from hub.store.written.tickets import Asker
from identity.sealing import Keys, new_master_key

NOW = datetime(2026, 11, 18, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def keys() -> Keys:
    return Keys.from_master(new_master_key())


def ask(keys: Keys, author: str, child: str) -> None:
    id_ = appeals.id_of(keys, author, child)
    appeals.add(keys, id_, school="1", child=child, author=author, kind="meal", about=About(), text="Суп", due_at=NOW, now=NOW)
    tickets.add(keys, f"t-{author}", secret=f"s-{author}", school=None, person=author, asker=Asker(name="А"), text="Как?", now=NOW)
    checklist.put(author, child, "home", "aside", now=NOW)


@pytest.mark.rule("A11")
def test_a_joined_record_takes_along_what_was_asked_by_it_and_of_it(database: Database, keys: Keys) -> None:
    def unit() -> None:
        ask(keys, "old", "petya")
        ask(keys, "anna", "former")
        for store in (appeals, tickets, checklist):
            store.rebind(former="old", to="anna")
            store.rebind(former="former", to="petya")

    database.write_sync(unit)
    found = database.read_sync(lambda: (appeals.of_author(keys, "anna"), tickets.of_person(keys, "anna"), checklist.of_person("anna")))
    assert {one.child for one in found[0]} == {"petya"} and len(found[0]) == len(found[1]) == 2
    assert list(found[2]) == [("petya", "home")]
    assert database.read_sync(lambda: checklist.of_person("old")) == {}


@pytest.mark.rule("A14")
def test_what_was_asked_leaves_with_its_person_and_with_the_child(database: Database, keys: Keys) -> None:
    def unit() -> None:
        ask(keys, "anna", "petya")
        ask(keys, "ivan", "petya")
        for store in (appeals, tickets, checklist):
            store.forget("anna")

    database.write_sync(unit)
    read = database.read_sync
    assert read(lambda: (appeals.of_author(keys, "anna"), tickets.of_person(keys, "anna"), checklist.of_person("anna"))) == ([], [], {})
    assert len(read(lambda: appeals.of_author(keys, "ivan"))) == len(read(lambda: tickets.of_person(keys, "ivan"))) == 1
    database.write_sync(lambda: appeals.forget("petya"))
    database.write_sync(lambda: checklist.forget("petya"))
    assert read(lambda: (appeals.of_author(keys, "ivan"), checklist.of_person("ivan"))) == ([], {})


def test_a_ticket_is_found_by_its_secret_and_its_number_alone(database: Database, keys: Keys) -> None:
    database.write_sync(lambda: ask(keys, "anna", "petya"))
    found = database.read_sync(lambda: tickets.by_secret(keys, "s-anna"))
    assert found is not None and database.read_sync(lambda: tickets.by_number(keys, found.number)) == found
    assert database.read_sync(lambda: (tickets.by_secret(keys, found.number), tickets.by_secret(keys, ""))) == (None, None)
