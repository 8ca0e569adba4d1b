"""Payment providers: nothing but connectors lives here."""
