"""dnevnik.ru, the partner API."""
