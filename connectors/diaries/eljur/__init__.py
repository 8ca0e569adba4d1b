"""«ЭлЖур» (eljur.ru), the vendor's API for apps."""
