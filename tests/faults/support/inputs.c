#include "inputs.h"

#include "command.h"
#include "picture.h"

#include "core/platform.h"
#include "io/crc32.h"
#include "io/idx.h"

#include "digitnet/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TRAINING_IMAGES 60
#define TEST_IMAGES 20

static dn_error error;

static uint8_t *put_little_endian(uint8_t *place, size_t value, size_t bytes)
{
    for (size_t i = 0; i < bytes; i++)
        *place++ = (uint8_t)(value >> 8 * i);
    return place;
}

uint8_t *pack_stored(const uint8_t *data, size_t size, size_t *packed_size)
{
    enum { HEADER = 10, TRAILER = 8, BLOCK_HEADER = 5, LONGEST = 65535 };
    static const uint8_t header[HEADER] = {0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255};
    const size_t blocks = size / LONGEST + 1;
    uint8_t *packed = malloc(HEADER + TRAILER + size + blocks * BLOCK_HEADER);
    dn_crc32 crc;
    assert_non_null(packed);
    memcpy(packed, header, HEADER);
    uint8_t *place = packed + HEADER;
    for (size_t block = 0; block < blocks; block++) {
        const size_t begin = block * LONGEST;
        const size_t length = size - begin < LONGEST ? size - begin : LONGEST;
        *place++ = block + 1 == blocks;
        place = put_little_endian(place, length, 2);
        place = put_little_endian(place, ~length, 2);
        memcpy(place, data + begin, length);
        place += length;
    }
    dn_crc32_prepare(&crc);
    place = put_little_endian(place, dn_crc32_add(&crc, 0, data, size), 4);
    place = put_little_endian(place, size, 4);
    *packed_size = (size_t)(place - packed);
    return packed;
}

/** Copy the first images, or labels, of a bundled file into the temporary folder. */
static void copy_first(const char *name, size_t count)
{
    char source[INPUT_PATH_SIZE];
    dn_idx idx;
    snprintf(source, sizeof source, "data/digits/%s", name);
    assert_ok(dn_idx_read(source_path(source), 0, &idx, &error));
    assert_true(idx.extent[0] >= count);
    idx.count = idx.count / idx.extent[0] * count;
    idx.extent[0] = count;
    assert_ok(dn_idx_write(temporary_path(name), &idx, &error));
    dn_idx_free(&idx);
}

/** The plain file goes, its name with .gz comes. */
static void pack_file(const char *name)
{
    char packed_name[INPUT_PATH_SIZE];
    size_t size;
    size_t packed_size;
    uint8_t *plain = read_bytes(temporary_path(name), &size);
    uint8_t *packed = pack_stored(plain, size, &packed_size);
    remove(temporary_path(name));
    snprintf(packed_name, sizeof packed_name, "%s.gz", name);
    write_bytes(temporary_path(packed_name), packed, packed_size);
    free(plain);
    free(packed);
}

static void write_picture(const char *path)
{
    enum { SIDE = 20 };
    uint8_t bytes[13 + SIDE * SIDE] = "P5\n20 20\n255\n";
    for (size_t y = 2; y < SIDE - 2; y++)
        for (size_t x = 9; x < 12; x++)
            bytes[13 + y * SIDE + x] = (uint8_t)(180 + 4 * y);
    write_bytes(path, bytes, sizeof bytes);
}

/** A 1 that is small in a long picture of few pixels: it is looked at again in full resolution. */
static void write_long_picture(const char *path)
{
    enum { HEIGHT = 24, WIDTH = 1600, HEADER = 15 };
    static uint8_t bytes[HEADER + HEIGHT * WIDTH] = "P5\n1600 24\n255\n";
    for (size_t y = 0; y < HEIGHT; y++)
        for (size_t x = 0; x < WIDTH; x++)
            bytes[HEADER + y * WIDTH + x] = y >= 4 && y < 20 && x >= 800 && x < 804 ? 40 : 230;
    write_bytes(path, bytes, sizeof bytes);
}

/** The first flush of the checkpoint after epoch 2 fails: the one after epoch 1 stays. */
static void make_checkpoint(const inputs *made)
{
    char line[4 * INPUT_PATH_SIZE];
    const size_t flushes_for_one =
        dn_platform_rename_replaces() ? 3 : 2; /* stream, file, folder; or two streams */
    snprintf(line, sizeof line, "train --quiet --data %s --output %s --checkpoint %s " CHECKPOINT_SETTINGS,
             made->folder, made->model, made->checkpoint);
    outcome done = run_command(line, (fault){FAULT_FLUSH, FAULT_ONCE, flushes_for_one + 1});
    assert_int_equal(done.code, 1);
    assert_true(file_exists(made->checkpoint));
    outcome_free(&done);
}

const inputs *make_inputs(void)
{
    static inputs made;
    if (made.folder[0] != '\0')
        return &made;
    copy_first("train-images-idx3-ubyte", TRAINING_IMAGES);
    copy_first("train-labels-idx1-ubyte", TRAINING_IMAGES);
    copy_first("t10k-images-idx3-ubyte", TEST_IMAGES);
    copy_first("t10k-labels-idx1-ubyte", TEST_IMAGES);
    pack_file("train-labels-idx1-ubyte");
    const char *folder = temporary_path("");
    snprintf(made.folder, sizeof made.folder, "%.*s", (int)strlen(folder) - 1, folder);
    strcpy(made.picture, temporary_path("picture.pgm"));
    strcpy(made.long_picture, temporary_path("long.pgm"));
    strcpy(made.model, temporary_path("input.safetensors"));
    strcpy(made.checkpoint, temporary_path("input.checkpoint"));
    write_picture(made.picture);
    write_long_picture(made.long_picture);
    make_checkpoint(&made);
    assert_true(file_exists(made.model));
    return &made;
}
