"""The shapes of the published contract: Schedule, OperationOutcome, token answers."""
