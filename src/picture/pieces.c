#include "picture/pieces.h"

#include "core/fail.h"
#include "core/memory.h"

#include <string.h>

#define FIRST_CAPACITY 16

/** A flood that is under way. */
typedef struct flood_state {
    const dn_tensor *picture;
    float weak;
    size_t margin;
    uint32_t *labels;
    uint32_t *stack; /**< pixels whose neighbours are to be looked at: each is here once */
    size_t depth;
} flood_state;

void dn_pieces_free(dn_pieces *pieces)
{
    dn_release(pieces->labels);
    dn_release(pieces->pieces);
    *pieces = (dn_pieces){0};
}

static void reach(flood_state *flood, size_t place, uint32_t label)
{
    if (flood->labels[place] != 0 || !(flood->picture->data[place] > flood->weak))
        return;
    flood->labels[place] = label;
    flood->stack[flood->depth++] = (uint32_t)place;
}

static void add_pixel(const flood_state *flood, dn_piece *piece, size_t y, size_t x)
{
    const size_t height = flood->picture->shape.extent[0];
    const size_t width = flood->picture->shape.extent[1];
    const float value = flood->picture->data[y * width + x];
    piece->box.top = y < piece->box.top ? y : piece->box.top;
    piece->box.left = x < piece->box.left ? x : piece->box.left;
    piece->box.bottom = y >= piece->box.bottom ? y + 1 : piece->box.bottom;
    piece->box.right = x >= piece->box.right ? x + 1 : piece->box.right;
    piece->peak = value > piece->peak ? value : piece->peak;
    piece->mass += (double)value;
    if (y < flood->margin || x < flood->margin || y + flood->margin >= height || x + flood->margin >= width)
        piece->margin += (double)value;
}

/** Label everything that hangs together with a pixel. */
static dn_piece fill(flood_state *flood, size_t seed, uint32_t label)
{
    const size_t height = flood->picture->shape.extent[0];
    const size_t width = flood->picture->shape.extent[1];
    dn_piece piece = {.box = {.top = height, .left = width}, .peak = flood->picture->data[seed]};
    reach(flood, seed, label);
    while (flood->depth > 0) {
        const size_t place = flood->stack[--flood->depth];
        const size_t y = place / width;
        const size_t x = place % width;
        add_pixel(flood, &piece, y, x);
        for (size_t ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < height; ny++) {
            for (size_t nx = x > 0 ? x - 1 : 0; nx <= x + 1 && nx < width; nx++)
                reach(flood, ny * width + nx, label);
        }
    }
    return piece;
}

static dn_status append(dn_pieces *pieces, size_t *capacity, dn_piece piece, dn_error *error)
{
    if (pieces->count == *capacity) {
        const size_t larger = *capacity > 0 ? 2 * *capacity : FIRST_CAPACITY;
        dn_piece *moved = dn_reallocate(pieces->pieces, pieces->count, larger, sizeof *moved, error);
        if (!moved)
            return DN_ERR_MEMORY;
        pieces->pieces = moved;
        *capacity = larger;
    }
    pieces->pieces[pieces->count++] = piece;
    return DN_OK;
}

/** Only a pixel above strong begins a flood, so that what nowhere reaches it is never labelled. */
static dn_status flood_all(flood_state *flood, float strong, dn_pieces *pieces, dn_error *error)
{
    const size_t count = dn_tensor_count(flood->picture);
    size_t capacity = 0;
    for (size_t place = 0; place < count; place++) {
        if (flood->labels[place] != 0 || !(flood->picture->data[place] > strong))
            continue;
        const dn_piece piece = fill(flood, place, (uint32_t)pieces->count + 1);
        DN_TRY(append(pieces, &capacity, piece, error));
    }
    return DN_OK;
}

dn_status dn_pieces_find(const dn_tensor *picture, float weak, float strong, size_t margin, dn_pieces *pieces,
                         dn_error *error)
{
    const size_t count = dn_tensor_count(picture);
    *pieces = (dn_pieces){.labels = dn_allocate_zeroed(count, sizeof *pieces->labels, error)};
    flood_state flood = {.picture = picture, .weak = weak < strong ? weak : strong, .margin = margin};
    flood.labels = pieces->labels;
    flood.stack = dn_allocate(count, sizeof *flood.stack, error);
    dn_status status = flood.labels && flood.stack ? DN_OK : DN_ERR_MEMORY;
    if (status == DN_OK)
        status = flood_all(&flood, strong, pieces, error);
    dn_release(flood.stack);
    if (status != DN_OK)
        dn_pieces_free(pieces);
    return status;
}
