"""SMS.RU: text messages by its HTTP interface."""
