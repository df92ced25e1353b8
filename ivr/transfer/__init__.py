"""Callers, agents and colleagues: who is with whom, and what a button or a hang-up does about it."""
