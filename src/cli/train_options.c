#include "cli/train_options.h"

#include "cli/sources.h"
#include "cli/train_preset.h"
#include "core/fail.h"
#include "core/pool.h"

#include "digitnet/data.h"
#include "digitnet/loss.h"
#include "digitnet/nn.h"
#include "digitnet/optim.h"

#include <stdio.h>
#include <string.h>

#define MAX_EPOCHS 1000000
#define MAX_IMAGES 100000000
/** Of the longest value in a recipe: the widths. */
#define VALUE_SIZE (TRAIN_RECIPE_SIZE / 2)

enum { ARCH_MLP, ARCH_LINEAR, ARCH_MEAN };
static const char *const archs[] = {"mlp", "linear", "mean", NULL};

/** As dn_distance_named has them. */
static const char *const metrics[] = {"l1", "rmse", NULL};

enum { YES, NO };
static const char *const yes_or_no[] = {"yes", "no", NULL};

train_options train_defaults(void)
{
    return (train_options){
        .output = CLI_MODEL_NAME,
        .classes = dn_classes_all(),
        .arch = archs[ARCH_MLP],
        .metric = metrics[0],
        .hidden = {.count = 1, .width = {512}},
        .epochs = 12,
        .batch_size = 64,
        .loss = dn_loss_names[0],
        .learning_rate = 0.1F,
        .schedule = "one-cycle",
        .momentum = 0.9F,
        .nesterov = yes_or_no[YES],
        .dropout = 0.3F,
        .augment = "none",
        .strength = 1.0F,
        .seed = 1,
        .valid = {.is_fraction = true, .fraction = 0.05},
    };
}

/* NOLINTNEXTLINE(readability-function-size): a table, one row an option */
void train_option_table(train_options *options, cli_option table[TRAIN_OPTION_COUNT])
{
    const cli_option rows[TRAIN_OPTION_COUNT] = {
        {.name = "--data", "DIR", CLI_DATA_HELP, CLI_TEXT, &options->data, .hide_default = true},
        {.name = "--output",
         "MODEL",
         "where to save the model; - is standard output",
         CLI_TEXT,
         &options->output},
        {.name = "--preset",
         "NAME",
         train_preset_help(),
         CLI_CHOICE,
         &options->preset,
         .choices = train_preset_names,
         .hide_default = true},
        {.name = "--arch",
         "KIND",
         "mlp: a net with hidden layers; linear: one without; mean: no net but the mean image of each digit, "
         "the nearest of which is the answer",
         CLI_CHOICE,
         &options->arch,
         .choices = archs,
         .recipe = true},
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
        {.name = "--loss",
         "NAME",
         "what training makes small: cross_entropy; mnist (the book's, for two digits), bce, mse or l1, "
         "whose gradients are "
         "smaller: of ten digits they want a rate of 1 or more",
         CLI_CHOICE,
         &options->loss,
         .choices = dn_loss_names,
         .recipe = true},
        {.name = "--schedule",
         "KIND",
         "how the rate changes over all epochs: constant, linear or cosine (both fall to 0), one-cycle "
         "(rises first)",
         CLI_CHOICE,
         &options->schedule,
         .choices = dn_schedule_names,
         .recipe = true},
        {.name = "--warmup",
         "EPOCHS",
         "let the rate rise from 0 to its schedule for so long, as 0.5; 0 for none",
         CLI_AMOUNT,
         &options->warmup,
         .recipe = true},
        {.name = "--momentum",
         "PART",
         "how much of the last step is kept in the next, as 0.9",
         CLI_PART,
         &options->momentum,
         .recipe = true},
        {.name = "--nesterov",
         "YES|NO",
         "look ahead along the momentum: yes, or no",
         CLI_CHOICE,
         &options->nesterov,
         .choices = yes_or_no,
         .recipe = true},
        {.name = "--weight-decay",
         "PART",
         "pull weights towards 0: add so much of each to its gradient, as 0.0001",
         CLI_PART,
         &options->weight_decay,
         .recipe = true},
        {.name = "--dropout",
         "PART",
         "leave out such a share of the hidden units in each step, as 0.2",
         CLI_PART,
         &options->dropout,
         .recipe = true},
        {.name = "--average",
         "PART",
         "save a running average of the weights, which keeps so much of itself at a look (one in 16 steps), "
         "as 0.99; 0 for none",
         CLI_PART,
         &options->average,
         .recipe = true},
        {.name = "--augment",
         "KIND",
         "draw every image anew in each epoch: none, shift, affine (moved, turned, stretched, slanted), or "
         "elastic (wobbled too)",
         CLI_CHOICE,
         &options->augment,
         .choices = dn_augment_names,
         .recipe = true},
        {.name = "--strength",
         "FACTOR",
         "how far --augment may change an image, as a multiple of the usual",
         CLI_AMOUNT,
         &options->strength,
         .recipe = true},
        {.name = "--patience",
         "N",
         "stop after so many epochs without a better held-out accuracy; 0 for never. The best epoch's "
         "weights are saved in any case",
         CLI_COUNT,
         &options->patience,
         .minimum = 0,
         .maximum = MAX_EPOCHS,
         .recipe = true},
        {.name = "--classes",
         "DIGITS",
         "learn to tell only these apart, as in 3,7",
         CLI_DIGITS,
         &options->classes,
         .recipe = true},
        {.name = "--metric",
         "DISTANCE",
         "of --arch mean: l1 or rmse",
         CLI_CHOICE,
         &options->metric,
         .choices = metrics,
         .recipe = true},
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
         "threads to use at most; the result is the same for any number [one a processor]",
         CLI_COUNT,
         &options->threads,
         .minimum = 1,
         .maximum = DN_POOL_MAX_THREADS,
         .hide_default = true},
        {.name = "--log",
         "FILE",
         "write one JSON object an epoch; after --resume, behind those that are there; - is standard output",
         CLI_TEXT,
         &options->log},
        {.name = "--checkpoint",
         "FILE",
         "after every epoch, and when stopped, write what it takes to go on",
         CLI_TEXT,
         &options->checkpoint},
        {.name = "--resume",
         "FILE",
         "go on from a checkpoint, with its settings, as if training had never stopped; with --schedule "
         "constant "
         "also to more --epochs than it had",
         CLI_TEXT,
         &options->resume},
        {.name = "--json", NULL, "print the summary as one JSON object", CLI_FLAG, &options->json},
        {.name = "--quiet", NULL, "say nothing but results and errors", CLI_FLAG, &options->quiet},
        {.name = "--force",
         NULL,
         "replace the model, log and checkpoint even if they are files of another kind",
         CLI_FLAG,
         &options->force},
    };
    memcpy(table, rows, sizeof rows);
}

bool train_has_nesterov(const train_options *options)
{
    return options->nesterov == yes_or_no[YES];
}

bool train_is_linear(const train_options *options)
{
    return options->arch == archs[ARCH_LINEAR];
}

bool train_is_mean(const train_options *options)
{
    return options->arch == archs[ARCH_MEAN];
}

dn_schedule_kind train_schedule(const train_options *options)
{
    size_t kind = 0;
    while (strcmp(dn_schedule_names[kind], options->schedule) != 0)
        kind++;
    return (dn_schedule_kind)kind;
}

size_t train_widths(const train_options *options, size_t widths[TRAIN_MOST_WIDTHS])
{
    size_t count = 0;
    widths[count++] = DN_DIGIT_PIXELS;
    for (size_t i = 0; i < options->hidden.count && !train_is_linear(options); i++)
        widths[count++] = options->hidden.width[i];
    widths[count++] = dn_loss_outputs(dn_loss_named(options->loss), options->classes.count);
    return count;
}

static dn_status check_mean(train_options *options, dn_error *error)
{
    const char *refused = options->checkpoint ? "--checkpoint" : options->log ? "--log" : NULL;
    options->valid = (cli_share){.count = 0};
    if (!refused)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, refused, "leave it out, or leave out --arch mean",
                      "mean images are learnt without epochs");
}

dn_status train_check_options(train_options *options, dn_error *error)
{
    if (train_is_mean(options))
        return check_mean(options, error);
    if (dn_loss_outputs(dn_loss_named(options->loss), options->classes.count) != 0)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--loss", "give two digits, say --classes 3,7, or another loss",
                      "%s tells two classes apart, not %zu", options->loss, options->classes.count);
}

size_t train_pick_options(train_options *options, const char *const *names, cli_option *rows)
{
    cli_option table[TRAIN_OPTION_COUNT];
    size_t count = 0;
    train_option_table(options, table);
    for (; names[count]; count++) {
        size_t place = 0;
        while (strcmp(table[place].name, names[count]) != 0)
            place++;
        rows[count] = table[place];
    }
    return count;
}

cli_usage train_usage(const cli_option table[TRAIN_OPTION_COUNT])
{
    return (cli_usage){
        .command = "train",
        .summary =
            "Learn from a folder of IDX (MNIST) files, measure the result on the test images, and save the "
            "model. Ctrl-C ends training early and saves what was learnt so far; with --checkpoint, --resume "
            "goes on from there.",
        .options = table,
        .option_count = TRAIN_OPTION_COUNT};
}

/** No number of images stands for all of them. */
static bool is_left_out(const cli_option *option, const train_options *options)
{
    return option->target == &options->limit && options->limit == 0;
}

char *train_recipe(train_options *options, char text[TRAIN_RECIPE_SIZE])
{
    cli_option table[TRAIN_OPTION_COUNT];
    size_t length = 0;
    text[0] = '\0';
    train_option_table(options, table);
    for (size_t i = 0; i < TRAIN_OPTION_COUNT && length < TRAIN_RECIPE_SIZE; i++) {
        char value[VALUE_SIZE];
        if (!table[i].recipe || is_left_out(&table[i], options))
            continue;
        cli_value_text(&table[i], value, sizeof value);
        length += (size_t)snprintf(text + length, TRAIN_RECIPE_SIZE - length, "%s%s %s",
                                   length == 0 ? "" : " ", table[i].name, value);
    }
    return text;
}

/** Only what a recipe may name: a file must not say where to write, nor leave a pointer into its text. */
static size_t recipe_table(train_options *options, cli_option table[TRAIN_OPTION_COUNT])
{
    size_t count = 0;
    train_option_table(options, table);
    for (size_t i = 0; i < TRAIN_OPTION_COUNT; i++) {
        if (table[i].recipe)
            table[count++] = table[i];
    }
    return count;
}

static dn_status fail_recipe(dn_error *error, const char *problem)
{
    return dn_fail(error, DN_ERR_FORMAT, "give a file that this version of digitnet train wrote",
                   "metadata arguments: %s", problem);
}

dn_status train_fail_setting(const dn_error *cause, dn_error *error)
{
    char problem[DN_ERROR_TEXT_SIZE];
    snprintf(problem, sizeof problem, "%.60s: %.200s", cause->subject, cause->problem);
    return fail_recipe(error, problem);
}

dn_status train_apply_recipe(train_options *options, const char *recipe, dn_error *error)
{
    enum { MOST_WORDS = 2 * TRAIN_OPTION_COUNT };
    char words[TRAIN_RECIPE_SIZE];
    char *arguments[MOST_WORDS];
    size_t count = 0;
    cli_option table[TRAIN_OPTION_COUNT];
    dn_error cause;
    const size_t length = strlen(recipe);
    if (length >= sizeof words)
        return fail_recipe(error, "longer than any that digitnet writes");
    memcpy(words, recipe, length + 1);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        if (count == MOST_WORDS)
            return fail_recipe(error, "more words than there are options");
        arguments[count++] = word;
    }
    cli_usage usage = train_usage(table);
    usage.option_count = recipe_table(options, table);
    if (cli_read_options(&usage, count, arguments, &cause) == DN_OK)
        return DN_OK;
    return train_fail_setting(&cause, error);
}

char *train_difference(train_options *a, train_options *b, char text[TRAIN_RECIPE_SIZE])
{
    cli_option of_a[TRAIN_OPTION_COUNT];
    cli_option of_b[TRAIN_OPTION_COUNT];
    const size_t count = recipe_table(a, of_a);
    (void)recipe_table(b, of_b);
    for (size_t i = 0; i < count; i++) {
        char in_a[VALUE_SIZE];
        char in_b[VALUE_SIZE];
        const bool without = is_left_out(&of_a[i], a);
        cli_value_text(&of_a[i], in_a, sizeof in_a);
        cli_value_text(&of_b[i], in_b, sizeof in_b);
        if (without == is_left_out(&of_b[i], b) && (without || strcmp(in_a, in_b) == 0))
            continue;
        if (without)
            snprintf(text, TRAIN_RECIPE_SIZE, "without %s", of_a[i].name);
        else
            snprintf(text, TRAIN_RECIPE_SIZE, "with %s%s%s", of_a[i].name, in_a[0] != '\0' ? " " : "", in_a);
        return text;
    }
    return NULL;
}
