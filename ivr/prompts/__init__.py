"""What the line says: the catalogue of texts, and the sounds that they are played from."""

from ivr.prompts.bank import SoundBank
from ivr.prompts.catalogue import BadCatalogue, Entry, Prompts, UnknownPrompt
from ivr.prompts.sounds import MissingSound, Sounds

__all__ = ["BadCatalogue", "Entry", "MissingSound", "Prompts", "SoundBank", "Sounds", "UnknownPrompt"]
