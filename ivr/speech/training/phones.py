"""The sounds of Russian that the model tells apart, and their numbers in Kaldi's files.

A soft consonant ends in `j`; `A` and `I` are the vowels that lost their stress. Two more sounds are no letters:
silence, and `SPN`, the one garbage sound that stands for any word outside the vocabulary.
"""

from __future__ import annotations

SILENCE, GARBAGE = "SIL", "SPN"
_VOWELS = ["A", "I", "a", "e", "i", "o", "u", "y"]
_PAIRED = ["b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "x", "z"]
_ALONE = ["ch", "j", "sch", "sh", "ts", "zh"]
PHONES = sorted([*_VOWELS, *_PAIRED, *(f"{hard}j" for hard in _PAIRED), *_ALONE])
SOUNDS = [SILENCE, GARBAGE, *PHONES]
"""The order is that of the net's outputs: two each, the first frame of a sound and its every further frame."""
OUTPUTS = 2 * len(SOUNDS)
INDEX = {sound: i for i, sound in enumerate(SOUNDS)}

_PLACES = {"B": "begin", "E": "end", "I": "internal", "S": "singleton"}
PLACED = [
    (SILENCE, "nonword"),
    (f"{GARBAGE}_S", "singleton"),
    *((f"{phone}_{letter}", place) for phone in PHONES for letter, place in _PLACES.items()),
]
"""Sounds by their place in a word, from which Vosk learns where words begin and end; numbered from 1."""
_NUMBER = {name: i for i, (name, _) in enumerate(PLACED, 1)}


def first_frame(placed: str) -> int:
    """The transition id of the first frame of a placed sound."""
    return 2 * _NUMBER[placed]


def further_frame(placed: str) -> int:
    """The transition id of a further frame of the same sound: its loop."""
    return 2 * _NUMBER[placed] - 1


def sound_of(placed: str) -> int:
    """The index of the sound, whatever its place."""
    return INDEX[placed.rsplit("_", 1)[0]]


def placed(pronunciation: tuple[str, ...]) -> list[str]:
    """The sounds of one word with their places."""
    if len(pronunciation) == 1:
        return [f"{pronunciation[0]}_S"]
    middle = [f"{phone}_I" for phone in pronunciation[1:-1]]
    return [f"{pronunciation[0]}_B", *middle, f"{pronunciation[-1]}_E"]
