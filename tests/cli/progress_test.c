#include "capture.h"

#include "cli/progress.h"

#include <string.h>

static const dn_progress halfway = {
    .epoch = 2, .epochs = 4, .batch = 5, .batches = 10, .images = 320, .loss = 0.25};

static void without_a_terminal_nothing_is_drawn(void **state)
{
    (void)state;
    capture caught = capture_begin(stderr);
    cli_progress progress = cli_progress_begin(false);
    cli_progress_draw(&progress, &halfway);
    cli_progress_clear(&progress);
    char *text = capture_end(&caught);
    assert_string_equal(text, "");
    free(text);
}

/** The bar as a terminal would get it: the test says that there is one. */
static char *drawn(cli_progress *progress, const dn_progress *state, size_t times)
{
    capture caught = capture_begin(stderr);
    for (size_t i = 0; i < times; i++)
        cli_progress_draw(progress, state);
    return capture_end(&caught);
}

static void the_bar_tells_the_epoch_the_share_the_loss_and_the_time_left(void **state)
{
    (void)state;
    cli_progress progress = cli_progress_begin(false);
    progress.shown = true;
    progress.begin -= 75.0; /* 3 of 8 parts took 75 s, 5 are left */
    char *text = drawn(&progress, &halfway, 1);
    assert_contains(text, "\r\033[Kepoch 2/4 [############------------] loss 0.2500  13 images/s  2:0");
    free(text);
}

/** Of 40 parts 39 are left. What a million epochs take is more seconds than an int holds. */
static void a_long_time_left_is_told_in_hours(void **state)
{
    (void)state;
    static const struct {
        double seconds; /* for the first part */
        const char *left;
    } cases[] = {{3590.0 / 39, " 59:5"},      {3605.0 / 39, " 1:00:0"},         {36605.0 / 39, " 10:10:0"},
                 {356390.0 / 39, " 98:59:5"}, {356500.0 / 39, "over 99 hours"}, {1e9, "over 99 hours"},
                 {1e30, "over 99 hours"}};
    const dn_progress first = {
        .epoch = 1, .epochs = 4, .batch = 1, .batches = 10, .images = 64, .loss = 0.25};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        cli_progress progress = cli_progress_begin(false);
        progress.shown = true;
        progress.begin -= cases[i].seconds;
        char *text = drawn(&progress, &first, 1);
        assert_contains(text, cases[i].left);
        free(text);
    }
}

static void the_bar_is_not_drawn_more_often_than_it_can_be_read(void **state)
{
    (void)state;
    cli_progress progress = cli_progress_begin(false);
    progress.shown = true;
    free(drawn(&progress, &halfway, 1));
    progress.last_draw += 3600.0; /* as if it had been drawn just now, on a machine however slow */
    char *text = drawn(&progress, &halfway, 100);
    assert_string_equal(text, "");
    free(text);
}

static void a_full_and_an_empty_bar_fit(void **state)
{
    (void)state;
    cli_progress progress = cli_progress_begin(false);
    progress.shown = true;
    dn_progress at = halfway;
    at.epoch = 1;
    at.batch = 0;
    char *text = drawn(&progress, &at, 1);
    assert_contains(text, "[------------------------]");
    free(text);
    at.epoch = at.epochs;
    at.batch = at.batches;
    progress.last_draw = 0.0;
    text = drawn(&progress, &at, 1);
    assert_contains(text, "[########################]");
    assert_contains(text, "0:00 left");
    free(text);
}

static void clearing_wipes_what_was_drawn_and_nothing_else(void **state)
{
    (void)state;
    cli_progress progress = cli_progress_begin(false);
    progress.shown = true;
    capture caught = capture_begin(stderr);
    cli_progress_clear(&progress);
    char *text = capture_end(&caught);
    assert_string_equal(text, "");
    free(text);
    free(drawn(&progress, &halfway, 1));
    caught = capture_begin(stderr);
    cli_progress_clear(&progress);
    text = capture_end(&caught);
    assert_string_equal(text, "\r\033[K");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_terminal_nothing_is_drawn),
        cmocka_unit_test(the_bar_tells_the_epoch_the_share_the_loss_and_the_time_left),
        cmocka_unit_test(a_long_time_left_is_told_in_hours),
        cmocka_unit_test(the_bar_is_not_drawn_more_often_than_it_can_be_read),
        cmocka_unit_test(a_full_and_an_empty_bar_fit),
        cmocka_unit_test(clearing_wipes_what_was_drawn_and_nothing_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
