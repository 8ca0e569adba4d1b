"""All bundles of the service: made once for a key, changed under versions, every change numbered."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sandbox.my_school.state.joins import KINDS, OPEN, Bundle, Child, Decider, Event, Key, Request

CHANGES_KEPT: Final = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change as the feed and the notices tell it."""

    seq: int
    bundle: str
    person: str
    version: int
    state: str
    event: str
    at: datetime


class Registry:
    """Empty at each start and after a reset, but for the numbers of changes, which go on from `after`. `tell` hears each change.

    `half` are complete bundles whose applicant's account was not confirmed yet.
    """

    def __init__(self, tell: Callable[[Change], None], after: int = 0) -> None:
        self._tell = tell
        self._seq = after
        self.bundles: dict[str, Bundle] = {}
        self._newest: dict[Key, str] = {}
        self._of_request: dict[str, str] = {}
        self._waiting: dict[str, None] = {}
        self.half: set[str] = set()
        self.changes: deque[Change] = deque(maxlen=CHANGES_KEPT)

    def reset(self) -> None:
        self.bundles.clear()
        self._newest.clear()
        self._of_request.clear()
        self._waiting.clear()
        self.half.clear()
        self.changes.clear()

    def newest(self, key: Key) -> Bundle | None:
        found = self._newest.get(key)
        return None if found is None else self.bundles[found]

    def request(self, request_id: str) -> tuple[Bundle, Request] | None:
        """A request that was submitted once; drafts are nobody else's business."""
        bundle = self.bundles.get(self._of_request.get(request_id, ""))
        if bundle is None or bundle.submitted_at is None:
            return None
        return bundle, next(it for it in bundle.requests if it.id == request_id)

    def make(self, key: Key, role: str, child: Child, class_name: str, legal_name: str, now: datetime, previous: Bundle | None) -> Bundle:
        requests = tuple(Request(id=f"r-{secrets.token_hex(8)}", kind=kind) for kind in KINDS[role])
        made = Bundle(
            id=f"b-{secrets.token_hex(8)}",
            key=key,
            role=role,
            child=child,
            class_name=class_name,
            legal_name=legal_name,
            created_at=now,
            changed_at=now,
            requests=requests,
            previous=None if previous is None else previous.id,
        )
        if previous is not None:
            previous.next = made.id
        self.bundles[made.id] = made
        self._newest[key] = made.id
        self._waiting[made.id] = None
        self._of_request |= {it.id: made.id for it in requests}
        self._note(made, "created" if previous is None else "resubmitted", now)
        return made

    def change(self, bundle: Bundle, class_name: str, now: datetime) -> None:
        bundle.class_name, bundle.changed_at = class_name, now
        self._note(bundle, "changed", now)

    def submit(self, bundle: Bundle, age: int, legal_name: str, now: datetime) -> None:
        bundle.submitted_at, bundle.age_at_submission, bundle.legal_name = now, age, legal_name
        for request in bundle.requests:
            request.turn(OPEN)
        self._note(bundle, "submitted", now)

    def decide(self, bundle: Bundle, request: Request, state: str, reason: str | None, by: Decider, now: datetime) -> None:
        request.reason, request.decided_at, request.decided_by = reason, now, by
        request.turn(state)
        self._note(bundle, state, now, request)

    def withdraw(self, bundle: Bundle, now: datetime) -> None:
        self._close(bundle, "withdrawn", now)

    def expire(self, now: datetime) -> None:
        """Whatever nobody decided in time; called before each answer, so that nobody sees it open."""
        for bundle in [self.bundles[key] for key in self._waiting]:
            if now >= bundle.ends_at:
                self._close(bundle, "expired", bundle.ends_at)

    def confirm(self, bundle_id: str, now: datetime) -> None:
        """The applicant's account is confirmed now: the approval works."""
        self.half.discard(bundle_id)
        self._note(self.bundles[bundle_id], "confirmed", now)

    def _close(self, bundle: Bundle, state: str, at: datetime) -> None:
        for request in bundle.open:
            request.turn(state)
        self._note(bundle, state, at)

    def _note(self, bundle: Bundle, event: str, at: datetime, request: Request | None = None) -> None:
        self._seq += 1
        bundle.version += 1
        bundle.history.append(Event(at=at, event=event, request=None if request is None else request.id))
        if not bundle.open:
            self._waiting.pop(bundle.id, None)
        change = Change(
            seq=self._seq, bundle=bundle.id, person=bundle.applicant, version=bundle.version, state=bundle.state, event=event, at=at
        )
        self.changes.append(change)
        self._tell(change)
