"""T-Bank's internet acquiring, API v2: calls and notices signed with a Token."""
