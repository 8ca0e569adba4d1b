"""«Электронная школа 2.0» of Kuzbass (ruobr), the mobile API."""
