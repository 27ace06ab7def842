#!/usr/bin/env python3
"""Print the seconds that PyTorch's fastest of some products takes, in the extents of a small net: one thread."""

import time

import torch

torch.set_num_threads(1)
left, right = torch.rand(64, 784), torch.rand(784, 512)


def measure():
    begin = time.perf_counter()
    for _ in range(20):
        left @ right
    return time.perf_counter() - begin


print(min(measure() for _ in range(9)))
