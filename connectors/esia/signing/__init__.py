"""How requests to ESIA are signed: what each dialect signs, and the signers that do it."""
