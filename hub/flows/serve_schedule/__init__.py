"""Another system asks for a child's schedule by the federal contract, and is answered from our copies (RULES C7, docs/adr/0025)."""

from hub.flows.serve_schedule.answering import Answer, refusal, serve_schedule
from hub.flows.serve_schedule.registering import add_system, end_system, list_systems
from hub.flows.serve_schedule.tokens import Told, give_token

__all__ = ["Answer", "Told", "add_system", "end_system", "give_token", "list_systems", "refusal", "serve_schedule"]
