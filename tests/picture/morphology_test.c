#include "picture/morphology.h"

#include "core/random.h"

#include "support.h"

#include "digitnet/core.h"

#include <string.h>

static dn_error error;

static dn_plane new_plane(size_t height, size_t width)
{
    dn_plane plane;
    dn_random random = dn_random_stream(1, DN_PURPOSE_TENSOR, height, width);
    assert_ok(dn_plane_new(&plane, height, width, &error));
    for (size_t i = 0; i < height * width; i++)
        plane.data[i] = (uint8_t)dn_random_below(&random, 256);
    return plane;
}

/** The extreme of a window that begins `before` places before place i of a line, looked up one by one. */
static uint8_t slow_extreme(const uint8_t *line, size_t count, size_t step, size_t i, size_t before,
                            size_t length, dn_extreme extreme, uint8_t outside)
{
    uint8_t best = extreme == DN_LARGEST ? 0 : UINT8_MAX;
    for (size_t k = 0; k < length; k++) {
        const bool inside = i + k >= before && i + k - before < count;
        const uint8_t value = inside ? line[(i + k - before) * step] : outside;
        best = (value > best) == (extreme == DN_LARGEST) ? value : best;
    }
    return best;
}

static void try_window(size_t height, size_t width, size_t length, dn_extreme extreme)
{
    const size_t before = length / 3;
    for (int axis = DN_DOWN_COLUMNS; axis <= DN_ALONG_ROWS; axis++) {
        dn_plane plane = new_plane(height, width);
        dn_plane copy = new_plane(height, width);
        assert_ok(dn_slide(&plane, (dn_axis)axis, before, length - 1 - before, extreme, 7, &error));
        for (size_t i = 0; i < height * width; i++) {
            const size_t y = i / width;
            const size_t x = i % width;
            const uint8_t wanted =
                axis == DN_DOWN_COLUMNS
                    ? slow_extreme(copy.data + x, height, width, y, before, length, extreme, 7)
                    : slow_extreme(copy.data + y * width, width, 1, x, before, length, extreme, 7);
            assert_int_equal(plane.data[i], wanted);
        }
        dn_plane_free(&plane);
        dn_plane_free(&copy);
    }
}

static void a_window_of_any_length_gives_the_extremes(void **state)
{
    (void)state;
    for (size_t height = 1; height < 20; height += 3)
        for (size_t length = 1; length < 36; length++)
            for (int extreme = DN_SMALLEST; extreme <= DN_LARGEST; extreme++)
                try_window(height, 23 - height, length, (dn_extreme)extreme);
}

static void a_closing_fills_what_is_narrower_and_keeps_what_is_wider(void **state)
{
    (void)state;
    dn_plane plane;
    assert_ok(dn_plane_new(&plane, 30, 30, &error));
    memset(plane.data, 200, 900);
    for (size_t y = 0; y < 30; y++) {
        memset(plane.data + y * 30 + 5, 50, 3);
        memset(plane.data + y * 30 + 15, 60, 15);
    }
    assert_ok(dn_close_square(&plane, 9, &error));
    assert_int_equal(plane.data[10 * 30 + 6], 200);
    assert_int_equal(plane.data[10 * 30 + 20], 60);
    dn_plane_free(&plane);
}

static void an_opening_keeps_what_is_as_long(void **state)
{
    (void)state;
    dn_plane plane;
    assert_ok(dn_plane_new(&plane, 20, 2, &error));
    for (size_t y = 0; y < 20; y++) {
        plane.data[2 * y] = y >= 4 && y < 14 ? 90 : 0;
        plane.data[2 * y + 1] = y >= 4 && y < 13 ? 90 : 0;
    }
    assert_ok(dn_open(&plane, DN_DOWN_COLUMNS, 10, &error));
    for (size_t y = 0; y < 20; y++) {
        assert_int_equal(plane.data[2 * y], y >= 4 && y < 14 ? 90 : 0);
        assert_int_equal(plane.data[2 * y + 1], 0);
    }
    dn_plane_free(&plane);
}

/* ---- Slanted lines ---- */

#define MARGIN ((size_t)80)
#define WIDTH ((size_t)90)

/** The place in a plane with margins of what lies in row y of the line that begins in a column. */
static size_t place_in_line(const dn_plane *plane, const size_t *shift, size_t column, size_t y)
{
    return y * plane->width + MARGIN + column - shift[y];
}

/** The opening at row y of a line: the best of the windows that hold it. */
static uint8_t slow_opening(const dn_plane *plane, const size_t *shift, size_t column, size_t y,
                            size_t length)
{
    uint8_t best = 0;
    for (size_t first = y + 1 < length ? 0 : y + 1 - length; first <= y && first + length <= plane->height;
         first++) {
        uint8_t least = UINT8_MAX;
        for (size_t k = first; k < first + length; k++) {
            const uint8_t value = plane->data[place_in_line(plane, shift, column, k)];
            least = value < least ? value : least;
        }
        best = least > best ? least : best;
    }
    return best;
}

/** Bytes up to `faint`, and two lines of a part of the height: one of random brightness, one just above faint. */
static dn_plane new_lines(size_t height, const size_t *shift, uint8_t faint, uint64_t seed)
{
    dn_plane plane;
    dn_random random = dn_random_stream(seed, DN_PURPOSE_TENSOR, height, 0);
    assert_ok(dn_plane_new(&plane, height, WIDTH + 2 * MARGIN, &error));
    for (size_t y = 0; y < height; y++) {
        uint8_t *line = plane.data + y * plane.width;
        for (size_t x = 0; x < WIDTH; x++)
            line[MARGIN + x] = (uint8_t)dn_random_below(&random, (uint64_t)faint + 1);
        if (y >= height / 10 && y < height - height / 5)
            line[MARGIN + 5 + shift[0] - shift[y]] = (uint8_t)(150 + dn_random_below(&random, 100));
        if (y >= height / 5 && y < height - height / 10)
            line[MARGIN + WIDTH - 10 + shift[0] - shift[y]] = faint + 1;
    }
    return plane;
}

static void try_lines(size_t height, size_t length, size_t slope, uint8_t faint, uint64_t seed)
{
    size_t shift[70];
    dn_plane best;
    for (size_t y = 0; y < height; y++)
        shift[y] = slope < 20 ? y * slope / 100 : (height - 1 - y) * (slope - 20) / 100;
    dn_plane lines = new_lines(height, shift, faint, seed);
    const size_t columns = WIDTH + (shift[0] > shift[height - 1] ? shift[0] : shift[height - 1]);
    assert_ok(dn_plane_new(&best, height, lines.width, &error));
    memset(best.data, 3, height * lines.width);
    assert_ok(dn_open_sheared(&lines, shift, MARGIN, columns, length, faint, &best, &error));
    for (size_t y = 0; y < height; y++) {
        for (size_t column = 0; column < columns; column++) {
            const uint8_t found = best.data[place_in_line(&best, shift, column, y)];
            const uint8_t opened = slow_opening(&lines, shift, column, y, length);
            if (found != (opened > 3 ? opened : 3) && (found > faint || opened > faint))
                fail_msg("%u found, %u wanted in row %zu of column %zu, %zu rows, %zu long", found, opened, y,
                         column, height, length);
        }
    }
    dn_plane_free(&lines);
    dn_plane_free(&best);
}

static void an_opening_along_slanted_lines_is_that_of_each_line(void **state)
{
    (void)state;
    static const size_t heights[] = {1, 2, 17, 33, 70};
    for (size_t i = 0; i < sizeof heights / sizeof heights[0]; i++)
        for (size_t length = 1; length <= heights[i] + 1; length += heights[i] < 40 ? 1 : 1 + length / 3)
            for (size_t slope = 0; slope < 40; slope += 13)
                for (uint64_t seed = 0; seed < 3; seed++)
                    try_lines(heights[i], length, slope, (uint8_t)(100 * seed), seed);
}

static void a_plane_of_any_extents_is_turned(void **state)
{
    (void)state;
    for (size_t height = 1; height < 80; height += height < 20 ? 1 : 19) {
        for (size_t width = 1; width < 80; width += width < 20 ? 1 : 19) {
            dn_plane turned;
            dn_plane plane = new_plane(height, width);
            assert_ok(dn_plane_new(&turned, width, height, &error));
            dn_plane_transpose(&plane, &turned);
            for (size_t i = 0; i < height * width; i++)
                assert_int_equal(turned.data[i % width * height + i / width], plane.data[i]);
            dn_plane_free(&plane);
            dn_plane_free(&turned);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_of_any_length_gives_the_extremes),
        cmocka_unit_test(a_closing_fills_what_is_narrower_and_keeps_what_is_wider),
        cmocka_unit_test(an_opening_keeps_what_is_as_long),
        cmocka_unit_test(an_opening_along_slanted_lines_is_that_of_each_line),
        cmocka_unit_test(a_plane_of_any_extents_is_turned),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
