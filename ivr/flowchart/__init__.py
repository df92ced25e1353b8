"""The call flow drawn from the code itself: every flow, question and key, and where each answer leads."""
