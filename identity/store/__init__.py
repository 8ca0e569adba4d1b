"""Identity's tables and the synchronous functions that read and write them, each inside one unit of work of the caller."""

from __future__ import annotations

from peewee import Model

from identity.store import tables
from identity.store.accounts import tables as accounts_tables
from identity.store.accounts.merges import (
    Merge,
    MergePreview,
    Side,
    held_by_merge,
    merge_of,
    merge_persons,
    merges_of,
    preview_merge,
    swap_profiles,
    undo_merge,
)
from identity.store.accounts.operators import OperatorReading, open_operator_reading, operator_may_read
from identity.store.accounts.pending import PendingChange, drop_pending, forget_pending, hold_change, take_change
from identity.store.accounts.profiles import BindIntent, BindOutcome, bind_profile
from identity.store.accounts.recovery import Recovered, open_recovery, sign_recovery, use_recovery
from identity.store.accounts.whole import erase_person, export_person
from identity.store.children import Reminder, nearing_14
from identity.store.diaries import bind_listed, forget_diary_children
from identity.store.edges import EdgeChange
from identity.store.family import tables as family_tables
from identity.store.family.child_logins import (
    ChildLogin,
    LoginRecord,
    change_own_password,
    child_login,
    login_record,
    put_child_login,
    remove_child_login,
)
from identity.store.family.consents import consent_holds, consents_by, consents_of, say_consent, withdraw_consent
from identity.store.family.delegations import (
    DelegationOffer,
    accept_delegation,
    delegations_of_child,
    end_delegation,
    end_delegations_of,
    offer_delegation,
    set_full_capacity,
)
from identity.store.family.proposals import Proposal, decide_by_school, object_to, proposal, proposals_of, propose
from identity.store.family.proposals import finish as finish_proposal
from identity.store.family.restrictions import (
    RestrictionEffect,
    is_restricted,
    lift_restriction,
    propose_lift,
    propose_restriction,
    restrictions_of,
    settle_frozen,
    sign_restriction,
)
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
from identity.store.school.cards import (
    CardEntry,
    EntryState,
    PupilCard,
    card_guardians,
    pupils_of,
    put_card_guardian,
    put_pupil,
    remove_card_guardian,
    school_of,
    sign_card_guardian,
)
from identity.store.school.invitations import IssuedCode, Redeemed, Redemption, codes_of, issue_code, issue_codes, kill_code, redeem_code
from identity.store.school.roster import CardNumbers, ClassCount, Place, classes_in, named_in, numbered_in, one_row, places_in, places_of
from identity.store.school.tries import Tried, count_try, forget_tries, give_back
from identity.store.sign_in import SignInOutcome, SignInResult, settle_sign_in, suspend_weak
from identity.store.tables import SealedColumn
from identity.store.trail.access import access_log, record_access, record_change
from identity.store.trail.chain import SealReport, heads, resign_heads, seal_audit, verify_audit, vouch_for_old_keys
from identity.store.trail.incident import Touched, incident
from identity.store.trail.partkeys import destroy_audit_key
from identity.store.trail.retention import Deleted, delete_expired

TABLES: tuple[type[Model], ...] = (*tables.TABLES, *family_tables.TABLES, *school_tables.TABLES, *accounts_tables.TABLES)

__all__ = [
    "SEALED",
    "TABLES",
    "BindIntent",
    "BindOutcome",
    "CardEntry",
    "CardNumbers",
    "ChildLogin",
    "ChildView",
    "ClassCount",
    "DelegationOffer",
    "Deleted",
    "EdgeChange",
    "EntryState",
    "IssuedCode",
    "LoginRecord",
    "Merge",
    "MergePreview",
    "NewLink",
    "OperatorReading",
    "PendingChange",
    "Place",
    "Proposal",
    "PupilCard",
    "Recovered",
    "Redeemed",
    "Redemption",
    "Reminder",
    "RestrictionEffect",
    "SealReport",
    "SealedColumn",
    "Side",
    "SignInOutcome",
    "SignInResult",
    "Touched",
    "Tried",
    "accept_delegation",
    "access_log",
    "act_right",
    "attach_account",
    "bind_listed",
    "bind_profile",
    "card_guardians",
    "change_own_password",
    "child_login",
    "children_of",
    "classes_in",
    "codes_of",
    "consent_holds",
    "consents_by",
    "consents_of",
    "count_try",
    "decide_by_school",
    "delegations_of_child",
    "delete_expired",
    "destroy_audit_key",
    "drop_pending",
    "end_delegation",
    "end_delegations_of",
    "erase_person",
    "export_person",
    "finish_proposal",
    "forget_diary_children",
    "forget_pending",
    "forget_tries",
    "freeze_edges",
    "give_back",
    "heads",
    "held_by_merge",
    "hold_change",
    "incident",
    "is_restricted",
    "issue_code",
    "issue_codes",
    "kill_code",
    "lift_restriction",
    "link",
    "links_of",
    "login_record",
    "merge_of",
    "merge_persons",
    "merges_of",
    "named_in",
    "nearing_14",
    "needs_of",
    "numbered_in",
    "object_to",
    "offer_delegation",
    "one_row",
    "open_operator_reading",
    "open_recovery",
    "operator_may_read",
    "person",
    "persons_by_id",
    "places_in",
    "places_of",
    "preview_merge",
    "proposal",
    "proposals_of",
    "propose",
    "propose_lift",
    "propose_restriction",
    "pupils_of",
    "put_card_guardian",
    "put_child_login",
    "put_pupil",
    "record_access",
    "record_change",
    "redeem_code",
    "remove_card_guardian",
    "remove_child_login",
    "remove_link",
    "reseal_batch",
    "resign_heads",
    "restrictions_of",
    "say_consent",
    "school_of",
    "seal_audit",
    "set_full_capacity",
    "set_zone",
    "settle_frozen",
    "settle_sign_in",
    "sign_card_guardian",
    "sign_recovery",
    "sign_restriction",
    "suspend_weak",
    "swap_profiles",
    "take_change",
    "undo_merge",
    "unrotated",
    "use_recovery",
    "verify_audit",
    "view_right",
    "vouch_for_old_keys",
    "withdraw_consent",
]
