"""A till asks before it serves: allowed or not, enough or not; a list without cards, and what it may keep for hours without us (E8, E9)."""

from hub.flows.serve_at_till.check import check_at_till
from hub.flows.serve_at_till.noting import note_sale
from hub.flows.serve_at_till.offline import offline_package
from hub.flows.serve_at_till.pupils import list_for_till

__all__ = ["check_at_till", "list_for_till", "note_sale", "offline_package"]
