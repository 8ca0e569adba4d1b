"""Texts to phones leave through a gateway, each once, and are followed until they arrive; whoever writes one puts a row and no more."""

from hub.flows.send_texts.sending import send_due

__all__ = ["send_due"]
