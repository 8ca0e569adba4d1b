"""A family's contract: drafted, read, accepted; benefit meals under it (RULES D9, A14)."""

from hub.flows.contracts.accept import accept_offer, renew_pin
from hub.flows.contracts.benefits import (
    add_to_benefit,
    ask_benefit,
    end_benefit,
    enter_benefit,
    follow_benefits,
    grant_benefit,
    list_benefits,
    refuse_benefit,
)
from hub.flows.contracts.drafting import draft_contract, draft_for_arrived
from hub.flows.contracts.show import show_contract, show_offer

__all__ = [
    "accept_offer",
    "add_to_benefit",
    "ask_benefit",
    "draft_contract",
    "draft_for_arrived",
    "end_benefit",
    "enter_benefit",
    "follow_benefits",
    "grant_benefit",
    "list_benefits",
    "refuse_benefit",
    "renew_pin",
    "show_contract",
    "show_offer",
]
