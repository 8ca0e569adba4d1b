"""Participants and turnover of a period: the operator's of all schools, a head's of one's own (F142; RULES B6)."""

from hub.flows.turnover.show import at_school, of_everybody
from hub.flows.turnover.take import turnover_csv

__all__ = ["at_school", "of_everybody", "turnover_csv"]
