"""The worker reads diaries before anybody asks, for people who were here lately, within what each system allows (RULES C2)."""

from hub.flows.poll_diaries.poll import Polling, settle_polls

__all__ = ["Polling", "settle_polls"]
