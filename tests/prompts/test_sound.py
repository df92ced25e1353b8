"""Whatever a recording is like, a telephone gets it at one loudness, without silence around it."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from ivr.voice import alaw
from ivr.voice.sound import BadSound, telephone
from tests.prompts.wavs import silence, tone, write


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.square(samples.astype(float) / 32768).mean()))


def peak_hertz(samples: np.ndarray) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax() * alaw.RATE / len(samples))


@pytest.mark.parametrize("rate", [8000, 11025, 16000, 22050, 44100, 48000])
def test_any_rate_keeps_its_pitch_and_length(tmp_path: Path, rate: int) -> None:
    heard = alaw.decode(telephone(write(tmp_path / "a.wav", tone(1.0, rate=rate), rate)))
    assert peak_hertz(heard) == pytest.approx(440, abs=3)
    assert len(heard) / alaw.RATE == pytest.approx(1.0, abs=0.03)


@pytest.mark.parametrize("loud", [0.01, 0.1, 0.5, 1.0])
def test_quiet_and_loud_become_one_loudness(tmp_path: Path, loud: float) -> None:
    heard = alaw.decode(telephone(write(tmp_path / "a.wav", tone(1.0, loud=loud))))
    assert level_db(heard) == pytest.approx(-20, abs=0.7)


def test_two_channels_are_mixed(tmp_path: Path) -> None:
    stereo = np.column_stack([tone(1.0), silence(1.0)]).ravel()
    heard = alaw.decode(telephone(write(tmp_path / "a.wav", stereo, channels=2)))
    assert peak_hertz(heard) == pytest.approx(440, abs=3)


def test_silence_around_is_cut_and_silence_within_is_kept(tmp_path: Path) -> None:
    spoken = np.concatenate([silence(2.0), tone(0.3), silence(0.4), tone(0.3), silence(2.0)])
    heard = telephone(write(tmp_path / "a.wav", spoken))
    assert len(heard) / alaw.RATE == pytest.approx(1.0, abs=0.08)


def test_single_peaks_do_not_clip(tmp_path: Path) -> None:
    spoken = np.concatenate([tone(1.0, loud=0.02), tone(0.005, loud=1.0), tone(1.0, loud=0.02)])
    heard = alaw.decode(telephone(write(tmp_path / "a.wav", spoken)))
    assert abs(heard.astype(int)).max() < 32256


def test_hum_is_taken_out(tmp_path: Path) -> None:
    humming = tone(1.0, loud=0.3) // 2 + tone(1.0, hertz=50, loud=0.3)
    heard = alaw.decode(telephone(write(tmp_path / "a.wav", humming)))
    spectrum = np.abs(np.fft.rfft(heard[800:7200]))
    assert spectrum[40] < spectrum[352] / 50  # 50 Hz against 440 Hz


def test_both_ends_are_soft(tmp_path: Path) -> None:
    heard = alaw.decode(telephone(write(tmp_path / "a.wav", tone(1.0))))
    assert max(abs(int(heard[0])), abs(int(heard[-1]))) < 100


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "not a PCM WAV file"),
        (b"RIFF\x00\x00", "not a PCM WAV file"),
        (b"ID3 something else entirely", "not a PCM WAV file"),
    ],
)
def test_what_is_no_wav_is_told_by_name(tmp_path: Path, content: bytes, fault: str) -> None:
    (tmp_path / "bad.wav").write_bytes(content)
    with pytest.raises(BadSound, match=rf"bad\.wav: {fault}"):
        telephone(tmp_path / "bad.wav")


def test_a_missing_file_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadSound, match=r"gone\.wav: not a PCM WAV file"):
        telephone(tmp_path / "gone.wav")


@pytest.mark.parametrize("samples", [silence(0.0), silence(1.0)])
def test_a_silent_recording_is_refused(tmp_path: Path, samples: np.ndarray) -> None:
    with pytest.raises(BadSound, match="nothing to hear"):
        telephone(write(tmp_path / "a.wav", samples))


def test_other_widths_are_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "a.wav"), "wb") as out:
        out.setparams((1, 1, 8000, 0, "NONE", ""))
        out.writeframes(b"\x80\x90" * 4000)
    with pytest.raises(BadSound, match="expected 16 bits, mono or stereo, not 8 bits"):
        telephone(tmp_path / "a.wav")


def test_a_recording_without_end_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadSound, match="longer than 60 seconds"):
        telephone(write(tmp_path / "a.wav", tone(61, rate=8000), 8000))
