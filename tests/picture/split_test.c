#include "picture/split.h"

#include "support.h"

#include "core/memory.h"

#include <string.h>

#define HEIGHT 60
#define WEAK 102

static dn_error error;

/** A plane [HEIGHT + 2, width + 2] without ink: cut out with one pixel around. */
static dn_plane new_ink(size_t width)
{
    dn_plane plane;
    assert_ok(dn_plane_new(&plane, HEIGHT + 2, width + 2, &error));
    return plane;
}

/** Ink in rows and columns of the digit, which begin at 1 in the plane. */
static void fill(dn_plane *plane, size_t top, size_t left, size_t height, size_t width)
{
    for (size_t y = top + 1; y <= top + height; y++)
        memset(plane->data + y * plane->width + left + 1, UINT8_MAX, width);
}

static dn_box whole(const dn_plane *plane)
{
    return (dn_box){1, 1, plane->height - 1, plane->width - 1};
}

/** Is one of the cuts between the columns `from` and `to` of the digit, each half to its side of it? */
static bool cuts_between(const dn_halves *cuts, size_t count, size_t from, size_t to)
{
    for (size_t i = 0; i < count; i++)
        if (cuts[i].box[0].right - 1 <= to && cuts[i].box[1].left - 1 >= from)
            return true;
    return false;
}

static void what_is_narrow_is_not_cut(void **state)
{
    (void)state;
    static const size_t widths[] = {1, 10, 30, 44};
    for (size_t i = 0; i < sizeof widths / sizeof widths[0]; i++) {
        dn_plane ink = new_ink(widths[i]);
        dn_halves *cuts;
        size_t count = 9;
        fill(&ink, 0, 0, HEIGHT, widths[i]);
        assert_ok(dn_split(&ink, whole(&ink), WEAK, &cuts, &count, &error));
        assert_int_equal(count, 0);
        assert_null(cuts);
        dn_plane_free(&ink);
    }
}

/** Two upright bars that a bridge joins at some height: a cut goes between them, wherever that is. */
static void the_cut_goes_where_little_ink_is(void **state)
{
    (void)state;
    for (size_t left = 10; left <= 50; left += 5) {
        dn_plane ink = new_ink(70);
        dn_halves *cuts;
        size_t count;
        fill(&ink, 0, 0, HEIGHT, left);
        fill(&ink, 0, left + 8, HEIGHT, 70 - left - 8);
        fill(&ink, left / 2, left, 4, 8);
        assert_ok(dn_split(&ink, whole(&ink), WEAK, &cuts, &count, &error));
        assert_in_range(count, 1, DN_CUTS);
        assert_true(cuts_between(cuts, count, left, left + 8));
        dn_release(cuts);
        dn_plane_free(&ink);
    }
}

/** The gap between two bars that lean: columns of the left bar's foot lie below those of the right one's head. */
static void a_slanted_gap_is_found(void **state)
{
    (void)state;
    for (int lean = -15; lean <= 15; lean += 15) { /* columns to the left for each 60 rows down */
        dn_plane ink = new_ink(80);
        dn_halves *cuts;
        size_t count;
        bool clean = false;
        for (size_t y = 0; y < HEIGHT; y++) {
            const ptrdiff_t shift = lean * ((ptrdiff_t)HEIGHT / 2 - (ptrdiff_t)y) / HEIGHT;
            fill(&ink, y, (size_t)(15 + shift), 1, 20);
            fill(&ink, y, (size_t)(45 + shift), 1, 20);
        }
        assert_ok(dn_split(&ink, whole(&ink), WEAK, &cuts, &count, &error));
        /* One of the cuts parts the bars: each half is as wide as a bar and its lean. */
        for (size_t i = 0; i < count; i++) {
            const size_t wide = 20 + (size_t)(lean < 0 ? -lean : lean);
            clean = clean || (dn_box_width(cuts[i].box[0]) <= wide && dn_box_width(cuts[i].box[1]) <= wide &&
                              dn_box_height(cuts[i].box[0]) == HEIGHT);
        }
        assert_true(clean);
        dn_release(cuts);
        dn_plane_free(&ink);
    }
}

static void halves_hold_all_strong_ink_and_are_prepared(void **state)
{
    (void)state;
    dn_plane ink = new_ink(90);
    dn_halves *cuts;
    size_t count;
    fill(&ink, 0, 0, HEIGHT, 30);
    fill(&ink, 20, 60, 40, 30);
    ink.data[(size_t)5 * ink.width + 45] = WEAK - 1; /* weak ink is none */
    assert_ok(dn_split(&ink, whole(&ink), WEAK, &cuts, &count, &error));
    assert_in_range(count, 1, DN_CUTS);
    for (size_t i = 0; i < count; i++) {
        size_t pixels[2] = {0};
        assert_int_equal(cuts[i].box[0].left, 1);
        assert_int_equal(cuts[i].box[0].top, 1);
        assert_int_equal(cuts[i].box[1].right, 91);
        assert_int_equal(cuts[i].box[1].bottom, HEIGHT + 1);
        for (size_t half = 0; half < 2; half++)
            for (size_t k = 0; k < DN_DIGIT_PIXELS; k++)
                pixels[half] += cuts[i].pixels[half][k] > 0;
        assert_in_range(pixels[0], 100, 400);
        assert_in_range(pixels[1], 100, 400);
    }
    /* Between the bars, nothing is cut through. */
    assert_true(cuts_between(cuts, count, 30, 60));
    dn_release(cuts);
    dn_plane_free(&ink);
}

static void a_half_without_ink_is_no_cut(void **state)
{
    (void)state;
    dn_plane ink = new_ink(90);
    dn_halves *cuts;
    size_t count;
    fill(&ink, 0, 0, HEIGHT, 5); /* all of it left of any cut */
    assert_ok(dn_split(&ink, whole(&ink), WEAK, &cuts, &count, &error));
    assert_int_equal(count, 0);
    dn_release(cuts);
    dn_plane_free(&ink);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_narrow_is_not_cut),
        cmocka_unit_test(the_cut_goes_where_little_ink_is),
        cmocka_unit_test(a_slanted_gap_is_found),
        cmocka_unit_test(halves_hold_all_strong_ink_and_are_prepared),
        cmocka_unit_test(a_half_without_ink_is_no_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
