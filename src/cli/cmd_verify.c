#include "cli/command.h"

#include "cli/compare.h"
#include "cli/interrupt.h"
#include "cli/json_line.h"
#include "cli/say.h"
#include "cli/train_run.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "io/file.h"

#include "digitnet/train.h"

#include <stdio.h>

/** One model, and the run that is to make it again. */
typedef struct verification {
    cli_source source;
    compare_side found;
    compare_side made;
    train_run run;
    compare_difference difference;
} verification;

/** A count that the metadata tell, which a training by these settings can have come to. */
static dn_status read_count(const dn_archive *archive, const char *key, size_t most, size_t *count,
                            dn_error *error)
{
    const char *text = dn_archive_metadata(archive, key);
    uint64_t number = 0;
    const cli_option row = {.kind = CLI_COUNT, .target = &number, .minimum = 1, .maximum = most};
    if (!text || cli_read_value(&row, text, NULL) != DN_OK)
        return dn_fail(error, DN_ERR_FORMAT, "give a model that digitnet train wrote",
                       "metadata %s: %s%.40s%s found, 1 to %zu expected", key, text ? "\"" : "",
                       text ? text : "nothing", text ? "\"" : "", most);
    *count = (size_t)number;
    return DN_OK;
}

/**
 * The steps of a net are a limit, so that an interrupted run can be made again too. They and the best epoch are held
 * against the settings and the data before anything is learnt. Mean images take no steps.
 */
static dn_status take_steps(verification *self, dn_error *error)
{
    train_run *run = &self->run;
    const dn_archive *archive = &self->found.archive;
    const size_t batches = dn_dataloader_batches(run->train);
    size_t most;
    size_t best_epoch;
    if (train_is_mean(&run->options))
        return DN_OK;
    if (!dn_size_multiply((size_t)run->options.epochs, batches, &most))
        most = SIZE_MAX;
    DN_TRY(read_count(archive, "steps", most, &run->max_steps, error));
    if (!dn_archive_metadata(archive, "best_epoch"))
        return DN_OK;
    return read_count(archive, "best_epoch", run->max_steps / batches, &best_epoch, error);
}

static dn_status read_model(verification *self, dn_error *error)
{
    DN_TRY(dn_file_read(self->source.path, DN_SAFETENSORS_MAX_FILE, &self->found.bytes, error));
    dn_status status = dn_archive_decode(&self->found.bytes, &self->found.archive, error);
    if (status == DN_OK)
        status = dn_model_check_format(&self->found.archive, error);
    if (status == DN_OK)
        status = train_take_settings(&self->run, &self->found.archive, self->source.path, error);
    return dn_fail_in(error, status, self->source.path);
}

static dn_status train_again(verification *self, dn_error *error)
{
    train_run *run = &self->run;
    DN_TRY(train_load_data(run, error));
    DN_TRY(dn_fail_in(error, take_steps(self, error), self->source.path));
    DN_TRY(train_classifier(run, error));
    DN_TRY(train_encode_model(run, &self->made.bytes, error));
    return dn_archive_decode(&self->made.bytes, &self->made.archive, error);
}

static dn_status verify(verification *self, const char *model, dn_error *error)
{
    char path[CLI_PATH_TEXT_SIZE];
    char recipe[TRAIN_RECIPE_SIZE];
    const bool quiet = self->run.options.quiet;
    DN_TRY(cli_find_model(model, &self->source, error));
    cli_say_line(quiet, "model: %s (%s)", cli_path_text(self->source.path, path),
                 model ? "named" : self->source.why);
    DN_TRY(read_model(self, error));
    cli_say_line(quiet, "made by: digitnet train %s", train_recipe(&self->run.options, recipe));
    DN_TRY(train_again(self, error));
    self->difference = compare_models(&self->found, &self->made);
    return DN_OK;
}

static void print_result(const verification *self)
{
    const compare_difference *difference = &self->difference;
    char text[COMPARE_TEXT_SIZE];
    if (difference->kind == COMPARE_SAME) {
        printf("reproduced: the same %zu bytes\n", self->found.bytes.size);
        return;
    }
    printf("not reproduced: %s",
           difference->kind == COMPARE_METADATA ? "every weight is the same, but " : "");
    cli_print_text(compare_text(difference, text)); /* with names and values of the file */
    putchar('\n');
}

static void print_difference(json_line *line, const compare_difference *difference)
{
    char text[COMPARE_TEXT_SIZE];
    json_line_text(line, "difference", compare_text(difference, text));
    if (difference->name)
        json_line_text(line, difference->kind == COMPARE_METADATA ? "metadata" : "tensor", difference->name);
    if (difference->kind != COMPARE_WEIGHT)
        return;
    json_line_counts(line, "index", difference->index.extent, difference->index.rank);
    json_line_number(line, "found", (double)difference->found);
    json_line_number(line, "expected", (double)difference->expected);
}

static void print_json(const verification *self)
{
    const train_run *run = &self->run;
    json_line line = json_line_open(stdout);
    json_line_text(&line, "model", self->source.path);
    json_line_text(&line, "data", run->source.path);
    json_line_flag(&line, "reproduced", self->difference.kind == COMPARE_SAME);
    json_line_count(&line, "bytes", self->found.bytes.size);
    json_line_count(&line, "steps", run->training.steps);
    json_line_number(&line, "seconds", run->seconds);
    if (self->difference.kind != COMPARE_SAME)
        print_difference(&line, &self->difference);
    json_line_close(&line);
}

static void release(verification *self)
{
    train_release(&self->run);
    dn_archive_free(&self->found.archive);
    dn_archive_free(&self->made.archive);
    dn_bytes_free(&self->found.bytes);
    dn_bytes_free(&self->made.bytes);
}

/** Run, tell, and hand back the exit code. */
static int report(verification *self, const char *model)
{
    dn_error error;
    const dn_status status = verify(self, model, &error);
    if (status != DN_OK && cli_interrupt_signal() == 0)
        return cli_say_error(&error);
    if (cli_interrupt_signal() != 0) {
        cli_say_note(self->run.options.quiet, "stopped by a signal: nothing was compared");
        return CLI_EXIT_SIGNAL + cli_interrupt_signal();
    }
    if (self->run.options.json)
        print_json(self);
    else
        print_result(self);
    return self->difference.kind == COMPARE_SAME ? CLI_EXIT_DONE : CLI_EXIT_FAILED;
}

int cli_verify(size_t argument_count, char **arguments)
{
    verification self = {.run.options = train_defaults()};
    train_options *options = &self.run.options;
    cli_operands operands;
    int exit_code = CLI_EXIT_DONE;
    const cli_option table[] = {
        {.name = "--data",
         "DIR",
         "the folder of the IDX files that it was trained on [$DIGITNET_DATA, else data/mnist, else the "
         "bundled digits]",
         CLI_TEXT,
         &options->data},
        {.name = "--threads",
         "N",
         "threads to use; the model is the same for any number [chosen]",
         CLI_COUNT,
         &options->threads,
         .minimum = 1,
         .maximum = DN_POOL_MAX_THREADS,
         .hide_default = true},
        {.name = "--json", NULL, "print the result as one JSON object", CLI_FLAG, &options->json},
        {.name = "--quiet", NULL, "say nothing but results and errors", CLI_FLAG, &options->quiet},
    };
    const cli_usage usage = {
        .command = "verify",
        .operands = "[MODEL]",
        .summary =
            "Train a model again from what its file says about itself (data, settings, seed, steps), and "
            "compare "
            "the two byte by byte. Nothing is written. Takes as long as training did. The model "
            "is " CLI_MODEL_NAME " where none is named, else the bundled one. Exit code: 0 when the bytes "
            "are the same, 1 when they "
            "are not (the first weight that differs is named), 3 when the model can't be made again here: it "
            "is not digitnet's, or was made from other data.",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
        .maximum_operands = 1};
    if (!cli_parse(&usage, argument_count, arguments, &operands, &exit_code))
        return exit_code;
    self.run.report.quiet = options->quiet;
    exit_code = report(&self, operands.count != 0 ? operands.values[0] : NULL);
    release(&self);
    return exit_code;
}
