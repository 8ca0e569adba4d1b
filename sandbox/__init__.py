"""The sandbox: one imaginary town behind the wire formats of every outside system."""
