#include "support.h"

#include "usual_plot.h"

#include "cli/svg.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;
/** The picture's text; the caller frees. */
static char *picture_of(const cli_plot *plot)
{
    size_t size;
    const char *path = temporary_path("picture.svg");
    assert_ok(cli_svg_write(path, plot, &error));
    assert_ok(cli_svg_check_ours(path, &error));
    uint8_t *bytes = read_bytes(path, &size);
    char *text = calloc(1, size + 1);
    assert_non_null(text);
    memcpy(text, bytes, size);
    assert_int_equal(strlen(text), size);
    free(bytes);
    return text;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (; (text = strstr(text, part)); text++)
        count++;
    return count;
}

static void the_picture_holds_the_curve_the_ticks_and_the_mark(void **state)
{
    (void)state;
    const cli_plot plot = usual_plot();
    char *text = picture_of(&plot);
    assert_int_equal(strncmp(text, "<svg xmlns=\"http://www.w3.org/2000/svg\"", 39), 0);
    assert_contains(text, "points=\"60.0,40.0 200.0,90.0 340.0,190.0 480.0,290.0 620.0,40.0\"");
    assert_contains(text, "<text x=\"340.0\" y=\"358\">0.1</text>");
    assert_contains(text, "<text x=\"620.0\" y=\"358\">10</text>");
    assert_contains(text, "<text x=\"52\" y=\"40.0\" dy=\"0.35em\">6</text>");
    assert_contains(text, "<text x=\"52\" y=\"340.0\" dy=\"0.35em\">0</text>");
    assert_contains(text, "<path d=\"M340.0 40V340\" stroke=\"#c0392b\"");
    assert_contains(text, ">here: 0.1</text>");
    assert_contains(text, ">rate</text>");
    assert_contains(text, ">loss</text>");
    assert_int_equal(count_of(text, "<g"), count_of(text, "</g>"));
    assert_int_equal(count_of(text, "<text"), count_of(text, "</text>"));
    assert_string_equal(text + strlen(text) - 7, "</svg>\n");
    free(text);
}

static void a_mark_on_the_right_has_its_text_on_the_left(void **state)
{
    (void)state;
    cli_plot plot = usual_plot();
    char *text = picture_of(&plot);
    assert_contains(text, "<text x=\"348.0\" y=\"332\" text-anchor=\"start\"");
    free(text);
    plot.mark = 1.0F;
    text = picture_of(&plot);
    assert_contains(text, "<text x=\"472.0\" y=\"332\" text-anchor=\"end\"");
    free(text);
    plot.mark = 0.0F;
    text = picture_of(&plot);
    assert_null(strstr(text, "here"));
    assert_null(strstr(text, "dasharray"));
    free(text);
}

static void an_explosion_is_clipped_with_small_numbers(void **state)
{
    (void)state;
    static const float exploding[] = {2, 1.5F, 1, 1e20F, 1e30F};
    cli_plot plot = usual_plot();
    plot.y = exploding;
    char *text = picture_of(&plot);
    assert_contains(text, "<polyline clip-path=\"url(#area)\"");
    assert_contains(text, " 480.0,-260.0 620.0,-260.0\"");
    free(text);
}

static void a_long_curve_grows_the_text(void **state)
{
    (void)state;
    enum { COUNT = 20000 };
    static float x[COUNT];
    static float y[COUNT];
    for (size_t i = 0; i < COUNT; i++) {
        x[i] = 1.0F + (float)i;
        y[i] = 1.0F;
    }
    const cli_plot plot = {
        .x = x, .y = y, .count = COUNT, .x_label = "", .y_label = "", .mark = 1.0F, .mark_text = ""};
    char *text = picture_of(&plot);
    assert_int_equal(count_of(text, ","), COUNT);
    free(text);
}

static void what_can_not_be_written_is_an_error(void **state)
{
    (void)state;
    const cli_plot plot = usual_plot();
    assert_int_equal(cli_svg_write(temporary_path("no/folder.svg"), &plot, &error), DN_ERR_FILE);
    assert_contains(error.subject, "no/folder.svg");
}

static bool is_ours(const char *text, size_t size)
{
    const char *path = temporary_path("asked.svg");
    write_bytes(path, text, size);
    const dn_status status = cli_svg_check_ours(path, &error);
    assert_true(status == DN_OK || status == DN_ERR_FORMAT);
    return status == DN_OK;
}

static void other_pictures_and_parts_of_ours_are_not_ours(void **state)
{
    (void)state;
    static const char other[] =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"640\"><path d=\"M0 0\"/></svg>\n";
    const cli_plot plot = usual_plot();
    char *text = picture_of(&plot);
    const size_t size = strlen(text);
    assert_true(is_ours(text, size));
    assert_false(is_ours("", 0));
    assert_false(is_ours(other, sizeof other - 1));
    for (size_t length = 0; length < size; length++)
        assert_false(is_ours(text, length));
    char *line = strstr(text, "<polyline");
    assert_non_null(line);
    memcpy(line, "<image   ", 9);
    assert_false(is_ours(text, size));
    free(text);
    assert_int_equal(cli_svg_check_ours(temporary_path("missing"), &error), DN_ERR_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_picture_holds_the_curve_the_ticks_and_the_mark),
        cmocka_unit_test(a_mark_on_the_right_has_its_text_on_the_left),
        cmocka_unit_test(an_explosion_is_clipped_with_small_numbers),
        cmocka_unit_test(a_long_curve_grows_the_text),
        cmocka_unit_test(what_can_not_be_written_is_an_error),
        cmocka_unit_test(other_pictures_and_parts_of_ours_are_not_ours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
