"""How the bundled speech model is made: words, sounds, speech, a net, Vosk's files. Needs the extra `train`."""
