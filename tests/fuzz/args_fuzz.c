/**
 * The command line's parser: one word a line. Settings that are taken, written as a recipe and read again, are the same
 * recipe.
 */
#include "cli/say.h"
#include "cli/train_options.h"
#include "io/json.h"
#include "support/fuzz.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MOST_WORDS 64
#define LONGEST 2048

static size_t split(char *text, char **words)
{
    size_t count = 0;
    for (char *line = text; line && count < MOST_WORDS; count++) {
        char *end = strchr(line, '\n');
        words[count] = line;
        if (end)
            *end++ = '\0';
        line = end;
    }
    return count;
}

static void round_trip(train_options *options)
{
    char recipe[TRAIN_RECIPE_SIZE];
    char again[TRAIN_RECIPE_SIZE];
    dn_error error;
    train_options read = train_defaults();
    train_recipe(options, recipe);
    fuzz_require(train_apply_recipe(&read, recipe, &error) == DN_OK);
    fuzz_require(strcmp(train_recipe(&read, again), recipe) == 0);
}

static void read_training(size_t count, char **words)
{
    train_options options = train_defaults();
    cli_option table[TRAIN_OPTION_COUNT];
    dn_error error;
    train_option_table(&options, table);
    const cli_usage usage = train_usage(table);
    const dn_status status = cli_read_options(&usage, count, words, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_ARGUMENT);
    if (status == DN_OK)
        round_trip(&options);
}

/** A command with operands, which are moved to the front. */
static void read_operands(size_t count, char **words)
{
    uint64_t top = 1;
    bool show = false;
    const char *model = NULL;
    const cli_option table[] = {
        {.name = "--model", "FILE", "", CLI_TEXT, &model},
        {.name = "--top", "K", "", CLI_COUNT, &top, .minimum = 1, .maximum = 10},
        {.name = "--show", NULL, "", CLI_FLAG, &show},
    };
    const cli_usage usage = {.command = "predict",
                             .operands = "IMAGE...",
                             .summary = "",
                             .options = table,
                             .option_count = sizeof table / sizeof table[0],
                             .minimum_operands = 1,
                             .maximum_operands = SIZE_MAX};
    dn_error error;
    const dn_status status = cli_read_options(&usage, count, words, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_ARGUMENT);
    fuzz_require(top >= 1 && top <= 10);
}

/** What is shown of any name has nothing that a terminal acts on, and is UTF-8. */
static void require_shown(const char *text)
{
    fuzz_require(strlen(text) < CLI_PATH_TEXT_SIZE);
    while (*text != '\0') {
        uint32_t code;
        const size_t length = dn_utf8_decode((const uint8_t *)text, strlen(text), &code);
        fuzz_require(length != 0 && cli_is_shown(code));
        text += length;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[LONGEST];
    char *words[MOST_WORDS];
    dn_error error;
    train_options options = train_defaults();
    const size_t length = size < LONGEST - 1 ? size : LONGEST - 1;
    memcpy(text, data, length);
    text[length] = '\0';
    char shown[CLI_PATH_TEXT_SIZE];
    require_shown(cli_path_text(text, shown));
    require_shown(cli_shell_text(text, shown));
    const dn_status status = train_apply_recipe(&options, text, &error);
    fuzz_require(status == DN_OK || status == DN_ERR_FORMAT);
    const size_t count = split(text, words);
    char *copy[MOST_WORDS];
    memcpy(copy, words, sizeof copy);
    read_training(count, words);
    read_operands(count, copy);
    return 0;
}
