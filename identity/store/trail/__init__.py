"""The audit trail: events beside each act, the chain over them, personal parts under own keys, what is deleted when."""
