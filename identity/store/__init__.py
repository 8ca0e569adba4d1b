"""Identity's tables and the synchronous functions that read and write them, each inside one unit of work of the caller."""

from __future__ import annotations

from peewee import Model

from identity.store import tables
from identity.store.accounts import tables as accounts_tables
from identity.store.children import Reminder, nearing_14
from identity.store.diaries import bind_listed, forget_diary_children
from identity.store.edges import EdgeChange
from identity.store.family import tables as family_tables
from identity.store.links import NewLink, link
from identity.store.persons import by_ids as persons_by_id
from identity.store.persons import person, set_zone
from identity.store.rights import (
    ChildView,
    act_right,
    attach_account,
    children_of,
    freeze_edges,
    links_of,
    needs_of,
    remove_link,
    view_right,
)
from identity.store.rotation import SEALED, reseal_batch, unrotated
from identity.store.school import tables as school_tables
from identity.store.sign_in import SignInOutcome, SignInResult, settle_sign_in, suspend_weak
from identity.store.tables import SealedColumn
from identity.store.trail.access import access_log, record_access, record_change
from identity.store.trail.chain import SealReport, heads, resign_heads, seal_audit, verify_audit, vouch_for_old_keys
from identity.store.trail.partkeys import destroy_audit_key
from identity.store.trail.retention import Deleted, delete_expired

TABLES: tuple[type[Model], ...] = (*tables.TABLES, *family_tables.TABLES, *school_tables.TABLES, *accounts_tables.TABLES)

__all__ = [
    "SEALED",
    "TABLES",
    "ChildView",
    "Deleted",
    "EdgeChange",
    "NewLink",
    "Reminder",
    "SealReport",
    "SealedColumn",
    "SignInOutcome",
    "SignInResult",
    "access_log",
    "act_right",
    "attach_account",
    "bind_listed",
    "children_of",
    "delete_expired",
    "destroy_audit_key",
    "forget_diary_children",
    "freeze_edges",
    "heads",
    "link",
    "links_of",
    "nearing_14",
    "needs_of",
    "person",
    "persons_by_id",
    "record_access",
    "record_change",
    "remove_link",
    "reseal_batch",
    "resign_heads",
    "seal_audit",
    "set_zone",
    "settle_sign_in",
    "suspend_weak",
    "unrotated",
    "verify_audit",
    "view_right",
    "vouch_for_old_keys",
]
