"""Two records of one human become one: the other side is proven by a sign-in there, seen before, confirmed, and undone (RULES A11)."""

from hub.flows.join_records.ask import ask, depart
from hub.flows.join_records.confirm import confirm
from hub.flows.join_records.show import list_mergers, show_merger
from hub.flows.join_records.undo import undo

__all__ = ["ask", "confirm", "depart", "list_mergers", "show_merger", "undo"]
