#include "cli/train_report.h"

#include "capture.h"
#include "usual_epoch.h"

static dn_error error;

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

/** A run of 3 epochs over 64 bundled digits, 20 of them held out; freed with dn_run_free. */
static dn_run open_run(const char *settings)
{
    dn_run run = {.settings = dn_settings_default()};
    assert_ok(dn_settings_parse(&run.settings, settings, &error));
    assert_ok(dn_run_open(&run, source_path("data/digits"), 1, &error));
    return run;
}

static char *summary_of(const train_report *report, const dn_run *run, bool json)
{
    const cli_options options = {.output = "m", .json = json};
    capture caught = capture_begin(stdout);
    train_report_summary(report, run, &options, "ab");
    return capture_end(&caught);
}

static void assert_summary(const train_report *report, const dn_run *run, bool json, const char *expected)
{
    char *text = summary_of(report, run, json);
    assert_string_equal(text, expected);
    free(text);
}

#define SMALL_NET "--hidden 2 --batch-size 32 --limit 64 --valid 20"
#define MEAN_IMAGES "--arch mean --limit 64 --valid 0"

static void the_summary_tells_the_best_that_is_known(void **state)
{
    (void)state;
    train_report report = {.last = epoch_of(3, true)};
    dn_run run = open_run(SMALL_NET);
    dn_dataloader *test = run.test;
    run.test_metrics = (dn_metrics){.count = 1000, .correct = 900, .loss = 0.3};
    run.training.best_epoch = 2;
    run.training.best_accuracy = 0.75;
    assert_summary(&report, &run, false, "test accuracy 90.00 +- 0.95 % (100 errors in 1000)\n");
    run.test = NULL;
    assert_summary(&report, &run, false, "held-out accuracy 75.00 +- 9.68 % (5 errors in 20)\n");
    run.training.best_epoch = 0;
    assert_summary(&report, &run, false, "training loss 0.5000\n");
    run.test = test;
    dn_run_free(&run);
    run = open_run(MEAN_IMAGES);
    test = run.test;
    run.test = NULL;
    assert_summary(&report, &run, false, ""); /* mean images, and nothing to measure them on */
    run.test = test;
    dn_run_free(&run);
}

static void the_summary_as_json_leaves_out_what_was_not_measured(void **state)
{
    (void)state;
    train_report report = {.last = epoch_of(3, false)};
    dn_run run = open_run(SMALL_NET);
    dn_dataloader *test = run.test;
    run.seconds = 2.5;
    run.training.epochs = 3;
    run.training.steps = 30;
    run.test_metrics = (dn_metrics){.count = 1000, .correct = 900, .loss = 0.3};
    assert_summary(&report, &run, true,
                   "{\"model\":\"m\",\"sha256\":\"ab\",\"epochs\":3,\"steps\":30,\"seconds\":2.5,"
                   "\"train_loss\":0.5,\"test_images\":1000,\"test_errors\":100,"
                   "\"test_accuracy\":0.9}\n");
    run.training.best_epoch = 2;
    run.training.best_accuracy = 0.75;
    run.training.best_loss = 0.25;
    run.test = NULL;
    assert_summary(&report, &run, true,
                   "{\"model\":\"m\",\"sha256\":\"ab\",\"epochs\":3,\"steps\":30,\"seconds\":2.5,"
                   "\"train_loss\":0.5,\"valid_loss\":0.25,\"valid_accuracy\":0.75}\n");
    run.test = test;
    dn_run_free(&run);
    run = open_run(MEAN_IMAGES);
    test = run.test;
    run.seconds = 2.5;
    run.test = NULL;
    assert_summary(&report, &run, true, "{\"model\":\"m\",\"sha256\":\"ab\",\"seconds\":2.5}\n");
    run.test = test;
    dn_run_free(&run);
}

/** Where standard output takes the model or the log, the summary goes beside it. */
static void the_summary_makes_way_on_standard_output(void **state)
{
    (void)state;
    const cli_options outputs[] = {{.output = "-"}, {.output = "m", .log = "-"}};
    train_report report = {.last = epoch_of(3, false)};
    dn_run run = open_run(SMALL_NET);
    for (size_t i = 0; i < 2; i++) {
        capture output = capture_begin(stdout);
        capture errors = capture_begin(stderr);
        train_report_summary(&report, &run, &outputs[i], "");
        char *on_errors = capture_end(&errors);
        char *on_output = capture_end(&output);
        assert_string_equal(on_output, "");
        assert_contains(on_errors, "test accuracy ");
        free(on_output);
        free(on_errors);
    }
    dn_run_free(&run);
}

/** The source, then what is doubtful about it, then images and model. */
static void an_open_run_is_told_in_order(void **state)
{
    (void)state;
    cli_sources sources;
    char data[1024];
    snprintf(data, sizeof data, "%s", source_path("data/digits"));
    cli_options options = {.data = {1, {data}}, .threads = 1};
    dn_run run = {.settings = dn_settings_default()};
    char expected[2048];
    assert_ok(dn_settings_parse(&run.settings, SMALL_NET, &error));
    capture caught = capture_begin(stderr);
    assert_ok(train_report_open(&run, &sources, &options, &error));
    char *text = capture_end(&caught);
    snprintf(expected, sizeof expected,
             "data: %s (--data)\nimages: 44 to learn from, 20 held out, %zu to test\n"
             "model: 784-2-10, 1600 parameters\n",
             data, run.test_images.count);
    assert_string_equal(text, expected);
    free(text);
    dn_run_free(&run);
    options.quiet = true;
    run.settings = dn_settings_default();
    assert_ok(dn_settings_parse(&run.settings, MEAN_IMAGES, &error));
    caught = capture_begin(stderr);
    assert_ok(train_report_open(&run, &sources, &options, &error));
    text = capture_end(&caught);
    assert_string_equal(text, "");
    free(text);
    dn_run_free(&run);
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
        cmocka_unit_test(the_summary_makes_way_on_standard_output),
        cmocka_unit_test(an_open_run_is_told_in_order),
        cmocka_unit_test(a_net_far_worse_than_guessing_is_doubted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
