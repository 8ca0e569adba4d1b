"""Why a story refuses: one closed list, so that every refusal has its own problem type and Russian sentence (`hub.errors`)."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from hub.store.connecting.flow_records import Flow, Wrong


class Reason(StrEnum):
    """The last segment of the problem's type."""

    NOT_SIGNED_IN = "not_signed_in"
    NOT_FOUND = "not_found"
    UNKNOWN_SYSTEM = "unknown_system"
    MALFORMED = "malformed"
    CROSS_SITE = "cross_site"
    CSRF = "csrf"
    LEVEL_TOO_LOW = "level_too_low"
    NOT_ALLOWED_YET = "not_allowed_yet"
    NOT_FRESH = "not_fresh"
    FLOW_UNKNOWN = "flow_unknown"
    FLOW_FOREIGN = "flow_foreign"
    FLOW_USED = "flow_used"
    FLOW_EXPIRED = "flow_expired"
    REVIEW = "review"
    INITIATOR_MISMATCH = "initiator_mismatch"
    RELATION_UNPROVEN = "relation_unproven"
    SELF_PARENT = "self_parent"
    ALREADY_BOUND = "already_bound"
    PHONE_SHARED_WITH_GUARDIAN = "phone_shared_with_guardian"
    BIRTHDATE_MISMATCH = "birthdate_mismatch"
    ROLE_MISMATCH = "role_mismatch"
    NOT_OFFICE = "not_office"
    ROLE_UNCHOSEN = "role_unchosen"
    OWN_FAMILY = "own_family"
    FORBIDDEN = "forbidden"
    INVITATION_REFUSED = "invitation_refused"
    LAST_STRONG_IDENTITY = "last_strong_identity"
    WRONG_CREDENTIALS = "wrong_credentials"
    CODE_WRONG = "code_wrong"
    CODE_OVER = "code_over"
    MERGE_REFUSED = "merge_refused"
    SWAP_REFUSED = "swap_refused"
    TOO_MANY = "too_many"
    RECENT_RECOVERY = "recent_recovery"
    ALREADY_DECIDED = "already_decided"
    SAME_OFFICER = "same_officer"
    NO_DOCUMENT = "no_document"
    RECOVERY_REFUSED = "recovery_refused"
    DELEGATION_REFUSED = "delegation_refused"
    HELD_BY_MERGE = "held_by_merge"
    PUPIL_DECIDES = "pupil_decides"
    PUPIL_VIEWS_ONLY = "pupil_views_only"
    USE_GOSUSLUGI = "use_gosuslugi"
    LOGIN_TAKEN = "login_taken"
    WRONG_LOGIN = "wrong_login"
    TEXT_CHANGED = "text_changed"
    WRONG_WORD = "wrong_word"
    REPEAT_RUNNING = "repeat_running"
    REPEAT_OTHER = "repeat_other"
    CANNOT_PAY_IN = "cannot_pay_in"
    WRONG_AMOUNT = "wrong_amount"
    NO_FUNDS = "no_funds"
    UNDO_BY_REQUEST = "undo_by_request"
    PRICE_CHANGED = "price_changed"
    NO_TARIFF_HERE = "no_tariff_here"
    CONTRACT_STATE = "contract_state"
    OFFER_CHANGED = "offer_changed"
    CONSENT_MISSING = "consent_missing"
    WRONG_REQUISITES = "wrong_requisites"
    CANNOT_REACH = "cannot_reach"


class Refused(Exception):
    """`detail` replaces the standing sentence; `after_s` is a Retry-After; `more` are extra members of the problem."""

    def __init__(
        self, reason: Reason, detail: str | None = None, *, after_s: float | None = None, more: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.detail = detail
        self.after_s = after_s
        self.more: Mapping[str, object] = more or {}


_WRONG: Mapping[Wrong, Reason] = {
    Wrong.UNKNOWN: Reason.FLOW_UNKNOWN,
    Wrong.FOREIGN: Reason.FLOW_FOREIGN,
    Wrong.USED: Reason.FLOW_USED,
    Wrong.EXPIRED: Reason.FLOW_EXPIRED,
}


def accepted(taken: Flow | Wrong) -> Flow:
    """The flow, or the refusal that says why it cannot go on."""
    if isinstance(taken, Wrong):
        raise Refused(_WRONG[taken])
    return taken
