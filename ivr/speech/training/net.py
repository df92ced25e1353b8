"""The net in PyTorch: the same one that `acoustic` writes."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from ivr.speech.training.acoustic import BYPASS, STEPS, VARIANCE_FLOOR, Acoustic, Affine, Norm
from ivr.speech.training.features import CEPSTRA
from ivr.speech.training.phones import OUTPUTS

WIDTH, BOTTLENECK = 768, 64
CONTEXT = 1 + sum(STEPS)
"""Frames that the net sees on either side."""
EVERY = 3
"""One row of outputs every so many frames."""


class _Norm(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.batch = nn.BatchNorm1d(width, eps=VARIANCE_FLOOR, affine=False, momentum=0.02)

    def forward(self, x: Tensor) -> Tensor:
        return self.batch(x)


class _Factored(nn.Module):
    """A wide layer through a narrow waist, over two frames that lie `step` apart."""

    def __init__(self, step: int, dropout: float) -> None:
        super().__init__()
        ends = 2 if step else 1
        self.step, self.dropout = step, dropout
        self.linear = nn.Conv1d(WIDTH, BOTTLENECK, ends, bias=False)
        self.affine = nn.Conv1d(BOTTLENECK, WIDTH, ends)
        self.norm = _Norm(WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        y = self.norm(functional.relu(self.affine(self.linear(x))))
        y = functional.dropout(y, self.dropout, self.training)
        return y + BYPASS * (x[:, :, 1:-1] if self.step else x)


class Net(nn.Module):
    """Cepstra (batch, frames, 40) to outputs (batch, frames / 3, 92)."""

    def __init__(self, dropout: float = 0.0) -> None:
        super().__init__()
        self.first, self.first_norm = nn.Conv1d(CEPSTRA, WIDTH, 3), _Norm(WIDTH)
        self.layers = nn.ModuleList(_Factored(step, dropout) for step in STEPS)
        self.waist_in, self.wide = nn.Conv1d(WIDTH, BOTTLENECK, 1, bias=False), nn.Conv1d(BOTTLENECK, WIDTH, 1)
        self.wide_norm, self.waist_norm = _Norm(WIDTH), _Norm(BOTTLENECK)
        self.waist_out = nn.Conv1d(WIDTH, BOTTLENECK, 1, bias=False)
        self.out = nn.Conv1d(BOTTLENECK, OUTPUTS, 1)

    def forward(self, cepstra: Tensor, rows: int) -> Tensor:
        x = self.first_norm(functional.relu(self.first(cepstra.transpose(1, 2))))
        thinned = False
        for layer in self.layers:
            if not thinned and layer.step != 1:  # from here on only every third frame is needed
                x, thinned = x[:, :, ::EVERY], True
            x = layer(x)
        x = self.wide_norm(functional.relu(self.wide(self.waist_in(x))))
        x = self.out(self.waist_norm(self.waist_out(x)))
        return x[:, :, :rows].transpose(1, 2)


def _parts(net: Net) -> dict[str, nn.Module]:
    """The parts with weights by their names in the file."""
    parts: dict[str, nn.Module] = {"tdnn1.affine": net.first, "tdnn1.bn": net.first_norm}
    for number, layer in enumerate(net.layers, 2):
        named = (("linear", layer.linear), ("affine", layer.affine), ("bn", layer.norm))
        parts.update({f"tdnnf{number}.{name}": part for name, part in named})
    last = {"l": net.waist_in, "a": net.wide, "b1": net.wide_norm, "lin": net.waist_out, "b2": net.waist_norm}
    parts.update({f"prefinal.{name}": part for name, part in last.items()})
    return {**parts, "output.affine": net.out}


def to_acoustic(net: Net) -> Acoustic:
    """The weights of a net, as they are written."""
    acoustic = Acoustic()
    for name, part in _parts(net).items():
        if isinstance(part, _Norm):
            mean, variance = part.batch.running_mean, part.batch.running_var
            acoustic.components[name] = Norm(mean.numpy().copy(), variance.numpy().copy())
        else:
            acoustic.components[name] = _to_affine(name, part)
    return acoustic


def _to_affine(name: str, part: nn.Conv1d) -> Affine:
    weights = part.weight.detach().numpy()
    flat = np.concatenate([weights[:, :, i] for i in range(weights.shape[2])], axis=1)
    bias = part.bias.detach().numpy().copy() if part.bias is not None else np.zeros(0, np.float32)
    if not name.startswith("tdnnf"):
        return Affine(flat, bias if len(bias) else np.zeros(len(flat), np.float32))
    step = STEPS[int(name.split(".")[0][5:]) - 2]
    ends = (-step, 0) if name.endswith("linear") else (0, step)
    return Affine(flat, bias, ends if step else (0,))


def from_acoustic(acoustic: Acoustic, dropout: float = 0.0) -> Net:
    """A net to go on training."""
    net = Net(dropout)
    with torch.no_grad():
        for name, part in _parts(net).items():
            found = acoustic.components[name]
            if isinstance(found, Norm):
                part.batch.running_mean.copy_(torch.from_numpy(found.mean))
                part.batch.running_var.copy_(torch.from_numpy(found.variance))
            else:
                ends = np.split(found.weights, part.weight.shape[2], axis=1)
                part.weight.copy_(torch.from_numpy(np.stack(ends, axis=2)))
                if part.bias is not None:
                    part.bias.copy_(torch.from_numpy(found.bias))
    return net
