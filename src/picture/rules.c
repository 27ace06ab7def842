#include "picture/rules.h"

#include "core/fail.h"
#include "picture/components.h"
#include "picture/morphology.h"

#include <string.h>

/** A rule is at least this long, in hundredths of the picture's shorter side ... */
#define LENGTH 55
/** ... and at most this thick, in thousandths of it, or so many pixels. */
#define THICKNESS 30
#define LEAST_THICKNESS 2
/** Slopes in hundredths: as far as a page is turned, in steps that a line three pixels thick still follows. */
#define STEEPEST 18
#define SLOPE_STEP 2
#define DIAGONAL 100
/** A rule is at least this dark. */
#define LEAST_DARKNESS 10
/** What is at most this dark, in hundredths of the opening, is the rule itself. */
#define EXPLAINED 135U

/** How far row y of a plane moves to the right in its sheared copy, in which lines of that slope are upright. */
static size_t shear_offset(size_t y, size_t height, int slope)
{
    const size_t steps = slope < 0 ? y : height - 1 - y;
    return (steps * (size_t)(slope < 0 ? -slope : slope) + DIAGONAL / 2) / DIAGONAL;
}

typedef dn_status column_operation(dn_plane *plane, size_t length, dn_error *error);

/** best = the larger of best and the operation along lines of that slope. */
static dn_status along_slope(const dn_plane *in, int slope, column_operation *operation, size_t length,
                             dn_plane *best, dn_error *error)
{
    const size_t height = in->height;
    const size_t widest = dn_larger(shear_offset(0, height, slope), shear_offset(height - 1, height, slope));
    dn_plane sheared;
    DN_TRY(dn_plane_new(&sheared, height, in->width + widest, error));
    for (size_t y = 0; y < height; y++)
        memcpy(sheared.data + y * sheared.width + shear_offset(y, height, slope), in->data + y * in->width,
               in->width);
    const dn_status status = operation(&sheared, length, error);
    for (size_t y = 0; y < height && status == DN_OK; y++) {
        const uint8_t *row = sheared.data + y * sheared.width + shear_offset(y, height, slope);
        uint8_t *out = best->data + y * best->width;
        for (size_t x = 0; x < in->width; x++)
            out[x] = row[x] > out[x] ? row[x] : out[x];
    }
    dn_plane_free(&sheared);
    return status;
}

/** Each byte becomes the largest of three in its row: jagged lines become whole. */
static void widen(const dn_plane *in, dn_plane *out)
{
    for (size_t y = 0; y < in->height; y++) {
        const uint8_t *row = in->data + y * in->width;
        for (size_t x = 0; x < in->width; x++) {
            const uint8_t left = row[x > 0 ? x - 1 : 0];
            const uint8_t right = row[x + 1 < in->width ? x + 1 : x];
            const uint8_t larger = left > right ? left : right;
            out->data[y * in->width + x] = row[x] > larger ? row[x] : larger;
        }
    }
}

/** lines = 0 where they are thick: where opening across them leaves more than half. turned: the lines transposed. */
static dn_status keep_thin(dn_plane *lines, dn_plane *turned, size_t thickness, dn_error *error)
{
    dn_plane_transpose(lines, turned);
    DN_TRY(dn_open_columns(turned, thickness, error));
    for (size_t y = 0; y < lines->height; y++) {
        for (size_t x = 0; x < lines->width; x++) {
            uint8_t *line = &lines->data[y * lines->width + x];
            if (2 * turned->data[x * turned->width + y] > *line || *line < LEAST_DARKNESS)
                *line = 0;
        }
    }
    return DN_OK;
}

/** lines [H, W], zero: how dark the thin upright line is that each pixel lies on. wide and turned are memory. */
static dn_status find_upright(const dn_plane *darkness, dn_plane *wide, dn_plane *turned, size_t thickness,
                              dn_plane *lines, dn_error *error)
{
    const size_t shorter = dn_smaller(darkness->height, darkness->width);
    const size_t length = LENGTH * shorter / DIAGONAL + 1;
    widen(darkness, wide);
    for (int slope = -STEEPEST; slope <= STEEPEST; slope += SLOPE_STEP)
        DN_TRY(along_slope(wide, slope, dn_open_columns, length, lines, error));
    return keep_thin(lines, turned, thickness + 3, error);
}

/** Is a line of the other direction, or the picture's edge, within reach of row y and the columns of a line's end? */
static bool is_held(const dn_plane *across, size_t y, size_t left, size_t right, size_t reach)
{
    if (y <= reach || y + reach >= across->height)
        return true;
    for (size_t row = y - reach; row <= y + reach; row++) {
        for (size_t x = left > reach ? left - reach : 0; x < right + reach && x < across->width; x++)
            if (across->data[row * across->width + x])
                return true;
    }
    return false;
}

/** The columns of a component in one row. */
static void find_end(const dn_components *found, size_t i, const dn_plane *plane, size_t y, size_t *left,
                     size_t *right)
{
    const dn_box box = found->items[i].box;
    *left = box.right;
    *right = box.left;
    for (size_t x = box.left; x < box.right; x++) {
        if (found->labels[y * plane->width + x] != i + 1)
            continue;
        *left = dn_smaller(*left, x);
        *right = x + 1;
    }
}

/** An upright line that ends in the open, above and below, is a 1. A rule ends at another rule or at the picture's edge. */
static dn_status drop_ones(dn_plane *upright, const dn_plane *level, size_t reach, dn_error *error)
{
    dn_components found;
    DN_TRY(dn_components_find(upright, 1, 1, &found, error));
    for (size_t i = 0; i < found.count; i++) {
        const dn_box box = found.items[i].box;
        size_t left;
        size_t right;
        find_end(&found, i, upright, box.top, &left, &right);
        bool held = is_held(level, box.top, left, right, reach);
        find_end(&found, i, upright, box.bottom - 1, &left, &right);
        held = held && is_held(level, box.bottom - 1, left, right, reach);
        found.items[i].dropped = !held;
    }
    for (size_t i = 0; i < upright->height * upright->width; i++)
        if (found.labels[i] && found.items[found.labels[i] - 1].dropped)
            upright->data[i] = 0;
    dn_components_free(&found);
    return DN_OK;
}

/**
 * Take the pixels that upright lines explain out of darkness, and fill the strokes that cross them: `filled` gets the closings
 * along the rows and both diagonals of what is left.
 */
static dn_status take(dn_plane *darkness, const dn_plane *lines, size_t gap, dn_plane *taken, dn_error *error)
{
    const size_t count = darkness->height * darkness->width;
    dn_plane filled;
    dn_plane turned;
    bool any = false;
    for (size_t i = 0; i < count; i++) {
        if (lines->data[i] && 100U * darkness->data[i] <= EXPLAINED * lines->data[i]) {
            darkness->data[i] = 0;
            taken->data[i] = 1;
            any = true;
        }
    }
    if (!any)
        return DN_OK;
    DN_TRY(dn_plane_new(&turned, darkness->width, darkness->height, error));
    dn_status status = dn_plane_new(&filled, darkness->height, darkness->width, error);
    if (status == DN_OK) {
        dn_plane_transpose(darkness, &turned);
        status = dn_close_columns(&turned, gap, error);
        dn_plane_transpose(&turned, &filled);
    }
    if (status == DN_OK)
        status = along_slope(darkness, DIAGONAL, dn_close_columns, gap, &filled, error);
    if (status == DN_OK)
        status = along_slope(darkness, -DIAGONAL, dn_close_columns, gap, &filled, error);
    for (size_t i = 0; i < count && status == DN_OK; i++)
        if (lines->data[i] && taken->data[i])
            darkness->data[i] = filled.data[i];
    dn_plane_free(&filled);
    dn_plane_free(&turned);
    return status;
}

/** The planes that removing rules takes: as they lie, and turned by a quarter, in which level lines are upright. */
typedef struct rule_planes {
    dn_plane upright, level, wide;
    dn_plane turned_level, turned, turned_darkness, turned_taken;
} rule_planes;

static dn_status new_planes(rule_planes *planes, size_t height, size_t width, dn_error *error)
{
    *planes = (rule_planes){0};
    DN_TRY(dn_plane_new(&planes->upright, height, width, error));
    DN_TRY(dn_plane_new(&planes->level, height, width, error));
    DN_TRY(dn_plane_new(&planes->wide, height, width, error));
    DN_TRY(dn_plane_new(&planes->turned_level, width, height, error));
    DN_TRY(dn_plane_new(&planes->turned, width, height, error));
    DN_TRY(dn_plane_new(&planes->turned_darkness, width, height, error));
    return dn_plane_new(&planes->turned_taken, width, height, error);
}

static void free_planes(rule_planes *planes)
{
    dn_plane_free(&planes->upright);
    dn_plane_free(&planes->level);
    dn_plane_free(&planes->wide);
    dn_plane_free(&planes->turned_level);
    dn_plane_free(&planes->turned);
    dn_plane_free(&planes->turned_darkness);
    dn_plane_free(&planes->turned_taken);
}

static dn_status remove_rules(rule_planes *planes, dn_plane *darkness, dn_plane *taken, dn_error *error)
{
    const size_t shorter = dn_smaller(darkness->height, darkness->width);
    const size_t thickness = dn_larger(THICKNESS * shorter / 1000, LEAST_THICKNESS);
    dn_plane wide = {.height = darkness->width, .width = darkness->height, .data = planes->wide.data};
    dn_plane_transpose(darkness, &planes->turned_darkness);
    DN_TRY(find_upright(darkness, &planes->wide, &planes->turned, thickness, &planes->upright, error));
    DN_TRY(find_upright(&planes->turned_darkness, &wide, taken, thickness, &planes->turned_level, error));
    dn_plane_transpose(&planes->turned_level, &planes->level);
    memset(taken->data, 0, taken->height * taken->width);
    DN_TRY(drop_ones(&planes->upright, &planes->level, thickness, error));
    DN_TRY(take(darkness, &planes->upright, thickness + 4, taken, error));
    dn_plane_transpose(darkness, &planes->turned_darkness);
    dn_plane_transpose(taken, &planes->turned_taken);
    DN_TRY(
        take(&planes->turned_darkness, &planes->turned_level, thickness + 4, &planes->turned_taken, error));
    dn_plane_transpose(&planes->turned_darkness, darkness);
    dn_plane_transpose(&planes->turned_taken, taken);
    return DN_OK;
}

dn_status dn_rules_remove(dn_plane *darkness, dn_plane *taken, dn_error *error)
{
    rule_planes planes;
    dn_status status = new_planes(&planes, darkness->height, darkness->width, error);
    if (status == DN_OK)
        status = remove_rules(&planes, darkness, taken, error);
    free_planes(&planes);
    return status;
}
