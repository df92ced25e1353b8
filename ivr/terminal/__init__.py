"""A telephone in the terminal: a person at the keyboard, or a script, where Asterisk has a channel."""
