"""Electronic diaries: nothing but connectors lives here, one folder a system."""
