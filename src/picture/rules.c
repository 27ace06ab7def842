#include "picture/rules.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/size.h"
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

static void keep_larger(uint8_t *restrict kept, const uint8_t *restrict row, size_t count)
{
    for (size_t i = 0; i < count; i++)
        kept[i] = row[i] > kept[i] ? row[i] : kept[i];
}

/** best = the larger of best and the closing along a diagonal. */
static dn_status close_diagonal(const dn_plane *in, int slope, size_t length, dn_plane *best, dn_error *error)
{
    const size_t height = in->height;
    const size_t widest = dn_larger(shear_offset(0, height, slope), shear_offset(height - 1, height, slope));
    dn_plane sheared;
    DN_TRY(dn_plane_new(&sheared, height, in->width + widest, error));
    for (size_t y = 0; y < height; y++)
        memcpy(sheared.data + y * sheared.width + shear_offset(y, height, slope), in->data + y * in->width,
               in->width);
    const dn_status status = dn_close(&sheared, DN_DOWN_COLUMNS, length, error);
    for (size_t y = 0; y < height && status == DN_OK; y++)
        keep_larger(best->data + y * best->width,
                    sheared.data + y * sheared.width + shear_offset(y, height, slope), in->width);
    dn_plane_free(&sheared);
    return status;
}

/** Each byte becomes the largest of three in its row: jagged lines become whole. out has `margin` columns more on either side. */
static void widen(const dn_plane *in, dn_plane *out, size_t margin)
{
    const size_t width = in->width;
    for (size_t y = 0; y < in->height; y++) {
        const uint8_t *restrict row = in->data + y * width;
        uint8_t *restrict wide = out->data + y * out->width + margin;
        memcpy(wide, row, width);
        keep_larger(wide + 1, row, width - 1);
        keep_larger(wide, row + 1, width - 1);
    }
}

/** lines = 0 where they are thick: where opening across them leaves more than half. */
static dn_status keep_thin(dn_plane *lines, size_t thickness, dn_error *error)
{
    const size_t count = lines->height * lines->width;
    dn_plane opened;
    DN_TRY(dn_plane_new(&opened, lines->height, lines->width, error));
    memcpy(opened.data, lines->data, count);
    const dn_status status = dn_open(&opened, DN_ALONG_ROWS, thickness, error);
    const uint8_t *restrict across = opened.data;
    uint8_t *restrict line = lines->data;
    for (size_t i = 0; i < count && status == DN_OK; i++) {
        const uint8_t thin = across[i] > line[i] / 2 ? 0 : line[i];
        line[i] = line[i] < LEAST_DARKNESS ? 0 : thin;
    }
    dn_plane_free(&opened);
    return status;
}

/** The planes in which lines are looked for, with a margin on both sides, and how far each row moves for a slope. */
typedef struct line_search {
    dn_plane wide, found;
    size_t *shift;
} line_search;

static dn_status search_lines(line_search *search, const dn_plane *darkness, size_t margin, dn_error *error)
{
    const size_t height = darkness->height;
    const size_t length = LENGTH * dn_smaller(height, darkness->width) / DIAGONAL + 1;
    widen(darkness, &search->wide, margin);
    for (int slope = -STEEPEST; slope <= STEEPEST; slope += SLOPE_STEP) {
        for (size_t y = 0; y < height; y++)
            search->shift[y] = shear_offset(y, height, slope);
        const size_t widest = dn_larger(search->shift[0], search->shift[height - 1]);
        DN_TRY(dn_open_sheared(&search->wide, search->shift, margin, darkness->width + widest, length,
                               LEAST_DARKNESS / 2, &search->found, error));
    }
    return DN_OK;
}

/** lines [H, W]: how dark the thin upright line is that each pixel lies on. */
static dn_status find_upright(const dn_plane *darkness, size_t thickness, dn_plane *lines, dn_error *error)
{
    const size_t height = darkness->height;
    const size_t width = darkness->width;
    const size_t margin = shear_offset(0, height, STEEPEST) + DN_STRIPE;
    line_search search = {.shift = dn_allocate(height, sizeof *search.shift, error)};
    dn_status status = search.shift ? DN_OK : DN_ERR_MEMORY;
    if (status == DN_OK)
        status = dn_plane_new(&search.wide, height, width + 2 * margin, error);
    if (status == DN_OK)
        status = dn_plane_new(&search.found, height, width + 2 * margin, error);
    if (status == DN_OK)
        status = search_lines(&search, darkness, margin, error);
    for (size_t y = 0; y < height && status == DN_OK; y++)
        memcpy(lines->data + y * width, search.found.data + y * search.found.width + margin, width);
    dn_release(search.shift);
    dn_plane_free(&search.wide);
    dn_plane_free(&search.found);
    return status == DN_OK ? keep_thin(lines, thickness + 3, error) : status;
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
    if (!dn_plane_has_ink(upright))
        return DN_OK;
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
    const uint8_t *restrict line = lines->data;
    uint8_t *restrict dark = darkness->data;
    uint8_t *restrict gone = taken->data;
    uint8_t any = 0;
    for (size_t i = 0; i < count; i++) {
        const uint8_t explained = line[i] != 0 && 100U * dark[i] <= EXPLAINED * line[i];
        dark[i] = explained ? 0 : dark[i];
        gone[i] |= explained;
        any |= explained;
    }
    if (!any)
        return DN_OK;
    DN_TRY(dn_plane_new(&filled, darkness->height, darkness->width, error));
    memcpy(filled.data, darkness->data, count);
    dn_status status = dn_close(&filled, DN_ALONG_ROWS, gap, error);
    if (status == DN_OK)
        status = close_diagonal(darkness, DIAGONAL, gap, &filled, error);
    if (status == DN_OK)
        status = close_diagonal(darkness, -DIAGONAL, gap, &filled, error);
    const uint8_t *restrict fill = filled.data;
    for (size_t i = 0; i < count && status == DN_OK; i++)
        dark[i] = line[i] != 0 && gone[i] != 0 ? fill[i] : dark[i];
    dn_plane_free(&filled);
    return status;
}

/** The planes that removing rules takes: as they lie, and turned by a quarter, in which level lines are upright. */
typedef struct rule_planes {
    dn_plane upright, level;
    dn_plane turned_level, turned_darkness, turned_taken;
} rule_planes;

static dn_status new_planes(rule_planes *planes, size_t height, size_t width, dn_error *error)
{
    *planes = (rule_planes){0};
    DN_TRY(dn_plane_new(&planes->upright, height, width, error));
    DN_TRY(dn_plane_new(&planes->level, height, width, error));
    DN_TRY(dn_plane_new(&planes->turned_level, width, height, error));
    DN_TRY(dn_plane_new(&planes->turned_darkness, width, height, error));
    return dn_plane_new(&planes->turned_taken, width, height, error);
}

static void free_planes(rule_planes *planes)
{
    dn_plane_free(&planes->upright);
    dn_plane_free(&planes->level);
    dn_plane_free(&planes->turned_level);
    dn_plane_free(&planes->turned_darkness);
    dn_plane_free(&planes->turned_taken);
}

static dn_status remove_rules(rule_planes *planes, dn_plane *darkness, dn_plane *taken, dn_error *error)
{
    const size_t shorter = dn_smaller(darkness->height, darkness->width);
    const size_t thickness = dn_larger(THICKNESS * shorter / 1000, LEAST_THICKNESS);
    dn_plane_transpose(darkness, &planes->turned_darkness);
    DN_TRY(find_upright(darkness, thickness, &planes->upright, error));
    DN_TRY(find_upright(&planes->turned_darkness, thickness, &planes->turned_level, error));
    dn_plane_transpose(&planes->turned_level, &planes->level);
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
