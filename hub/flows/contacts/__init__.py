"""Where a person is reached: phone and e-mail with their codes, profiles of messengers, browsers that take pushes (RULES F2, F3)."""
