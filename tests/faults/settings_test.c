/**
 * Settings that a model or a checkpoint brings, edited: every option that a file may set at its least, its greatest and
 * beyond, and every option that it may not set. verify and --resume refuse it in one line as bad data, or work; they never
 * take memory that neither the file nor the data accounts for.
 */
#include "cli/command.h"
#include "io/archive.h"
#include "support/command.h"
#include "support/inputs.h"

#include "digitnet/io.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_SIZE (4 * INPUT_PATH_SIZE)
/** Beside the data, a kilobyte an image, and the tensors, a few kilobytes: the sum of all that is asked for in a run. */
#define MOST_MEMORY ((size_t)4 << 20)
#define DEEP "1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1"

static dn_error error;

/** A command that takes its settings from a file. */
typedef struct taker {
    const char *source; /**< the file as training wrote it */
    char edited[INPUT_PATH_SIZE];
    char output[INPUT_PATH_SIZE];
    char line[LINE_SIZE];
    bool trains_on; /**< to the number of epochs that the settings name */
    size_t most_memory;
    size_t refused;
    size_t taken;
    size_t same; /**< of those: with exit code 0 */
} taker;

static taker new_verify(void)
{
    const inputs *made = make_inputs();
    taker made_taker = {0};
    static char model[INPUT_PATH_SIZE];
    char line[LINE_SIZE];
    strcpy(model, temporary_path("settings.safetensors"));
    snprintf(line, sizeof line,
             "train --quiet --data %s --output %s --schedule constant " CHECKPOINT_SETTINGS, made->folder,
             model);
    outcome done = run_command(line, (fault){0});
    assert_int_equal(done.code, 0);
    outcome_free(&done);
    made_taker.source = model;
    strcpy(made_taker.edited, temporary_path("edited.safetensors"));
    snprintf(made_taker.line, LINE_SIZE, "verify --quiet --threads 1 --data %s %s", made->folder,
             made_taker.edited);
    return made_taker;
}

static taker new_resume(void)
{
    const inputs *made = make_inputs();
    taker made_taker = {.source = made->checkpoint, .trains_on = true};
    strcpy(made_taker.edited, temporary_path("edited.checkpoint"));
    strcpy(made_taker.output, temporary_path("resumed.safetensors"));
    snprintf(made_taker.line, LINE_SIZE, "train --quiet --threads 1 --data %s --resume %s --output %s",
             made->folder, made_taker.edited, made_taker.output);
    return made_taker;
}

/** Write the file again, with another value of a metadata key. */
static void edit(const taker *takes, const char *key, const char *value)
{
    dn_archive archive;
    dn_archive edited = {0};
    assert_ok(dn_archive_read(takes->source, &archive, &error));
    for (size_t i = 0; i < archive.metadata_count; i++) {
        const dn_metadata *entry = &archive.metadata[i];
        const bool is_edited = strcmp(entry->key, key) == 0;
        assert_ok(dn_archive_add_metadata(&edited, entry->key, is_edited ? value : entry->value, &error));
    }
    for (size_t i = 0; i < archive.tensor_count; i++) {
        dn_tensor view = archive.tensors[i].tensor;
        view.storage = NULL;
        assert_ok(dn_archive_add_tensor(&edited, archive.tensors[i].name, &view, &error));
    }
    assert_ok(dn_archive_write(takes->edited, &edited, &error));
    dn_archive_free(&edited);
    dn_archive_free(&archive);
}

/** Hands back the exit code: 0 for settings that work, whatever they lead to, or 3. */
static int run_edited(taker *takes, const char *key, const char *value)
{
    edit(takes, key, value);
    outcome done = run_command(takes->line, (fault){0});
    const size_t memory = faults_requested();
    const bool differs = done.code == 1 && strncmp(done.out, "not reproduced: ", 16) == 0;
    const bool diverged = done.code == 1 && strstr(done.err, "training diverged");
    const bool works = done.code == 0 || differs || diverged;
    const bool told = error_lines(&done) == (done.code == 3 || diverged);
    if ((!works && done.code != 3) || !told || done.lost_blocks != 0 || done.lost_streams != 0 ||
        memory > MOST_MEMORY) {
        print_error("%s\n  with %s %s: exit %d, %zu bytes asked for, %ld blocks lost\n%s%s", takes->line, key,
                    value, done.code, memory, done.lost_blocks, done.out, done.err);
        fail();
    }
    takes->most_memory = memory > takes->most_memory ? memory : takes->most_memory;
    takes->refused += done.code == 3;
    takes->taken += works;
    takes->same += done.code == 0;
    outcome_free(&done);
    return works ? 0 : 3;
}

/** Run it with one word or more behind its settings: the last one counts. */
static int take(taker *takes, const char *words)
{
    char settings[4 * DN_SETTINGS_TEXT_SIZE];
    dn_archive archive;
    assert_ok(dn_archive_read(takes->source, &archive, &error));
    snprintf(settings, sizeof settings, "%s %s", dn_archive_metadata(&archive, "arguments"), words);
    dn_archive_free(&archive);
    return run_edited(takes, "arguments", settings);
}

static void refuse(taker *takes, const char *name, const char *value)
{
    char words[2 * DN_SETTINGS_TEXT_SIZE];
    snprintf(words, sizeof words, "--%s %s", name, value);
    if (take(takes, words) != 3)
        fail_msg("%s was taken", words);
}

static void try_each(taker *takes, const char *name, const char *const *values)
{
    for (; *values; values++) {
        char words[DN_SETTINGS_TEXT_SIZE];
        snprintf(words, sizeof words, "--%s %s", name, *values);
        take(takes, words);
    }
}

static void refuse_each(taker *takes, const char *name, const char *const *values)
{
    for (; *values; values++)
        refuse(takes, name, *values);
}

static void walk_count(taker *takes, const dn_option *option)
{
    static const char *const beyond[] = {"-1", "18446744073709551616", "1.5", "x", NULL};
    char text[32];
    const uint64_t values[] = {option->minimum, option->minimum + 1, option->maximum / 2, option->maximum};
    const bool endless = takes->trains_on && strcmp(option->name, "epochs") == 0;
    for (size_t i = 0; i < (endless ? 2 : 4); i++) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)values[i]);
        try_each(takes, option->name, (const char *const[]){text, NULL});
    }
    if (option->minimum != 0)
        refuse(takes, option->name, "0");
    if (option->maximum != UINT64_MAX) {
        snprintf(text, sizeof text, "%llu", (unsigned long long)option->maximum + 1);
        refuse(takes, option->name, text);
    }
    refuse_each(takes, option->name, beyond);
}

static void walk(taker *takes, const dn_option *option)
{
    static const char *const rates[] = {"1e-45", "0.5", "1000", NULL};
    static const char *const no_rates[] = {"0", "-1", "1000.1", "1e39", "nan", "inf", "1e-400", "x", NULL};
    static const char *const fractions[] = {"0", "1e-45", "0.99999", NULL};
    static const char *const no_fractions[] = {"1", "-0.1", "1e39", "nan", "x", NULL};
    static const char *const numbers[] = {"0", "1e-45", "2", "1000", NULL};
    static const char *const no_numbers[] = {"-0.1", "1000.1", "1e39", "inf", "x", NULL};
    static const char *const others[] = {"1",   "3",  "65535", "65535,65535", "65535,65535,65535",
                                         "2,2", DEEP, NULL};
    static const char *const no_widths[] = {"0", "65536", "2,", ",2", DEEP ",1", "99999999999999999999",
                                            NULL};
    static const char *const factors[] = {"1", "3", NULL};
    static const char *const no_factors[] = {"0", "65536", "1,1", "2,", ",2", "x", NULL};
    static const char *const digits[] = {"0,1", "3,7", "0,1,2,3,4,5,6,7,8", NULL};
    static const char *const no_digits[] = {"0", "10", "1,1", "0,1,2,3,4,5,6,7,8,9,10", "x", NULL};
    static const char *const slices[] = {"0", "1", "59", "1e-9", "0.5", "0.1", NULL};
    static const char *const no_slices[] = {
        "60", "18446744073709551615", "18446744073709551616", "0.9999999", "1.0", "-1", "x", NULL};
    static const char *const answers[] = {"yes", "no", NULL};
    switch (option->kind) {
    case DN_OPTION_COUNT:
        walk_count(takes, option);
        break;
    case DN_OPTION_RATE:
        try_each(takes, option->name, rates);
        refuse_each(takes, option->name, no_rates);
        break;
    case DN_OPTION_FRACTION:
        try_each(takes, option->name, fractions);
        refuse_each(takes, option->name, no_fractions);
        break;
    case DN_OPTION_NUMBER:
        try_each(takes, option->name, numbers);
        refuse_each(takes, option->name, no_numbers);
        break;
    case DN_OPTION_YES_NO:
        try_each(takes, option->name, answers);
        refuse(takes, option->name, "x");
        break;
    case DN_OPTION_CHOICE:
        try_each(takes, option->name, option->choices);
        refuse(takes, option->name, "x");
        break;
    case DN_OPTION_WIDTHS:
        if (strcmp(option->name, "repeat") == 0) {
            try_each(takes, option->name, factors);
            refuse_each(takes, option->name, no_factors);
            break;
        }
        assert_int_equal(take(takes, "--hidden 2"), 0);
        refuse_each(takes, option->name, others);
        refuse_each(takes, option->name, no_widths);
        break;
    case DN_OPTION_CLASSES:
        refuse_each(takes, option->name, digits);
        refuse_each(takes, option->name, no_digits);
        break;
    case DN_OPTION_SLICE:
        try_each(takes, option->name, slices);
        refuse_each(takes, option->name, no_slices);
        break;
    case DN_OPTION_FLAG:
    case DN_OPTION_TEXT:
    case DN_OPTION_TEXTS:
        fail_msg("%s has no place in a file", option->name);
        break;
    }
}

/** Where to write, what to print and a call for help are no settings: nothing is written, and nothing is printed but the error. */
static void refuse_outside(taker *takes, const dn_option *option)
{
    const char *path = temporary_path("not-to-be-written");
    refuse(takes, option->name, option->kind == DN_OPTION_FLAG ? "" : path);
    assert_false(file_exists(path));
}

static void walk_all(taker takes)
{
    static const char *const words[] = {"--help", "-h", "-- x", "-", "x", "--lr", "--lr=", "--data=/", NULL};
    cli_row rows[CLI_MAX_ROWS];
    size_t setting_count;
    const dn_option *settings = dn_settings_options(&setting_count);
    const size_t row_count = cli_rows(CLI_TRAIN, rows);
    assert_int_equal(take(&takes, ""), 0);
    for (size_t i = 0; i < setting_count; i++)
        walk(&takes, &settings[i]);
    for (size_t i = 0; i < row_count; i++)
        if (rows[i].option < settings || rows[i].option >= settings + setting_count)
            refuse_outside(&takes, rows[i].option);
    for (size_t i = 0; words[i]; i++)
        assert_int_equal(take(&takes, words[i]), 3);
    print_message("%zu refused, %zu taken; at most %zu bytes asked for\n", takes.refused, takes.taken,
                  takes.most_memory);
}

static void verify_takes_no_setting_of_a_model_on_trust(void **state)
{
    (void)state;
    walk_all(new_verify());
}

/** Whatever else the metadata say, verify does not call an edited model the same. */
static void verify_takes_no_other_word_of_a_model_on_trust(void **state)
{
    (void)state;
    static const char *const values[] = {
        "", "0", "1", "2", "-1", "18446744073709551615", "18446744073709551616", "x", "\033[31m", NULL};
    taker takes = new_verify();
    dn_archive archive;
    assert_ok(dn_archive_read(takes.source, &archive, &error));
    for (size_t i = 0; i < archive.metadata_count; i++) {
        const dn_metadata *entry = &archive.metadata[i];
        for (size_t j = 0; values[j]; j++) {
            const size_t same = takes.same;
            run_edited(&takes, entry->key, values[j]);
            assert_true(takes.same == same || strcmp(entry->value, values[j]) == 0);
        }
    }
    dn_archive_free(&archive);
    print_message("%zu refused, %zu compared\n", takes.refused, takes.taken);
}

static void resume_takes_no_setting_of_a_checkpoint_on_trust(void **state)
{
    (void)state;
    walk_all(new_resume());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verify_takes_no_setting_of_a_model_on_trust),
        cmocka_unit_test(verify_takes_no_other_word_of_a_model_on_trust),
        cmocka_unit_test(resume_takes_no_setting_of_a_checkpoint_on_trust),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
