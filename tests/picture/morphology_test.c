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

/** The extreme of a window, looked up one by one. */
static uint8_t slow_extreme(const dn_plane *plane, size_t y, size_t x, size_t before, size_t after,
                            dn_extreme extreme, uint8_t outside)
{
    uint8_t best = extreme == DN_LARGEST ? 0 : UINT8_MAX;
    for (size_t k = 0; k < before + after + 1; k++) {
        const bool inside = y + k >= before && y + k - before < plane->height;
        const uint8_t value = inside ? plane->data[(y + k - before) * plane->width + x] : outside;
        best = (value > best) == (extreme == DN_LARGEST) ? value : best;
    }
    return best;
}

static void a_window_of_any_length_gives_the_extremes(void **state)
{
    (void)state;
    for (size_t height = 1; height < 20; height += 3) {
        for (size_t length = 1; length < 30; length += 4) {
            for (int extreme = DN_SMALLEST; extreme <= DN_LARGEST; extreme++) {
                const size_t before = length / 3;
                dn_plane plane = new_plane(height, 5);
                dn_plane copy = new_plane(height, 5);
                assert_ok(dn_slide(&plane, before, length - 1 - before, (dn_extreme)extreme, 7, &error));
                for (size_t i = 0; i < height * 5; i++)
                    assert_int_equal(plane.data[i],
                                     slow_extreme(&copy, i / 5, i % 5, before, length - 1 - before,
                                                  (dn_extreme)extreme, 7));
                dn_plane_free(&plane);
                dn_plane_free(&copy);
            }
        }
    }
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
    assert_ok(dn_open_columns(&plane, 10, &error));
    for (size_t y = 0; y < 20; y++) {
        assert_int_equal(plane.data[2 * y], y >= 4 && y < 14 ? 90 : 0);
        assert_int_equal(plane.data[2 * y + 1], 0);
    }
    dn_plane_free(&plane);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_window_of_any_length_gives_the_extremes),
        cmocka_unit_test(a_closing_fills_what_is_narrower_and_keeps_what_is_wider),
        cmocka_unit_test(an_opening_keeps_what_is_as_long),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
