"""`ivr model check`: whether a speech model fits the line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from ivr.cli import main
from ivr.speech.model import bundled
from ivr.speech.model.check import check_model

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
    assert "run-time grammar: no" in run("check", str(copy))[1]
    assert run("check", str(copy))[0] == 1


def test_a_model_for_wide_band_does_not_fit(copy: Path) -> None:
    (copy / "conf" / "mfcc.conf").write_text("--sample-frequency=16000\n--use-energy=false\n")
    (copy / "graph" / "Gr.fst").unlink()
    assert "made for 16000 samples a second, not for 8000" in run("check", str(copy))[1]


def test_a_broken_net_is_told_in_one_line_and_breaks_nothing_else(copy: Path) -> None:
    net = copy / "am" / "final.mdl"
    net.write_bytes(net.read_bytes()[:1000])
    code, said = run("check", str(copy))
    assert code == 1
    assert "it does not load" in said


def test_a_folder_without_a_model_does_not_fit(tmp_path: Path) -> None:
    assert run("check", str(tmp_path)) == (
        1, "BAD   no model in Vosk's layout: am/final.mdl, conf/mfcc.conf, graph/words.txt is missing\n"
    )  # fmt: skip


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
