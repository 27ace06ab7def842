#!/usr/bin/env python3
"""Train as digitnet does, with PyTorch at its fastest, and print the seconds of each epoch."""

import time

import torch

import idx
import options

CLASSES = 10


def make_net(inputs, hidden):
    layers = []
    for width in hidden:
        layers += [torch.nn.Linear(inputs, width), torch.nn.ReLU()]
        inputs = width
    return torch.nn.Sequential(*layers, torch.nn.Linear(inputs, CLASSES))


def train_epoch(net, optimiser, loss_of, images, labels, batch_size):
    """All in memory and batches cut by index: a DataLoader takes longer than this net."""
    order = torch.randperm(len(images))
    for begin in range(0, len(images), batch_size):
        batch = order[begin:begin + batch_size]
        loss = loss_of(net(images[batch]), labels[batch])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()


def main():
    settings = options.parse(__doc__)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(1)
    images, labels = (torch.from_numpy(array) for array in idx.load(settings.data, settings.limit))
    labels = labels.long()
    net = make_net(images.shape[1], settings.hidden)
    optimiser = torch.optim.SGD(net.parameters(), lr=settings.lr)
    loss_of = torch.nn.CrossEntropyLoss()
    for _ in range(settings.epochs):
        begin = time.perf_counter()
        train_epoch(net, optimiser, loss_of, images, labels, settings.batch_size)
        print(time.perf_counter() - begin)


main()
