"""The outside systems, one folder each; a connector imports nothing of ours but `connectors.kit` and `identity.claims`."""
