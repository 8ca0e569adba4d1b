"""SMSC.ru: text messages by its HTTP interface."""
