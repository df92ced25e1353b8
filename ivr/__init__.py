"""The voice application of the support line 0890."""
