"""The images of a folder of plain IDX files, as the peers want them: float32, one row an image, 0 to 1."""

import os

import numpy

HEADER_OF_IMAGES, HEADER_OF_LABELS = 16, 8


def read(folder, name, header):
    return numpy.fromfile(os.path.join(folder, name), dtype=numpy.uint8)[header:]


def load(folder, limit=None, part="train"):
    labels = read(folder, part + "-labels-idx1-ubyte", HEADER_OF_LABELS)
    pixels = read(folder, part + "-images-idx3-ubyte", HEADER_OF_IMAGES)
    images = pixels.reshape(len(labels), -1).astype(numpy.float32) / 255
    return images[:limit], labels[:limit]
