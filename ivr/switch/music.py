"""Music for those who wait: so quiet that an announcement over it is understood."""

from __future__ import annotations

import wave
from contextlib import suppress
from pathlib import Path

from ivr.prompts.spool import write_whole

LEVEL_DB = -38.0
"""Root mean square of the music, decibels below the largest sample; speech has 18 more (`ivr.voice.sound`)."""
RATE = 8000


def quiet(music: Path, folder: Path) -> Path:
    """The folder with a quiet copy of each WAV file of `music`; `music` itself where there is none to be made.

    Made at the first call; copies in `folder` are not made again.
    """
    sources = sorted(music.glob("*.wav"))
    with suppress(OSError, EOFError, wave.Error):
        folder.mkdir(parents=True, exist_ok=True)
        for source in sources:
            if not (folder / f"{source.stem}.alaw").exists():
                write_whole(folder / f"{source.stem}.alaw", _quiet(source))
    return folder if any(folder.glob("*.alaw")) else music


def _quiet(source: Path) -> bytes:
    import numpy as np  # not needed once the music is there

    from ivr.voice.alaw import encode

    with wave.open(str(source)) as sound:
        channels, width, rate, frames = sound.getparams()[:4]
        raw = sound.readframes(frames)
    if (channels, width, rate) != (1, 2, RATE):
        raise OSError(f"{source}: not 16 bits, mono, {RATE} Hz")
    samples = np.frombuffer(raw, dtype="<i2").astype(np.float32)
    level = float(np.sqrt(np.mean(samples**2))) or 1.0
    return encode((samples * (32768 * 10 ** (LEVEL_DB / 20) / level)).clip(-32768, 32767).astype(np.int16))
