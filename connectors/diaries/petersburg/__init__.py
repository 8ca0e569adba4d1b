"""«Петербургское образование», the diary of Saint Petersburg."""
