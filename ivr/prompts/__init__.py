"""What the line says: the catalogue of texts, and the sounds that they are played from."""

from ivr.prompts.bank import SoundBank
from ivr.prompts.catalogue import BadCatalogue, Entry, Prompts, UnknownPrompt
from ivr.prompts.sounds import MissingSound, Sounds
from ivr.prompts.spool import Spool
from ivr.prompts.text import SPOKEN

__all__ = [
    "SPOKEN",
    "BadCatalogue",
    "Entry",
    "MissingSound",
    "Prompts",
    "SoundBank",
    "Sounds",
    "Spool",
    "UnknownPrompt",
]
