"""`hub incident` lists whom a leak touched; `hub operator` opens one child for half an hour and tells the guardians (RULES A13, A18)."""

from __future__ import annotations

import json
import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import identity.store
from hub import telemetry, wiring
from hub.cli.incident import moment
from hub.cli.main import main
from hub.cli.parts import Parts
from hub.settings import SettingsError, load
from hub.store import notices
from hub.store.database import Database, schema
from identity.claims import ChildClaim, Claims, Level
from identity.errors import IdentityError
from identity.model import ActorKind, PersonId
from identity.sealing import Keys, new_master_key
from identity.snils import Snils
from identity.store import access_log, edges, record_access
from identity.store.accounts.operator_links import use_operator_link
from identity.store.accounts.tables import OperatorLinkRow, OperatorRow

ANNA = Claims(
    system="esia",
    subject="1000",
    level=Level.CONFIRMED,
    last_name="Ёлкина",
    first_name="Анна",
    birth_date=date(1985, 3, 4),
    snils=Snils("123-456-789 64"),
    children=(
        ChildClaim(source_id="kid-1", last_name="Ёлкин", first_name="Пётр", birth_date=date(2014, 5, 6), snils=Snils("112-233-445 95")),
    ),
)


class Desk:
    """A hub's database with one family, and its command line."""

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
        self.now = datetime.now(UTC)
        self.mother = PersonId(str(self.run(lambda: identity.store.settle_sign_in(self.keys, ANNA, now=self.now).person)))
        self.child: PersonId = self.run(lambda: edges.of_guardian(self.mother))[0].child

    def run(self, unit: Any) -> Any:
        self.database.bind(wiring.tables())  # the command has bound them to a database of its own
        return self.database.write_sync(unit)

    def hub(self, *arguments: str) -> tuple[int, dict[str, Any], str]:
        """Exit code, the line of JSON, and what was said on standard error."""
        code = main([*arguments, *(("--json",) if "--json" not in arguments else ())], Parts(create_app=_nothing, create_worker=_nothing))
        said = self.capsys.readouterr()
        return code, json.loads(said.out) if said.out.strip() else {}, said.err


def _nothing(_deps: object) -> None:
    return None


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Any:
    found = Desk(tmp_path, monkeypatch, capsys)
    yield found
    found.database.close_sync()


@pytest.mark.rule("A18")
def test_an_incident_lists_every_person_touched_and_by_whom(desk: Desk) -> None:
    for _ in range(3):
        desk.run(
            lambda: record_access(
                desk.keys, actor="thief", actor_kind=ActorKind.STAFF, subject=desk.child, page="diary.marks", now=desk.now
            )
        )
    since, until = (desk.now - timedelta(minutes=1)).isoformat(), (desk.now + timedelta(minutes=1)).isoformat()
    code, found, _ = desk.hub("incident", "--since", since, "--until", until, "--actor", "thief")
    assert (code, found["count"]) == (0, 1)
    (one,) = found["persons"]
    assert (one["person"], one["reads"], one["exports"], one["actors"]) == (desk.child, 3, 0, ["thief"])
    _, every, _ = desk.hub("incident", "--since", since, "--until", until)
    assert {one["person"] for one in every["persons"]} == {desk.mother, desk.child}
    _, only, _ = desk.hub("incident", "--since", since, "--until", until, "--person", desk.mother)
    assert [one["person"] for one in only["persons"]] == [desk.mother]
    later = (desk.now + timedelta(hours=2)).isoformat()
    assert desk.hub("incident", "--since", later, "--until", later)[1]["count"] == 0


@pytest.mark.rule("A18")
def test_an_incident_names_nobody(desk: Desk) -> None:
    day = (desk.now + timedelta(days=1)).date().isoformat()
    _, found, _ = desk.hub("incident", "--since", "2020-01-01", "--until", day)
    assert found["count"] == 2
    assert not any(word in json.dumps(found, ensure_ascii=False) for word in ("Анна", "Ёлкин", "123-456", "12345678964"))


@pytest.mark.parametrize(("since", "until"), [("yesterday", "2026-01-01"), ("2026-01-02", "2026-01-01"), ("", "2026-01-01")])
def test_an_incident_without_a_window_is_refused(desk: Desk, since: str, until: str) -> None:
    code, _, said = desk.hub("incident", "--since", since, "--until", until)
    assert code == 2 and said.startswith("hub: --")


def test_a_bare_date_is_a_day_in_moscow() -> None:
    assert moment("2026-11-18", "--since").isoformat() == "2026-11-18T00:00:00+03:00"
    assert moment("2026-11-18", "--until", end=True).isoformat() == "2026-11-18T23:59:59.999999+03:00"
    assert moment("2026-11-18T10:00:00+07:00", "--until", end=True).hour == 10
    with pytest.raises(SettingsError):
        moment("18.11.2026", "--since")


def operator(desk: Desk) -> str:
    code, found, _ = desk.hub("operator", "add", "--name", "Пал Операторов")
    assert code == 0
    return str(found["id"])


REASON = "обращение 7788: не виден дневник"


@pytest.mark.rule("A13")
def test_an_operator_reads_a_child_with_a_reason_that_the_guardians_see(desk: Desk) -> None:
    who = operator(desk)
    assert desk.hub("operator", "read", "--operator", who, "--child", desk.child)[0] == 2, "no leave yet"
    code, leave, _ = desk.hub("operator", "open", "--operator", who, "--child", desk.child, "--reason", REASON)
    assert (code, leave["told"]) == (0, 1)
    assert timedelta(minutes=29) < datetime.fromisoformat(leave["until"]) - desk.now < timedelta(minutes=31)
    code, card, _ = desk.hub("operator", "read", "--operator", who, "--child", desk.child)
    assert (code, card["first_name"], card["guardians"][0]["evidence"]) == (0, "Пётр", "esia_kid")
    assert not {"last_name", "snils", "phone", "birth_date"} & set(card)
    told = desk.run(lambda: notices.newest(desk.keys, desk.mother))
    assert [one.kind for one in told] == ["operator_opened"]
    assert "Пал Операторов" in told[0].text and REASON not in told[0].text
    log = desk.run(lambda: access_log(desk.keys, desk.mother, desk.child, now=datetime.now(UTC)))
    assert {(one.name, one.post, one.reason) for one in log if one.actor_kind is ActorKind.OPERATOR} == {
        ("Пал Операторов", "оператор", REASON),
        ("Пал Операторов", "оператор", ""),
    }


@pytest.mark.rule("A13")
@pytest.mark.parametrize("reason", ["", "надо", "проверка", "a b"])
def test_without_a_written_reason_nothing_is_opened(desk: Desk, reason: str) -> None:
    code, _, said = desk.hub("operator", "open", "--operator", operator(desk), "--child", desk.child, "--reason", reason)
    assert code == 2 and "--reason" in said
    assert desk.run(lambda: notices.newest(desk.keys, desk.mother)) == []


@pytest.mark.rule("A13")
def test_an_operator_who_left_opens_and_reads_nothing(desk: Desk) -> None:
    who = operator(desk)
    desk.hub("operator", "open", "--operator", who, "--child", desk.child, "--reason", REASON)
    assert desk.hub("operator", "end", "--operator", who)[1] == {"ended": True}
    assert desk.hub("operator", "read", "--operator", who, "--child", desk.child)[0] == 2
    assert desk.hub("operator", "open", "--operator", who, "--child", desk.child, "--reason", REASON)[0] == 2
    assert desk.hub("operator", "list")[1]["items"] == [{"id": who, "name": "Пал Операторов", "came": False, "ended": True}]


@pytest.mark.rule("A13")
def test_a_leave_is_for_one_operator_and_one_child(desk: Desk) -> None:
    first, second = operator(desk), operator(desk)
    desk.hub("operator", "open", "--operator", first, "--child", desk.child, "--reason", REASON)
    assert desk.hub("operator", "read", "--operator", second, "--child", desk.child)[0] == 2
    assert desk.hub("operator", "read", "--operator", first, "--child", desk.mother)[0] == 2
    assert desk.hub("operator", "open", "--operator", first, "--child", "nobody", "--reason", REASON)[0] == 2
    assert desk.hub("operator", "open", "--operator", "nobody", "--child", desk.child, "--reason", REASON)[0] == 2


def test_an_operator_has_a_whole_name_and_it_is_sealed(desk: Desk) -> None:
    code, _, said = desk.hub("operator", "add", "--name", "Пал")
    assert code == 2 and "--name" in said
    operator(desk)
    kept = desk.run(lambda: [row.name for row in OperatorRow.select()])
    assert len(kept) == 1 and "Операторов" not in kept[0]


def test_a_new_operator_gets_a_one_time_link_with_its_code_behind_the_hash(desk: Desk) -> None:
    code, found, _ = desk.hub("operator", "add", "--name", "Пал  Операторов")
    assert code == 0 and set(found) == {"id", "name", "link"}
    address, _, secret = found["link"].rpartition("/")
    assert address == "https://hub.example/console/enter" and len(secret) == 32
    kept = desk.run(lambda: [(row.operator, row.code_hash) for row in OperatorLinkRow.select()])
    assert [one[0] for one in kept] == [found["id"]] and secret not in kept[0][1]


def test_the_link_binds_one_person_once_and_within_a_day(desk: Desk) -> None:
    def use(secret: str, person: PersonId, after: timedelta = timedelta()) -> str:
        try:
            return str(desk.run(lambda: use_operator_link(desk.keys, secret, person, now=desk.now + after)).id)
        except IdentityError as error:
            return type(error).__name__

    links = [desk.hub("operator", "add", "--name", "Пал Операторов")[1] for _ in range(3)]
    codes = [one["link"].rpartition("/")[2] for one in links]
    assert use(codes[0], desk.mother, timedelta(hours=24, minutes=1)) == "NotFound"
    assert use(codes[0], desk.mother) == links[0]["id"]
    assert use(codes[0], desk.mother) == "NotFound", "spent"
    assert use(codes[1], desk.mother) == "NotAllowed", "one person is one operator"
    assert desk.hub("operator", "end", "--operator", links[2]["id"])[0] == 0
    assert use(codes[2], desk.child) == "NotFound", "an ended operator's link is dead"
    assert desk.hub("operator", "end", "--operator", links[0]["id"])[0] == 0
    assert use(codes[1], desk.mother) == links[1]["id"], "after the end the person may come anew; the refused try spent nothing"
    assert [one["came"] for one in desk.hub("operator", "list")[1]["items"]] == [True, True, False]
