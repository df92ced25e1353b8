"""The folder of a Vosk model beside its acoustic part: words, sounds, the graph between them, settings.

Its folder `sounds` is a second model on the same acoustic part, whose words are the single sounds: what was
said, whatever it was. What is much likelier as a row of sounds than as words of a question is no answer to it.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ivr.speech.doubt import SOUNDS
from ivr.speech.training.lexicon import Lexicon, Pronunciation
from ivr.speech.training.openfst import Transducer, lookahead_bytes, vector_bytes
from ivr.speech.training.phones import GARBAGE, PHONES, PLACED, SILENCE, first_frame, further_frame, placed

WAY_OUT = "[unk]"
"""The word for everything that the vocabulary lacks."""
WAY_OUT_COST = -1.5
"""Minus the logarithm of the probability of the way out: the higher, the more is taken for words."""
_HALF = -math.log(0.5)
_END_COST = 0.7

MFCC_CONF = """--use-energy=false
--sample-frequency=8000
--num-mel-bins=40
--num-ceps=40
--low-freq=40
--high-freq=3800
--dither=0
"""
# Kaldi lets the lattice of ambiguous noise grow to 50 MB: one chunk of 0.1 s then took 16 s. 0.5 MB bounds it,
# and speech needs less.
WORDS_CONF = """--min-active=200
--max-active=600
--beam=11.0
--lattice-beam=4.0
--max-mem=500000
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones=1
--endpoint.rule2.min-trailing-silence=0.5
--endpoint.rule3.min-trailing-silence=1.0
--endpoint.rule4.min-trailing-silence=2.0
"""
# One row of sounds is asked for, with no alternatives; a wider search finds the same one.
SOUNDS_CONF = """--min-active=20
--max-active=200
--beam=8.0
--lattice-beam=0.5
--acoustic-scale=1.0
--frame-subsampling-factor=3
--endpoint.silence-phones=1
"""


@dataclass(frozen=True)
class Way:
    """One way to say one word."""

    word: str
    sounds: Pronunciation
    cost: float = 0.0
    """Minus the logarithm of its probability, up to a constant."""


def write_graph(folder: Path, lexicon: Lexicon, way_out_cost: float = WAY_OUT_COST) -> None:
    """Everything of the model but `am/final.mdl`; may be done again when words are added."""
    words = [Way(word, way, math.log(len(ways))) for word, ways in lexicon.items() for way in ways]
    count = len(lexicon) + 1
    any_word = any_words(count, math.log(count) + _END_COST, _END_COST)
    _write(folder, [*words, Way(WAY_OUT, (GARBAGE,), way_out_cost)], any_word, WORDS_CONF)
    sounds = [Way(sound, (sound,)) for sound in PHONES]
    _write(folder / SOUNDS, sounds, any_words(len(sounds), 0.0, 0.0), SOUNDS_CONF)
    _share_net(folder)


def _share_net(folder: Path) -> None:
    """The net of the words is that of the sounds too; in a copied folder it may have become another file."""
    link = folder / SOUNDS / "am"
    if link.is_dir() and not link.is_symlink():
        shutil.rmtree(link)
    link.unlink(missing_ok=True)
    link.symlink_to(Path("..") / "am")


def _write(folder: Path, ways: list[Way], any_word: Transducer, conf: str) -> None:
    words = numbered(ways)
    (folder / "graph" / "phones").mkdir(parents=True, exist_ok=True)
    (folder / "conf").mkdir(exist_ok=True)
    files: dict[str, str | bytes] = {
        "graph/words.txt": _lines(words.items()),
        "graph/phones.txt": _lines([("<eps>", 0), *((name, i) for i, (name, _) in enumerate(PLACED, 1))]),
        "graph/phones/word_boundary.int": _lines((i, place) for i, (_, place) in enumerate(PLACED, 1)),
        "graph/disambig_tid.int": f"{2 * len(PLACED) + 1}\n",
        "graph/HCLr.fst": lookahead_bytes(sounds_to_words(ways, words), len(words)),
        "graph/Gr.fst": vector_bytes(any_word),
        "conf/mfcc.conf": MFCC_CONF,
        "conf/model.conf": conf,
    }
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())


def numbered(ways: Iterable[Way]) -> dict[str, int]:
    """The numbers of the words; 0 is no word."""
    return {word: i for i, word in enumerate(dict.fromkeys(["<eps>", *(way.word for way in ways)]))}


def sounds_to_words(ways: Iterable[Way], words: dict[str, int]) -> Transducer:
    """Perhaps silence, then any words, with silence behind each or not: from frames to words."""
    fst = Transducer()
    silence, loop = fst.state(), fst.state()
    fst.arc(0, 0, 0, _HALF, loop)
    fst.arc(0, first_frame(SILENCE), 0, _HALF, silence)
    fst.arc(silence, further_frame(SILENCE), 0, _HALF, silence)
    fst.arc(silence, 0, 0, _HALF, loop)
    fst.final[loop] = 0.0
    for way in ways:
        _add_word(fst, placed(way.sounds), words[way.word], way.cost, loop, silence)
    return fst


def _add_word(fst: Transducer, sounds: list[str], word: int, cost: float, loop: int, silence: int) -> None:
    """A chain of sounds; each has one state with a loop, and is left with probability 1/2."""
    state = loop
    for i, sound in enumerate(sounds):
        following = fst.state()
        fst.arc(state, first_frame(sound), 0 if i else word, _HALF if i else cost, following)
        fst.arc(following, further_frame(sound), 0, _HALF, following)
        state = following
    fst.arc(state, 0, 0, 2 * _HALF, loop)
    fst.arc(state, first_frame(SILENCE), 0, 2 * _HALF, silence)


def any_words(count: int, cost: float, end_cost: float) -> Transducer:
    """Any word after any, each at the same cost."""
    fst = Transducer(final={0: end_cost})
    for word in range(1, count + 1):
        fst.arc(0, word, word, cost, 0)
    return fst


def _lines(pairs: Iterable[tuple[object, object]]) -> str:
    return "".join(f"{first} {second}\n" for first, second in pairs)
