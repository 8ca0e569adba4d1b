"""What a push looks like on the wire: who sends it, and what it says. Written from the standards, with no sender's code."""
