"""The shapes of the diary, as its app and public clients read them."""
