#include "picture/groups.h"

#include "core/memory.h"
#include "core/size.h"

#include <string.h>

#define HUNDRED 100
/** A component with less than this of the largest one's pixels, in hundredths, is a speck. */
#define SPECK 2
/** Components of a digit lie at most so far apart, in hundredths of the longer one's side. */
#define NEAR 22
/** Side by side, what is this tall beside another is a digit of its own, in hundredths; above each other likewise. */
#define TALL 50
/** A minus sign's height, in hundredths of its width, and where its middle lies, in hundredths of the digit's height. */
#define FLAT 45
/** An underline's height, likewise; it is longer than the digit is wide. */
#define LINE 25
#define MIDDLE_FROM 25
#define MIDDLE_TO 75

void dn_groups_free(dn_groups *groups)
{
    dn_release(groups->of);
    *groups = (dn_groups){0};
}

/** The largest components that are not dropped, largest first. */
static size_t choose(const dn_components *found, size_t chosen[DN_MOST_GROUPS])
{
    size_t count = 0;
    for (size_t i = 0; i < found->count; i++) {
        size_t place = count;
        while (place > 0 && found->items[chosen[place - 1]].pixels < found->items[i].pixels)
            place--;
        if (found->items[i].dropped || place == DN_MOST_GROUPS)
            continue;
        count += count < DN_MOST_GROUPS;
        memmove(chosen + place + 1, chosen + place, (count - place - 1) * sizeof *chosen);
        chosen[place] = i;
    }
    return count;
}

static size_t gap(size_t end, size_t begin)
{
    return begin > end ? begin - end : 0;
}

static size_t overlap(size_t begin_a, size_t end_a, size_t begin_b, size_t end_b)
{
    return gap(dn_larger(begin_a, begin_b), dn_smaller(end_a, end_b));
}

/** Two digits: both tall, beside each other or one above the other. */
static bool are_two(dn_box a, dn_box b)
{
    const size_t across = overlap(a.left, a.right, b.left, b.right);
    const size_t down = overlap(a.top, a.bottom, b.top, b.bottom);
    const size_t lower = dn_smaller(dn_box_height(a), dn_box_height(b));
    const size_t higher = dn_larger(dn_box_height(a), dn_box_height(b));
    const size_t narrower = dn_smaller(dn_box_width(a), dn_box_width(b));
    const bool beside = across * HUNDRED <= 25 * narrower && down * HUNDRED >= TALL * lower &&
                        lower * HUNDRED >= TALL * higher;
    const bool above = down == 0 && dn_box_height(a) >= dn_box_width(a) &&
                       dn_box_height(b) >= dn_box_width(b) && lower * HUNDRED >= TALL * higher;
    return beside || above;
}

/** A minus sign beside a digit, or an underline. */
static bool is_minus(dn_box flat, dn_box digit)
{
    const size_t twice_middle = flat.top + flat.bottom;
    const size_t height = dn_box_height(digit);
    const bool beside = flat.right <= digit.left || flat.left >= digit.right;
    const bool under = flat.top >= digit.bottom; /* what lies above may be the bar of a 5 */
    if (under && dn_box_height(flat) * HUNDRED <= LINE * dn_box_width(flat) &&
        dn_box_width(flat) * 10 >= dn_box_width(digit) * 11)
        return true;
    return beside && dn_box_height(flat) * HUNDRED <= FLAT * dn_box_width(flat) &&
           twice_middle * HUNDRED >= 2 * (digit.top * HUNDRED + MIDDLE_FROM * height) &&
           twice_middle * HUNDRED <= 2 * (digit.top * HUNDRED + MIDDLE_TO * height);
}

static bool belong_together(dn_box a, dn_box b)
{
    const size_t across = gap(dn_smaller(a.right, b.right), dn_larger(a.left, b.left));
    const size_t down = gap(dn_smaller(a.bottom, b.bottom), dn_larger(a.top, b.top));
    const size_t side = dn_larger(dn_box_side(a), dn_box_side(b));
    return dn_larger(across, down) * HUNDRED <= NEAR * side && !are_two(a, b);
}

static void join_groups(dn_groups *groups, size_t components, size_t kept, size_t joined)
{
    groups->items[kept].box = dn_box_join(groups->items[kept].box, groups->items[joined].box);
    groups->items[kept].pixels += groups->items[joined].pixels;
    groups->items[joined].pixels = 0;
    for (size_t i = 0; i < components; i++)
        groups->of[i] = groups->of[i] == joined ? kept : groups->of[i];
}

/** Join what belongs together, until nothing changes. */
static void join_all(dn_groups *groups, size_t components)
{
    bool changed = true;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < groups->count; i++) {
            for (size_t j = i + 1; j < groups->count; j++) {
                if (!groups->items[i].pixels || !groups->items[j].pixels ||
                    !belong_together(groups->items[i].box, groups->items[j].box))
                    continue;
                join_groups(groups, components, i, j);
                changed = true;
            }
        }
    }
}

/** Empty groups go; the others keep their order. */
static void compact(dn_groups *groups, size_t components)
{
    size_t kept = 0;
    for (size_t g = 0; g < groups->count; g++) {
        if (!groups->items[g].pixels)
            continue;
        groups->items[kept] = groups->items[g];
        for (size_t i = 0; i < components; i++)
            groups->of[i] = groups->of[i] == g ? kept : groups->of[i];
        kept++;
    }
    groups->count = kept;
}

dn_status dn_groups_make(const dn_components *found, dn_groups *groups, dn_error *error)
{
    size_t chosen[DN_MOST_GROUPS];
    const size_t count = choose(found, chosen);
    groups->count = 0;
    groups->of = dn_allocate(found->count, sizeof *groups->of, error);
    if (!groups->of)
        return DN_ERR_MEMORY;
    for (size_t i = 0; i < found->count; i++)
        groups->of[i] = DN_MOST_GROUPS;
    for (size_t i = 0; i < count; i++) {
        const dn_component *item = &found->items[chosen[i]];
        bool kept = item->pixels * HUNDRED >= SPECK * found->items[chosen[0]].pixels;
        for (size_t j = 0; j < groups->count && kept; j++)
            kept = !is_minus(item->box, groups->items[j].box);
        if (!kept)
            continue;
        groups->of[chosen[i]] = groups->count;
        groups->items[groups->count++] = (dn_group){.box = item->box, .pixels = item->pixels};
    }
    join_all(groups, found->count);
    compact(groups, found->count);
    return DN_OK;
}

/** Twice the distance between the middles of an interval and of the whole extent. */
static double off_middle(size_t begin, size_t end, size_t extent)
{
    const double distance = (double)begin + (double)end - (double)extent;
    return distance / (double)extent;
}

size_t dn_groups_main(const dn_groups *groups, size_t height, size_t width)
{
    size_t best = 0;
    double most = -1.0;
    for (size_t i = 0; i < groups->count; i++) {
        const dn_group *group = &groups->items[i];
        const double x = off_middle(group->box.left, group->box.right, width);
        const double y = off_middle(group->box.top, group->box.bottom, height);
        const double weight = (double)group->pixels * (double)dn_box_side(group->box) / (1.0 + x * x + y * y);
        if (weight > most) {
            most = weight;
            best = i;
        }
    }
    return best;
}
