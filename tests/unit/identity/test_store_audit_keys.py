"""Who signed the heads of the audit: the hub's keys of today and of before a rotation, and nobody else (RULES A13)."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest

from identity.audit import anchor_line, read_anchors
from identity.sealing import Keys, new_master_key
from identity.store import resign_heads, seal_audit, verify_audit, vouch_for_old_keys
from identity.store.tables import AuditHeadRow

pytestmark = pytest.mark.rule("A13")


@pytest.fixture
def chained(desk: Any, people: Any) -> None:
    """A sign-in with children leaves events that can be chained."""
    desk.sign_in(people.mother)


def seal(desk: Any) -> Any:
    return desk.run(lambda: seal_audit(desk.keys, now=desk.now))


def verify(desk: Any, *anchors: Any) -> list[str]:
    return [fault.what for fault in desk.run(lambda: verify_audit(desk.keys, anchors)).faults]


def test_a_head_signed_by_another_key_does_not_hold(desk: Any, chained: Any) -> None:
    stranger = Keys.from_master(new_master_key())
    anchor = seal(desk).head
    key_id, signature = stranger.sign_audit(anchor.message())
    assert verify(desk, replace(anchor, key_id=key_id, signature=signature)) == ["anchor_signature"]
    assert verify(desk, replace(anchor, hash="0" * 64)) == ["anchor_signature"]


def test_a_head_signed_before_a_key_rotation_still_holds(desk: Any, chained: Any) -> None:
    new, old = new_master_key(), new_master_key()
    desk.keys = Keys.from_master(old)
    seal(desk)
    desk.keys = Keys.from_master(new, [old])
    assert verify(desk) == []


def test_after_a_rotation_the_new_key_alone_proves_the_old_heads(desk: Any, chained: Any) -> None:
    masters = [new_master_key() for _ in range(3)]
    desk.keys = Keys.from_master(masters[0])
    anchor = seal(desk).head
    past: list[Any] = []
    for old, new in pairwise(masters):
        desk.keys = Keys.from_master(new, [old])
        assert desk.run(lambda: resign_heads(desk.keys)) == 1
        past += desk.run(lambda: vouch_for_old_keys(desk.keys))
    desk.keys = Keys.from_master(masters[-1])
    assert verify(desk) == []
    assert verify(desk, anchor) == ["anchor_signature"], "nobody vouches for the first key"
    told = read_anchors([anchor_line(anchor), *(one.line() for one in past)])
    assert not desk.run(lambda: verify_audit(desk.keys, told.heads, reversed(told.past_keys))).faults


def test_a_past_key_that_no_known_key_vouches_for_is_not_believed(desk: Any, chained: Any) -> None:
    stranger = Keys.from_master(new_master_key(), [new_master_key()])
    anchor = seal(desk).head
    key_id, signature = stranger.sign_audit(anchor.message())
    forged = replace(anchor, key_id=key_id, signature=signature)
    (own_word,) = vouch_for_old_keys(stranger)
    past = [own_word, replace(own_word, key_id=key_id, public=stranger.audit_public_keys()[key_id], vouched_by=desk.keys.current_id)]
    report = desk.run(lambda: verify_audit(desk.keys, [forged], past))
    assert [fault.what for fault in report.faults] == ["anchor_signature"]


def test_a_head_that_did_not_hold_is_not_made_good_by_a_rotation(desk: Any, chained: Any) -> None:
    old = new_master_key()
    desk.keys = Keys.from_master(old)
    seal(desk)
    desk.run(lambda: AuditHeadRow.update(hash="0" * 64).execute())
    desk.keys = Keys.from_master(new_master_key(), [old])
    assert desk.run(lambda: resign_heads(desk.keys)) == 0
    assert verify(desk) == ["head_signature"]
