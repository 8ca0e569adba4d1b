"""Protocols that devices speak by themselves, turned into the events of the one intake; pure."""
