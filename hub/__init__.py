"""The service: HTTP, stories, storage; it joins the four islands."""
