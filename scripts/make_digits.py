#!/usr/bin/env python3
"""Make data/digits/ from the UCI handwritten digits, in the form of MNIST.

    scripts/make_digits.py [--check] [--output FOLDER] [DIGITS_CSV_GZ]

Reads digits.csv.gz (1,797 rows of 64 values 0 to 16 and a label), which python3-sklearn carries, and writes the
four IDX files. --check writes nothing: it compares and exits 1 where a file differs.

The standard library alone; integers alone from the first byte to the last, and every random choice comes from
SHA-256, so that every machine makes the same bytes. data/digits/README.md says what is changed and why.
"""

import argparse
import gzip
import hashlib
import os
import struct
import sys

# The source.
CELLS = 8                    # a source picture is 8 x 8 cells
FULL = 16                    # a cell counts the ink of 4 x 4 pixels
SOURCE_SHA256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"  # of the unpacked text

# The target: MNIST's form.
CLASSES = 10
EXTENT = 28
BOX = 20
IMAGES_MAGIC = 0x00000803
LABELS_MAGIC = 0x00000801

# How a picture is enlarged.
GRID = 6                     # grid points along a cell's height
MARGIN = 2                   # empty cells around the source
PHASES = 64                  # positions between two cells at which the cubic is known
STRETCH = (5, 4)             # the width that the source's own preparation took away
SLANTS = (-16, 38)           # in 1/64 cells of width along a cell of height; drawn evenly
THRESHOLDS = (90, 130)      # ink below this is paper, in 1/256; drawn evenly: thick and thin pens
GAIN = (5, 2)                # contrast above the threshold

SEED = 20
TEST_SHARE = (1, 5)


def draw(purpose, index, low, high):
    """A number from low to high, both included, that depends on the arguments and SEED alone."""
    digest = hashlib.sha256(b"%d %s %d" % (SEED, purpose, index)).digest()
    return low + int.from_bytes(digest[:8], "big") % (high - low + 1)


def cubic_weights():
    """Catmull-Rom's four weights at each phase, in units of 1 / (2 PHASES^3)."""
    n = PHASES
    return [(-t ** 3 + 2 * n * t ** 2 - n * n * t,
             3 * t ** 3 - 5 * n * t ** 2 + 2 * n ** 3,
             -3 * t ** 3 + 4 * n * t ** 2 + n * n * t,
             t ** 3 - n * t ** 2) for t in range(n)]


WEIGHTS = cubic_weights()
UNIT = 2 * PHASES ** 3


def interpolate(line, position):
    """The cubic through a line of cells at a position in 1/PHASES cells; zero outside the line."""
    cell, phase = divmod(position, PHASES)
    if cell < -2 or cell > len(line):
        return 0
    total = 0
    for tap, weight in enumerate(WEIGHTS[phase], cell - 1):
        if 0 <= tap < len(line):
            total += weight * line[tap]
    return total


def enlarge(cells, slant, threshold):
    """A fine grid of ink 0..255, smooth between the cells, slanted and stretched."""
    columns = [[cells[row * CELLS + column] for row in range(CELLS)] for column in range(CELLS)]
    across, down = STRETCH
    grid = []
    for j in range(-MARGIN * GRID, (CELLS + MARGIN) * GRID):
        y = (2 * j + 1) * PHASES // (2 * GRID) - PHASES // 2
        line = [interpolate(column, y) // PHASES for column in columns]
        lean = (y - (CELLS - 1) * PHASES // 2) * slant // PHASES
        row = []
        for i in range(-MARGIN * GRID, (CELLS * across // down + 2 * MARGIN) * GRID):
            x = (2 * i + 1) * PHASES * down // (2 * GRID * across) - PHASES // 2 + lean
            ink = interpolate(line, x) * PHASES * 256 // (FULL * UNIT * UNIT)
            row.append(max(0, min(255, (ink - threshold) * GAIN[0] // GAIN[1])))
        grid.append(row)
    return grid


def ink_box(grid):
    """The part of the grid that holds ink."""
    rows = [j for j, row in enumerate(grid) if any(row)]
    columns = [i for i in range(len(grid[0])) if any(row[i] for row in grid)]
    return [row[columns[0]:columns[-1] + 1] for row in grid[rows[0]:rows[-1] + 1]]


def average_rows(rows, count):
    """Shrink or enlarge to count rows by area: each new row is the sum of what it covers, times count."""
    height = len(rows)
    result = []
    for new in range(count):
        first, last = new * height // count, ((new + 1) * height - 1) // count
        total = [0] * len(rows[0])
        for old in range(first, last + 1):
            overlap = min((old + 1) * count, (new + 1) * height) - max(old * count, new * height)
            total = [sum_ + overlap * ink for sum_, ink in zip(total, rows[old])]
        result.append(total)
    return result


def fit(grid):
    """Scale to the box, keeping the aspect ratio."""
    height, width = len(grid), len(grid[0])
    longest = max(height, width)
    new_height = max(1, (2 * BOX * height + longest) // (2 * longest))
    new_width = max(1, (2 * BOX * width + longest) // (2 * longest))
    columns = list(zip(*average_rows(grid, new_height)))
    rows = zip(*average_rows(columns, new_width))
    area = height * width
    return [[(2 * ink + area) // (2 * area) for ink in row] for row in rows]


def offset(sums):
    """Where a line of ink begins in EXTENT so that its centre of mass is in the middle and nothing is cut."""
    mass = sum(sums)
    moment = sum((2 * place + 1) * ink for place, ink in enumerate(sums))
    start = (EXTENT * mass - moment + mass) // (2 * mass)
    return max(0, min(EXTENT - len(sums), start))


def place(picture):
    """MNIST's bytes: the picture in EXTENT x EXTENT with its centre of mass in the middle."""
    top = offset([sum(row) for row in picture])
    left = offset([sum(column) for column in zip(*picture)])
    image = bytearray(EXTENT * EXTENT)
    for j, row in enumerate(picture):
        start = (top + j) * EXTENT + left
        image[start:start + len(row)] = bytes(row)
    return bytes(image)


def resample(cells, index):
    slant = draw(b"slant", index, *SLANTS)
    threshold = draw(b"threshold", index, *THRESHOLDS)
    return place(fit(ink_box(enlarge(cells, slant, threshold))))


def split(labels):
    """The indices of the test set: a share of each class."""
    test = set()
    for label in range(CLASSES):
        members = [index for index, other in enumerate(labels) if other == label]
        members.sort(key=lambda index: draw(b"split", index, 0, 2 ** 64 - 1))
        share, whole = TEST_SHARE
        test.update(members[:(2 * share * len(members) + whole) // (2 * whole)])
    return test


def find_source():
    for folder in sys.path + ["/usr/lib/python3/dist-packages"]:
        path = os.path.join(folder, "sklearn", "datasets", "data", "digits.csv.gz")
        if os.path.exists(path):
            return path
    sys.exit("make_digits.py: digits.csv.gz is not here: install python3-sklearn, or give its path")


def read_source(path):
    with gzip.open(path, "rb") as file:
        text = file.read()
    found = hashlib.sha256(text).hexdigest()
    if found != SOURCE_SHA256:
        sys.exit("make_digits.py: %s: SHA-256 of the contents is %s, expected %s" % (path, found, SOURCE_SHA256))
    rows = [[int(float(field)) for field in line.split(b",")] for line in text.split()]
    return [row[:-1] for row in rows], [row[-1] for row in rows]


def idx_files(images, labels):
    """Name and bytes of each of the four files."""
    test = split(labels)
    files = {}
    for name, wanted in (("train", False), ("t10k", True)):
        chosen = [index for index in range(len(labels)) if (index in test) == wanted]
        files[name + "-images-idx3-ubyte"] = struct.pack(">4I", IMAGES_MAGIC, len(chosen), EXTENT, EXTENT) + \
            b"".join(resample(images[index], index) for index in chosen)
        files[name + "-labels-idx1-ubyte"] = struct.pack(">2I", LABELS_MAGIC, len(chosen)) + \
            bytes(labels[index] for index in chosen)
    return files


def same(path, data):
    if not os.path.exists(path):
        return False
    with open(path, "rb") as file:
        return file.read() == data


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with what is there, write nothing")
    parser.add_argument("--output", metavar="FOLDER", help="default: data/digits of this project")
    parser.add_argument("source", nargs="?", metavar="DIGITS_CSV_GZ", help="default: the one of python3-sklearn")
    arguments = parser.parse_args()
    folder = arguments.output or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "digits")
    images, labels = read_source(arguments.source or find_source())
    failed = False
    for name, data in idx_files(images, labels).items():
        path = os.path.join(folder, name)
        if not arguments.check:
            with open(path, "wb") as file:
                file.write(data)
        elif not same(path, data):
            failed = True
            print("make_digits.py: %s differs from what this script makes" % name, file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
