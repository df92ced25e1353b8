"""`ivr model check`: whether a speech model fits the line."""

from __future__ import annotations

import shutil
import struct
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.settings import load
from ivr.speech.model import bundled, layout
from ivr.speech.model.check import check_model
from ivr.speech.questions import models
from ivr.speech.recogniser import BadModel, Model
from tests.speech.people import say

RU = bundled("ru") or Path()


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["model", *arguments])
    return result.exit_code, result.output


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(RU, tmp_path / "ru")
    return tmp_path / "ru"


def test_the_bundled_model_fits() -> None:
    code, said = run("check")
    assert code == 0, said
    assert "words of our questions: all" in said
    assert "ok  slowest:" in said  # noise that is nearly words takes a part of its own time


def test_words_that_a_model_lacks_are_named() -> None:
    bad = [finding.what for finding in check_model(RU, ["да", "абракадабра"]) if not finding.good]
    assert bad == ["words of our questions: 1 of 2 missing: абракадабра"]


def test_a_model_without_run_time_grammar_does_not_fit(copy: Path) -> None:
    (copy / "graph" / "Gr.fst").unlink()
    assert run("check", str(copy)) == (
        1, "BAD   no Vosk model with run-time grammars: graph/Gr.fst is missing\n"
    )  # fmt: skip


def test_a_model_of_wide_sound_fits_and_hears_telephones(copy: Path) -> None:
    """The bundled net, told to take 16,000 samples a second: its bands are those of the telephone still."""
    conf = copy / "conf" / "mfcc.conf"
    conf.write_text(conf.read_text().replace("=8000", "=16000"))
    assert (
        "made for 16000 samples a second: telephone sound is sent to it as 16000" in run("check", str(copy))[1]
    )
    recogniser = Model(copy).recogniser(dict.fromkeys(("семь", "три", "восемь"), 1), way_out=False)
    recogniser.feed(say("семь три восемь").tobytes())
    assert [word.text for word in recogniser.finish()[0].words] == ["семь", "три", "восемь"]


def test_words_may_stand_inside_the_graph(copy: Path) -> None:
    """As in the small models of Vosk, whose symbols OpenFst keeps in the graph itself."""
    words = copy / "graph" / "words.txt"
    rows = [line.split() for line in words.read_text(encoding="utf-8").splitlines()]
    words.unlink()
    code, said = run("check", str(copy))
    assert code == 1
    assert "graph/words.txt is missing, and graph/Gr.fst has no words in it" in said

    graph = copy / "graph" / "Gr.fst"
    graph.write_bytes(with_words(graph.read_bytes(), {word: int(number) for word, number in rows}))
    assert layout.vocabulary(copy) == [word for word, _ in rows]
    code, said = run("check", str(copy))
    assert code == 0, said
    assert "words of our questions: all" in said


@pytest.mark.parametrize("end", [3, 30, 70, 150])
def test_a_graph_that_is_cut_off_is_told_in_one_line(copy: Path, end: int) -> None:
    (copy / "graph" / "words.txt").unlink()
    graph = copy / "graph" / "Gr.fst"
    graph.write_bytes(with_words(graph.read_bytes(), dict.fromkeys("абвгдежзиклмн", 1))[:end])
    code, said = run("check", str(copy))
    assert (code, said.count("\n")) == (1, 1)
    assert "graph/Gr.fst is" in said


def with_words(graph: bytes, words: dict[str, int]) -> bytes:
    """A graph with both its symbol tables inside."""
    flags = graph.index(b"standard") + len(b"standard") + 4
    table = struct.pack("<I", 0x7EB2FB74) + text("words.txt") + struct.pack("<qq", len(words), len(words))
    table += b"".join(text(word) + struct.pack("<q", number) for word, number in words.items())
    header = flags + 4 + 8 + 24
    return graph[:flags] + struct.pack("<i", 3) + graph[flags + 4 : header] + table * 2 + graph[header:]


def text(said: str) -> bytes:
    return struct.pack("<i", len(said.encode())) + said.encode()


def test_a_bad_model_of_one_language_leaves_the_other_to_be_heard(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    both = load().model_copy(update={"speech_model_en": str(tmp_path)})
    assert list(models(both)) == ["ru"]
    assert "callers in 'en' are asked for keys" in caplog.text
    with pytest.raises(BadModel):
        models(both.model_copy(update={"speech_model": tmp_path}))


def test_a_broken_net_is_told_in_one_line_and_breaks_nothing_else(copy: Path) -> None:
    net = copy / "am" / "final.mdl"
    net.write_bytes(net.read_bytes()[:1000])
    code, said = run("check", str(copy))
    assert code == 1
    assert "it does not load" in said


def test_a_folder_without_a_model_does_not_fit(tmp_path: Path) -> None:
    assert run("check", str(tmp_path)) == (
        1,
        "BAD   no Vosk model with run-time grammars: am/final.mdl, conf/mfcc.conf, graph/HCLr.fst, graph/Gr.fst"
        " is missing\n",
    )


def test_a_folder_that_is_not_there_is_bad_input(tmp_path: Path) -> None:
    assert run("check", str(tmp_path / "none"))[0] == 2


def test_a_language_without_a_model_is_bad_input() -> None:
    code, said = run("check", "--language", "en")
    assert code == 2
    assert "no model for 'en' comes with the line" in said


def test_words_are_rebuilt_from_the_vocabulary(copy: Path, tmp_path: Path) -> None:
    words = tmp_path / "words.txt"
    words.write_text("да\nнет\nб+аня\n", encoding="utf-8")
    assert run("rebuild", str(copy), "--words", str(words)) == (0, f"{copy} knows 3 words\n")
    assert "баня 3" in (copy / "graph" / "words.txt").read_text(encoding="utf-8")


def test_training_without_its_parts_says_what_to_install(tmp_path: Path) -> None:
    pytest.importorskip("vosk")
    try:
        import torch  # noqa: F401
    except ImportError:
        code, said = run("train", "--recordings", str(tmp_path), "-o", str(tmp_path / "out"))
        assert code == 2
        assert "pip install '.[train]'" in said
