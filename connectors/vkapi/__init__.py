"""VK API: class chats kept by a school's community."""
