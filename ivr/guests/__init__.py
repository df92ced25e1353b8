"""Guests: those who ring the line from the page `/phone`, and see what it says while it says it."""
