"""The federal Schedule contract of ФГИС «Моя школа», read here and served by the hub (docs/wire/fgis_schedule.md)."""
