"""Those who wait for a person: what they are told, and who is called back when."""
