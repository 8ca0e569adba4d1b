"""What the worker does and how often: the audit chain, and the end of everything that has a term (RULES A13, A18)."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import identity.store
from hub.deps import Deps
from hub.flows import absence, appeals, disputes, notices, retention
from hub.flows.announce import Announcing
from hub.flows.attach_approved import Cards, attach_announced
from hub.flows.autopay import bind_cards, charge_due, follow_charges, unbind_ended
from hub.flows.charge_tills import charge_tills
from hub.flows.class_chats import Chats
from hub.flows.contracts import draft_for_arrived, follow_benefits
from hub.flows.contradictions.raising import Contradictions
from hub.flows.device_life import Watch, doubt_events
from hub.flows.end_events import end_events
from hub.flows.follow_edges import end_login_made_by
from hub.flows.guardianship.ages import Birthdays
from hub.flows.guardianship.proposals import Silences
from hub.flows.join_school import outside as joining
from hub.flows.join_school.terms import expire_joins, finish_announced
from hub.flows.note_health import EVERY_S as HEALTH_EVERY_S
from hub.flows.note_health import note_health
from hub.flows.payout.close import follow_leavers, sweep_ended
from hub.flows.payout.ending import follow_endings, warn_of_terms
from hub.flows.payout.refunding import follow_refunds
from hub.flows.poll_diaries import Polling
from hub.flows.receipts import Receipts, ask_receipts, miss_overdue
from hub.flows.roster.applying import apply_rosters
from hub.flows.send_texts import send_due
from hub.flows.tariffs import charge_months
from hub.flows.top_up import ask_pending
from hub.flows.watch_accounts import Watching
from hub.flows.watch_carriers import watch_carriers
from hub.store.diaries import diary_copies, diary_links
from hub.store.outputs import calendars
from hub.worker.loop import Job
from identity.audit import AuditHead, anchor_line

log = logging.getLogger("hub.audit")

BATCH = 500
SEAL_EVERY_S = 2.0
ANCHOR_EVERY_S = 60.0
ATTACH_EVERY_S = 60.0
ROSTER_EVERY_S = 0.5
BIRTHDAYS_EVERY_S = 6 * 3600.0
SILENCES_EVERY_S = 300.0
POLL_EVERY_S = 5.0
WATCH_EVERY_S = 20.0
CHATS_EVERY_S = 2.0
CONTRADICTIONS_EVERY_S = 120.0
ABSENCES_EVERY_S = 60.0
APPEALS_EVERY_S = 300.0
TOP_UPS_EVERY_S = 1.0
CONTRACTS_EVERY_S = 60.0
ENDED_EVERY_S = 3600.0
REFUNDS_EVERY_S = 10.0
TARIFFS_EVERY_S = 5.0
TEXTS_EVERY_S = 1.0
DEVICES_EVERY_S = 30.0
DOUBTED_EVERY_S = 2.0
NOTICES_EVERY_S = 0.5
MONEY_TOLD_EVERY_S = 5.0
ANNOUNCED_EVERY_S = 5.0
TILLS_EVERY_S = 1.0
EVENTS_ENDED_EVERY_S = 3600.0
CARRIERS_EVERY_S = 2.0
AUTOPAY_EVERY_S = 3.0
AUTOPAY_DUE_EVERY_S = 10.0
RECEIPTS_EVERY_S = 3.0
RECEIPTS_MISSED_EVERY_S = 60.0
JOINS_TOLD_EVERY_S = 1.0
JOIN_TERMS_EVERY_S = 2.0
JOINS_FOLLOWED_EVERY_S = 5.0
JOINS_SUBSCRIBED_EVERY_S = 60.0

# What is deleted, how often it is looked for, and how long it is kept stand in one table with the words for people.
TERMS: tuple[tuple[str, float, retention.RemoveOld], ...] = tuple((term.name, term.every_s, term.remove) for term in retention.TERMS)


def jobs(deps: Deps) -> tuple[Job, ...]:
    made = (
        Job(name="seal_audit", every_s=SEAL_EVERY_S, batch=_Sealing(deps).batch),
        *(Job(name=name, every_s=every_s, batch=_removal(deps, remove)) for name, every_s, remove in TERMS),
        Job(name="apply_rosters", every_s=ROSTER_EVERY_S, batch=partial(apply_rosters, deps)),
        Job(name="attach_cards", every_s=ATTACH_EVERY_S, batch=Cards(deps).batch),
        Job(name="attach_announced", every_s=ATTACH_EVERY_S, batch=partial(attach_announced, deps)),
        Job(name="join_announced", every_s=JOIN_TERMS_EVERY_S, batch=partial(finish_announced, deps)),
        Job(name="join_expiry", every_s=JOIN_TERMS_EVERY_S, batch=partial(expire_joins, deps)),
        Job(name="joins_told", every_s=JOINS_TOLD_EVERY_S, batch=partial(joining.deliver, deps)),
        Job(name="joins_followed", every_s=JOINS_FOLLOWED_EVERY_S, batch=partial(joining.follow, deps)),
        Job(name="joins_subscribed", every_s=JOINS_SUBSCRIBED_EVERY_S, batch=partial(joining.keep_subscribed, deps)),
        Job(name="identity_terms", every_s=3600.0, batch=_identity_terms(deps)),
        Job(name="birthdays", every_s=BIRTHDAYS_EVERY_S, batch=Birthdays(deps).batch),
        Job(name="silences", every_s=SILENCES_EVERY_S, batch=Silences(deps).batch),
        Job(name="poll_diaries", every_s=POLL_EVERY_S, batch=Polling(deps).batch),
        Job(name="absences_in_diaries", every_s=ABSENCES_EVERY_S, batch=partial(absence.look_again, deps)),
        Job(name="class_chats", every_s=CHATS_EVERY_S, batch=Chats(deps).batch),
        Job(name="appeals_overdue", every_s=APPEALS_EVERY_S, batch=partial(appeals.warn_overdue, deps)),
        Job(name="disputes_overdue", every_s=APPEALS_EVERY_S, batch=partial(disputes.warn_overdue, deps)),
        Job(name="top_ups_asked", every_s=TOP_UPS_EVERY_S, batch=partial(ask_pending, deps)),
        Job(name="autopay_followed", every_s=AUTOPAY_EVERY_S, batch=partial(follow_charges, deps)),
        Job(name="autopay_bound", every_s=AUTOPAY_EVERY_S, batch=partial(bind_cards, deps)),
        Job(name="autopay_charged", every_s=AUTOPAY_DUE_EVERY_S, batch=partial(charge_due, deps)),
        Job(name="autopay_unbound", every_s=AUTOPAY_EVERY_S, batch=partial(unbind_ended, deps)),
        *_doors(deps),
        *_notices(deps),
        Job(name="texts_sent", every_s=TEXTS_EVERY_S, batch=partial(send_due, deps)),
        Job(name="tariff_months", every_s=TARIFFS_EVERY_S, batch=partial(charge_months, deps)),
        Job(name="receipts_followed", every_s=RECEIPTS_EVERY_S, batch=Receipts(deps).batch),
        Job(name="receipts_asked", every_s=RECEIPTS_EVERY_S, batch=partial(ask_receipts, deps)),
        Job(name="receipts_missed", every_s=RECEIPTS_MISSED_EVERY_S, batch=partial(miss_overdue, deps)),
        Job(name="contracts_drafted", every_s=CONTRACTS_EVERY_S, batch=partial(draft_for_arrived, deps)),
        Job(name="benefits_followed", every_s=CONTRACTS_EVERY_S, batch=partial(follow_benefits, deps)),
        Job(name="leavers_contracts", every_s=CONTRACTS_EVERY_S, batch=partial(follow_leavers, deps)),
        Job(name="contracts_ending", every_s=REFUNDS_EVERY_S, batch=partial(follow_endings, deps)),
        Job(name="contracts_closing", every_s=CONTRACTS_EVERY_S, batch=partial(sweep_ended, deps, closed=False)),
        Job(name="contracts_closed", every_s=ENDED_EVERY_S, batch=partial(sweep_ended, deps, closed=True)),
        Job(name="payouts_refunded", every_s=REFUNDS_EVERY_S, batch=partial(follow_refunds, deps)),
        Job(name="payouts_due", every_s=CONTRACTS_EVERY_S, batch=partial(warn_of_terms, deps)),
        Job(name="contradictions_raised", every_s=CONTRADICTIONS_EVERY_S, batch=Contradictions(deps).batch),
        Job(name="watch_accounts", every_s=WATCH_EVERY_S, batch=Watching(deps).batch),
    )
    return (*made, Job(name="note_health", every_s=HEALTH_EVERY_S, batch=partial(_told, deps, made)))


def _doors(deps: Deps) -> tuple[Job, ...]:
    """What follows from the devices' events."""
    return (
        Job(name="events_ended", every_s=EVENTS_ENDED_EVERY_S, batch=partial(end_events, deps)),
        Job(name="tills_charged", every_s=TILLS_EVERY_S, batch=partial(charge_tills, deps)),
        Job(name="carriers_watched", every_s=CARRIERS_EVERY_S, batch=partial(watch_carriers, deps)),
        *_of_devices(deps),
    )


def _notices(deps: Deps) -> tuple[Job, ...]:
    """In this order, so that what was decided in a round leaves in it."""
    return (
        Job(name="notices_decided", every_s=NOTICES_EVERY_S, batch=partial(notices.follow_events, deps)),
        Job(name="announcements_told", every_s=ANNOUNCED_EVERY_S, batch=Announcing(deps).batch),
        Job(name="notices_spread", every_s=NOTICES_EVERY_S, batch=partial(notices.spread_told, deps)),
        Job(name="notices_of_money", every_s=MONEY_TOLD_EVERY_S, batch=partial(notices.tell_of_money, deps)),
        Job(name="notices_sent", every_s=NOTICES_EVERY_S, batch=partial(notices.send_due, deps)),
    )


def _of_devices(deps: Deps) -> tuple[Job, ...]:
    return (
        Job(name="devices_watched", every_s=DEVICES_EVERY_S, batch=Watch(deps).batch),
        Job(name="devices_doubted", every_s=DOUBTED_EVERY_S, batch=partial(doubt_events, deps)),
    )


async def _told(deps: Deps, made: tuple[Job, ...]) -> bool:
    """The console of any process shows when each job ran last."""
    await note_health(deps, [(job.name, job.last) for job in made if job.last is not None])
    return False


def _removal(deps: Deps, remove: retention.RemoveOld) -> Callable[[], Awaitable[bool]]:
    async def batch() -> bool:
        now = deps.now()
        return await deps.db.write(lambda: remove(now=now, limit=BATCH)) >= BATCH

    return batch


def _identity_terms(deps: Deps) -> Callable[[], Awaitable[bool]]:
    async def batch() -> bool:
        now = deps.now()

        def unit() -> None:
            for guardian, child in identity.store.delete_expired(now=now).parted:
                # What the guardian gave for this child goes with the edge (RULES A15).
                for link in diary_links.unbind(guardian, child):
                    diary_copies.forget(link, child=child)
                calendars.remove(guardian, child)
                end_login_made_by(deps, guardian, child)

        await deps.db.write(unit)
        return False

    return batch


@dataclass(slots=True)
class _Sealing:
    """Chains the waiting events; each minute at most the signed head goes to a second place: the log and a file of anchors."""

    deps: Deps
    _anchored_at: datetime | None = None

    async def batch(self) -> bool:
        now = self.deps.now()
        report = await self.deps.db.write(lambda: identity.store.seal_audit(self.deps.keys, now=now))
        if report.head is not None and self._due(report.head):
            self._anchored_at = report.head.signed_at
            line = anchor_line(report.head)
            log.info("audit head %s", line)
            await asyncio.to_thread(_append, self.deps.settings.anchor_file, line)
        return report.more

    def _due(self, head: AuditHead) -> bool:
        last = self._anchored_at
        return last is None or head.day != last.date() or abs((head.signed_at - last).total_seconds()) >= ANCHOR_EVERY_S


def _append(file: Path, line: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8") as anchors:
        anchors.write(line + "\n")
