"""«Сетевой город. Образование» (NetSchool), the web diary's own API."""
