"""Kaldi's binary files, as far as an acoustic model needs them: written, and our own read back."""

from __future__ import annotations

import struct
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

HEADER = b"\0B"
_PRESSED_FROM = 4096
"""Elements from which a matrix is written in 8 bits an element."""


class Writer:
    """Collects the bytes of one file."""

    def __init__(self) -> None:
        self._parts = [HEADER]

    def tokens(self, *names: str) -> None:
        self._parts += [name.encode() + b" " for name in names]

    def integer(self, value: int) -> None:
        self._parts.append(struct.pack("<bi", 4, value))

    def integers(self, values: Sequence[int]) -> None:
        self._parts.append(struct.pack("<bi", 4, len(values)) + np.asarray(values, "<i4").tobytes())

    def real(self, value: float) -> None:
        self._parts.append(struct.pack("<bf", 4, value))

    def double(self, value: float) -> None:
        self._parts.append(struct.pack("<bd", 8, value))

    def truth(self, value: bool) -> None:
        self._parts.append(b"T" if value else b"F")

    def vector(self, values: ArrayLike) -> None:
        array = np.ascontiguousarray(values, "<f4")
        self.tokens("FV")
        self.integer(len(array))
        self._parts.append(array.tobytes())

    def matrix(self, values: ArrayLike) -> None:
        """A large matrix is written in 8 bits an element: a quarter of the size, and no word was lost by it."""
        array = np.ascontiguousarray(values, "<f4")
        if array.size > _PRESSED_FROM:
            self._parts.append(_pressed(array))
            return
        self.tokens("FM")
        self.integer(array.shape[0])
        self.integer(array.shape[1])
        self._parts.append(array.tobytes())

    def raw(self, data: bytes) -> None:
        self._parts.append(data)

    def bytes(self) -> bytes:
        return b"".join(self._parts)


def _pressed(array: NDArray[np.float32]) -> bytes:
    low = float(array.min())
    span = float(array.max()) - low or 1.0
    steps = np.clip(np.rint((array - low) / span * 255), 0, 255).astype(np.uint8)
    return b"CM3 " + struct.pack("<ffii", low, span, *array.shape) + steps.tobytes()


class Reader:
    """Reads what `Writer` wrote, and most of what Kaldi writes. ValueError when a file is another."""

    def __init__(self, data: bytes) -> None:
        if not data.startswith(HEADER):
            raise ValueError("not a binary file of Kaldi's")
        self._data, self._at = data, len(HEADER)

    def token(self) -> str:
        while self._data[self._at : self._at + 1].isspace():
            self._at += 1
        end = self._at
        while not self._data[end : end + 1].isspace() and end < len(self._data):
            end += 1
        name, self._at = self._data[self._at : end].decode("latin1"), end + 1
        return name

    def expect(self, *names: str) -> None:
        for name in names:
            if (found := self.token()) != name:
                raise ValueError(f"{found!r} where {name!r} was expected")

    def skip_past(self, mark: bytes) -> bytes:
        """Everything before the mark; reading goes on behind it."""
        end = self._data.find(mark, self._at)
        if end < 0:
            raise ValueError(f"{mark!r} is missing")
        skipped, self._at = self._data[self._at : end], end + len(mark)
        return skipped

    def integer(self) -> int:
        return int(self._unpack("<bi")[1])

    def integers(self) -> NDArray[np.int32]:
        return self._array("<i4", int(self._unpack("<bi")[1])).astype(np.int32)

    def real(self) -> float:
        return float(self._unpack("<bf")[1])

    def double(self) -> float:
        return float(self._unpack("<bd")[1])

    def truth(self) -> bool:
        self._at += 1
        return self._data[self._at - 1 : self._at] == b"T"

    def vector(self) -> NDArray[np.float32]:
        self.expect("FV")
        return self._array("<f4", self.integer()).astype(np.float32)

    def matrix(self) -> NDArray[np.float32]:
        kind = self.token()
        if kind == "FM":
            rows, columns = self.integer(), self.integer()
            return self._array("<f4", rows * columns).reshape(rows, columns).astype(np.float32)
        if kind not in ("CM2", "CM3"):
            raise ValueError(f"matrices of kind {kind!r} are not read here")
        low, span = self._unpack("<ff")
        rows, columns = map(int, self._unpack("<ii"))
        steps = self._array("<u2" if kind == "CM2" else "u1", rows * columns).reshape(rows, columns)
        return (low + steps.astype(np.float32) * (span / (65535 if kind == "CM2" else 255))).astype(np.float32)

    def _unpack(self, form: str) -> tuple[float, ...]:
        values = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return values

    def _array(self, kind: str, count: int) -> NDArray[np.generic]:
        values = np.frombuffer(self._data, kind, count, self._at)
        self._at += values.nbytes
        return values
