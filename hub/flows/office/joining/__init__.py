"""The school's office and the applications to join it: listed with their evidence, decided one by one or several at once (RULES B4, B5).

`list_joins(deps, visitor, asked, *, school=None, cursor=None, limit=…) -> JoinRows`, `count_joins(deps, visitor, *, school=None) ->
JoinCounts`, `read_join(deps, visitor, request) -> JoinCase`, `approve_join(deps, visitor, request) -> JoinRow`, `reject_join(deps, visitor,
request, reason) -> JoinRow`, `decide_many(deps, visitor, requests, *, approve, reason=None) -> JoinVerdicts`, `choose_four_eyes(deps,
visitor, wanted, *, school=None)`.
"""

from hub.flows.office.joining.deciding import approve_join, reject_join
from hub.flows.office.joining.listing import asked_of, choose_four_eyes, count_joins, list_joins, read_join
from hub.flows.office.joining.several import decide_many
from hub.store.joining.queue import Asked

__all__ = [
    "Asked",
    "approve_join",
    "asked_of",
    "choose_four_eyes",
    "count_joins",
    "decide_many",
    "list_joins",
    "read_join",
    "reject_join",
]
