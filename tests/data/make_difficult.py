#!/usr/bin/env python3
"""Make difficult pictures of MNIST's test digits, to see how well predict prepares them.

    make_difficult.py [--count N] [--seed N] MNIST_FOLDER OUTPUT_FOLDER

Writes OUTPUT_FOLDER/LABEL-NUMBER-KIND.pgm: N pictures of each kind (30 unless told otherwise), as many of each digit
as can be; NUMBER is the digit's place in the test set. The same seed makes the same files. The standard library alone.
"""

import argparse
import gzip
import math
import os
import random
import struct
import sys

SIDE = 28
CLASSES = 10
WHITE = 255
IMAGES_MAGIC, LABELS_MAGIC = 2051, 2049


def read_idx(folder, name, magic, rank):
    """The extents and the bytes of an IDX file, plain or gzip."""
    path = os.path.join(folder, name)
    opened = open(path, "rb") if os.path.exists(path) else gzip.open(path + ".gz", "rb")
    with opened as file:
        data = file.read()
    found, *extents = struct.unpack_from(">%dI" % (1 + rank), data)
    if found != magic:
        sys.exit("%s: magic number %d, %d expected" % (path, found, magic))
    return extents, data[4 + 4 * rank:]


def draw(digit, height, width, place):
    """A picture as rows of ink from 0 to 1; place(x, y) is where in the digit a point of the picture lies."""
    def ink(x, y):
        if 0 <= x < SIDE and 0 <= y < SIDE:
            return digit[y * SIDE + x] / WHITE
        return 0.0

    def between(x, y):
        x, y = x - 0.5, y - 0.5
        left, top = math.floor(x), math.floor(y)
        right, low = x - left, y - top
        return ((ink(left, top) * (1 - right) + ink(left + 1, top) * right) * (1 - low)
                + (ink(left, top + 1) * (1 - right) + ink(left + 1, top + 1) * right) * low)

    return [[between(*place(x + 0.5, y + 0.5)) for x in range(width)] for y in range(height)]


def enlarge(digit, factor):
    return draw(digit, SIDE * factor, SIDE * factor, lambda x, y: (x / factor, y / factor))


def spread(picture, radius, choose):
    """Each pixel becomes the largest (max) or smallest (min) of those in a disk around it."""
    height, width = len(picture), len(picture[0])
    disk = [(dy, dx) for dy in range(-radius, radius + 1) for dx in range(-radius, radius + 1)
            if dx * dx + dy * dy <= radius * radius]
    return [[choose(picture[min(max(y + dy, 0), height - 1)][min(max(x + dx, 0), width - 1)] for dy, dx in disk)
             for x in range(width)] for y in range(height)]


def shade(picture, paper, pen):
    """From ink to shades."""
    return [[paper + (pen - paper) * ink for ink in row] for row in picture]


def light(picture, fall_x, fall_y):
    """Shades under a light that falls towards one side."""
    height, width = len(picture), len(picture[0])
    return [[value * (1 - fall_x * x / width - fall_y * y / height) for x, value in enumerate(row)]
            for y, row in enumerate(picture)]


def noise(picture, deviation, rng):
    return [[value + rng.gauss(0, deviation) for value in row] for row in picture]


# Each kind makes the shades of a picture, 0 black to 1 white, from a digit's bytes.

def inverted(digit, _):
    return shade(enlarge(digit, 1), 1, 0)


def large(digit, _):
    return enlarge(digit, 10)


def thick(digit, _):
    return shade(spread(enlarge(digit, 4), 3, max), 0.9, 0.1)


def thin(digit, _):
    return shade(spread(enlarge(digit, 4), 2, min), 0.95, 0.1)


def noisy(digit, rng):
    return noise(shade(enlarge(digit, 4), 0.8, 0.25), 0.07, rng)


def uneven_light(digit, rng):
    return light(shade(enlarge(digit, 4), 0.95, 0.3), rng.uniform(0.2, 0.5), rng.uniform(0, 0.3))


def off_centre(digit, rng):
    factor = rng.choice((2, 3))
    left, top = (rng.uniform(0, SIDE * factor * 1.5) for _ in range(2))
    side = round(SIDE * factor * 2.5)
    return shade(draw(digit, side, side, lambda x, y: ((x - left) / factor, (y - top) / factor)), 0.9, 0.2)


def rotated(digit, rng):
    angle = math.radians(rng.uniform(-15, 15))
    cosine, sine, half = math.cos(angle), math.sin(angle), SIDE / 2

    def place(x, y):
        x, y = x / 4 - half, y / 4 - half
        return half + cosine * x - sine * y, half + sine * x + cosine * y
    return draw(digit, 4 * SIDE, 4 * SIDE, place)


def oblong(digit, rng):
    factor, beyond = rng.choice((2, 3, 5)), rng.uniform(1.4, 2.5)
    height, width = SIDE * factor, round(SIDE * factor * beyond)
    if rng.random() < 0.5:
        height, width = width, height
    left, top = (rng.uniform(0, extent - SIDE * factor) for extent in (width, height))
    return shade(draw(digit, height, width, lambda x, y: ((x - left) / factor, (y - top) / factor)), 1, 0)


def faint(digit, _):
    return shade(enlarge(digit, 3), 0.62, 0.5)


def deep(digit, _):
    return shade(enlarge(digit, 2), 0.05, 0.8)


def text(digit, _):
    return shade(enlarge(digit, 2), 1, 0.15)


def tight(digit, rng):
    """Cut at the ink's box."""
    rows = [y for y in range(SIDE) if any(digit[y * SIDE:(y + 1) * SIDE])]
    columns = [x for x in range(SIDE) if any(digit[x::SIDE])]
    picture = draw(digit, 4 * (rows[-1] + 1 - rows[0]), 4 * (columns[-1] + 1 - columns[0]),
                   lambda x, y: (columns[0] + x / 4, rows[0] + y / 4))
    return shade(picture, *((0.95, 0.1) if rng.random() < 0.5 else (0.05, 0.9)))


def framed(digit, rng):
    """In a box drawn with the same pen, which the digit does not touch."""
    side = 4 * SIDE + 40
    picture = draw(digit, side, side, lambda x, y: ((x - 20) / 4, (y - 20) / 4))
    thickness, inset = rng.randint(1, 6), rng.randint(0, 8)
    last = side - 1 - inset
    for a in range(inset, last + 1):
        for b in [inset + i for i in range(thickness)] + [last - i for i in range(thickness)]:
            picture[a][b] = picture[b][a] = 1.0
    return shade(picture, 0.95, 0.15)


def ruled(digit, rng):
    """On paper with fainter lines."""
    picture, distance = shade(enlarge(digit, 4), 0.95, 0.15), rng.randint(16, 40)
    for y in range(rng.randrange(distance), 4 * SIDE, distance):
        picture[y] = [min(value, 0.75) for value in picture[y]]
    return picture


def photo(digit, rng):
    """Somewhere on a grey page, with noise, a light from one side and darker corners."""
    factor, height, width = rng.uniform(2.5, 4), 150, 200
    left, top = rng.uniform(0, width - SIDE * factor), rng.uniform(0, height - SIDE * factor)
    page = shade(draw(digit, height, width, lambda x, y: ((x - left) / factor, (y - top) / factor)), 0.85, 0.3)
    page = light(page, rng.uniform(-0.3, 0.3), rng.uniform(-0.2, 0.2))
    dark = rng.uniform(0, 0.3)
    page = [[value * (1 - dark * ((x / width - 0.5) ** 2 + (y / height - 0.5) ** 2) * 2) for x, value in enumerate(row)]
            for y, row in enumerate(page)]
    return noise(page, 0.03, rng)


KINDS = (inverted, large, thick, thin, noisy, uneven_light, off_centre, rotated, oblong, faint, deep, text, tight,
         framed, ruled, photo)


def encode(picture, kind):
    """A PGM file: P5 of one byte a pixel, of two for deep, P2 with comments for text."""
    height, width = len(picture), len(picture[0])
    most = 40000 if kind is deep else WHITE
    values = [round(min(max(value, 0), 1) * most) for row in picture for value in row]
    if kind is text:
        rows = (" ".join(map(str, values[y * width:(y + 1) * width])) for y in range(height))
        return ("P2 # text\n# a comment of its own\n%d # width\n%d\n#\n%d\n" % (width, height, most)
                + "\n".join(rows) + "\n").encode()
    pixels = struct.pack(">%dH" % len(values), *values) if kind is deep else bytes(values)
    return b"P5\n%d %d\n%d\n" % (width, height, most) + pixels


def make(images, labels, count, seed, folder):
    for kind in KINDS:
        rng = random.Random("%d %s" % (seed, kind.__name__))
        order = list(range(len(labels)))
        rng.shuffle(order)
        chosen = [[i for i in order if labels[i] == label] for label in range(CLASSES)]
        for i in range(count):
            label = i % CLASSES
            number = chosen[label][i // CLASSES]
            digit = images[number * SIDE * SIDE:(number + 1) * SIDE * SIDE]
            name = "%d-%05d-%s.pgm" % (label, number, kind.__name__.replace("_", "-"))
            with open(os.path.join(folder, name), "wb") as file:
                file.write(encode(kind(digit, rng), kind))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--count", type=int, default=30, help="pictures of each kind [30]")
    parser.add_argument("--seed", type=int, default=1, help="what is drawn [1]")
    parser.add_argument("mnist", help="folder of MNIST's files")
    parser.add_argument("output", help="folder to write to")
    options = parser.parse_args()
    _, labels = read_idx(options.mnist, "t10k-labels-idx1-ubyte", LABELS_MAGIC, 1)
    _, images = read_idx(options.mnist, "t10k-images-idx3-ubyte", IMAGES_MAGIC, 3)
    os.makedirs(options.output, exist_ok=True)
    make(images, labels, options.count, options.seed, options.output)


if __name__ == "__main__":
    main()
