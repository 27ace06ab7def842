#!/usr/bin/env python3
"""Train as digitnet does, with scikit-learn, and print the seconds of each epoch."""

import time

from sklearn.neural_network import MLPClassifier

import idx
import options

CLASSES = 10


def main():
    settings = options.parse(__doc__)
    images, labels = idx.load(settings.data, settings.limit)
    net = MLPClassifier(settings.hidden, solver="sgd", alpha=0, momentum=0, batch_size=settings.batch_size,
                        learning_rate_init=settings.lr, random_state=1)
    for _ in range(settings.epochs):
        begin = time.perf_counter()
        net.partial_fit(images, labels, classes=range(CLASSES))  # one epoch
        print(time.perf_counter() - begin)


main()
