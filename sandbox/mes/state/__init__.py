"""What the platform remembers: tokens, sign-ins in progress, and what families did."""

from sandbox.mes.state.state import ID, Node, State

__all__ = ["ID", "Node", "State"]
