"""The books of an earlier system, line by line: all of them, or none when one is bad; twice changes nothing (RULES D1-D3)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice

import msgspec

from hub.ledger.errors import LedgerRefusal
from hub.ledger.model import MOST_KOP, AccountId, Cause, Kind, Malformed, Posting, Purpose
from hub.ledger.posting import Act, Own, imported
from hub.ledger.store import contracts
from hub.ledger.store.writing import Outcome, Posted, post_all
from hub.store.database import Database

SCOPE = "import"
BATCH = 2_000
MOST_WRONG = 20
MOST_LINE = 4_000
AHEAD = timedelta(days=1)
"""A booking in the future would push every later one there."""
FIRST = datetime(1970, 1, 1, tzinfo=UTC)
"""No school's books are older; at the calendar's very edge a time has no place in another zone."""


class BookLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`key` names the line for ever; `amount_kop` is added to the account, so what was spent is below zero."""

    key: str
    account: str
    at: datetime
    kind: str
    amount_kop: int
    reason: str
    provider: str | None = None


class BadBooks(Exception):
    """Nothing of the file was posted; `lines` say what is wrong, by number and without what stands there."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__(lines[0])
        self.lines = lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    posted: int
    duplicate: int
    conflict: int


_KINDS = frozenset(kind.value for kind in Kind)
_LINE = msgspec.json.Decoder(BookLine)


def import_books(database: Database, read: Callable[[], Iterable[bytes]], *, now: datetime, actor: str, batch: int = BATCH) -> Imported:
    """`read` gives the file's lines, each time from the beginning: first all are judged, then they are posted in batches.

    A crash between two batches leaves whole lines behind; the same file again posts the rest.
    """
    purposes = _judged(database, read, now=now)
    said: Counter[Outcome] = Counter()
    lines = (_LINE.decode(text) for _, text in _lines(read()))
    while some := [_posting(line, purposes, actor) for line in islice(lines, batch)]:
        said += database.write_sync(partial(_post, some, now=now))
    return Imported(posted=said[Outcome.POSTED], duplicate=said[Outcome.DUPLICATE], conflict=said[Outcome.CONFLICT])


def _post(some: Sequence[Posting], *, now: datetime) -> Counter[Outcome]:
    answers = post_all(some, now=now)
    refused = [one for one in answers if isinstance(one, LedgerRefusal)]
    if refused:
        raise refused[0]
    return Counter(one.outcome for one in answers if isinstance(one, Posted))


def _lines(read: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    for number, text in enumerate(read, start=1):
        if stripped := text.strip():
            yield number, stripped


def _judged(database: Database, read: Callable[[], Iterable[bytes]], *, now: datetime) -> Mapping[AccountId, Purpose]:
    """Every line is looked at before the first is posted."""
    wrong: list[str] = []
    named: dict[str, int] = {}
    uses: dict[tuple[AccountId, Kind, int], int] = {}
    for number, text in _lines(read()):
        try:
            line = _checked(text, now=now)
        except (msgspec.DecodeError, Malformed, UnicodeDecodeError, RecursionError) as error:
            wrong.append(f"line {number}: {error}")
        else:
            named.setdefault(line.account, number)
            uses.setdefault((AccountId(line.account), Kind(line.kind), 1 if line.amount_kop > 0 else -1), number)
        if len(wrong) >= MOST_WRONG:
            raise BadBooks(wrong)
    purposes = database.read_sync(lambda: contracts.purposes_of(named))
    for account, number in named.items():
        if account not in purposes:
            wrong.append(f"line {number}: there is no such account")
    wrong += _unfit(uses, purposes, now=now)
    if wrong:
        raise BadBooks(wrong[:MOST_WRONG])
    if not named:
        raise BadBooks(["the file has no lines"])
    return purposes


def _checked(text: bytes, *, now: datetime) -> BookLine:
    if len(text) > MOST_LINE:
        raise Malformed("the line is too long")
    line = _LINE.decode(text)
    if not 0 < len(line.key) <= 200:
        raise Malformed("key: 1 to 200 characters")
    if "\x00" in f"{line.key}{line.account}{line.reason}{line.provider}":
        raise Malformed("a zero byte in a text")
    if line.at.tzinfo is None:
        raise Malformed("at: a time has an offset")
    if line.at > now + AHEAD:
        raise Malformed("at: lies in the future")
    if line.at < FIRST:
        raise Malformed("at: lies before any such books")
    if line.kind not in _KINDS:
        raise Malformed("kind: unknown")
    if not 0 < abs(line.amount_kop) <= MOST_KOP:
        raise Malformed("amount_kop: zero, or more than there is")
    if len(line.reason) > 300 or len(line.provider or "") > 40 or ":" in (line.provider or ""):
        raise Malformed("reason up to 300, provider up to 40 characters without a colon")
    return line


def _unfit(uses: Mapping[tuple[AccountId, Kind, int], int], purposes: Mapping[AccountId, Purpose], *, now: datetime) -> Iterator[str]:
    """Each kind and direction is tried once for an account: the rest are alike."""
    for (account, kind, sign), number in uses.items():
        if account in purposes:
            try:
                imported(Act(scope=SCOPE, key="k", at=now, actor=SCOPE), kind, Own(id=account, purpose=purposes[account]), amount_kop=sign)
            except Malformed as error:
                yield f"line {number}: {error}"


def _posting(line: BookLine, purposes: Mapping[AccountId, Purpose], actor: str) -> Posting:
    """The provider's own id is its key, so that a late on-line payment of the same id credits nothing again."""
    account = AccountId(line.account)
    act = Act(
        scope=line.provider or SCOPE,
        key=line.key,
        at=line.at,
        actor=actor,
        cause=Cause(provider=line.provider or "", note=line.reason),
        request=(line.at.isoformat(), line.reason),
    )
    return imported(
        act, Kind(line.kind), Own(id=account, purpose=purposes[account]), amount_kop=line.amount_kop, provider=line.provider or ""
    )
