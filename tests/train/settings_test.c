#include "data/augment.h"
#include "loss/losses.h"
#include "optim/schedule.h"
#include "train/settings.h"

#include "data/augment.h"
#include "optim/schedule.h"
#include "support.h"

#include "digitnet/loss.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static dn_error error;

/* ---- Values of a setting: the least, a usual one, the greatest ---- */

#define MOST_VALUES 8
#define GREATEST_WIDTHS                                                                                      \
    "65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535," \
    "65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535,65535"

typedef struct value_list {
    size_t count;
    char text[MOST_VALUES][DN_OPTION_TEXT_SIZE];
} value_list;

static void add_values(value_list *list, const char *const *texts)
{
    for (; *texts; texts++) {
        assert_true(list->count < MOST_VALUES);
        snprintf(list->text[list->count++], DN_OPTION_TEXT_SIZE, "%s", *texts);
    }
}

static void add_count(value_list *list, uint64_t number)
{
    snprintf(list->text[list->count++], DN_OPTION_TEXT_SIZE, "%llu", (unsigned long long)number);
}

static value_list values_of(const dn_option *option)
{
    value_list list = {0};
    switch (option->kind) {
    case DN_OPTION_COUNT:
        add_count(&list, option->minimum);
        add_count(&list, option->minimum + 7);
        add_count(&list, option->maximum);
        break;
    case DN_OPTION_RATE:
        add_values(&list, (const char *const[]){"1e-45", "0.25", "1.2345679e-30", "1000", NULL});
        break;
    case DN_OPTION_FRACTION:
        add_values(&list, (const char *const[]){"0", "0.25", "0.3", "1.2345679e-30", "0.99999994", NULL});
        break;
    case DN_OPTION_NUMBER:
        add_values(&list, (const char *const[]){"0", "0.25", "1.2345679e-30", "1000", NULL});
        break;
    case DN_OPTION_YES_NO:
        add_values(&list, (const char *const[]){"yes", "no", NULL});
        break;
    case DN_OPTION_CHOICE:
        add_values(&list, option->choices);
        break;
    case DN_OPTION_WIDTHS:
        add_values(&list, (const char *const[]){"1", "512", "300,100", GREATEST_WIDTHS, NULL});
        break;
    case DN_OPTION_CLASSES:
        add_values(&list, (const char *const[]){"3,7", "9,4,0", "0,1,2,3,4,5,6,7,8,9", NULL});
        break;
    case DN_OPTION_SLICE:
        add_values(&list, (const char *const[]){"0", "500", "0.123456789012345", "0.05",
                                                "18446744073709551615", NULL});
        break;
    case DN_OPTION_FLAG:
    case DN_OPTION_TEXT:
    case DN_OPTION_TEXTS:
        fail_msg("--%s is no setting: a file has no place for it", option->name);
    }
    return list;
}

static bool is_default(const dn_option *option, const dn_settings *settings)
{
    char text[2][DN_OPTION_TEXT_SIZE];
    const dn_settings defaults = dn_settings_default();
    return strcmp(dn_option_text(option, settings, text[0]), dn_option_text(option, &defaults, text[1])) == 0;
}

/* ---- The table ---- */

static void names_are_distinct_and_have_help(void **state)
{
    (void)state;
    size_t count;
    const dn_option *options = dn_settings_options(&count);
    for (size_t i = 0; i < count; i++) {
        assert_true(strlen(options[i].name) + 2 < DN_OPTION_NAME_SIZE);
        assert_true(strlen(options[i].help) > 0);
        assert_non_null(options[i].value);
        assert_true(options[i].offset < sizeof(dn_settings));
        assert_true(options[i].group < DN_GROUPS);
        assert_true((options[i].uses & (DN_USE_MLP | DN_USE_LINEAR | DN_USE_MEAN)) != 0);
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(options[i].name, options[j].name);
            assert_int_not_equal(options[i].offset, options[j].offset);
        }
    }
}

static void the_defaults_are_right_and_their_text_names_every_setting(void **state)
{
    (void)state;
    char text[DN_SETTINGS_TEXT_SIZE];
    size_t count;
    const dn_settings defaults = dn_settings_default();
    const dn_option *options = dn_settings_options(&count);
    assert_ok(dn_settings_check(&defaults, &error));
    dn_settings_text(&defaults, text);
    for (size_t i = 0; i < count; i++) {
        char expected[DN_SETTINGS_TEXT_SIZE];
        char value[DN_OPTION_TEXT_SIZE];
        snprintf(expected, sizeof expected, "--%s %s", options[i].name,
                 dn_option_text(&options[i], &defaults, value));
        const bool is_left_out = strcmp(options[i].name, "limit") == 0 ||
                                 strcmp(options[i].name, "repeat") == 0 ||
                                 strcmp(options[i].name, "calibrate") == 0;
        if (is_left_out) /* none is no word */
            assert_null(strstr(text, options[i].name));
        else
            assert_contains(text, expected);
    }
}

/* ---- As text, and back ---- */

static void settings_are_read_as_they_were_written(void **state)
{
    (void)state;
    char first[DN_SETTINGS_TEXT_SIZE];
    char second[DN_SETTINGS_TEXT_SIZE];
    dn_settings settings = dn_settings_default();
    dn_settings again = dn_settings_default();
    assert_ok(dn_settings_parse(
        &settings,
        "--hidden 512,256 --epochs 3 --batch-size 17 --lr 0.033 --seed 18446744073709551615 --valid 0.125 "
        "--limit 1000 --calibrate yes --loss mse --classes 9,4,0",
        &error));
    dn_settings_text(&settings, first);
    assert_ok(dn_settings_parse(&again, first, &error));
    assert_string_equal(dn_settings_text(&again, second), first);
    assert_contains(first, "--hidden 512,256 --epochs 3 --batch-size 17 --lr 0.033");
    assert_contains(first, "--limit 1000");
    assert_contains(first, "--calibrate yes");
    assert_contains(first, "--loss mse");
    assert_contains(first, "--classes 9,4,0");
}

static void assert_round_trip(const dn_option *option, const char *value)
{
    char words[DN_SETTINGS_TEXT_SIZE];
    char text[DN_SETTINGS_TEXT_SIZE];
    char again[DN_SETTINGS_TEXT_SIZE];
    char written[DN_OPTION_TEXT_SIZE];
    dn_settings settings = dn_settings_default();
    dn_settings read = dn_settings_default();
    snprintf(words, sizeof words, "--%s %s", option->name, value);
    assert_ok(dn_settings_parse(&settings, words, &error));
    assert_string_equal(dn_option_text(option, &settings, written), value);
    dn_settings_text(&settings, text);
    assert_ok(dn_settings_parse(&read, text, &error));
    assert_null(dn_settings_difference(&settings, &read, again));
    assert_string_equal(dn_settings_text(&read, again), text);
}

static void each_setting_keeps_its_least_its_usual_and_its_greatest_value(void **state)
{
    (void)state;
    size_t count;
    const dn_option *options = dn_settings_options(&count);
    for (size_t i = 0; i < count; i++) {
        const value_list values = values_of(&options[i]);
        for (size_t j = 0; j < values.count; j++)
            assert_round_trip(&options[i], values.text[j]);
    }
}

/** A text that does not fit would be cut, and the model could not be made again. */
static void the_longest_text_fits(void **state)
{
    (void)state;
    char text[DN_SETTINGS_TEXT_SIZE];
    size_t count;
    const dn_option *options = dn_settings_options(&count);
    dn_settings settings = dn_settings_default();
    dn_settings read = dn_settings_default();
    for (size_t i = 0; i < count; i++) {
        const value_list values = values_of(&options[i]);
        const char *longest = values.text[0];
        for (size_t j = 1; j < values.count; j++)
            if (strlen(values.text[j]) > strlen(longest))
                longest = values.text[j];
        assert_ok(dn_option_set(&options[i], &settings, longest, &error));
    }
    dn_settings_text(&settings, text);
    assert_true(strlen(text) + 1 < DN_SETTINGS_TEXT_SIZE);
    assert_ok(dn_settings_parse(&read, text, &error));
    assert_null(dn_settings_difference(&settings, &read, text));
}

static void text_sets_what_it_names_and_nothing_else(void **state)
{
    (void)state;
    char text[DN_SETTINGS_TEXT_SIZE];
    dn_settings settings = dn_settings_default();
    const dn_settings defaults = dn_settings_default();
    assert_ok(dn_settings_parse(&settings, "", &error));
    assert_null(dn_settings_difference(&settings, &defaults, text));
    assert_ok(dn_settings_parse(&settings, "--epochs 7 --nesterov no --schedule linear", &error));
    assert_int_equal(settings.epochs, 7);
    assert_false(settings.nesterov);
    assert_string_equal(settings.schedule, "linear");
    assert_int_equal(settings.batch_size, defaults.batch_size);
}

static void assert_refused(const char *text, const char *subject, const char *problem)
{
    dn_settings settings = dn_settings_default();
    assert_int_equal(dn_settings_parse(&settings, text, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.subject, subject);
    assert_contains(error.problem, problem);
}

/** A file must not name where to write. */
static void text_names_nothing_but_settings(void **state)
{
    (void)state;
    assert_refused("--output x", "--output", "there is no such option");
    assert_refused("--data x", "--data", "there is no such option");
    assert_refused("--force", "--force", "there is no such option");
    assert_refused("--threads 2", "--threads", "there is no such option");
    assert_refused("--help", "--help", "there is no such option");
    assert_refused("epochs 2", "epochs", "there is no such option");
    assert_refused("--epochs=2", "--epochs=2", "there is no such option");
    assert_refused("--epoch 2", "--epoch", "there is no such option");
    assert_refused("--epochs", "--epochs", "\"\" is not such a number");
    assert_refused("--epochs x", "--epochs", "\"x\"");
    assert_refused("--epochs 3 words", "words", "there is no such option");
    assert_refused("--arch", "--arch", "there is no \"\"");
}

static void text_that_is_too_long_is_refused(void **state)
{
    (void)state;
    char text[DN_SETTINGS_TEXT_SIZE + 1];
    memset(text, ' ', sizeof text);
    memcpy(text, "--seed", 6);
    text[DN_SETTINGS_TEXT_SIZE] = '\0';
    assert_refused(text, "", "longer than any settings");
    text[DN_SETTINGS_TEXT_SIZE - 1] = '\0';
    assert_refused(text, "--seed", "\"\" is not such a number");
}

/** What a text set outlives the text. */
static void settings_do_not_borrow_the_text(void **state)
{
    (void)state;
    char text[] = "--arch linear --loss mse --schedule cosine --augment shift --metric rmse";
    dn_settings settings = dn_settings_default();
    assert_ok(dn_settings_parse(&settings, text, &error));
    memset(text, 'x', sizeof text - 1);
    assert_string_equal(settings.arch, "linear");
    assert_string_equal(settings.loss, "mse");
    assert_string_equal(settings.schedule, "cosine");
    assert_string_equal(settings.augment, "shift");
    assert_string_equal(settings.metric, "rmse");
}

/* ---- The check ---- */

static void check(const char *text, dn_status status, const char *subject, const char *problem)
{
    dn_settings settings = dn_settings_default();
    assert_ok(dn_settings_parse(&settings, text, &error));
    assert_int_equal(dn_settings_check(&settings, &error), status);
    if (status == DN_OK)
        return;
    assert_string_equal(error.subject, subject);
    assert_contains(error.problem, problem);
}

static void a_loss_must_suit_the_number_of_classes(void **state)
{
    (void)state;
    check("--loss mnist", DN_ERR_ARGUMENT, "--loss", "mnist tells two classes apart, not 10");
    check("--loss mnist --classes 3,7,1", DN_ERR_ARGUMENT, "--loss", "not 3");
    check("--loss mnist --classes 3,7", DN_OK, NULL, NULL);
    check("--loss bce", DN_OK, NULL, NULL);
    check("--loss bce --classes 3,7", DN_OK, NULL, NULL);
    check("--loss mse --classes 3,7,1", DN_OK, NULL, NULL);
    check("--arch linear --loss mnist", DN_ERR_ARGUMENT, "--loss", "not 10");
}

static void mean_images_hold_nothing_out(void **state)
{
    (void)state;
    check("--arch mean", DN_OK, NULL, NULL);
    check("--arch mean --valid 0", DN_OK, NULL, NULL);
    check("--arch mean --metric rmse --valid 0 --classes 3,7 --limit 100 --seed 7", DN_OK, NULL, NULL);
    check("--arch mean --valid 0.1", DN_ERR_ARGUMENT, "--valid", "it has no meaning with --arch mean");
    check("--arch mean --valid 100", DN_ERR_ARGUMENT, "--valid", "it has no meaning with --arch mean");
}

/** Each value of a setting that the architecture has no use for is refused by name, unless it is the default, or was. */
static void refuse_useless(const char *arch, const dn_option *option)
{
    const value_list values = values_of(option);
    char problem[64];
    snprintf(problem, sizeof problem, "it has no meaning with --arch %s", arch);
    for (size_t i = 0; i < values.count; i++) {
        char text[DN_SETTINGS_TEXT_SIZE];
        dn_settings settings = dn_settings_default();
        snprintf(text, sizeof text, "--arch %s --%s %s", arch, option->name, values.text[i]);
        assert_ok(dn_settings_parse(&settings, text, &error));
        const bool is_none = option->kind == DN_OPTION_SLICE && strcmp(values.text[i], "0") == 0;
        const bool was_default =
            (strcmp(option->name, "augment") == 0 && strcmp(values.text[i], "none") == 0) ||
            (strcmp(option->name, "dropout") == 0 && strcmp(values.text[i], "0.3") == 0);
        if (is_default(option, &settings) || is_none || was_default) {
            assert_ok(dn_settings_check(&settings, &error));
            continue;
        }
        assert_int_equal(dn_settings_check(&settings, &error), DN_ERR_ARGUMENT);
        assert_string_equal(error.subject + 2, option->name);
        assert_string_equal(error.problem, problem);
        assert_string_equal(error.remedy, "leave it out");
    }
}

static void accept_useful(const char *arch, const dn_option *option)
{
    const value_list values = values_of(option);
    for (size_t i = 0; i < values.count; i++) {
        char text[DN_SETTINGS_TEXT_SIZE];
        dn_settings settings = dn_settings_default();
        snprintf(text, sizeof text, "--arch %s --%s %s", arch, option->name, values.text[i]);
        if (strcmp(values.text[i], "mnist") == 0)
            strcat(text, " --classes 3,7");
        assert_ok(dn_settings_parse(&settings, text, &error));
        if (strcmp(option->name, "arch") != 0)
            assert_ok(dn_settings_check(&settings, &error));
    }
}

static void a_setting_without_meaning_for_the_architecture_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *arch;
        unsigned use;
    } archs[] = {{"mlp", DN_USE_MLP}, {"linear", DN_USE_LINEAR}, {"mean", DN_USE_MEAN}};
    size_t count;
    size_t refused = 0;
    const dn_option *options = dn_settings_options(&count);
    for (size_t i = 0; i < sizeof archs / sizeof archs[0]; i++) {
        for (size_t j = 0; j < count; j++) {
            if ((options[j].uses & archs[i].use) != 0) {
                accept_useful(archs[i].arch, &options[j]);
            } else {
                refuse_useless(archs[i].arch, &options[j]);
                refused++;
            }
        }
    }
    assert_int_equal(refused, 1 + 3 + 17); /* metric; it, hidden and dropout; all but arch, classes, ... */
}

/** Settings that no text can bring, but a program can. */
static void assert_out_of_range(dn_settings settings, const char *subject)
{
    if (dn_settings_check(&settings, &error) != DN_ERR_ARGUMENT)
        fail_msg("%s is out of range, and was taken", subject);
    assert_string_equal(error.subject, subject);
}

#define assert_field_refused(subject, field, ...)                                                            \
    do {                                                                                                     \
        dn_settings changed = dn_settings_default();                                                         \
        changed.field = __VA_ARGS__;                                                                         \
        assert_out_of_range(changed, subject);                                                               \
    } while (0)

static void each_field_out_of_its_range_is_refused_by_name(void **state)
{
    (void)state;
    assert_field_refused("--arch", arch, NULL);
    assert_field_refused("--arch", arch, "cnn");
    assert_field_refused("--hidden", hidden, (dn_widths){0});
    assert_field_refused("--hidden", hidden.width[0], 0);
    assert_field_refused("--hidden", hidden.width[0], 65536);
    assert_field_refused("--hidden", hidden.count, DN_MAX_HIDDEN);
    assert_field_refused("--epochs", epochs, 0);
    assert_field_refused("--epochs", epochs, 1000001);
    assert_field_refused("--batch-size", batch_size, 0);
    assert_field_refused("--lr", learning_rate, 0.0F);
    assert_field_refused("--lr", learning_rate, -1.0F);
    assert_field_refused("--lr", learning_rate, NAN);
    assert_field_refused("--lr", learning_rate, INFINITY);
    assert_field_refused("--loss", loss, "hinge");
    assert_field_refused("--schedule", schedule, NULL);
    assert_field_refused("--warmup", warmup, -0.5F);
    assert_field_refused("--momentum", momentum, 1.0F);
    assert_field_refused("--weight-decay", weight_decay, NAN);
    assert_field_refused("--dropout", dropout, 1.0F);
    assert_field_refused("--average", average, -0.1F);
    assert_field_refused("--augment", augment, "mirror");
    assert_field_refused("--strength", strength, 1001.0F);
    assert_field_refused("--patience", patience, UINT64_MAX);
    assert_field_refused("--classes", classes, (dn_classes){0});
    assert_field_refused("--classes", classes, (dn_classes){2, {3, 3}});
    assert_field_refused("--metric", metric, "l2");
    assert_field_refused("--valid", valid, (dn_slice){.is_fraction = true, .fraction = -0.5});
    assert_field_refused("--valid", valid, (dn_slice){.is_fraction = true, .fraction = (double)NAN});
    assert_field_refused("--limit", limit, UINT64_MAX);
}

/** Each of these would pass as another value: a list cut to its room, a fraction as a number of images. */
static void a_field_that_is_written_as_another_is_refused(void **state)
{
    (void)state;
    dn_settings settings = dn_settings_default();
    for (size_t i = 0; i < DN_MAX_HIDDEN; i++)
        settings.hidden.width[i] = 4;
    settings.hidden.count = DN_MAX_HIDDEN;
    assert_ok(dn_settings_check(&settings, &error));
    settings.hidden.count = DN_MAX_HIDDEN + 1;
    assert_out_of_range(settings, "--hidden");
    settings.hidden.count = SIZE_MAX;
    assert_out_of_range(settings, "--hidden");
    assert_field_refused("--valid", valid, (dn_slice){.is_fraction = true, .fraction = 0.0});
    assert_field_refused("--valid", valid, (dn_slice){.is_fraction = true, .fraction = 1.0});
    assert_field_refused("--valid", valid, (dn_slice){.is_fraction = true, .fraction = 999999999999999.0});
    assert_field_refused("--classes", classes, (dn_classes){.count = DN_DIGIT_CLASSES + 1});
    assert_field_refused("--classes", classes, (dn_classes){.count = SIZE_MAX});
}

/* ---- Presets ---- */

/** Defaults may change: a preset that was tested must go on meaning what was tested. */
static void a_preset_does_not_depend_on_the_defaults_that_learning_depends_on_most(void **state)
{
    (void)state;
    static const char *const names[] = {"fast", "better", "best", "tiny"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char text[DN_SETTINGS_TEXT_SIZE];
        dn_settings usual = dn_settings_default();
        dn_settings other = dn_settings_default();
        assert_ok(dn_settings_parse(&other,
                                    "--hidden 3,4 --epochs 99 --batch-size 99 --lr 0.99 --schedule linear "
                                    "--momentum 0.5 --dropout 0.5 --valid 99",
                                    &error));
        assert_ok(dn_settings_preset(&usual, names[i], &error));
        assert_ok(dn_settings_preset(&other, names[i], &error));
        assert_null(dn_settings_difference(&usual, &other, text));
    }
}

static void every_preset_suits_every_architecture(void **state)
{
    (void)state;
    static const char *const archs[] = {"mlp", "linear", "mean"};
    for (size_t i = 0; i < sizeof archs / sizeof archs[0]; i++) {
        for (size_t j = 0; dn_preset_names[j]; j++) {
            dn_settings settings = dn_settings_default();
            settings.arch = archs[i];
            assert_non_null(dn_preset_text(dn_preset_names[j]));
            assert_ok(dn_settings_preset(&settings, dn_preset_names[j], &error));
            assert_string_equal(settings.arch, archs[i]);
            assert_ok(dn_settings_check(&settings, &error));
        }
    }
}

static void the_default_preset_is_what_holds_without_one(void **state)
{
    (void)state;
    char text[DN_SETTINGS_TEXT_SIZE];
    dn_settings settings = dn_settings_default();
    const dn_settings defaults = dn_settings_default();
    assert_ok(dn_settings_preset(&settings, "default", &error));
    assert_null(dn_settings_difference(&settings, &defaults, text));
    assert_ok(dn_settings_preset(&settings, "fast", &error));
    assert_string_equal(dn_settings_difference(&settings, &defaults, text), "with --hidden 128");
}

static void a_preset_that_there_is_not_is_refused(void **state)
{
    (void)state;
    dn_settings settings = dn_settings_default();
    assert_null(dn_preset_text("slow"));
    assert_int_equal(dn_settings_preset(&settings, "slow", &error), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "\"slow\"");
    for (size_t i = 0; dn_preset_names[i]; i++)
        assert_contains(error.remedy, dn_preset_names[i]);
}

/* ---- Differences, and what a run reads off settings ---- */

static void assert_difference(const char *a, const char *b, const char *expected)
{
    char text[DN_SETTINGS_TEXT_SIZE];
    dn_settings of_a = dn_settings_default();
    dn_settings of_b = dn_settings_default();
    assert_ok(dn_settings_parse(&of_a, a, &error));
    assert_ok(dn_settings_parse(&of_b, b, &error));
    if (expected)
        assert_string_equal(dn_settings_difference(&of_a, &of_b, text), expected);
    else
        assert_null(dn_settings_difference(&of_a, &of_b, text));
}

static void the_first_setting_that_differs_is_told_as_the_first_run_has_it(void **state)
{
    (void)state;
    assert_difference("", "", NULL);
    assert_difference("--lr 0.5 --limit 3", "--limit 3 --lr 5e-1", NULL);
    assert_difference("--lr 0.5", "--lr 0.25", "with --lr 0.5");
    assert_difference("--hidden 7", "--hidden 7,1", "with --hidden 7");
    assert_difference("--nesterov no", "", "with --nesterov no");
    assert_difference("--limit 3", "--limit 4", "with --limit 3");
    assert_difference("--limit 3", "", "with --limit 3");
    assert_difference("", "--limit 4", "without --limit");
    assert_difference("--repeat 3", "", "with --repeat 3");
    assert_difference("", "--repeat 3,1", "without --repeat");
    assert_difference("--epochs 2 --seed 2", "", "with --epochs 2");
}

static void a_schedule_is_found_by_its_name(void **state)
{
    (void)state;
    size_t count = 0;
    for (; dn_schedule_names[count]; count++) {
        dn_settings settings = dn_settings_default();
        settings.schedule = dn_schedule_names[count];
        assert_int_equal(dn_settings_schedule(&settings), count);
    }
    assert_int_equal(count, DN_SCHEDULE_EXPONENTIAL); /* that one has no name */
}

static void strength_multiplies_the_augmentation(void **state)
{
    (void)state;
    for (size_t i = 0; dn_augment_names[i]; i++) {
        dn_augment usual;
        dn_augment twice;
        dn_settings settings = dn_settings_default();
        settings.augment = dn_augment_names[i];
        assert_ok(dn_settings_augment(&settings, &usual, &error));
        settings.strength = 2.0F;
        assert_ok(dn_settings_augment(&settings, &twice, &error));
        assert_int_equal(dn_augment_is_none(&usual), i == 0);
        assert_true(twice.shift == 2.0F * usual.shift);
        assert_true(twice.rotation == 2.0F * usual.rotation);
        assert_true(twice.scale == 2.0F * usual.scale);
        assert_true(twice.shear == 2.0F * usual.shear);
        assert_true(twice.elastic_alpha == 2.0F * usual.elastic_alpha);
        assert_true(twice.elastic_sigma == usual.elastic_sigma);
    }
}

static void assert_widths(const char *text, const size_t *expected, size_t expected_count)
{
    size_t widths[DN_SETTINGS_MAX_WIDTHS];
    dn_settings settings = dn_settings_default();
    assert_ok(dn_settings_parse(&settings, text, &error));
    const size_t count = dn_settings_widths(&settings, widths);
    assert_int_equal(count, expected_count);
    assert_memory_equal(widths, expected, count * sizeof widths[0]);
    assert_false(dn_settings_are_mean(&settings));
}

static void widths_go_from_the_pixels_to_the_outputs(void **state)
{
    (void)state;
    assert_widths("", (const size_t[]){784, 512, 10}, 3);
    assert_widths("--hidden 300,100 --classes 1,2,3", (const size_t[]){784, 300, 100, 3}, 4);
    assert_widths("--arch linear", (const size_t[]){784, 10}, 2);
    assert_widths("--classes 3,7 --loss mnist --hidden 30", (const size_t[]){784, 30, 1}, 3);
    dn_settings settings = dn_settings_default();
    settings.arch = "mean";
    assert_true(dn_settings_are_mean(&settings));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_distinct_and_have_help),
        cmocka_unit_test(the_defaults_are_right_and_their_text_names_every_setting),
        cmocka_unit_test(settings_are_read_as_they_were_written),
        cmocka_unit_test(each_setting_keeps_its_least_its_usual_and_its_greatest_value),
        cmocka_unit_test(the_longest_text_fits),
        cmocka_unit_test(text_sets_what_it_names_and_nothing_else),
        cmocka_unit_test(text_names_nothing_but_settings),
        cmocka_unit_test(text_that_is_too_long_is_refused),
        cmocka_unit_test(settings_do_not_borrow_the_text),
        cmocka_unit_test(a_loss_must_suit_the_number_of_classes),
        cmocka_unit_test(mean_images_hold_nothing_out),
        cmocka_unit_test(a_setting_without_meaning_for_the_architecture_is_refused),
        cmocka_unit_test(each_field_out_of_its_range_is_refused_by_name),
        cmocka_unit_test(a_field_that_is_written_as_another_is_refused),
        cmocka_unit_test(a_preset_does_not_depend_on_the_defaults_that_learning_depends_on_most),
        cmocka_unit_test(every_preset_suits_every_architecture),
        cmocka_unit_test(the_default_preset_is_what_holds_without_one),
        cmocka_unit_test(a_preset_that_there_is_not_is_refused),
        cmocka_unit_test(the_first_setting_that_differs_is_told_as_the_first_run_has_it),
        cmocka_unit_test(a_schedule_is_found_by_its_name),
        cmocka_unit_test(strength_multiplies_the_augmentation),
        cmocka_unit_test(widths_go_from_the_pixels_to_the_outputs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
