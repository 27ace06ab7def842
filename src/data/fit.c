#include "data/fit.h"

#define SIDE DN_DIGIT_SIDE
#define CENTRE ((float)(SIDE - 1) / 2.0F)

/** MNIST's centre of mass is pixel 14 along both axes: so far from the image's centre. */
#define MASS_OFFSET 0.5F

/** The box goes around the pixels that are brighter. */
#define FAINT 63

/** Places count from the image's centre. */
typedef struct point {
    float x, y;
} point;

typedef struct box {
    point least, most;
} box;

static void widen(float value, float *least, float *most)
{
    *least = value < *least ? value : *least;
    *most = value > *most ? value : *most;
}

/** The first and last column of a row's ink; false where the row has none. */
static bool find_ends(const uint8_t *row, int32_t ends[2])
{
    ends[0] = SIDE;
    ends[1] = -1;
    for (int32_t x = 0; x < SIDE; x++) {
        if (row[x] <= FAINT)
            continue;
        ends[0] = x < ends[0] ? x : ends[0];
        ends[1] = x;
    }
    return ends[1] >= 0;
}

/** The box of the ink where the affine parameters move it. False where there is no ink. */
static bool find_box(const dn_affine *affine, const uint8_t *image, box *found)
{
    const float determinant = affine->xx * affine->yy - affine->xy * affine->yx;
    bool inked = false;
    *found = (box){.least = {SIDE * SIDE, SIDE * SIDE}, .most = {-SIDE * SIDE, -SIDE * SIDE}};
    for (int32_t y = 0; y < SIDE; y++) {
        int32_t ends[2];
        if (!find_ends(image + (size_t)y * SIDE, ends))
            continue;
        inked = true;
        /* No pixel between the ends moves farther out than both of them. */
        for (size_t i = 0; i < 2; i++) {
            const float across = (float)ends[i] - CENTRE;
            const float down = (float)y - CENTRE;
            widen((affine->yy * across - affine->xy * down) / determinant, &found->least.x, &found->most.x);
            widen((affine->xx * down - affine->yx * across) / determinant, &found->least.y, &found->most.y);
        }
    }
    return inked;
}

static point centre_of_mass(const uint8_t *image)
{
    int32_t mass = 0;
    int32_t moment_x = 0;
    int32_t moment_y = 0;
    for (int32_t y = 0; y < SIDE; y++) {
        for (int32_t x = 0; x < SIDE; x++) {
            const int32_t pixel = image[y * SIDE + x];
            mass += pixel;
            moment_x += pixel * x;
            moment_y += pixel * y;
        }
    }
    return (point){(float)moment_x / (float)mass - CENTRE, (float)moment_y / (float)mass - CENTRE};
}

void dn_affine_fit(dn_affine *affine, const uint8_t *image, float size)
{
    box found;
    if (!find_box(affine, image, &found))
        return;
    const float width = found.most.x - found.least.x + 1.0F;
    const float height = found.most.y - found.least.y + 1.0F;
    const float factor = (width > height ? width : height) / size;
    const point centre = centre_of_mass(image);
    affine->xx *= factor;
    affine->xy *= factor;
    affine->yx *= factor;
    affine->yy *= factor;
    affine->x0 = centre.x - (affine->xx + affine->xy) * MASS_OFFSET;
    affine->y0 = centre.y - (affine->yx + affine->yy) * MASS_OFFSET;
}
