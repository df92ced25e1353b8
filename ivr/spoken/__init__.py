"""Values as words: money, dates, numbers, as a list of fragments that are all spoken ahead of time.

A fragment is a run of words with the punctuation mark that follows it; the mark says how the voice ends it
and how long the pause after it is. Every value is made of fragments of a finite vocabulary, so nothing that a
caller or an operator types is ever sent to a synthesiser during a call.
"""

from ivr.spoken.fragment import Fragment
from ivr.spoken.kind import LANGUAGES
from ivr.spoken.kinds import KINDS, BadValue, read, say, vocabulary

__all__ = ["KINDS", "LANGUAGES", "BadValue", "Fragment", "read", "say", "vocabulary"]
