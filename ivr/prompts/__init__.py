"""What the line says: the catalogue of texts, and the sounds that they are played from."""

from ivr.prompts.bank import MissingSound, SoundBank
from ivr.prompts.catalogue import BadCatalogue, Entry, Prompts, UnknownPrompt

__all__ = ["BadCatalogue", "Entry", "MissingSound", "Prompts", "SoundBank", "UnknownPrompt"]
