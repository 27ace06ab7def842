#include "cli/train_options.h"

#include "cli/sources.h"

#include "digitnet/core/pool.h"
#include "digitnet/nn/model.h"

#include <stdio.h>
#include <string.h>

#define MAX_EPOCHS 1000000
#define MAX_IMAGES 100000000

train_options train_defaults(void)
{
    return (train_options){
        .output = CLI_MODEL_NAME,
        .hidden = {.count = 1, .width = {128}},
        .epochs = 12,
        .batch_size = 32,
        .learning_rate = 0.1F,
        .seed = 1,
        .valid = {.is_fraction = true, .fraction = 0.05},
    };
}

void train_option_table(train_options *options, cli_option table[TRAIN_OPTION_COUNT])
{
    const cli_option rows[TRAIN_OPTION_COUNT] = {
        {.name = "--data",
         "DIR",
         "the folder of the IDX files, plain or .gz [$DIGITNET_DATA, else data/mnist, else the bundled "
         "digits]",
         CLI_TEXT,
         &options->data,
         .hide_default = true},
        {.name = "--output", "MODEL", "where to save the model", CLI_TEXT, &options->output},
        {.name = "--hidden",
         "WIDTHS",
         "widths of the hidden layers, as in 512,256",
         CLI_WIDTHS,
         &options->hidden,
         .minimum = 1,
         .maximum = DN_MODEL_MAX_WIDTH,
         .recipe = true},
        {.name = "--epochs",
         "N",
         "how often to go through the training images",
         CLI_COUNT,
         &options->epochs,
         .minimum = 1,
         .maximum = MAX_EPOCHS,
         .recipe = true},
        {.name = "--batch-size",
         "N",
         "images in a mini-batch",
         CLI_COUNT,
         &options->batch_size,
         .minimum = 1,
         .maximum = MAX_IMAGES,
         .recipe = true},
        {.name = "--lr", "RATE", "the learning rate", CLI_RATE, &options->learning_rate, .recipe = true},
        {.name = "--seed",
         "N",
         "of all random numbers: the same seed gives the same model",
         CLI_COUNT,
         &options->seed,
         .minimum = 0,
         .maximum = UINT64_MAX,
         .recipe = true},
        {.name = "--valid",
         "SHARE",
         "hold out so many training images (1000), or such a fraction of them (0.1), to watch the learning; "
         "0 "
         "for none",
         CLI_SHARE,
         &options->valid,
         .recipe = true},
        {.name = "--limit",
         "N",
         "use only the first N training images [all]",
         CLI_COUNT,
         &options->limit,
         .minimum = 1,
         .maximum = MAX_IMAGES,
         .hide_default = true,
         .recipe = true},
        {.name = "--threads",
         "N",
         "threads to use; the model is the same for any number [chosen]",
         CLI_COUNT,
         &options->threads,
         .minimum = 1,
         .maximum = DN_POOL_MAX_THREADS,
         .hide_default = true},
        {.name = "--log", "FILE", "write one JSON object an epoch", CLI_TEXT, &options->log},
        {.name = "--json", NULL, "print the summary as one JSON object", CLI_FLAG, &options->json},
        {.name = "--quiet", NULL, "say nothing but results and errors", CLI_FLAG, &options->quiet},
        {.name = "--force",
         NULL,
         "replace the output even if it is not a model of digitnet's",
         CLI_FLAG,
         &options->force},
    };
    memcpy(table, rows, sizeof rows);
}

char *train_recipe(train_options *options, char text[TRAIN_RECIPE_SIZE])
{
    cli_option table[TRAIN_OPTION_COUNT];
    size_t length = 0;
    text[0] = '\0';
    train_option_table(options, table);
    for (size_t i = 0; i < TRAIN_OPTION_COUNT && length < TRAIN_RECIPE_SIZE; i++) {
        char value[TRAIN_RECIPE_SIZE / 2];
        const bool unlimited = table[i].target == &options->limit && options->limit == 0;
        if (!table[i].recipe || unlimited)
            continue;
        length +=
            (size_t)snprintf(text + length, TRAIN_RECIPE_SIZE - length, "%s%s %s", length == 0 ? "" : " ",
                             table[i].name, cli_value_text(&table[i], value, sizeof value));
    }
    return text;
}
