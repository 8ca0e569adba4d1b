"""A kiosk's call: its body, its signature, and what came back."""
