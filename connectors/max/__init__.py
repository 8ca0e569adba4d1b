"""MAX: class chats kept by a school's bot."""
