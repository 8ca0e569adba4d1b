"""Key rotation to its end and after a stop; a backup restored with the key and without; nothing personal in the copied file."""

from __future__ import annotations

import base64
import json
import sqlite3
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

import identity.store
from hub import wiring
from hub.cli.keeping import keys as keys_command
from hub.settings import SettingsError, load
from hub.store.database import Database, StorageError, backup, schema
from hub.store.school import schools
from hub.store.school.schools import OfficerCard
from identity.claims import ChildClaim, Claims, Level
from identity.errors import UnknownKey
from identity.model import PersonId
from identity.sealing import Keys, new_master_key
from identity.snils import Snils
from tests.unit.hub.kit import command, environment

NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
ANNA = Claims(
    system="esia",
    subject="1000",
    level=Level.CONFIRMED,
    last_name="Ёлкина",
    first_name="Анна",
    middle_name="Игоревна",
    birth_date=date(1985, 3, 4),
    snils=Snils("123-456-789 64"),
    auth_time=NOW,
    children=(
        ChildClaim(source_id="kid-1", last_name="Ёлкин", first_name="Пётр", birth_date=date(2014, 5, 6), snils=Snils("112-233-445 95")),
    ),
)


def _sign_in(keys: Keys) -> str:
    return str(identity.store.settle_sign_in(keys, ANNA, now=NOW).person)


def _fill(database: Database, keys: Keys) -> str:
    cards = [OfficerCard(school=str(n), role="school_admin", snils="11223344595", names=("Ёлкина", "Анна", "")) for n in range(450)]
    database.write_sync(lambda: schools.put_officers(keys, cards, now=NOW))
    return database.write_sync(lambda: _sign_in(keys))


def _left(database: Database, keys: Keys) -> int:
    return database.read_sync(lambda: sum(identity.store.unrotated(keys, column) for column in wiring.sealed()))


def test_a_hub_with_another_master_key_does_not_start_and_with_the_old_one_named_it_does(tmp_path: Path) -> None:
    first, other = new_master_key(), new_master_key()

    def build(**more: str) -> None:
        settings = load({**environment(tmp_path), "HUB_DEMO": "0", "HUB_PUBLIC_URL": "https://hub.example", **more})
        database = Database(settings.database)
        database.bind(wiring.tables())
        schema.migrate(database, "real")
        if more["HUB_MASTER_KEY"] == first:
            _fill(database, wiring.keys_of(settings))
        try:
            wiring.build(settings, database)
        finally:
            database.close_sync()

    build(HUB_MASTER_KEY=first)
    with pytest.raises(SettingsError, match="HUB_MASTER_KEYS_OLD"):
        build(HUB_MASTER_KEY=other)
    build(HUB_MASTER_KEY=other, HUB_MASTER_KEYS_OLD=first)


def test_rotation_leaves_no_value_that_needs_the_old_key(database: Database) -> None:
    old, new = new_master_key(), new_master_key()
    person = _fill(database, Keys.from_master(old))
    rotating = Keys.from_master(new, [old])
    assert database.write_sync(lambda: _sign_in(rotating)) == person, "meanwhile both keys find the person"
    assert _left(database, rotating) > 900
    assert sum(keys_command.rotate(database, rotating, column) for column in wiring.sealed()) > 900
    assert _left(database, rotating) == 0
    alone = Keys.from_master(new)
    assert database.write_sync(lambda: _sign_in(alone)) == person, "the indexes are of the new key"
    found = database.read_sync(lambda: identity.store.person(alone, PersonId(person)))
    assert found is not None
    assert found.last_name == "Ёлкина"
    index = alone.index(schools.SNILS_INDEX, "11223344595")
    by_snils = schools.SchoolOfficer.snils_index == index
    assert database.read_sync(lambda: schools.SchoolOfficer.select().where(by_snils).count()) == 450


def test_a_rotation_that_was_stopped_is_taken_up_again(database: Database) -> None:
    old, new = new_master_key(), new_master_key()
    _fill(database, Keys.from_master(old))
    rotating = Keys.from_master(new, [old])
    column = next(one for one in wiring.sealed() if one.model is schools.SchoolOfficer)
    before = _left(database, rotating)
    database.write_sync(lambda: identity.store.reseal_batch(rotating, column, limit=100))
    assert _left(database, rotating) == before - 100
    again = sum(keys_command.rotate(database, rotating, one) for one in wiring.sealed())
    assert again == before - 100
    assert sum(keys_command.rotate(database, rotating, one) for one in wiring.sealed()) == 0


def test_every_table_with_a_sealed_column_is_rotated() -> None:
    """A column that holds sealed text but is not declared would be lost with the old key."""
    declared = {(column.model._meta.table_name, column.column) for column in wiring.sealed()}
    assert {("person", "profile"), ("person", "snils"), ("diary_link", "access"), ("school_officer", "snils")} <= declared


async def test_the_command_rotates_and_says_what_is_left(tmp_path: Path) -> None:
    old, new = new_master_key(), new_master_key()
    file = tmp_path / "hub.sqlite3"
    database = Database(str(file))
    database.bind(wiring.tables())
    schema.migrate(database, "real")
    _fill(database, Keys.from_master(old))
    database.close_sync()
    done = await command("keys", "rotate", "--json", env=environment(tmp_path, HUB_MASTER_KEY=new, HUB_MASTER_KEYS_OLD=old))
    assert done.code == 0, done.err
    assert json.loads(done.out)["left"] == 0
    assert json.loads(done.out)["rotated"] > 900
    file = tmp_path / "audit-anchors.ndjson"
    anchors = file.read_text()
    assert anchors.count("past_key") == 1, "anchors that the old key signed stay provable"
    again = await command("keys", "rotate", "--json", env=environment(tmp_path, HUB_MASTER_KEY=new, HUB_MASTER_KEYS_OLD=old))
    assert json.loads(again.out)["rotated"] == 0
    assert file.read_text() == anchors
    verified = await command("audit", "verify", "--anchor", str(file), env=environment(tmp_path, HUB_MASTER_KEY=new))
    assert verified.code == 0, verified.err
    refused = await command("keys", "rotate", env=environment(tmp_path, HUB_MASTER_KEY=old))
    assert refused.code != 0


@pytest.fixture
def live(tmp_path: Path) -> Path:
    """A real hub's database, migrated and filled, with its write-ahead log still open."""
    return tmp_path / "hub.sqlite3"


async def test_a_backup_of_a_running_hub_is_whole_and_opens_with_the_key_only(live: Path, tmp_path: Path) -> None:
    master = new_master_key()
    keys = Keys.from_master(master)
    database = Database(str(live))
    database.bind(wiring.tables())
    schema.migrate(database, "real")
    person = _fill(database, keys)
    copy = tmp_path / "elsewhere" / "hub.sqlite3"
    copy.parent.mkdir()
    done = await command("backup", str(copy), "--json", env=environment(tmp_path, HUB_MASTER_KEY=master))
    assert done.code == 0, done.err
    assert json.loads(done.out) == {"file": str(copy), "bytes": copy.stat().st_size}
    assert copy.stat().st_mode & 0o077 == 0
    database.close_sync()

    restored = Database(str(copy))
    restored.bind(wiring.tables())
    schema.check(restored, "real")
    found = restored.read_sync(lambda: identity.store.person(keys, PersonId(person)))
    assert found is not None
    assert found.first_name == "Анна"
    with pytest.raises(UnknownKey):
        restored.read_sync(lambda: identity.store.person(Keys.from_master(new_master_key()), PersonId(person)))
    restored.close_sync()


@pytest.mark.security("30")
def test_a_copied_database_shows_no_name_and_no_number(live: Path, tmp_path: Path) -> None:
    database = Database(str(live))
    database.bind(wiring.tables())
    schema.migrate(database, "real")
    _fill(database, Keys.from_master(new_master_key()))
    database.close_sync()
    backup.copy(live, tmp_path / "copy")
    content = (tmp_path / "copy").read_bytes()
    for text in ("Ёлкин", "Анна", "Пётр", "11223344595", "112-233-445", "12345678964", "1985-03-04"):
        assert text.encode() not in content
        assert base64.b64encode(text.encode())[:-4] not in content


def test_a_backup_overwrites_nothing_and_needs_a_database(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("precious")
    with pytest.raises(StorageError, match="there is no database"):
        backup.copy(tmp_path / "none", tmp_path / "copy")
    sqlite3.connect(tmp_path / "hub").close()
    with pytest.raises(StorageError, match="exists already"):
        backup.copy(tmp_path / "hub", there)
    assert there.read_text() == "precious"


async def test_on_postgresql_the_dump_line_is_named_without_the_password(tmp_path: Path) -> None:
    env = environment(tmp_path, HUB_MASTER_KEY=new_master_key(), HUB_DATABASE_URL="postgresql://hub:pa55word@db.example.ru:5433/hub")
    told = await command("backup", "/backups/hub dump", env=env)
    assert told.code == 1
    assert "pg_dump --format=custom --file='/backups/hub dump' postgresql://hub@db.example.ru:5433/hub" in told.out
    assert "pa55word" not in told.out + told.err


def test_a_master_key_may_be_any_long_text() -> None:
    for text in ("openssl+base64/text/with+plus==0123456789", "фраза из многих слов, которую легко запомнить"):
        sealed = wiring.keys_of(load({"HUB_MASTER_KEY": text})).seal("t", "c", "1", "x")
        assert wiring.keys_of(load({"HUB_MASTER_KEY": text})).open("t", "c", "1", sealed) == "x"
