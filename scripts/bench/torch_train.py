#!/usr/bin/env python3
"""Train with PyTorch by the settings of a digitnet model, and print the accuracy on the test images.

In place of elastic distortions it turns, scales and slants: what fits on a page.
"""

import argparse
import json
import math

import torch

import idx
import torch_net

SIDE = 28
ROTATION, SCALE, SHEAR = 0.13, 0.1, 0.1


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, help="folder of plain IDX files")
    parser.add_argument("--settings", required=True, help="what digitnet info --json says of a model")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with open(options.settings, encoding="utf-8") as file:
        words = json.load(file)["metadata"]["arguments"].split()
    settings = dict(zip(words[::2], words[1::2]))
    usual = {"--loss": "cross_entropy", "--schedule": "one-cycle", "--weight-decay": "0", "--dropout": "0", "--average": "0"}
    for name, value in usual.items():
        if settings[name] != value:
            raise SystemExit(f"torch_train.py: {name} {settings[name]}: this page has no other than {value}")
    return options, settings


def one_cycle(place):
    """The factor of the learning rate at a place from 0 to 1."""
    if place < 0.25:
        return 0.04 + 0.96 * (0.5 - 0.5 * math.cos(4 * math.pi * place))
    return 0.5 + 0.5 * math.cos(math.pi * (place - 0.25) / 0.75)


def move(images, strength):
    """Turn, scale and slant each image by numbers of its own."""
    angle, wide, high, slant = (strength * bound * (2 * torch.rand(len(images)) - 1) for bound in (ROTATION, SCALE, SCALE, SHEAR))
    cosine, sine, zero = torch.cos(angle), torch.sin(angle), torch.zeros(len(images))
    motion = torch.stack([(cosine + slant * sine) / (1 + wide), (sine - slant * cosine) / (1 + wide), zero,
                          -sine / (1 + high), cosine / (1 + high), zero], 1).view(-1, 2, 3)
    square = images.view(-1, 1, SIDE, SIDE)
    grid = torch.nn.functional.affine_grid(motion, square.shape, align_corners=False)
    return torch.nn.functional.grid_sample(square, grid, align_corners=False).view(len(images), -1)


def main():
    options, settings = parse()
    torch.manual_seed(options.seed)
    images, labels = (torch.from_numpy(array) for array in idx.load(options.data))
    net = torch_net.make(images.shape[1], [int(width) for width in settings["--hidden"].split(",")])
    epochs, size, strength = int(settings["--epochs"]), int(settings["--batch-size"]), float(settings["--strength"])
    optimiser = torch.optim.SGD(net.parameters(), lr=float(settings["--lr"]), momentum=float(settings["--momentum"]),
                                nesterov=settings["--nesterov"] == "yes")
    steps = epochs * math.ceil(len(images) / size)
    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, lambda step: one_cycle(step / steps))
    augment = None if settings["--augment"] == "none" else lambda batch: move(batch, strength)
    for _ in range(epochs):
        torch_net.train_epoch(net, optimiser, images, labels.long(), size, augment, schedule)
    images, labels = (torch.from_numpy(array) for array in idx.load(options.data, part="t10k"))
    with torch.no_grad():
        right = (net(images).argmax(1) == labels.long()).double().mean()
    print(json.dumps({"test_accuracy": right.item()}, separators=(",", ":")))


main()
