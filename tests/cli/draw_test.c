#include "capture.h"

#include "cli/draw.h"

static char *drawing(const uint8_t *images, size_t count, size_t height, size_t width,
                     const char *const *captions, size_t columns)
{
    capture caught = capture_begin(stdout);
    cli_draw(stdout, images, count, height, width, captions, columns);
    return capture_end(&caught);
}

static void as_many_fit_as_the_columns_hold_with_gaps(void **state)
{
    (void)state;
    assert_int_equal(cli_draw_fit(28, 80), 2);
    assert_int_equal(cli_draw_fit(28, 87), 2);
    assert_int_equal(cli_draw_fit(28, 88), 3);
    assert_int_equal(cli_draw_fit(28, 28), 1);
    assert_int_equal(cli_draw_fit(28, 5), 1);
    assert_int_equal(cli_draw_fit(28, 0), 1);
}

static void a_character_is_two_pixels_one_above_the_other(void **state)
{
    (void)state;
    const uint8_t image[] = {0, 255, 0,   255, //
                             0, 255, 255, 0};
    char *text = drawing(image, 1, 2, 4, NULL, 80);
    assert_string_equal(text, " @++\n");
    free(text);
}

static void the_last_row_of_an_odd_height_stands_alone(void **state)
{
    (void)state;
    const uint8_t image[] = {255, 0, 255, 0, 0, 255};
    char *text = drawing(image, 1, 3, 2, NULL, 80);
    assert_string_equal(text, "@ \n @\n");
    free(text);
}

static void more_ink_is_never_a_lighter_character(void **state)
{
    (void)state;
    static const char shades[] = " .:-=+*#%@";
    uint8_t image[256];
    for (size_t i = 0; i < sizeof image; i++)
        image[i] = (uint8_t)i;
    char *text = drawing(image, 1, 1, sizeof image, NULL, 256);
    size_t shade = 0;
    for (size_t i = 0; i < sizeof image; i++) {
        if (text[i] != shades[shade])
            shade++;
        assert_int_equal(text[i], shades[shade]);
    }
    assert_int_equal(shade, sizeof shades - 2);
    free(text);
}

static void pictures_stand_side_by_side_and_then_below(void **state)
{
    (void)state;
    const uint8_t images[] = {255, 255, 255, 0, 0, 0, 255, 0, 255};
    static const char *const captions[] = {"a", "b", "long"};
    char *text = drawing(images, 3, 1, 3, captions, 8);
    assert_string_equal(text, "a    b    \n"
                              "@@@     \n"
                              "lon  \n"
                              "@ @\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_many_fit_as_the_columns_hold_with_gaps),
        cmocka_unit_test(a_character_is_two_pixels_one_above_the_other),
        cmocka_unit_test(the_last_row_of_an_odd_height_stands_alone),
        cmocka_unit_test(more_ink_is_never_a_lighter_character),
        cmocka_unit_test(pictures_stand_side_by_side_and_then_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
