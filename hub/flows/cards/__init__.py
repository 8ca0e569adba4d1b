"""A child's cards and bracelets in the family's hands: seen, closed at once, found again, ordered anew (RULES E5, E9; F088, F089, F143)."""

from hub.flows.cards.add import add_card
from hub.flows.cards.show import show_cards
from hub.flows.cards.turn import turn_card

__all__ = ["add_card", "show_cards", "turn_card"]
