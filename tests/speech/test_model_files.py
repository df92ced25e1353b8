"""The files of a speech model: written by us, read by Vosk."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from vosk import KaldiRecognizer, Model, SetLogLevel

from ivr.speech.model import bundled
from ivr.speech.training.acoustic import blended, read_acoustic, write_acoustic
from ivr.speech.training.graph import WAY_OUT, Way, numbered, sounds_to_words, write_graph
from ivr.speech.training.kaldi import Reader, Writer
from ivr.speech.training.lexicon import WORDS_RU, read_lexicon
from ivr.speech.training.openfst import Transducer, lookahead_bytes
from tests.speech.people import RATE, say

SetLogLevel(-1)


def hear(model: Model, sound: np.ndarray, grammar: list[str] | None = None) -> str:
    recogniser = KaldiRecognizer(model, RATE, *([_grammar(grammar)] if grammar else []))
    recogniser.AcceptWaveform(sound.tobytes())
    return json.loads(recogniser.FinalResult())["text"]


def _grammar(words: list[str]) -> str:
    return json.dumps(words, ensure_ascii=False)  # Vosk does not read JSON's escapes


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled net, read and written anew, with a graph of a vocabulary to which one word was added."""
    folder = tmp_path_factory.mktemp("model")
    words = folder / "words.txt"
    words.write_text(WORDS_RU.read_text(encoding="utf-8") + "п+ауза\n", encoding="utf-8")
    write_acoustic(folder / "ru" / "am" / "final.mdl", read_acoustic(the_bundled() / "am" / "final.mdl"))
    write_graph(folder / "ru", read_lexicon(words))
    return folder / "ru"


def the_bundled() -> Path:
    folder = bundled("ru")
    assert folder
    return folder


def test_a_model_that_was_read_and_written_hears_a_person(written: Path) -> None:
    assert hear(Model(str(written)), say("три двенадцать сорок")) == "три двенадцать сорок"


def test_a_word_is_added_by_one_line_and_no_training(written: Path) -> None:
    heard = say("пауза")
    grammar = ["пауза", "пароль", "да", "нет", WAY_OUT]
    assert hear(Model(str(written)), heard, grammar) == "пауза"


def test_a_grammar_leaves_out_every_other_word(written: Path) -> None:
    model = Model(str(written))
    assert set(hear(model, say("три двенадцать сорок"), ["да", "нет"]).split()) <= {"да", "нет"}


def test_partial_results_word_times_and_alternatives_are_given() -> None:
    model = Model(str(the_bundled()))
    recogniser = KaldiRecognizer(model, RATE, _grammar(["два", "три", "сорок"]))
    recogniser.SetWords(True)
    recogniser.AcceptWaveform(say("два три", after_s=0).tobytes())
    assert json.loads(recogniser.PartialResult())["partial"]
    words = json.loads(recogniser.FinalResult())["result"]
    assert [word["word"] for word in words] == ["два", "три"]
    assert 0.2 < words[0]["start"] < words[0]["end"] <= words[1]["start"] < words[1]["end"]
    recogniser = KaldiRecognizer(model, RATE, _grammar(["два", "три", "сорок"]))
    recogniser.SetMaxAlternatives(5)
    recogniser.AcceptWaveform(say("два три").tobytes())
    assert json.loads(recogniser.FinalResult())["alternatives"][0]["text"] == "два три"


def test_what_is_written_is_read_back() -> None:
    rng = np.random.default_rng(0)
    small, large = rng.normal(size=(3, 5)), rng.normal(size=(90, 80))
    out = Writer()
    out.tokens("<Begin>")
    out.integer(-7)
    out.integers([1, -2, 3])
    out.real(0.5)
    out.double(0.25)
    out.truth(True)
    out.vector(small[0])
    out.matrix(small)
    out.matrix(large)
    file = Reader(out.bytes())
    file.expect("<Begin>")
    assert file.integer() == -7
    assert list(file.integers()) == [1, -2, 3]
    assert (file.real(), file.double(), file.truth()) == (0.5, 0.25, True)
    np.testing.assert_allclose(file.vector(), small[0], rtol=1e-6)
    np.testing.assert_allclose(file.matrix(), small, rtol=1e-6)
    np.testing.assert_allclose(file.matrix(), large, atol=np.ptp(large) / 255)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "final.mdl"
    other.write_bytes(b"RIFF\0\0\0\0WAVE")
    with pytest.raises(ValueError, match="not a binary file of Kaldi's"):
        read_acoustic(other)


def test_a_model_cut_short_is_refused(tmp_path: Path) -> None:
    short = tmp_path / "final.mdl"
    short.write_bytes((the_bundled() / "am" / "final.mdl").read_bytes()[:5000])
    with pytest.raises(ValueError, match="is missing"):
        read_acoustic(short)


def test_every_word_leads_back_to_where_any_word_may_follow() -> None:
    ways = [Way("да", ("d", "a")), Way("нет", ("nj", "e", "t")), Way(WAY_OUT, ("SPN",))]
    fst = sounds_to_words(ways, numbered(ways))
    said = {arc.said for arcs in fst.arcs for arc in arcs}
    assert said == {0, 1, 2, 3}
    assert list(fst.final.values()) == [0.0]
    assert all(arc.to < len(fst.arcs) for arcs in fst.arcs for arc in arcs)


def test_the_look_ahead_of_a_state_is_the_words_that_may_come_next() -> None:
    fst = Transducer()
    last = fst.state()
    fst.arc(0, 5, 2, 0.0, last)
    fst.arc(0, 6, 3, 0.0, last)
    fst.final[last] = 0.0
    # 2 intervals' worth of labels: state 0 says 2 or 3 ([2, 4)), state 1 ends (label 9: [9, 10)).
    ends = bytes.fromhex(
        "0100000000000000 02000000 04000000 02000000 0100000000000000 09000000 0a000000 01000000"
    )
    assert lookahead_bytes(fst, final_label=9).endswith(ends)


def test_the_bundled_words_are_those_of_the_vocabulary() -> None:
    listed = (the_bundled() / "graph" / "words.txt").read_text(encoding="utf-8").splitlines()
    assert [line.split()[0] for line in listed] == ["<eps>", *read_lexicon(), WAY_OUT]


def test_the_bundled_model_is_small() -> None:
    size = sum(file.stat().st_size for file in the_bundled().rglob("*") if file.is_file())
    assert size < 12_000_000


def test_a_graph_is_the_same_each_time_it_is_written(tmp_path: Path) -> None:
    shutil.copytree(the_bundled(), tmp_path / "ru", symlinks=True)
    write_graph(tmp_path / "ru", read_lexicon())
    written = [file.relative_to(tmp_path / "ru") for file in (tmp_path / "ru").glob("**/*.fst")]
    assert len(written) == 4
    for file in written:
        assert (tmp_path / "ru" / file).read_bytes() == (the_bundled() / file).read_bytes()


def test_a_blend_lies_between_two_nets() -> None:
    net = read_acoustic(the_bundled() / "am" / "final.mdl")
    other = read_acoustic(the_bundled() / "am" / "final.mdl")
    other.affine("output.affine").bias[:] += 4
    mean = blended(net, other, 0.25)
    assert np.allclose(mean.affine("output.affine").bias - net.affine("output.affine").bias, 1)
    assert np.array_equal(mean.affine("tdnn1.affine").weights, net.affine("tdnn1.affine").weights)
    assert np.array_equal(mean.norm("tdnn1.bn").variance, net.norm("tdnn1.bn").variance)
    del other.components["tdnn1.bn"]
    with pytest.raises(ValueError, match="alike"):
        blended(net, other, 0.5)
