/** Each call for memory, for a thread, or for a file fails once, and from then on: nothing is lost, nothing is wrong. */
#include "core/platform.h"
#include "io/file.h"
#include "support/command.h"
#include "support/inputs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LINE_SIZE (8 * INPUT_PATH_SIZE)
#define OUTPUTS 5

/** A command line, and the files that it makes: what they hold before, and after all went well. */
typedef struct scenario {
    char line[LINE_SIZE];
    const char *output[OUTPUTS]; /**< or NULL */
    contents before[OUTPUTS];
    contents after[OUTPUTS];
    outcome good;
} scenario;

/** Seconds differ from run to run: their digits are taken out. */
static void hide_seconds(char *text)
{
    static const char key[] = "\"seconds\":";
    char *place = strstr(text, key);
    if (!place)
        return;
    place += strlen(key);
    const size_t digits = strcspn(place, ",}");
    memmove(place, place + digits, strlen(place + digits) + 1);
}

static void put_all_back(const scenario *tried)
{
    for (size_t i = 0; i < OUTPUTS && tried->output[i]; i++)
        put_back(tried->output[i], tried->before[i]);
}

/** Say which run it was before the test fails. */
#define check(condition)                                                                                     \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            print_error("%s: %s, %s call %zu\n  %s\n  exit %d\n%s", #condition, fault_names[planned.kind],   \
                        planned.span == FAULT_ONCE ? "only" : "from", planned.nth, tried->line, done->code,  \
                        done->err);                                                                          \
            fail();                                                                                          \
        }                                                                                                    \
    } while (0)

/** Take away what was left beside an output. Is the whole new contents among it? *count gets the number of files. */
static bool take_copies(const char *path, contents after, size_t *count)
{
    char copy[INPUT_PATH_SIZE];
    bool whole = false;
    for (*count = 0; leftovers(path, copy, sizeof copy) != 0; (*count)++) {
        contents found = contents_of(copy);
        whole = whole || same_contents(found, after);
        free(found.data);
        remove(copy);
    }
    return whole;
}

/** A copy stays where the platform can't replace a file in one step, and replacing it failed. */
static void check_outputs(const scenario *tried, const outcome *done, fault planned)
{
    for (size_t i = 0; i < OUTPUTS && tried->output[i]; i++) {
        size_t copies;
        contents found = contents_of(tried->output[i]);
        const bool is_new = same_contents(found, tried->after[i]);
        const bool is_old = done->code != 0 && same_contents(found, tried->before[i]);
        free(found.data);
        const bool is_copied = take_copies(tried->output[i], tried->after[i], &copies) && done->code != 0 &&
                               !dn_platform_rename_replaces();
        check(is_new || is_old || is_copied);
        check(copies == 0 || planned.kind == FAULT_REMOVE || (is_copied && copies == 1));
    }
}

/** Either all is as if nothing had failed, or one line says what failed. */
static void check_outcome(const scenario *tried, outcome *done, fault planned)
{
    check(done->lost_blocks == 0);
    check(done->lost_streams == 0);
    check_outputs(tried, done, planned);
    if (done->code == 0) {
        hide_seconds(done->out);
        check(strcmp(done->out, tried->good.out) == 0);
        check(error_lines(done) == 0);
        return;
    }
    check(done->code == 1);
    /* Where all calls fail, the log is a second file to complain of. */
    const bool log_too = planned.span == FAULT_FROM_ON && strstr(tried->line, "--log");
    check(error_lines(done) == 1 || (log_too && error_lines(done) == 2));
    check(ends_in_error(done));
    check(planned.kind != FAULT_MEMORY || strstr(done->err, "memory"));
    check(planned.kind != FAULT_READ || strstr(done->err, "cannot be read"));
}

/** Let the nth call of a kind fail, n = 1, 2, ... until none is left to fail. Hands back how many there were. */
static size_t walk(const scenario *tried, fault_kind kind, fault_span span)
{
    for (size_t nth = 1;; nth++) {
        const fault planned = {kind, span, nth};
        put_all_back(tried);
        outcome done = run_command(tried->line, planned);
        const bool failed = done.failed;
        check_outcome(tried, &done, planned);
        outcome_free(&done);
        if (!failed)
            return nth - 1;
    }
}

static void try_everything(scenario *tried)
{
    const fault planned = {0};
    put_all_back(tried);
    tried->good = run_command(tried->line, planned);
    hide_seconds(tried->good.out);
    outcome *done = &tried->good;
    check(done->code == 0);
    check(error_lines(done) == 0);
    for (size_t i = 0; i < OUTPUTS && tried->output[i]; i++) {
        tried->after[i] = contents_of(tried->output[i]);
        check(tried->after[i].data && !same_contents(tried->before[i], tried->after[i]));
    }
    for (fault_kind kind = 0; kind < FAULT_KINDS; kind++) {
        const size_t once = walk(tried, kind, FAULT_ONCE);
        walk(tried, kind, FAULT_FROM_ON);
        print_message("%s %zu%s", fault_names[kind], once, kind + 1 < FAULT_KINDS ? ", " : " calls\n");
        check(once != 0 || kind != FAULT_MEMORY);
    }
    for (size_t i = 0; i < OUTPUTS; i++) {
        free(tried->before[i].data);
        free(tried->after[i].data);
    }
    outcome_free(&tried->good);
}

#define SMALL_RUN "--hidden 2 --epochs 1 --batch-size 20"

/** A run over files that exist, and one where they are missing. */
static void try_training(const char *options, bool exist)
{
    const inputs *made = make_inputs();
    char output[INPUT_PATH_SIZE];
    char checkpoint[INPUT_PATH_SIZE];
    strcpy(output, temporary_path("output.safetensors"));
    strcpy(checkpoint, temporary_path("output.checkpoint"));
    scenario tried = {.output = {output, checkpoint}};
    if (exist) {
        tried.before[0] = contents_of(made->model);
        tried.before[1] = contents_of(made->checkpoint);
    }
    snprintf(tried.line, sizeof tried.line, "train --data %s --output %s --checkpoint %s %s", made->folder,
             output, checkpoint, options);
    try_everything(&tried);
    remove(output);
    remove(checkpoint);
}

static void training_with_faults_loses_nothing(void **state)
{
    (void)state;
    try_training(SMALL_RUN " --threads 1 --valid 10", true);
}

/** As on systems that know no file without a name: what fails leaves none of those that were made. */
static void training_with_named_files_and_faults_loses_nothing(void **state)
{
    (void)state;
    make_inputs();
    faults_name_every_file(true);
    try_training(SMALL_RUN " --threads 1 --valid 10", true);
    faults_name_every_file(false);
}

static void training_with_all_parts_loses_nothing(void **state)
{
    (void)state;
    char options[LINE_SIZE];
    snprintf(options, sizeof options,
             SMALL_RUN " --threads 2 --valid 10 --momentum 0.9 --average 0.5 --dropout 0.1 "
                       "--augment elastic --json --log %s",
             temporary_path("log"));
    try_training(options, true);
}

static void training_with_faults_leaves_no_file_half_made(void **state)
{
    (void)state;
    try_training(SMALL_RUN " --threads 1 --valid 0", false);
}

static void resuming_with_faults_loses_nothing(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    char output[INPUT_PATH_SIZE];
    char checkpoint[INPUT_PATH_SIZE];
    strcpy(output, temporary_path("output.safetensors"));
    strcpy(checkpoint, temporary_path("output.checkpoint"));
    scenario tried = {.output = {checkpoint, output}, .before = {contents_of(made->checkpoint)}};
    snprintf(tried.line, sizeof tried.line,
             "train --data %s --resume %s --output %s --checkpoint %s --threads 2", made->folder, checkpoint,
             output, checkpoint);
    try_everything(&tried);
    remove(output);
    remove(checkpoint);
}

/** Run a command with "@" standing for a path. */
static void try_reading(const char *command, const char *path)
{
    scenario tried = {0};
    const char *at = strchr(command, '@');
    assert_non_null(at);
    snprintf(tried.line, sizeof tried.line, "%.*s%s%s", (int)(at - command), command, path, at + 1);
    try_everything(&tried);
}

static void mean_images_of_some_digits_with_faults_lose_nothing(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    char output[INPUT_PATH_SIZE];
    char command[LINE_SIZE];
    strcpy(output, temporary_path("mean.safetensors"));
    scenario tried = {.output = {output}, .before = {contents_of(made->model)}};
    snprintf(tried.line, sizeof tried.line,
             "train --arch mean --classes 9,0,1 --threads 1 --json --data %s --output %s", made->folder,
             output);
    try_everything(&tried);
    snprintf(command, sizeof command, "evaluate --threads 1 --worst 2 --data %s --model @", made->folder);
    try_reading(command, output);
    remove(output);
}

static void lr_find_with_faults_says_so(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    try_reading("lr-find --hidden 32 --batch-size 60 --threads 1 --steps 40 --from 0.001 --dropout 0 "
                "--nesterov no --valid 0 --data @",
                made->folder);
}

static void verify_with_faults_says_so(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    char command[LINE_SIZE];
    snprintf(command, sizeof command, "verify --threads 1 --data %s @", made->folder);
    try_reading(command, made->model);
}

static void evaluate_with_faults_says_so(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    char command[LINE_SIZE];
    snprintf(command, sizeof command, "evaluate --threads 2 --data %s --model @", made->folder);
    try_reading(command, made->model);
    snprintf(command, sizeof command, "evaluate --threads 1 --views 2 --data %s --model @", made->folder);
    try_reading(command, made->model);
}

static void predict_with_faults_says_so(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    char command[LINE_SIZE];
    snprintf(command, sizeof command, "predict --quiet --json --views 1 --model %s @", made->model);
    try_reading(command, made->picture);
    snprintf(command, sizeof command, "predict --quiet --all --views 1 --model %s @", made->model);
    try_reading(command, made->picture);
    try_reading(command, source_path("tests/fuzz/corpus/png/digit.png"));
    try_reading(command, made->long_picture);
}

static void exporting_with_faults_loses_nothing(void **state)
{
    (void)state;
    static const char *const forms[] = {"c", "c --int8", "onnx", "html", "html --int8"};
    const inputs *made = make_inputs();
    char output[INPUT_PATH_SIZE];
    strcpy(output, temporary_path("exported"));
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        /* The file of the last form is replaced. */
        scenario tried = {.output = {output}, .before = {contents_of(output)}};
        snprintf(tried.line, sizeof tried.line, "export --quiet --model %s --output %s --to %s", made->model,
                 output, forms[i]);
        try_everything(&tried);
    }
    remove(output);
}

static void reporting_with_faults_loses_nothing(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    char output[INPUT_PATH_SIZE];
    strcpy(output, temporary_path("report.html"));
    scenario tried = {.output = {output}};
    snprintf(tried.line, sizeof tried.line, "report --quiet --threads 1 --model %s --data %s --output %s",
             made->model, made->folder, output);
    try_everything(&tried);
    remove(output);
}

static void info_with_faults_says_so(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    try_reading("info @", made->model);
    try_reading("info @/train-labels-idx1-ubyte.gz", made->folder);
    try_reading("info --json @", made->picture);
}

static void show_with_faults_says_so(void **state)
{
    (void)state;
    static const char colours[] = "P3 2 1 255  255 0 0  0 255 0\n";
    char colour[INPUT_PATH_SIZE];
    const inputs *made = make_inputs();
    strcpy(colour, temporary_path("colour.ppm"));
    write_bytes(colour, colours, sizeof colours - 1);
    try_reading("show --count 1 --augment elastic @/t10k-images-idx3-ubyte", made->folder);
    try_reading("show @", made->picture);
    try_reading("show @", colour);
    try_reading("show @", source_path("tests/fuzz/corpus/png/cut_chunks.png"));
}

/** All four IDX files and the list are as they were, or as they should be, whichever call fails. */
static void packing_with_faults_loses_nothing(void **state)
{
    (void)state;
    static const char *const names[] = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                        "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte", "list"};
    static char paths[OUTPUTS][INPUT_PATH_SIZE];
    char named[INPUT_PATH_SIZE];
    char folder[INPUT_PATH_SIZE];
    const inputs *made = make_inputs();
    contents picture = contents_of(made->picture);
    strcpy(folder, temporary_path("packed"));
    strcpy(named, temporary_path("1.pgm"));
    put_back(named, picture);
    assert_int_equal(mkdir(folder, 0777), 0);
    for (size_t exist = 0; exist < 2; exist++) {
        scenario tried = {0};
        for (size_t i = 0; i < OUTPUTS; i++) {
            snprintf(paths[i], sizeof paths[i], "%.500s/%s", folder, names[i]);
            tried.output[i] = paths[i];
            if (exist != 0 && i < OUTPUTS - 1) {
                write_bytes(paths[i], "old", 3);
                tried.before[i] = contents_of(paths[i]);
            } else {
                remove(paths[i]);
            }
        }
        snprintf(
            tried.line, sizeof tried.line,
            "pack --quiet --force --model %s --output %s --list %s --test 5 %s/t10k-images-idx3-ubyte %s",
            made->model, folder, paths[OUTPUTS - 1], made->folder, named);
        try_everything(&tried);
    }
    free(picture.data);
}

/** Files that took their places before another one could not are gone again. */
static void files_written_together_are_none_where_one_takes_no_place(void **state)
{
    (void)state;
    char paths[DN_MOST_TOGETHER][INPUT_PATH_SIZE];
    dn_output outputs[DN_MOST_TOGETHER];
    const dn_part part = {"new", 3};
    if (!dn_platform_rename_replaces())
        skip();
    for (size_t i = 0; i < DN_MOST_TOGETHER; i++) {
        char name[32];
        snprintf(name, sizeof name, "together%zu", i);
        strcpy(paths[i], temporary_path(name));
        outputs[i] = (dn_output){paths[i], &part, 1};
    }
    for (size_t nth = 1; nth <= DN_MOST_TOGETHER; nth++) {
        dn_error error;
        faults_begin(FAULT_RENAME, FAULT_ONCE, nth);
        const dn_status status = dn_file_write_together(outputs, DN_MOST_TOGETHER, &error);
        assert_true(faults_end());
        assert_int_equal(status, DN_ERR_FILE);
        assert_string_equal(error.subject, paths[nth - 1]);
        for (size_t i = 0; i < DN_MOST_TOGETHER; i++) {
            assert_null(contents_of(paths[i]).data);
            assert_int_equal(leftovers(paths[i], NULL, 0), 0);
        }
    }
}

/** The runs above take a file that is whole for written, whatever closing it said. */
static void a_file_that_cannot_be_closed_is_not_written(void **state)
{
    (void)state;
    dn_error error;
    const char *path = temporary_path("unclosed");
    const dn_part part = {"new", 3};
    faults_begin(FAULT_CLOSE, FAULT_ONCE, 1);
    const dn_status status = dn_file_write(path, &part, 1, &error);
    assert_true(faults_end());
    assert_int_equal(status, DN_ERR_FILE);
    assert_contains(error.problem, "cannot be written: ");
    assert_null(contents_of(path).data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(training_with_faults_loses_nothing),
        cmocka_unit_test(training_with_named_files_and_faults_loses_nothing),
        cmocka_unit_test(training_with_all_parts_loses_nothing),
        cmocka_unit_test(training_with_faults_leaves_no_file_half_made),
        cmocka_unit_test(resuming_with_faults_loses_nothing),
        cmocka_unit_test(mean_images_of_some_digits_with_faults_lose_nothing),
        cmocka_unit_test(lr_find_with_faults_says_so),
        cmocka_unit_test(verify_with_faults_says_so),
        cmocka_unit_test(evaluate_with_faults_says_so),
        cmocka_unit_test(predict_with_faults_says_so),
        cmocka_unit_test(exporting_with_faults_loses_nothing),
        cmocka_unit_test(reporting_with_faults_loses_nothing),
        cmocka_unit_test(info_with_faults_says_so),
        cmocka_unit_test(show_with_faults_says_so),
        cmocka_unit_test(packing_with_faults_loses_nothing),
        cmocka_unit_test(files_written_together_are_none_where_one_takes_no_place),
        cmocka_unit_test(a_file_that_cannot_be_closed_is_not_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
