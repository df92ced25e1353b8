"""A running average of weights: it hears better than any of the weights that it is made of."""

from __future__ import annotations

import torch
from torch import Tensor, nn


class RunningAverage:
    """Each step moves the average a little towards the net."""

    def __init__(self, net: nn.Module, share: float = 0.002) -> None:
        self._share = share
        self.weights: dict[str, Tensor] = {name: value.clone() for name, value in net.state_dict().items()}

    def add(self, net: nn.Module) -> None:
        with torch.no_grad():
            for name, value in net.state_dict().items():
                if value.is_floating_point():
                    self.weights[name].lerp_(value, self._share)
                else:
                    self.weights[name].copy_(value)
