"""`hub device` and `hub card`: what is printed, what is refused, and that a bank card's number is never taken (RULES D12, E6)."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from device_ingest.store import doubts
from hub import telemetry, wiring
from hub.cli.main import main
from hub.cli.parts import Parts
from hub.ledger.model import Purpose
from hub.ledger.store import contracts
from hub.ledger.store.contracts import NewContract
from hub.settings import load
from hub.store.database import Database, schema
from hub.store.school import carriers, devices, schools, staff_codes
from hub.store.school.carriers import CarrierKind
from hub.store.school.schools import SchoolCard
from identity.model import Person, PersonId, SnilsProof
from identity.sealing import Keys, new_master_key
from identity.snils import Snils
from identity.store import PupilCard, persons, put_pupil

OGRN = "1027700000001"
GATE = ("device", "add", "--school", OGRN, "--serial", "SN-1", "--kind", "turnstile", "--zone", "Asia/Omsk", "--since", "2026-09-01")


class Desk:
    """A hub's database with one school and its pupil, and its command line."""

    def __init__(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        monkeypatch.setenv("HUB_DATA_DIR", str(tmp_path / "var"))
        monkeypatch.setenv("HUB_MASTER_KEY", new_master_key())
        monkeypatch.setenv("HUB_PUBLIC_URL", "https://hub.example")
        monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
        monkeypatch.setattr(telemetry, "set_up", lambda form: None)  # the process of the tests keeps its own log
        settings = load(os.environ)
        self.capsys = capsys
        self.keys: Keys = wiring.keys_of(settings)
        self.database = Database(settings.database)
        self.database.bind(wiring.tables())
        schema.migrate(self.database, "real")
        self.child = self.database.write_sync(self._fill)

    def _fill(self) -> str:
        now = datetime.now(UTC)
        schools.put_school(SchoolCard(ogrn=OGRN, inn="7701000001", legal_name="Школа", short_name="Школа", zone="Asia/Omsk"), now=now)
        card = PupilCard(last_name="Ким", first_name="Ян", birth_date=date(2014, 2, 3), klass="6А")
        made, _ = put_pupil(self.keys, school=OGRN, card=card, officer=PersonId("o"), zone="Asia/Omsk", now=now)
        return str(made)

    def read(self, act: Callable[[], Any]) -> Any:
        """A command binds the tables to its own connection and closes it."""
        self.database.bind(wiring.tables())
        return self.database.write_sync(act)

    def call(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        code = main(arguments, Parts(create_app=lambda deps: None, create_worker=lambda deps: None))
        said = self.capsys.readouterr()
        return code, json.loads(said.out) if said.out else {}, said.out + said.err


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    return Desk(tmp_path, monkeypatch, capsys)


@pytest.mark.rule("E6")
def test_a_device_is_added_with_a_secret_that_is_printed_once_in_one_line(desk: Desk) -> None:
    code, told, said = desk.call(*GATE, "--sign", "standard_webhooks", "--json")
    assert (code, said.count("\n"), sorted(told)) == (0, 1, ["id", "key_id", "secret", "source"])
    assert told["secret"].startswith("whsec_")
    assert desk.read(lambda: devices.secret_of(desk.keys, told["id"])) == told["secret"]
    _, listed, said = desk.call("device", "list", "--school", OGRN, "--json")
    assert [(one["id"], one["zone"], one["revoked"]) for one in listed["items"]] == [(told["id"], "Asia/Omsk", False)]
    assert "whsec_" not in said
    assert desk.call(*GATE, "--sign", "basic", "--json")[0] == 2, "the same serial number twice"
    assert desk.call("device", "revoke", told["id"], "--since", "2026-10-01T08:00:00+03:00", "--json")[1]["revoked"] is True
    assert desk.call("device", "revoke", "nothing", "--json")[0] == 2


@pytest.mark.rule("E6")
def test_a_device_that_signs_itself_brings_a_file_with_its_key(desk: Desk, tmp_path: Path) -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"k" * 32).public_key()
    file = tmp_path / "device.pem"
    file.write_bytes(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert desk.call(*GATE, "--sign", "rfc9421", "--json")[0] == 2
    code, told, _ = desk.call(*GATE, "--sign", "rfc9421", "--public-key", str(file), "--json")
    assert (code, told["secret"]) == (0, None)


@pytest.mark.rule("D12")
def test_a_card_is_added_by_the_pupils_id_and_never_with_a_bank_cards_number(desk: Desk) -> None:
    card = ("card", "add", "--child", desk.child, "--kind", "card", "--json")
    code, told, _ = desk.call(*card, "--number", "0012345678", "--since", "2026-09-01")
    assert (code, told["number"], told["school"], told["state"]) == (0, "…5678", OGRN, "active")
    at = datetime(2026, 9, 2, tzinfo=UTC)
    found = desk.read(lambda: carriers.owners(desk.keys, OGRN, CarrierKind.CARD, "0012345678", at=at))
    assert [one.child for one in found] == [desk.child]
    code, _, said = desk.call(*card, "--number", "4111111111111111")
    assert (code, "4111" in said) == (2, False)
    assert desk.call(*card, "--number", "0012345678")[0] == 2, "somebody of the school holds it"
    assert desk.call("card", "add", "--child", "nobody", "--kind", "card", "--number", "77", "--json")[0] == 2
    assert desk.call(*card, "--number", "78", "--since", "soon")[0] == 2


@pytest.mark.rule("B6")
def test_a_pupil_whom_no_roster_has_is_of_the_school_of_the_contract(desk: Desk) -> None:
    card = ("card", "add", "--child", "away", "--number", "777", "--kind", "card", "--json")
    assert desk.call(*card)[0] == 2
    new = NewContract(number="0123456789", school=OGRN, purposes=(Purpose.MEAL,), child="away")
    desk.read(lambda: contracts.open_contract(desk.keys, new, now=datetime.now(UTC)))
    code, told, _ = desk.call(*card)
    assert (code, told["school"]) == (0, OGRN)


@pytest.mark.rule("B6")
def test_a_contract_that_waits_for_the_child_finds_it_when_the_card_is_added(desk: Desk) -> None:
    child = Person(id=PersonId(""), last_name="Ким", first_name="Яна", snils=Snils("112-233-445 95"), snils_proof=SnilsProof.VERIFIED)
    new = NewContract(
        number="0123456789", school=OGRN, purposes=(Purpose.MEAL,), pupil=("Ким", "Яна", ""), snils=Snils("112-233-445 95").digits
    )
    child = desk.read(lambda: persons.add(desk.keys, child, now=datetime.now(UTC)))
    desk.read(lambda: contracts.open_contract(desk.keys, new, now=datetime.now(UTC)))
    code, told, said = desk.call("card", "add", "--child", child.id, "--number", "778", "--kind", "card", "--json")
    assert (code, told.get("school")) == (0, OGRN), said
    assert [one.number for one in desk.read(lambda: contracts.of_children([child.id]))] == ["0123456789"]


def test_the_operator_gives_a_code_that_makes_a_head(desk: Desk) -> None:
    asked = ("operator", "staff", "--school", OGRN, "--name", "Гущина Инна", "--json")
    code, told, said = desk.call(*asked, "--role", "head")
    assert (code, said.count("\n"), told["address"]) == (0, 1, "https://hub.example/office/enter")
    (waiting,) = desk.read(lambda: staff_codes.open_of(desk.keys, OGRN, now=datetime.now(UTC)))
    assert (waiting.role, waiting.name) == ("head", "Гущина Инна")
    used = desk.read(lambda: staff_codes.take(desk.keys, told["code"], person="p", now=datetime.now(UTC)))
    assert used is not None and used.school == OGRN
    for wrong in (("--role", "guardian"), ("--role", "class_teacher"), ("--role", "head", "--class", "6А")):
        assert desk.call(*asked, *wrong)[0] == 2, wrong
    assert desk.call("operator", "staff", "--school", "1", "--name", "Ким", "--role", "head", "--json")[0] == 2


@pytest.mark.rule("E6")
def test_a_key_is_changed_with_overlap_and_the_new_secret_is_printed_once(desk: Desk) -> None:
    _, made, _ = desk.call(*GATE, "--sign", "standard_webhooks", "--json")
    code, told, said = desk.call("device", "rotate", made["id"], "--overlap", "2", "--json")
    assert (code, said.count("\n"), sorted(told)) == (0, 1, ["id", "key_id", "old_until", "secret"])
    assert told["secret"] not in ("", made["secret"])
    now = datetime.now(UTC)
    both = desk.read(lambda: devices.secret_of(desk.keys, made["id"], now=now))
    assert both.split() == [told["secret"], made["secret"]]
    assert desk.read(lambda: devices.secret_of(desk.keys, made["id"], now=now + timedelta(hours=3))) == told["secret"]
    assert desk.call("device", "rotate", "none", "--json")[0] == 2
    assert desk.call("device", "rotate", made["id"], "--overlap", "9999", "--json")[0] == 2


@pytest.mark.rule("E6")
def test_a_device_is_revoked_from_a_moment_on_and_what_it_said_since_is_to_be_looked_at(desk: Desk) -> None:
    _, made, _ = desk.call(*GATE, "--sign", "standard_webhooks", "--json")
    for again in (True, False):
        code, told, _ = desk.call("device", "revoke", made["id"], "--since", "2026-10-01T08:00:00+06:00", "--json")
        assert (code, told) == (0, {"id": made["id"], "revoked": again})
    doubt = desk.read(lambda: doubts.of_device(made["id"]))
    assert (doubt.since, doubt.done_at) == (datetime(2026, 10, 1, 2, tzinfo=UTC), None)
    assert desk.call("device", "rotate", made["id"], "--json")[0] == 2


def test_a_terminals_dialect_is_its_own(desk: Desk) -> None:
    zk = ("device", "add", "--school", OGRN, "--serial", "ZK", "--kind", "zkteco", "--sign", "serial", "--json")
    code, told, _ = desk.call(*zk, "--order", "verify_status", "--zone-unit", "hours")
    card = desk.read(lambda: devices.find(told["id"]))
    assert (code, card.field_order, card.zone_unit) == (0, "verify_status", "hours")
    assert desk.call(*zk, "--order", "any")[0] == 2
