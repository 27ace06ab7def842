"""Compare digitnet's PNG reader with pngtopnm: png_suite.py PICTURE_TO_PNM FOLDER

Makes the cases of the public PngSuite (http://www.schaik.com/pngsuite/, named as there) with zlib and struct alone: each colour
type and depth, interlaced and not, odd sizes, filters, transparency, palettes, ancillary chunks, chunk orders, levels of
compression; and the corrupt files, which both must refuse. Exit code: 0, or 1 where a picture differs.
"""
import math
import random
import struct
import subprocess
import sys
import zlib

GREY, RGB, INDEXED, GREY_ALPHA, RGB_ALPHA = 0, 2, 3, 4, 6
SAMPLES = {GREY: 1, RGB: 3, INDEXED: 1, GREY_ALPHA: 2, RGB_ALPHA: 4}
DEPTHS = {GREY: (1, 2, 4, 8, 16), RGB: (8, 16), INDEXED: (1, 2, 4, 8), GREY_ALPHA: (8, 16), RGB_ALPHA: (8, 16)}
WHOLE = ((0, 0, 1, 1),)
ADAM7 = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
SIGNATURE = b"\x89PNG\r\n\x1a\n"


def chunk(name, data=b"", crc=None):
    crc = zlib.crc32(name + data) if crc is None else crc
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", crc)


def header(width, height, depth, kind, interlaced=0):
    return chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, kind, 0, 0, interlaced))


def paeth(left, above, corner):
    guess = left + above - corner
    return min((left, above, corner), key=lambda value: abs(guess - value))


def filtered(number, row, above, step):
    out = bytearray([number])
    for i, byte in enumerate(row):
        left = row[i - step] if i >= step else 0
        corner = above[i - step] if i >= step else 0
        guess = (0, left, above[i], (left + above[i]) // 2, paeth(left, above[i], corner))[number]
        out.append((byte - guess) & 255)
    return out


def packed(samples, depth):
    if depth == 16:
        return b"".join(struct.pack(">H", sample) for sample in samples)
    out = bytearray((len(samples) * depth + 7) // 8)
    for i, sample in enumerate(samples):
        out[i * depth // 8] |= sample << (8 - depth - i * depth % 8)
    return bytes(out)


def rows(width, height, depth, kind, interlaced, filters, pixel):
    step = max(1, SAMPLES[kind] * depth // 8)
    data = bytearray()
    for left, top, right, down in ADAM7 if interlaced else WHOLE:
        above = None
        for number, y in enumerate(range(top, height, down)):
            row = packed([s for x in range(left, width, right) for s in pixel(x, y)], depth)
            if row:
                data += filtered(filters[number % len(filters)], row, above or bytes(len(row)), step)
                above = row
    return bytes(data)


def smooth(width, height, depth, kind, colours=None):
    """A gradient with noise: each sample of its own slope."""
    source = random.Random(width * 1000003 + height * 1009 + depth * 17 + kind)
    highest = (colours or 1 << depth) - 1
    slopes = [(source.uniform(-1, 1), source.uniform(-1, 1)) for _ in range(SAMPLES[kind])]

    def pixel(x, y):
        return [min(highest, max(0, int(highest * (0.5 + 0.5 * math.sin(3 * (a * x / width + b * y / height))
                                                   + source.uniform(-0.05, 0.05))))) for a, b in slopes]
    return pixel


def palette(colours, grey=False):
    source = random.Random(colours)
    if grey:
        return bytes(level for i in range(colours) for level in [i * 255 // max(1, colours - 1)] * 3)
    return bytes(source.randrange(256) for _ in range(3 * colours))


def picture(width, height, depth, kind, interlaced=0, filters=(0, 1, 2, 3, 4), before=b"", colours=None, level=6,
            strategy=zlib.Z_DEFAULT_STRATEGY, cut=None, after=b"", grey=False, pixel=None, window=15):
    colours = colours or (1 << depth if kind == INDEXED else None)
    pixel = pixel or smooth(width, height, depth, kind, colours if kind == INDEXED else None)
    raw = rows(width, height, depth, kind, interlaced, filters, pixel)
    packer = zlib.compressobj(level, zlib.DEFLATED, window, 9, strategy)
    data = packer.compress(raw) + packer.flush()
    file = SIGNATURE + header(width, height, depth, kind, interlaced)
    if kind == INDEXED:
        file += chunk(b"PLTE", palette(colours, grey))
    file += before
    cut = cut or len(data)
    file += b"".join(chunk(b"IDAT", data[i:i + cut]) for i in range(0, len(data), cut))
    return file + after + chunk(b"IEND")


def kinds():
    return [(kind, depth) for kind in DEPTHS for depth in DEPTHS[kind]]


def basic():
    for kind, depth in kinds():
        for interlaced in (0, 1):
            yield f"bas{'ni'[interlaced]}{kind}{SAMPLES[kind]}{depth:02d}", picture(32, 32, depth, kind, interlaced)


def sizes():
    for side in range(1, 41):
        for interlaced in (0, 1):
            yield f"s{side:02d}{'ni'[interlaced]}3p", picture(side, side, 1 if side < 10 else 4, INDEXED, interlaced)
            yield f"s{side:02d}{'ni'[interlaced]}2c", picture(side, 41 - side, 8, RGB, interlaced)
            yield f"s{side:02d}{'ni'[interlaced]}0g", picture(41 - side, side, 2, GREY, interlaced)


def filters():
    for number in range(5):
        for kind, depth in ((GREY, 8), (RGB, 8), (RGB, 16), (GREY, 1), (INDEXED, 4), (RGB_ALPHA, 8), (GREY_ALPHA, 16)):
            yield f"f{number:02d}n{kind}{depth:02d}", picture(32, 32, depth, kind, 0, (number,))


def transparency():
    for kind, depth in ((GREY, 1), (GREY, 2), (GREY, 4), (GREY, 8), (GREY, 16), (RGB, 8), (RGB, 16)):
        middle = [(1 << depth) // 2] * SAMPLES[kind]

        def pixel(x, y):
            source = random.Random(32 * y + x)
            return middle if (x // 3 + y // 5) % 2 else [source.randrange(1 << depth) for _ in middle]

        def with_opacity(x, y):
            return pixel(x, y) + [0 if pixel(x, y) == middle else (1 << depth) - 1]
        for interlaced in (0, 1):
            # pngtopnm does not look at the transparent colour of an RGB picture: it is given the same one with opacities.
            yield f"tb{'bi'[interlaced]}n{kind}{depth:02d}", picture(
                32, 32, depth, kind, interlaced, pixel=pixel,
                before=chunk(b"tRNS", struct.pack(f">{len(middle)}H", *middle))), picture(
                32, 32, depth, RGB_ALPHA, pixel=with_opacity) if kind == RGB else None
    for depth in DEPTHS[INDEXED]:
        for count in (1, 2, (1 << depth) - 1, 1 << depth):
            opacities = bytes((0, 255, 128, 1, 200, 254)[i % 6] for i in range(max(1, count)))
            yield f"tp{count}n3p{depth:02d}", picture(32, 32, depth, INDEXED, before=chunk(b"tRNS", opacities))


def palettes():
    for depth in DEPTHS[INDEXED]:
        yield f"ps{depth}grey", picture(32, 32, depth, INDEXED, grey=True)
        yield f"ps{depth}short", picture(32, 32, depth, INDEXED, colours=max(1, (1 << depth) - 1))
    yield "pp0n2c16", picture(32, 32, 16, RGB, before=chunk(b"PLTE", palette(216)))
    yield "pp0n6a08", picture(32, 32, 8, RGB_ALPHA, before=chunk(b"PLTE", palette(216)))
    suggested = b"name\0\x08" + b"".join(struct.pack(">BBBBH", i, i, i, 255, i) for i in range(50))
    yield "ps1n2c08", picture(32, 32, 8, RGB, before=chunk(b"sPLT", suggested))
    histogram = chunk(b"hIST", struct.pack(">16H", *range(16)))
    yield "ch1n3p04", picture(32, 32, 4, INDEXED, before=histogram)


def ancillary():
    chromaticities = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
    chunks = {
        "gamma": chunk(b"gAMA", struct.pack(">I", 45455)), "ccwn": chunk(b"cHRM", chromaticities),
        "srgb": chunk(b"sRGB", b"\0"), "cdsn": chunk(b"pHYs", struct.pack(">IIB", 1, 4, 0)),
        "cm0n": chunk(b"tIME", struct.pack(">HBBBBB", 2000, 1, 1, 12, 34, 56)),
        "ctzn": chunk(b"zTXt", b"Title\0\0" + zlib.compress(b"PngSuite")), "ct1n": chunk(b"tEXt", b"Title\0PngSuite"),
        "cten": chunk(b"iTXt", b"Title\0\0\0en\0\0PngSuite"), "exif": chunk(b"eXIf", b"MM\0*\0\0\0\x08\0\0\0\0\0\0"),
        "bgai": chunk(b"bKGD", b"\0\x40\0\x80\0\xff"), "priv": chunk(b"prVt", b"private"),
    }
    for name, data in chunks.items():
        yield name, picture(32, 32, 8, RGB, before=data)
        yield name + "_after", picture(32, 32, 8, RGB, after=chunks["ct1n"] + chunks["cm0n"])
    yield "all", picture(32, 32, 8, RGB, before=b"".join(data for name, data in chunks.items()))
    yield "bgwn6a", picture(32, 32, 8, RGB_ALPHA, before=chunk(b"bKGD", b"\0\xff\0\0\0\0"))
    control = struct.pack(">IIIIIHHBB", 0, 32, 32, 0, 0, 1, 10, 0, 0)
    animated = chunk(b"acTL", struct.pack(">II", 2, 0)) + chunk(b"fcTL", control)
    second = struct.pack(">I", 1) + control[4:]
    frames = chunk(b"fcTL", second) + chunk(b"fdAT", struct.pack(">I", 2) + zlib.compress(bytes(32 * 97)))
    yield "apng", picture(32, 32, 8, RGB, before=animated, after=frames)


def orders():
    for cut in (1, 2, 3, 7, 100, 1000):
        yield f"oi{cut}n2c16", picture(32, 32, 16, RGB, cut=cut)
        yield f"oi{cut}n0g16", picture(32, 32, 16, GREY, 1, cut=cut)
    empty = chunk(b"IDAT")
    yield "empty_idat", picture(32, 32, 8, GREY, before=empty, after=empty)


def compression():
    for level in (0, 1, 4, 6, 9):
        for strategy in (zlib.Z_DEFAULT_STRATEGY, zlib.Z_FILTERED, zlib.Z_HUFFMAN_ONLY, zlib.Z_RLE, zlib.Z_FIXED):
            yield f"z{level:02d}s{strategy}n2c08", picture(48, 48, 8, RGB, level=level, strategy=strategy)
    for window in range(9, 16):
        yield f"w{window:02d}n2c08", picture(64, 64, 8, RGB, window=window)
    yield "large", picture(301, 257, 8, RGB, 0, (4, 3, 2, 1), cut=8192)
    yield "large_i", picture(301, 257, 8, RGB_ALPHA, 1, (4, 3, 2, 1), cut=8192)
    yield "flat", picture(700, 300, 8, GREY, filters=(0,), level=9, pixel=lambda x, y: [200])
    yield "tail", picture(32, 32, 8, GREY) + b"bytes behind the end"
    yield "twice", picture(32, 32, 8, GREY) + picture(16, 16, 8, RGB)


def corrupt():
    good = picture(32, 32, 1, GREY)
    body = good[8:]
    yield "xs1n0g01", b"\x09" + good[1:]
    yield "xs2n0g01", good[:1] + b"Q" + good[2:]
    yield "xs4n0g01", good[:3] + b"g" + good[4:]
    yield "xs7n0g01", good[:6] + b" " + good[7:]
    yield "xcrn0g04", good.replace(b"\n", b"\r\n")
    yield "xlfn0g04", good.replace(b"\r\n", b"\n")
    yield "xhdn0g08", SIGNATURE + chunk(b"IHDR", body[8:21], 0x12345678) + body[25:]
    for name, kind, depth in (("xc1n0g08", 1, 8), ("xc9n2c08", 9, 8), ("xd0n2c08", RGB, 0), ("xd3n2c08", RGB, 3),
                              ("xd9n2c08", RGB, 99)):
        yield name, SIGNATURE + header(32, 32, depth, kind) + body[25:]
    yield "xdtn0g01", SIGNATURE + header(32, 32, 1, GREY) + chunk(b"IEND")
    data = body[33:-16]
    yield "xcsn0g01", SIGNATURE + header(32, 32, 1, GREY) + chunk(b"IDAT", data, 1) + chunk(b"IEND")
    yield "no_palette", SIGNATURE + header(32, 32, 1, INDEXED) + body[25:]
    yield "zero_width", SIGNATURE + header(0, 32, 1, GREY) + body[25:]
    yield "higher", SIGNATURE + header(32, 33, 1, GREY) + body[25:]
    yield "unknown_critical", SIGNATURE + header(32, 32, 1, GREY) + chunk(b"ABCD") + body[25:]
    yield "no_end", good[:-12]
    for size in range(0, len(good), 9):
        yield f"cut_to_{size}", good[:size]


def read_pnm(data):
    """Width, height, and each pixel's three samples from 0 to 1."""
    magic, width, height, maxval = data[:2], *map(int, data.split(b"\n", 3)[1].split()), int(data.split(b"\n", 3)[2])
    raw = data.split(b"\n", 3)[3]
    samples = struct.unpack(f">{len(raw) // 2}H", raw) if maxval > 255 else raw
    values = [sample / maxval for sample in samples]
    if magic == b"P6":
        return width, height, values
    return width, height, [value for value in values for _ in range(3)]


def run(*command):
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
    return done.stdout if done.returncode == 0 else None


def as_pnm(bits):
    """pngtopnm writes P4 for two levels: make it P5, where 1 is white."""
    if bits[:2] != b"P4":
        return bits
    _, extents, raw = bits.split(b"\n", 2)
    width, height = map(int, extents.split())
    line = (width + 7) // 8
    grey = bytes(1 - (raw[y * line + x // 8] >> (7 - x % 8) & 1) for y in range(height) for x in range(width))
    return b"P5\n%d %d\n1\n" % (width, height) + grey


def differs(ours, theirs):
    """What differs, or None. pngtopnm composes in the depth of the file: half a level of 8 bits is no difference."""
    width, height, values = read_pnm(ours)
    if (width, height) != read_pnm(theirs)[:2]:
        return "other extents"
    worst = max(abs(a - b) for a, b in zip(values, read_pnm(theirs)[2]))
    return f"by up to {worst:.4f}" if worst > 0.51 / 255 else None


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def main(to_pnm, folder):
    path = folder + "/picture.png"
    wrong = compared = refused = 0
    for group in (basic, sizes, filters, transparency, palettes, ancillary, orders, compression, corrupt):
        for name, data, *same in group():
            write(path, data)
            ours = run(to_pnm, path)
            if same and same[0]:
                write(path, same[0])
            theirs = run("pngtopnm", "-mix", "-background=white", path)
            problem = None
            if group is corrupt:
                refused += 1
                problem = "is read" if ours is not None else "is read by pngtopnm" if theirs is not None else None
            elif ours is None or theirs is None:
                problem = "is refused" if ours is None else "is refused by pngtopnm"
            else:
                compared += 1
                problem = differs(ours, as_pnm(theirs))
            if problem:
                print(f"{name}: {problem}")
                wrong += 1
    print(f"{compared} pictures compared with pngtopnm, {refused} corrupt ones refused, {wrong} wrong")
    return 1 if wrong or not compared else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
