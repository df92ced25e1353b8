"""Recordings of calls: the one of a call in progress, where they lie, and for how long (docs/recording.md)."""
