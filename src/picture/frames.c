#include "picture/frames.h"

#include "core/size.h"

/** Along an edge: so much of it, in hundredths. */
#define EDGE_SHARE 60
/** What remains must be this long, in hundredths of the picture's shorter side. */
#define REMAINS 15
/** A frame covers at most this much of its box, and what it encloses is at least so long, in hundredths. */
#define FRAME_FULL 40
#define ENCLOSED_SIDE 25
/** A box covers at most this much of itself; so much of it lies near its sides: within this many hundredths of the shorter one. */
#define BOX_FULL 25
#define BOX_SHARE 90
#define BOX_NEAR 7
#define BOX_STEEPEST 18
#define BOX_SLOPE_STEP 3
#define HUNDRED 100

/** How many pixels of each component lie on the edge from `place` on, `step` apart; the largest share of the edge counts. */
static bool lies_along(const dn_components *found, size_t i, size_t place, size_t step, size_t length)
{
    size_t contact = 0;
    for (size_t k = 0; k < length; k++)
        contact += found->labels[place + k * step] == i + 1;
    return contact * HUNDRED >= EDGE_SHARE * length;
}

static bool lies_along_an_edge(const dn_components *found, size_t i, size_t height, size_t width)
{
    return lies_along(found, i, 0, 1, width) || lies_along(found, i, (height - 1) * width, 1, width) ||
           lies_along(found, i, 0, width, height) || lies_along(found, i, width - 1, width, height);
}

void dn_edges_drop(dn_components *found, size_t height, size_t width)
{
    bool remains = false;
    for (size_t i = 0; i < found->count; i++) {
        dn_component *item = &found->items[i];
        item->dropped = item->border > 0 && lies_along_an_edge(found, i, height, width);
        remains |= !item->dropped && dn_box_side(item->box) * HUNDRED >= REMAINS * dn_smaller(height, width);
    }
    for (size_t i = 0; i < found->count && !remains; i++)
        found->items[i].dropped = false;
}

/** The corner of a frame is as thin as a box, and leaves the picture on two sides or more. */
static bool is_corner(const dn_component *outer, size_t height, size_t width)
{
    const dn_box box = outer->box;
    const int sides = (box.top == 0) + (box.left == 0) + (box.bottom == height) + (box.right == width);
    return sides >= 2 && outer->pixels * HUNDRED <= BOX_FULL * dn_box_height(box) * dn_box_width(box);
}

/** Does a component enclose another? A corner of a frame does so with what the picture shows of it. */
static bool encloses(const dn_component *outer, const dn_component *inner, size_t height, size_t width)
{
    const size_t open = is_corner(outer, height, width) ? 1 : 0;
    return inner->box.top + open > outer->box.top && inner->box.left + open > outer->box.left &&
           inner->box.bottom < outer->box.bottom + open && inner->box.right < outer->box.right + open &&
           dn_box_side(inner->box) * HUNDRED >= ENCLOSED_SIDE * dn_box_side(outer->box);
}

/** Where a component's pixels lie along the axis x + slope y / 100: the first and the last place, in hundredths. */
typedef struct reach {
    ptrdiff_t first, last;
} reach;

static ptrdiff_t along(size_t x, size_t y, int slope)
{
    return HUNDRED * (ptrdiff_t)x + slope * (ptrdiff_t)y;
}

/** The rectangle with a slope that holds a component: its extents along both of its axes. */
typedef struct turned_box {
    reach across, down;
} turned_box;

static void widen(reach *extent, ptrdiff_t place)
{
    extent->first = place < extent->first ? place : extent->first;
    extent->last = place > extent->last ? place : extent->last;
}

static bool is_near(const reach *extent, ptrdiff_t place, ptrdiff_t near)
{
    return place - extent->first <= near || extent->last - place <= near;
}

/** Find the rectangle with that slope that holds a component. */
static turned_box hold(const dn_components *found, size_t i, size_t width, int slope)
{
    const dn_box box = found->items[i].box;
    turned_box held = {{PTRDIFF_MAX, PTRDIFF_MIN}, {PTRDIFF_MAX, PTRDIFF_MIN}};
    for (size_t y = box.top; y < box.bottom; y++)
        for (size_t x = box.left; x < box.right; x++)
            if (found->labels[y * width + x] == i + 1) {
                widen(&held.across, along(x, y, slope));
                widen(&held.down, along(y, x, -slope));
            }
    return held;
}

/** The share of a component's pixels, in hundredths, that lie near the sides of the rectangle with that slope that holds it. */
static size_t near_sides(const dn_components *found, size_t i, size_t width, int slope, ptrdiff_t near)
{
    const dn_box box = found->items[i].box;
    const turned_box held = hold(found, i, width, slope);
    size_t count = 0;
    for (size_t y = box.top; y < box.bottom; y++)
        for (size_t x = box.left; x < box.right; x++)
            count +=
                found->labels[y * width + x] == i + 1 && (is_near(&held.across, along(x, y, slope), near) ||
                                                          is_near(&held.down, along(y, x, -slope), near));
    return count * HUNDRED / found->items[i].pixels;
}

/** A box: nearly all of it lies along the sides of a rectangle that may be turned a little. */
static bool is_box(const dn_components *found, size_t i, size_t width)
{
    const dn_component *item = &found->items[i];
    const size_t shorter = dn_smaller(dn_box_height(item->box), dn_box_width(item->box));
    if (item->pixels * HUNDRED > BOX_FULL * dn_box_height(item->box) * dn_box_width(item->box))
        return false;
    for (int slope = -BOX_STEEPEST; slope <= BOX_STEEPEST; slope += BOX_SLOPE_STEP)
        if (near_sides(found, i, width, slope, (ptrdiff_t)(BOX_NEAR * shorter)) >= BOX_SHARE)
            return true;
    return false;
}

void dn_frames_drop(dn_components *found, size_t height, size_t width)
{
    for (size_t i = 0; i < found->count; i++)
        found->items[i].dropped = found->items[i].dropped || is_box(found, i, width);
    for (size_t i = 0; i < found->count; i++) {
        dn_component *outer = &found->items[i];
        const size_t area = dn_box_height(outer->box) * dn_box_width(outer->box);
        if (outer->dropped || outer->pixels * HUNDRED > FRAME_FULL * area)
            continue;
        for (size_t j = 0; j < found->count && !outer->dropped; j++)
            outer->dropped =
                j != i && !found->items[j].dropped && encloses(outer, &found->items[j], height, width);
    }
}
