"""What the line says: the catalogue of texts, and the sounds that they are played from."""

from ivr.prompts.catalogue import BadCatalogue, Entry, Prompts, UnknownPrompt

__all__ = ["BadCatalogue", "Entry", "Prompts", "UnknownPrompt"]
