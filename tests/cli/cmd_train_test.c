/** `digitnet train` is a run of the library, and words: the same settings make the same bytes. */
#include "cli/command.h"

#include "capture.h"

#include "cli/say.h"

#include "digitnet/run.h"

#include <string.h>

#define PATH_SIZE 1024
#define MAX_WORDS 48

static dn_error error;

static void train_by_library(const char *settings, const char *path)
{
    dn_run run = {.settings = dn_settings_default()};
    assert_ok(dn_settings_parse(&run.settings, settings, &error));
    assert_ok(dn_run_open(&run, source_path("data/digits"), 1, &error));
    assert_ok(dn_run_fit(&run, NULL, &error));
    assert_ok(dn_run_save(&run, path, NULL, &error));
    dn_run_free(&run);
}

static void train_by_command(const char *settings, const char *path)
{
    char words[PATH_SIZE];
    char data[PATH_SIZE];
    char output[2 * PATH_SIZE];
    char quiet[] = "--quiet";
    char *arguments[MAX_WORDS] = {quiet, data, output};
    size_t count = 3;
    snprintf(words, sizeof words, "%s", settings);
    snprintf(data, sizeof data, "--data=%s", source_path("data/digits"));
    snprintf(output, sizeof output, "--output=%s", path);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " "))
        arguments[count++] = word;
    capture caught = capture_begin(stdout);
    const int code = cli_train(count, arguments);
    char *printed = capture_end(&caught);
    assert_int_equal(code, CLI_EXIT_DONE);
    assert_contains(printed, "test accuracy ");
    free(printed);
}

static void the_library_makes_the_same_bytes(void **state)
{
    (void)state;
    static const char *const settings[] = {
        "--hidden 12 --epochs 2 --limit 400",
        "--hidden 9,8 --epochs 2 --limit 400 --batch-size 25 --average 0.9 --augment elastic --valid 0",
        "--arch linear --epochs 2 --limit 0 --schedule cosine --warmup 0.5 --seed 7",
        "--arch mean --metric rmse --limit 300",
        "--hidden 5 --classes 3,7 --loss mnist --epochs 2",
    };
    char by_library[PATH_SIZE];
    char by_command[PATH_SIZE];
    snprintf(by_library, sizeof by_library, "%s", temporary_path("by-library"));
    snprintf(by_command, sizeof by_command, "%s", temporary_path("by-command"));
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        size_t sizes[2];
        train_by_library(settings[i], by_library);
        train_by_command(settings[i], by_command);
        uint8_t *expected = read_bytes(by_library, &sizes[0]);
        uint8_t *found = read_bytes(by_command, &sizes[1]);
        assert_int_equal(sizes[1], sizes[0]);
        assert_memory_equal(found, expected, sizes[0]);
        free(expected);
        free(found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_library_makes_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
