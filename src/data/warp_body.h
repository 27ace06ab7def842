/*
 * Drawing an image anew, compiled for several instruction sets: whole rows at a time, in vectors of any width. A file that includes this
 * one defines WARP, the name of the function at the end.
 */
#include "data/warp.h"

#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define CENTRE ((float)(SIDE - 1) / 2.0F)

/*
 * The old image lies in a frame of zeros, two pixels wide: a place outside is moved to the frame's outer edge, where all four
 * pixels around it are zero and its fraction does not matter.
 */
#define FRAME 2
#define LAST (SIDE + FRAME)  /* the frame's far edge */
#define QUAD_SIDE (LAST + 1) /* places that have a quad */
#define BYTE_BITS 8

/* What rows take in memory: whole vectors, of bytes too, so that compilers need no loops for odd ends. */
#define STRIDE 32

_Static_assert(QUAD_SIDE <= STRIDE, "a row of quads fits");

/**
 * The four pixels around each place, in one word, so that looking them up is one load: those at (y, x), (y, x + 1),
 * (y + 1, x), (y + 1, x + 1), lowest byte first. Places count from the frame's corner.
 */
static void collect_quads(const uint8_t *in, uint32_t quads[QUAD_SIDE][STRIDE])
{
    uint8_t framed[QUAD_SIDE + 1][STRIDE + 1] = {{0}};
    for (size_t y = 0; y < SIDE; y++)
        memcpy(framed[y + FRAME] + FRAME, in + y * SIDE, SIDE);
    for (size_t y = 0; y < QUAD_SIDE; y++) {
        const uint8_t *upper = framed[y];
        const uint8_t *lower = framed[y + 1];
        for (size_t x = 0; x < STRIDE; x++) {
            const uint32_t above = upper[x] | (uint32_t)upper[x + 1] << BYTE_BITS;
            const uint32_t below = lower[x] | (uint32_t)lower[x + 1] << BYTE_BITS;
            quads[y][x] = above | below << (2 * BYTE_BITS);
        }
    }
}

static inline int32_t clamp(int32_t place)
{
    const int32_t above = place > 0 ? place : 0;
    return above < LAST ? above : LAST;
}

/** A row of places in the frame: which quad, and how far right of and below its first pixel. The last four are not used. */
typedef struct row_places {
    _Alignas(DN_ALIGNMENT) int32_t quad[STRIDE];
    float right[STRIDE];
    float below[STRIDE];
} row_places;

/** The old places of row y. Shapes dx and dy [STRIDE]. */
static void find_places(const dn_affine *affine, size_t y, const float *dx, const float *dy,
                        row_places *places)
{
    const float down = (float)y - CENTRE;
    const float x0 = affine->xy * down + (affine->x0 + CENTRE + FRAME);
    const float y0 = affine->yy * down + (affine->y0 + CENTRE + FRAME);
    for (int32_t i = 0; i < STRIDE; i++) {
        const float across = (float)i - CENTRE;
        const float x_old = affine->xx * across + x0 + dx[i];
        const float y_old = affine->yx * across + y0 + dy[i];
        /* Rounded towards 0, so down from 0 on; up below it, where all is frame. */
        const int32_t column = (int32_t)x_old;
        const int32_t row = (int32_t)y_old;
        places->right[i] = x_old - (float)column;
        places->below[i] = y_old - (float)row;
        places->quad[i] = clamp(row) * STRIDE + clamp(column);
    }
}

static inline float mix(float a, float b, float share)
{
    return a + share * (b - a);
}

/** The level of a quad's pixel, 0 to 3. */
static inline float level(uint32_t quad, int pixel)
{
    return (float)(int32_t)(quad >> (pixel * BYTE_BITS) & UINT8_MAX);
}

static void look_up(const uint32_t *quads, const row_places *places, uint8_t *out)
{
    uint32_t quad[STRIDE];
    uint8_t row[STRIDE];
    for (size_t i = 0; i < STRIDE; i++)
        quad[i] = quads[places->quad[i]];
    for (size_t i = 0; i < STRIDE; i++) {
        const float upper = mix(level(quad[i], 0), level(quad[i], 1), places->right[i]);
        const float lower = mix(level(quad[i], 2), level(quad[i], 3), places->right[i]);
        row[i] = (uint8_t)(int32_t)(mix(upper, lower, places->below[i]) + 0.5F);
    }
    memcpy(out, row, SIDE);
}

void WARP(const dn_affine *affine, const dn_elastic *elastic, const dn_elastic_field *field,
          const uint8_t *in, uint8_t *out)
{
    _Alignas(DN_ALIGNMENT) uint32_t quads[QUAD_SIDE][STRIDE];
    row_places places;
    dn_elastic_rows smooth;
    dn_elastic_smooth(elastic, field, &smooth);
    collect_quads(in, quads);
    for (size_t y = 0; y < SIDE; y++) {
        _Alignas(DN_ALIGNMENT) float dx[STRIDE];
        _Alignas(DN_ALIGNMENT) float dy[STRIDE];
        dn_elastic_row(elastic, &smooth, y, dx, dy);
        find_places(affine, y, dx, dy, &places);
        look_up(quads[0], &places, out + y * SIDE);
    }
}
