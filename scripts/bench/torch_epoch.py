#!/usr/bin/env python3
"""Train as digitnet does, with PyTorch at its fastest, and print the seconds of each epoch."""

import time

import torch

import idx
import options
import torch_net


def main():
    settings = options.parse(__doc__)
    torch.set_num_threads(settings.threads)
    torch.manual_seed(1)
    images, labels = (torch.from_numpy(array) for array in idx.load(settings.data, settings.limit))
    net = torch_net.make(images.shape[1], settings.hidden)
    optimiser = torch.optim.SGD(net.parameters(), lr=settings.lr)
    for _ in range(settings.epochs):
        begin = time.perf_counter()
        torch_net.train_epoch(net, optimiser, images, labels.long(), settings.batch_size)
        print(time.perf_counter() - begin)


main()
