"""An officer's word on one item of the queue: signed or refused, whatever kind it is, in one unit of work (RULES B4, B5)."""

from hub.flows.office.deciding.turn import refuse_item, sign_item

__all__ = ["refuse_item", "sign_item"]
