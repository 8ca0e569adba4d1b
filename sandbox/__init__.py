"""The sandbox: faithful stand-ins for the outside systems, around one imaginary town."""

VERSION = "0.1.0"
