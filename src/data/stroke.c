#include "data/stroke.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SIDE DN_DIGIT_SIDE
#define WHITE DN_DIGIT_WHITE
#define QUARTER_PI 0.78539816F

/** Fractions of a pixel are whole numbers, so that compilers turn the loops into bytes. */
#define WHOLE 256

float dn_stroke_width(const uint8_t *image)
{
    int32_t area = 0;
    int32_t edge = 0;
    for (size_t y = 1; y < SIDE; y++) {
        const uint8_t *row = image + y * SIDE;
        const uint8_t *above = row - SIDE;
        for (size_t x = 1; x < SIDE; x++) {
            area += row[x];
            edge += abs(row[x] - row[x - 1]) + abs(row[x] - above[x]);
        }
    }
    return edge == 0 ? 0.0F : 2.0F * (float)area / (QUARTER_PI * (float)edge);
}

static inline uint8_t larger(uint8_t a, uint8_t b)
{
    return a > b ? a : b;
}

/**
 * Dilate by a fraction of a pixel, share / 256. The mean of a cross and a square of 3 x 3 grows all directions about alike: by 1
 * along the axes, and along the diagonals by half of 0.7 + 1.4.
 */
static void dilate(int32_t share, uint8_t *image)
{
    uint8_t rows[SIDE + 2][SIDE + 2] = {{0}};
    uint8_t across[SIDE + 2][SIDE] = {{0}};
    for (size_t y = 0; y < SIDE; y++) {
        uint8_t *row = rows[y + 1];
        memcpy(row + 1, image + y * SIDE, SIDE);
        for (size_t x = 0; x < SIDE; x++)
            across[y + 1][x] = larger(larger(row[x], row[x + 1]), row[x + 2]);
    }
    for (size_t y = 0; y < SIDE; y++) {
        const uint8_t *above = rows[y] + 1;
        const uint8_t *below = rows[y + 2] + 1;
        uint8_t *row = image + y * SIDE;
        for (size_t x = 0; x < SIDE; x++) {
            const uint8_t cross = larger(across[y + 1][x], larger(above[x], below[x]));
            const uint8_t square = larger(across[y + 1][x], larger(across[y][x], across[y + 2][x]));
            const int32_t gain = cross + square - 2 * row[x];
            row[x] = (uint8_t)(row[x] + (gain * share + WHOLE) / (2 * WHOLE));
        }
    }
}

static void complement(uint8_t *image)
{
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        image[i] = (uint8_t)(WHITE - image[i]);
}

void dn_stroke_grow(float growth, uint8_t *image)
{
    if (growth < 0.0F)
        complement(image);
    float left = fabsf(growth);
    while (left > 0.0F) {
        dilate((int32_t)(fminf(left, 1.0F) * WHOLE + 0.5F), image);
        left -= 1.0F;
    }
    if (growth < 0.0F)
        complement(image);
}

static inline float clamp(float value)
{
    return fminf(fmaxf(value, 0.0F), 1.0F);
}

void dn_stroke_draw(const dn_stroke *stroke, uint8_t *image)
{
    const float dx = stroke->x1 - stroke->x0;
    const float dy = stroke->y1 - stroke->y0;
    const float square = dx * dx + dy * dy;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        const size_t row = i / SIDE;
        const float x = (float)(i % SIDE) - stroke->x0;
        const float y = (float)row - stroke->y0;
        const float along = square > 0.0F ? clamp((x * dx + y * dy) / square) : 0.0F;
        const float right = x - along * dx;
        const float below = y - along * dy;
        const float cover = clamp(stroke->radius + 0.5F - sqrtf(right * right + below * below));
        image[i] = larger(image[i], (uint8_t)(cover * WHITE + 0.5F));
    }
}
