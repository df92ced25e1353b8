"""Sound to what the net sees: 40 cepstra every 10 ms, as Vosk computes them by conf/mfcc.conf."""

from __future__ import annotations

import kaldi_native_fbank
import numpy as np
from numpy.typing import NDArray

from ivr.speech.training.corpus import RATE

CEPSTRA = 40
LOW_HZ, HIGH_HZ = 40, 3800
LIFTER = 22.0
"""Kaldi weighs cepstrum n by 1 + LIFTER / 2 x sin(pi n / LIFTER)."""


def cepstra(sound: NDArray[np.float32], high_hz: float = HIGH_HZ) -> NDArray[np.float32]:
    """Frames by cepstra of at least 25 ms of sound, in units of 16-bit samples.

    Another `high_hz` stretches what lies below it: the same words out of a longer or shorter throat.
    """
    options = kaldi_native_fbank.MfccOptions()
    options.frame_opts.samp_freq = RATE
    options.frame_opts.dither = 1.0
    options.frame_opts.snip_edges = True
    options.use_energy = False
    options.num_ceps = options.mel_opts.num_bins = CEPSTRA
    options.mel_opts.low_freq, options.mel_opts.high_freq = LOW_HZ, high_hz
    options.cepstral_lifter = LIFTER
    computer = kaldi_native_fbank.OnlineMfcc(options)
    computer.accept_waveform(RATE, sound)
    computer.input_finished()
    return np.stack([computer.get_frame(i) for i in range(computer.num_frames_ready)])
