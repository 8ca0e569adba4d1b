"""What each source has for the timeline: devices, accounts, diaries, notices, words; one function each, newest first."""
