"""`am/final.mdl`: the sounds and the net in Kaldi's nnet3 format, written from plain arrays and read back.

The net (TDNN-F): 3 frames of 40 cepstra -> 768; eleven factored layers, each 768 -> 64 -> 768 over frames
`step` apart, added to 0.66 of what came in; then 64 -> 768 -> 64 -> outputs: a row of them every third frame.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ivr.speech.training.kaldi import Reader, Writer
from ivr.speech.training.phones import PLACED, sound_of

Array = NDArray[np.float32]
STEPS = (1, 1, 1, 0, 3, 3, 3, 3, 3, 3, 3)
"""Frames between the two ends that a factored layer sees."""
BYPASS = 0.66
VARIANCE_FLOOR = 1e-3


@dataclass(frozen=True)
class Affine:
    """weights (out, offsets x in) and bias; no bias at all when it is empty."""

    weights: Array
    bias: Array
    offsets: tuple[int, ...] = ()
    """Frames that go in; nothing means the present one, by a fixed matrix."""


@dataclass(frozen=True)
class Norm:
    """Mean and variance that are taken out."""

    mean: Array
    variance: Array


@dataclass
class Acoustic:
    """Every component of the net by its name in the file, in the order of the file."""

    components: dict[str, Affine | Norm] = field(default_factory=dict)

    def outputs(self) -> int:
        return len(self.affine("output.affine").weights)

    def affine(self, name: str) -> Affine:
        """A component by its name. ValueError when it is another kind."""
        if not isinstance(found := self.components.get(name), Affine):
            raise ValueError(f"{name} is no affine component")
        return found

    def norm(self, name: str) -> Norm:
        """A component by its name. ValueError when it is another kind."""
        if not isinstance(found := self.components.get(name), Norm):
            raise ValueError(f"{name} is no norm")
        return found


def blended(one: Acoustic, other: Acoustic, share: float) -> Acoustic:
    """The mean of two nets of which one was trained on from the other; `share` (0..1) is that of the other.

    ValueError when they are not made alike.
    """
    if one.components.keys() != other.components.keys():
        raise ValueError("the two nets are not made alike")
    pairs = ((name, first, other.components[name]) for name, first in one.components.items())
    return Acoustic({name: _mean(first, second, share) for name, first, second in pairs})


def _mean(one: Affine | Norm, other: Affine | Norm, share: float) -> Affine | Norm:
    rest = 1 - share
    if isinstance(one, Norm) and isinstance(other, Norm):
        return Norm(rest * one.mean + share * other.mean, rest * one.variance + share * other.variance)
    if isinstance(one, Affine) and isinstance(other, Affine) and one.weights.shape == other.weights.shape:
        weights = rest * one.weights + share * other.weights
        return Affine(weights, rest * one.bias + share * other.bias, one.offsets)
    raise ValueError("the two nets are not made alike")


def write_acoustic(path: Path, acoustic: Acoustic) -> None:
    """The whole file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    out = Writer()
    _write_transitions(out)
    layout, components = _layout(acoustic)
    out.tokens("<Nnet3>")
    out.raw(b"\n" + "\n".join(layout).encode() + b"\n\n")
    out.tokens("<NumComponents>")
    out.integer(len(components))
    for name in components:
        out.tokens("<ComponentName>", name)
        _write_component(out, name, acoustic)
    out.tokens("</Nnet3>", "<LeftContext>")
    out.integer(0)  # Kaldi computes both anew
    out.tokens("<RightContext>")
    out.integer(0)
    out.tokens("<Priors>")
    out.vector([])
    path.write_bytes(out.bytes())


def _write_transitions(out: Writer) -> None:
    """One state a sound: its first frame is one output, its further frames another."""
    numbers = range(1, len(PLACED) + 1)
    out.tokens("<TransitionModel>", "<Topology>")
    out.integers(numbers)
    out.integers([-1, *[0] * len(PLACED)])
    for value in (-1, 1, 2, 0, 1, 2):  # -1: the classes of first and further frames differ; 1 entry of 2 states
        out.integer(value)
    for state in (0, 1):
        out.integer(state)
        out.real(0.5)
    for value in (-1, -1, 0):
        out.integer(value)
    out.tokens("</Topology>", "<Tuples>")
    out.integer(len(PLACED))
    for number, (name, _) in zip(numbers, PLACED, strict=True):
        for value in (number, 0, 2 * sound_of(name), 2 * sound_of(name) + 1):
            out.integer(value)
    out.tokens("</Tuples>", "<LogProbs>")
    out.vector([0.0, *[math.log(0.5)] * (2 * len(PLACED))])
    out.tokens("</LogProbs>", "</TransitionModel>")


def _layout(acoustic: Acoustic) -> tuple[list[str], list[str]]:
    """The lines that join components into a net, and the components in the order of their use."""
    lines, order = ["input-node name=input dim=40"], []

    def node(name: str, source: str) -> str:
        lines.append(f"component-node name={name} component={name} input={source}")
        order.append(name)
        return name

    before = "Append(Offset(input, -1), input, Offset(input, 1))"
    for name in ("tdnn1.affine", "tdnn1.relu", "tdnn1.bn"):
        before = node(name, before)
    for layer in range(2, len(STEPS) + 2):
        came_in = before
        for part in ("linear", "affine", "relu", "bn"):
            before = node(f"tdnnf{layer}.{part}", before)
        before = node(f"tdnnf{layer}.noop", f"Sum(Scale({BYPASS}, {came_in}), {before})")
    for part in ("l", "a", "relu", "b1", "lin", "b2"):
        before = node(f"prefinal.{part}", before)
    node("output.affine", before)
    lines.append("output-node name=output input=output.affine objective=linear")
    return lines, order


def _write_component(out: Writer, name: str, acoustic: Acoustic) -> None:
    component = acoustic.components.get(name)
    if isinstance(component, Norm):
        _write_norm(out, component)
    elif isinstance(component, Affine) and component.offsets:
        _write_tdnn(out, component)
    elif isinstance(component, Affine):
        out.tokens("<FixedAffineComponent>", "<LinearParams>")
        out.matrix(component.weights)
        out.tokens("<BiasParams>")
        out.vector(component.bias)
        out.tokens("</FixedAffineComponent>")
    else:
        _write_without_weights(out, name, _width(name, acoustic))


def _width(name: str, acoustic: Acoustic) -> int:
    """The width of a component without weights: that of the norm of its layer."""
    layer = name.split(".")[0]
    return len(acoustic.norm(f"{layer}.b1" if layer == "prefinal" else f"{layer}.bn").mean)


def _write_norm(out: Writer, norm: Norm) -> None:
    out.tokens("<BatchNormComponent>")
    for name in ("<Dim>", "<BlockDim>"):
        out.tokens(name)
        out.integer(len(norm.mean))
    for name, value in (("<Epsilon>", VARIANCE_FLOOR), ("<TargetRms>", 1.0)):
        out.tokens(name)
        out.real(value)
    out.tokens("<TestMode>")
    out.truth(True)
    out.tokens("<Count>")
    out.double(1000.0)
    out.tokens("<StatsMean>")
    out.vector(norm.mean)
    out.tokens("<StatsVar>")
    out.vector(norm.variance)
    out.tokens("</BatchNormComponent>")


def _write_tdnn(out: Writer, affine: Affine) -> None:
    out.tokens("<TdnnComponent>", "<LearningRate>")
    out.real(0.001)
    out.tokens("<TimeOffsets>")
    out.integers(affine.offsets)
    out.tokens("<LinearParams>")
    out.matrix(affine.weights)
    out.tokens("<BiasParams>")
    out.vector(affine.bias)
    out.tokens("<OrthonormalConstraint>")
    out.real(0.0)
    out.tokens("<UseNaturalGradient>")
    out.truth(True)
    out.tokens("<NumSamplesHistory>")
    out.real(2000.0)
    out.tokens("<AlphaInOut>")
    out.real(4.0)
    out.real(4.0)
    out.tokens("<RankInOut>")
    out.integer(20)
    out.integer(80)
    out.tokens("</TdnnComponent>")


def _write_without_weights(out: Writer, name: str, width: int) -> None:
    if name.endswith(".noop"):
        out.tokens("<NoOpComponent>", "<Dim>")
        out.integer(width)
        out.tokens("<BackpropScale>")
        out.real(1.0)
        out.tokens("</NoOpComponent>")
        return
    out.tokens("<RectifiedLinearComponent>", "<Dim>")
    out.integer(width)
    for statistics in ("<ValueAvg>", "<DerivAvg>", "<Count>", "<OderivRms>", "<OderivCount>"):
        out.tokens(statistics)
        if statistics.endswith("Count>"):
            out.double(0.0)
        else:
            out.vector([])
    for count in ("<NumDimsSelfRepaired>", "<NumDimsProcessed>"):
        out.tokens(count)
        out.double(0.0)
    out.tokens("</RectifiedLinearComponent>")


def read_acoustic(path: Path) -> Acoustic:
    """The components with weights of a file that `write_acoustic` wrote. ValueError for any other."""
    file = Reader(path.read_bytes())
    file.expect("<TransitionModel>")
    file.skip_past(b"</TransitionModel> ")
    file.expect("<Nnet3>")
    file.skip_past(b"\n\n")
    file.expect("<NumComponents>")
    acoustic = Acoustic()
    for _ in range(file.integer()):
        file.expect("<ComponentName>")
        name = file.token()
        component = _read_component(file)
        if component is not None:
            acoustic.components[name] = component
    return acoustic


def _read_component(file: Reader) -> Affine | Norm | None:
    kind = file.token()
    end = f"</{kind[1:]} ".encode()
    if kind == "<FixedAffineComponent>":
        component: Affine | Norm | None = Affine(*_read_weights(file))
    elif kind == "<TdnnComponent>":
        file.skip_past(b"<TimeOffsets> ")
        offsets = tuple(int(offset) for offset in file.integers())
        component = Affine(*_read_weights(file), offsets)
    elif kind == "<BatchNormComponent>":
        file.skip_past(b"<StatsMean> ")
        mean = file.vector()
        file.expect("<StatsVar>")
        component = Norm(mean, file.vector())
    else:
        component = None
    file.skip_past(end)
    return component


def _read_weights(file: Reader) -> tuple[Array, Array]:
    file.expect("<LinearParams>")
    weights = file.matrix()
    file.expect("<BiasParams>")
    return weights, file.vector()
