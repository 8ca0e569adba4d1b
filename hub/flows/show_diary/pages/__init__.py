"""The diary's further pages, one story each; all read through `hub.flows.show_diary.sources.look`."""
