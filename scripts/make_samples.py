#!/usr/bin/env python3
"""Draw data/samples/: digits in different manners, for predict to read.

    scripts/make_samples.py [--check] [--output FOLDER]

Each digit is a few strokes, smooth curves through hand-picked points, drawn with a round pen. --check writes
nothing: it compares and exits 1 where a file differs. The standard library alone; integers alone, so that every
machine draws the same bytes.
"""

import argparse
import math
import os
import sys

SUBPIXELS = 4                # the picture is drawn this many times finer, then averaged
STEPS = 64                   # points between two hand-picked ones

# Strokes on a field 80 wide and 100 high, y downwards; a pen goes smoothly through the points of a stroke.
FIELD = (80, 100)
STROKES = {
    0: [[(54, 6), (32, 10), (14, 38), (16, 74), (34, 95), (56, 88), (70, 60), (69, 28), (58, 9), (48, 6)]],
    1: [[(44, 3), (41, 50), (38, 97)]],
    2: [[(14, 26), (24, 8), (44, 3), (62, 14), (61, 35), (45, 60), (26, 80), (10, 95)],
        [(10, 95), (32, 92), (54, 94), (74, 92)]],
    3: [[(16, 14), (34, 4), (54, 7), (60, 22), (50, 38), (32, 46)],
        [(32, 46), (54, 50), (66, 67), (58, 87), (38, 97), (14, 90)]],
    4: [[(28, 5), (20, 32), (10, 57)], [(10, 57), (40, 58), (74, 54)], [(58, 8), (54, 50), (51, 97)]],
    5: [[(64, 6), (44, 7), (25, 7)], [(25, 7), (21, 25), (18, 43)],
        [(18, 43), (40, 39), (60, 49), (65, 69), (54, 89), (32, 97), (12, 90)]],
    6: [[(56, 4), (36, 20), (21, 48), (17, 74), (28, 94), (48, 95), (62, 79), (57, 61), (40, 55), (23, 66), (18, 76)]],
    7: [[(12, 10), (40, 9), (70, 8)], [(70, 8), (53, 38), (41, 68), (34, 97)]],
    8: [[(60, 16), (44, 4), (26, 10), (24, 28), (42, 46), (60, 64), (62, 84), (44, 97), (24, 90), (20, 72), (36, 52),
         (56, 34), (60, 16)]],
    9: [[(62, 20), (48, 5), (28, 9), (18, 27), (26, 45), (44, 46), (58, 34), (62, 20)],
        [(62, 20), (62, 50), (58, 80), (44, 96), (26, 92)]],
}


def curve(points):
    """Catmull-Rom's curve through the points, in 1 / (2 STEPS^3) of the field's units."""
    padded = [points[0]] + points + [points[-1]]
    n = STEPS
    for before, start, end, after in zip(padded, padded[1:], padded[2:], padded[3:]):
        for t in range(n + 1):
            weights = (-t ** 3 + 2 * n * t ** 2 - n * n * t, 3 * t ** 3 - 5 * n * t ** 2 + 2 * n ** 3,
                       -3 * t ** 3 + 4 * n * t ** 2 + n * n * t, t ** 3 - n * t ** 2)
            yield tuple(sum(weight * point[axis] for weight, point in zip(weights, (before, start, end, after)))
                        for axis in (0, 1))


def stamp(canvas, x, y, radius):
    """A disk of ink on the fine canvas."""
    for dy in range(-radius, radius + 1):
        if 0 <= y + dy < len(canvas):
            half = math.isqrt(radius * radius - dy * dy)
            left, right = max(0, x - half), min(len(canvas[0]), x + half + 1)
            if left < right:
                canvas[y + dy][left:right] = b"\1" * (right - left)


def draw(digit, size, box, pen, slant=0):
    """Coverage by ink, 0..255, of each pixel of a picture of size (width, height).

    box is (left, top, height) of the field in pixels; pen its diameter in 1/10 pixels; slant in 1/100 of the height.
    """
    width, height = size
    left, top, tall = box
    canvas = [bytearray(width * SUBPIXELS) for _ in range(height * SUBPIXELS)]
    unit = 2 * STEPS ** 3
    radius = pen * SUBPIXELS // 20
    for stroke in STROKES[digit]:
        for x, y in curve(stroke):
            x += (FIELD[1] * unit // 2 - y) * slant // 100
            stamp(canvas, left * SUBPIXELS + x * tall * SUBPIXELS // (unit * FIELD[1]),
                  top * SUBPIXELS + y * tall * SUBPIXELS // (unit * FIELD[1]), radius)
    picture = []
    for row in range(0, len(canvas), SUBPIXELS):
        sums = [sum(line[x] for line in canvas[row:row + SUBPIXELS]) for x in range(width * SUBPIXELS)]
        picture.append([sum(sums[x:x + SUBPIXELS]) * 255 // SUBPIXELS ** 2
                        for x in range(0, len(sums), SUBPIXELS)])
    return picture


def grain(x, y):
    """Paper's grain: 0..15, without a visible pattern."""
    value = (x * 374761393 + y * 668265263 + 20) & 0xffffffff
    value = ((value ^ (value >> 13)) * 1274126177) & 0xffffffff
    return (value ^ (value >> 16)) & 15


def blend(paper, ink, coverage):
    return (paper * (255 - coverage) + ink * coverage + 127) // 255


def raw(magic, picture, maxval, sample):
    header = b"%s\n%d %d\n" % (magic, len(picture[0]), len(picture)) + (b"%d\n" % maxval if maxval else b"")
    return header + b"".join(sample(x, y, coverage)
                             for y, row in enumerate(picture) for x, coverage in enumerate(row))


def pgm(picture, paper=255, ink=0):
    return raw(b"P5", picture, 255, lambda x, y, c: bytes([blend(paper, ink, c)]))


def pgm_on_grey_paper(picture):
    """A pencil on paper that has a grain and gets darker to one corner."""
    return raw(b"P5", picture, 255, lambda x, y, c: bytes([blend(178 - (x + y) // 8 + grain(x, y), 52, c)]))


def pgm_16_bit(picture):
    return raw(b"P5", picture, 65535, lambda x, y, c: blend(65535, 4000, c).to_bytes(2, "big"))


def pgm_plain(picture, maxval=15):
    lines = ["P2 # a plain grey map: numbers as text", "# dark ink on white paper",
             "%d %d # width and height" % (len(picture[0]), len(picture)), "%d" % maxval]
    for row in picture:
        numbers = ["%d" % blend(maxval, 0, coverage) for coverage in row]
        lines += [" ".join(numbers[start:start + 23]) for start in range(0, len(numbers), 23)]
    return "\n".join(lines).encode() + b"\n"


def ppm(picture, paper=(250, 243, 214), ink=(28, 52, 140)):
    return raw(b"P6", picture, 255, lambda x, y, c: bytes(blend(a, b, c) for a, b in zip(paper, ink)))


def pbm(picture):
    """Black where ink covers half of the pixel or more."""
    rows = []
    for row in picture:
        bits = [1 if coverage > 127 else 0 for coverage in row] + [0] * (-len(row) % 8)
        rows += [sum(bit << (7 - place) for place, bit in enumerate(bits[start:start + 8]))
                 for start in range(0, len(bits), 8)]
    return b"P4\n%d %d\n" % (len(picture[0]), len(picture)) + bytes(rows)


def samples():
    """Name and bytes of each file."""
    return {
        "0-thick.pgm": pgm(draw(0, (100, 120), (14, 15, 90), 150), ink=20),
        "1-slanted.pgm": pgm(draw(1, (100, 120), (18, 16, 88), 70, slant=30), ink=35),
        "2-grey-paper.pgm": pgm_on_grey_paper(draw(2, (110, 120), (18, 16, 88), 75, slant=10)),
        "3-16bit.pgm": pgm_16_bit(draw(3, (90, 110), (14, 12, 84), 80, slant=8)),
        "4-big.pgm": pgm(draw(4, (300, 340), (42, 40, 260), 220, slant=8), ink=10),
        "4-bitmap.pbm": pbm(draw(4, (96, 120), (12, 15, 90), 90)),
        "5-bright.pgm": pgm(draw(5, (64, 64), (11, 8, 48), 50, slant=12), paper=0, ink=255),
        "6-off-centre.pgm": pgm(draw(6, (160, 140), (96, 68, 60), 55, slant=5), ink=40),
        "7-thin.pgm": pgm(draw(7, (100, 120), (14, 15, 90), 32, slant=5), ink=60),
        "8-plain.pgm": pgm_plain(draw(8, (46, 56), (7, 6, 44), 42, slant=10)),
        "9-blue.ppm": ppm(draw(9, (90, 110), (12, 12, 86), 75, slant=8)),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with what is there, write nothing")
    parser.add_argument("--output", metavar="FOLDER", help="default: data/samples of this project")
    arguments = parser.parse_args()
    folder = arguments.output or os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "samples")
    failed = False
    for name, data in samples().items():
        path = os.path.join(folder, name)
        if not arguments.check:
            with open(path, "wb") as file:
                file.write(data)
            continue
        with open(path, "rb") as file:
            if file.read() != data:
                failed = True
                print("make_samples.py: %s differs from what this script draws" % name, file=sys.stderr)
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
