#include "capture.h"

#include "usual_epoch.h"

#include "cli/train_report.h"

/** What one epoch's end prints on standard error, and its callback's answer. */
static char *report_epoch(train_report *report, const dn_epoch *epoch, bool *going_on)
{
    capture caught = capture_begin(stderr);
    *going_on = train_report_epoch(report, epoch);
    return capture_end(&caught);
}

static void an_epoch_is_a_line(void **state)
{
    (void)state;
    train_report report = {0};
    bool going_on;
    const dn_epoch epoch = epoch_of(2, true);
    char *text = report_epoch(&report, &epoch, &going_on);
    assert_string_equal(text, "epoch  2/3  loss 0.5000  held-out accuracy 75.00 %  1.50 s\n");
    assert_true(going_on);
    assert_int_equal(report.last.epoch, 2);
    free(text);
}

static void without_a_validation_slice_the_loss_is_told(void **state)
{
    (void)state;
    train_report report = {0};
    bool going_on;
    const dn_epoch epoch = epoch_of(1, false);
    char *text = report_epoch(&report, &epoch, &going_on);
    assert_string_equal(text, "epoch  1/3  loss 0.5000  1.50 s\n");
    free(text);
}

static char *summary_of(const train_summary *summary, bool json)
{
    capture caught = capture_begin(stdout);
    train_report_summary(stdout, summary, json);
    return capture_end(&caught);
}

static void the_summary_tells_the_best_that_is_known(void **state)
{
    (void)state;
    const dn_metrics test = {.count = 1000, .correct = 900, .loss = 0.3};
    const dn_epoch last = epoch_of(3, true);
    train_summary summary = {
        .model = "m", .epochs = 3, .steps = 30, .last = &last, .valid = &last.valid, .test = &test};
    char *text = summary_of(&summary, false);
    assert_string_equal(text, "test accuracy 90.00 +- 0.95 % (100 errors in 1000)\n");
    free(text);
    summary.test = NULL;
    text = summary_of(&summary, false);
    assert_string_equal(text, "held-out accuracy 75.00 +- 3.06 % (50 errors in 200)\n");
    free(text);
    summary.valid = NULL;
    text = summary_of(&summary, false);
    assert_string_equal(text, "training loss 0.5000\n");
    free(text);
    summary.last = NULL; /* mean images, and nothing to measure them on */
    text = summary_of(&summary, false);
    assert_string_equal(text, "");
    free(text);
}

static void the_summary_as_json_leaves_out_what_was_not_measured(void **state)
{
    (void)state;
    const dn_metrics test = {.count = 1000, .correct = 900, .loss = 0.3};
    const dn_epoch last = epoch_of(3, false);
    train_summary summary = {
        .model = "m", .epochs = 3, .steps = 30, .seconds = 2.5, .last = &last, .test = &test, .sha256 = "ab"};
    char *text = summary_of(&summary, true);
    assert_string_equal(text, "{\"model\":\"m\",\"sha256\":\"ab\",\"epochs\":3,\"steps\":30,\"seconds\":2.5,"
                              "\"train_loss\":0.5,\"test_images\":1000,\"test_errors\":100,"
                              "\"test_accuracy\":0.9}\n");
    free(text);
    summary = (train_summary){.model = "m", .seconds = 2.5, .sha256 = "cd"};
    text = summary_of(&summary, true);
    assert_string_equal(text, "{\"model\":\"m\",\"sha256\":\"cd\",\"seconds\":2.5}\n");
    free(text);
}

static void assert_doubt(double loss, double guessing, const char *expected)
{
    train_report report = {.last = epoch_of(1, false)};
    report.last.train_loss = loss;
    capture caught = capture_begin(stderr);
    train_report_doubt(&report, guessing);
    char *text = capture_end(&caught);
    assert_string_equal(text, expected);
    free(text);
}

static void a_net_far_worse_than_guessing_is_doubted(void **state)
{
    (void)state;
    assert_doubt(2.30, 2.302585, "");
    assert_doubt(3.45, 2.302585, "");
    assert_doubt(400.0, 2.302585, "digitnet: the loss is 400, guessing has 2.3: try a lower learning rate\n");
    assert_doubt(400.0, 0.693147,
                 "digitnet: the loss is 400, guessing has 0.693: try a lower learning rate\n");
    assert_doubt(0.178, 0.09, "digitnet: the loss is 0.178, guessing has 0.09: try a lower learning rate\n");
    assert_doubt(0.1, 0.09, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_is_a_line),
        cmocka_unit_test(without_a_validation_slice_the_loss_is_told),
        cmocka_unit_test(the_summary_tells_the_best_that_is_known),
        cmocka_unit_test(the_summary_as_json_leaves_out_what_was_not_measured),
        cmocka_unit_test(a_net_far_worse_than_guessing_is_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
