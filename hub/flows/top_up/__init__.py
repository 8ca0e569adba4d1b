"""A family pays into an account through an acquirer; the ledger alone says what was paid (RULES D3, D4, D6)."""

from hub.flows.top_up.ask import ask_pending, show_top_up
from hub.flows.top_up.begin import begin_top_up
from hub.flows.top_up.give_up import give_up_top_up
from hub.flows.top_up.hear import hear_notice
from hub.flows.top_up.show import list_top_ups
from hub.flows.top_up.ways import show_ways

__all__ = ["ask_pending", "begin_top_up", "give_up_top_up", "hear_notice", "list_top_ups", "show_top_up", "show_ways"]
