"""Text gateways and other carriers of notices, one folder each."""
