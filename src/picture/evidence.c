#include "picture/evidence.h"

#include "core/memory.h"

/** Chamfer distances: to a neighbour beside, and across a corner. */
#define BESIDE 3U
#define CORNER 4U
#define FAR UINT16_MAX
/** An edge lies within so many pixels of the outline, and so much of the stroke's width; so much of the contrast shows there. */
#define LEAST_REACH 3
#define REACH_SHARE 0.4F
#define EDGE_SHARE 0.5F

static uint16_t nearer(uint16_t distance, unsigned other)
{
    return other < distance ? (uint16_t)other : distance;
}

/** Distances of ink from what is none, in thirds of a pixel. The outer ring of the plane counts as none. */
static void transform(const dn_plane *ink, uint8_t weak, uint16_t *distance)
{
    const size_t width = ink->width;
    const size_t last = ink->height * width - width - 1;
    for (size_t i = 0; i < ink->height * width; i++)
        distance[i] = i < width || i > last || ink->data[i] < weak ? 0 : FAR;
    for (size_t y = 0; y < ink->height; y++)
        distance[y * width] = distance[y * width + width - 1] = 0;
    for (size_t i = width + 1; i < last; i++) {
        uint16_t d = nearer(distance[i], distance[i - 1] + BESIDE);
        d = nearer(d, distance[i - width] + BESIDE);
        d = nearer(d, distance[i - width - 1] + CORNER);
        distance[i] = nearer(d, distance[i - width + 1] + CORNER);
    }
    for (size_t i = last; i-- > width + 1;) {
        uint16_t d = nearer(distance[i], distance[i + 1] + BESIDE);
        d = nearer(d, distance[i + width] + BESIDE);
        d = nearer(d, distance[i + width + 1] + CORNER);
        distance[i] = nearer(d, distance[i + width - 1] + CORNER);
    }
}

/** Was a rule taken out at a pixel or beside it? */
static bool is_beside_taken(const dn_plane *taken, size_t y, size_t x)
{
    for (size_t ny = y > 0 ? y - 1 : 0; ny <= y + 1 && ny < taken->height; ny++) {
        for (size_t nx = x > 0 ? x - 1 : 0; nx <= x + 1 && nx < taken->width; nx++)
            if (taken->data[ny * taken->width + nx])
                return true;
    }
    return false;
}

/** The shade `steps` from a pixel, in the direction (dy, dx); the picture's last one where that lies outside. */
static unsigned shade_off(const dn_plane *shades, size_t y, size_t x, int dy, int dx, int steps)
{
    ptrdiff_t row = (ptrdiff_t)y + (ptrdiff_t)steps * dy;
    ptrdiff_t column = (ptrdiff_t)x + (ptrdiff_t)steps * dx;
    row = row < 0 ? 0 : row < (ptrdiff_t)shades->height ? row : (ptrdiff_t)shades->height - 1;
    column = column < 0 ? 0 : column < (ptrdiff_t)shades->width ? column : (ptrdiff_t)shades->width - 1;
    return shades->data[(size_t)row * shades->width + (size_t)column];
}

/**
 * From a pixel of the outline outwards, do the shades become brighter by at least half of what the ink's contrast lets expect? Within
 * `reach` on either side: the edges of a broad stroke may be soft.
 */
static bool is_edge(const dn_plane *shades, size_t y, size_t x, int dy, int dx, int reach, float contrast)
{
    unsigned inside = UINT8_MAX;
    unsigned outside = 0;
    for (int steps = 0; steps <= reach; steps++) {
        const unsigned dark = shade_off(shades, y, x, dy, dx, -steps);
        const unsigned bright = shade_off(shades, y, x, dy, dx, steps);
        inside = dark < inside ? dark : inside;
        outside = bright > outside ? bright : outside;
    }
    return (float)outside - (float)inside >= EDGE_SHARE * contrast * (float)outside;
}

/** Is the outline an edge at a pixel, in most of the directions that lead out of the ink? i is its place in the plane of distances. */
static bool is_at_edge(const uint16_t *distance, size_t width, size_t i, const dn_plane *shades, size_t y,
                       size_t x, int reach, float contrast)
{
    static const int directions[][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    int out = 0;
    int edges = 0;
    for (size_t k = 0; k < sizeof directions / sizeof directions[0]; k++) {
        const int dy = directions[k][0];
        const int dx = directions[k][1];
        if (distance[(size_t)((ptrdiff_t)i + dy * (ptrdiff_t)width + dx)] > 0)
            continue;
        out++;
        edges += is_edge(shades, y, x, dy, dx, reach, contrast);
    }
    return 2 * edges > out;
}

/** The mean width of the stroke and its widest place, in pixels. */
static void measure_stroke(const uint16_t *distance, size_t count, float *stroke, float *widest)
{
    const float half = 0.5F * (float)BESIDE;
    size_t pixels = 0;
    uint64_t sum = 0;
    unsigned most = 0;
    for (size_t i = 0; i < count; i++) {
        pixels += distance[i] > 0;
        sum += distance[i];
        most = distance[i] > most ? distance[i] : most;
    }
    *stroke = pixels > 0 ? 4.0F * ((float)sum / (float)pixels - half) / (float)BESIDE : 0.0F;
    *widest = 2.0F * ((float)most - half) / (float)BESIDE;
}

/** What is counted along the outline. */
typedef struct counts {
    size_t outline, border, taken, edge;
} counts;

static counts count_outline(const dn_plane *ink, const uint16_t *distance, dn_box place,
                            const dn_plane *shades, const dn_plane *taken, int reach, float contrast)
{
    counts c = {0};
    for (size_t i = 0; i < ink->height * ink->width; i++) {
        if (distance[i] == 0 || distance[i] > BESIDE)
            continue;
        const size_t y = place.top + i / ink->width - 1;
        const size_t x = place.left + i % ink->width - 1;
        c.outline++;
        c.taken += is_beside_taken(taken, y, x);
        if (y == 0 || x == 0 || y + 1 == taken->height || x + 1 == taken->width)
            c.border++;
        else
            c.edge += is_at_edge(distance, ink->width, i, shades, y, x, reach, contrast);
    }
    return c;
}

dn_status dn_evidence_measure(const dn_plane *ink, uint8_t weak, dn_box place, const dn_plane *shades,
                              const dn_plane *taken, dn_evidence *evidence, dn_error *error)
{
    float stroke;
    float widest;
    uint16_t *distance = dn_allocate(ink->height * ink->width, sizeof *distance, error);
    if (!distance)
        return DN_ERR_MEMORY;
    transform(ink, weak, distance);
    measure_stroke(distance, ink->height * ink->width, &stroke, &widest);
    const int reach = LEAST_REACH + (int)(REACH_SHARE * stroke);
    const counts c = count_outline(ink, distance, place, shades, taken, reach, evidence->contrast);
    dn_release(distance);
    evidence->flatness = (float)dn_box_width(place) / (float)dn_box_height(place);
    if (c.outline == 0)
        return DN_OK;
    evidence->stroke = stroke / (float)dn_box_side(place);
    evidence->swelling = widest / stroke;
    evidence->border = (float)c.border / (float)c.outline;
    evidence->taken = (float)c.taken / (float)c.outline;
    evidence->edge = c.outline > c.border ? (float)c.edge / (float)(c.outline - c.border) : 0.0F;
    return DN_OK;
}

/** How far a value lies above a limit, 0 where it does not. */
static float above(float value, float limit)
{
    return value > limit ? value - limit : 0.0F;
}

float dn_evidence_score(const dn_evidence *e)
{
    return -(20.0F * above(e->stroke, 0.27F) + 300.0F * above(0.025F, e->stroke) +
             4.0F * above(e->swelling, 2.0F) + 4.0F * above(e->border, 0.1F) +
             30.0F * above(e->border, 0.3F) + 5.0F * above(e->taken, 0.4F) + 6.0F * above(0.6F, e->share) +
             10.0F * above(0.15F, e->contrast) + 10.0F * above(0.1F, e->extent) +
             0.5F * above(1.0F, e->extent) + 2.0F * e->unevenness + 20.0F * above(0.75F, e->edge) +
             3.0F * above(1.0F, e->edge) + 4.0F * above(e->flatness, 1.7F) + 12.0F * above(1.9F, e->clarity));
}
