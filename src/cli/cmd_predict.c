#include "cli/command.h"

#include "cli/draw.h"
#include "cli/json_line.h"
#include "cli/option.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/platform.h"
#include "io/file.h"

#include "digitnet/io.h"
#include "digitnet/loss.h"
#include "digitnet/picture.h"
#include "digitnet/train.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/** An answer below this probability is called unsure. */
#define UNSURE 0.6F

typedef struct predict_options {
    const char *model;
    uint64_t top;
    bool no_prepare;
    bool show;
    bool json;
    bool quiet;
} predict_options;

/** One answer: the probability of each digit, 0 of one that the model does not know, and the known ones from the most probable down. */
typedef struct digit_answer {
    float probability[DN_DIGIT_CLASSES];
    size_t ranking[DN_DIGIT_CLASSES];
    size_t known;
} digit_answer;

/** One of the pictures of a file. */
typedef struct picture_place {
    const char *path;
    size_t number;              /**< from 1 */
    char name[FILENAME_MAX];    /**< in results: PATH for the first, PATH:2 for the second */
    char subject[FILENAME_MAX]; /**< in messages: the same with "standard input" for "-" */
} picture_place;

static void name_picture(const char *file, size_t number, char name[FILENAME_MAX])
{
    if (number == 1)
        snprintf(name, FILENAME_MAX, "%s", file);
    else
        snprintf(name, FILENAME_MAX, "%s:%zu", file, number);
}

static void move_on(picture_place *place)
{
    place->number++;
    name_picture(place->path, place->number, place->name);
    name_picture(dn_file_input_name(place->path), place->number, place->subject);
}

/** Tell what the preparation found that a user may want to know. */
static void report_preparation(const char *subject, const dn_preparation *preparation, bool quiet)
{
    char text[CLI_PATH_TEXT_SIZE];
    if (preparation->inverted)
        cli_say_note(quiet, "%s: dark ink on light paper: inverted", cli_path_text(subject, text));
    if (preparation->parts > 1)
        cli_say_note(quiet, "%s: %zu pieces of ink side by side: is it one digit?",
                     cli_path_text(subject, text), preparation->parts);
}

static dn_status prepare(const char *subject, const dn_tensor *grey, const predict_options *options,
                         uint8_t pixels[DN_DIGIT_PIXELS], dn_error *error)
{
    dn_preparation preparation;
    if (options->no_prepare)
        return dn_prepare_nothing(grey, pixels, error);
    DN_TRY(dn_prepare_digit(grey, pixels, &preparation, error));
    report_preparation(subject, &preparation, options->quiet);
    return DN_OK;
}

/** Bring a picture into the form that the model takes. */
static dn_status make_digit(const char *subject, const dn_tensor *picture, const predict_options *options,
                            uint8_t pixels[DN_DIGIT_PIXELS], dn_error *error)
{
    dn_tensor grey;
    DN_TRY(dn_pnm_to_grey(picture, &grey, error));
    const dn_status status = prepare(subject, &grey, options, pixels, error);
    dn_tensor_free(&grey);
    return status;
}

/** Put a digit into its place in the ranking; of equals the one that came first stays first. */
static void rank(digit_answer *answer, size_t digit)
{
    size_t place = answer->known++;
    for (; place > 0 && answer->probability[digit] > answer->probability[answer->ranking[place - 1]]; place--)
        answer->ranking[place] = answer->ranking[place - 1];
    answer->ranking[place] = digit;
}

/** Finite weights can be so large that what comes of them is not. */
static dn_status check_scores(const dn_tensor *scores, dn_error *error)
{
    for (ptrdiff_t i = 0; i < (ptrdiff_t)scores->shape.extent[1]; i++)
        if (!isfinite(scores->data[i * scores->stride[1]]))
            return dn_fail(error, DN_ERR_FORMAT, "train the model again, with a lower learning rate",
                           "the model's outputs for it are not finite numbers");
    return DN_OK;
}

static dn_status classify(dn_classifier *classifier, const uint8_t pixels[DN_DIGIT_PIXELS],
                          digit_answer *answer, dn_error *error)
{
    float values[DN_DIGIT_PIXELS];
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        values[i] = dn_pixel_value(pixels[i]);
    const dn_tensor image = dn_tensor_borrow(values, DN_SHAPE(1, DN_DIGIT_PIXELS));
    dn_tensor scores;
    DN_TRY(dn_classifier_scores(NULL, classifier, &(dn_matrix){.dense = &image}, &scores, error));
    DN_TRY(check_scores(&scores, error));
    DN_TRY(dn_softmax(&scores, &scores, error));
    *answer = (digit_answer){0};
    for (size_t i = 0; i < classifier->classes.count; i++) {
        const size_t digit = classifier->classes.digit[i];
        answer->probability[digit] = scores.data[(ptrdiff_t)i * scores.stride[1]];
        rank(answer, digit);
    }
    return DN_OK;
}

static void print_answer(const char *name, const digit_answer *answer, size_t top)
{
    char text[CLI_PATH_TEXT_SIZE];
    fputs(cli_path_text(name, text), stdout);
    for (size_t i = 0; i < top && i < answer->known; i++)
        printf("\t%zu\t%.4f", answer->ranking[i], (double)answer->probability[answer->ranking[i]]);
    putchar('\n');
    fflush(stdout);
}

static void print_json(const picture_place *place, const digit_answer *answer)
{
    json_line line = json_line_open(stdout);
    json_line_text(&line, "path", place->path);
    if (place->number > 1)
        json_line_count(&line, "picture", place->number);
    json_line_count(&line, "digit", answer->ranking[0]);
    json_line_number(&line, "probability", (double)answer->probability[answer->ranking[0]]);
    json_line_numbers(&line, "probabilities", answer->probability, DN_DIGIT_CLASSES);
    json_line_close(&line);
}

static dn_status predict_one(dn_classifier *classifier, const picture_place *place, const dn_tensor *picture,
                             const predict_options *options, dn_error *error)
{
    uint8_t pixels[DN_DIGIT_PIXELS];
    digit_answer answer;
    char text[CLI_PATH_TEXT_SIZE];
    DN_TRY(make_digit(place->subject, picture, options, pixels, error));
    DN_TRY(classify(classifier, pixels, &answer, error));
    if (options->show)
        cli_draw(stderr, pixels, 1, DN_DIGIT_SIDE, DN_DIGIT_SIDE, NULL, DN_DIGIT_SIDE);
    if (answer.probability[answer.ranking[0]] < UNSURE)
        cli_say_note(options->quiet, "%s: unsure: it may be %zu or %zu", cli_path_text(place->subject, text),
                     answer.ranking[0], answer.ranking[1]);
    if (options->json)
        print_json(place, &answer);
    else
        print_answer(place->name, &answer, (size_t)options->top);
    return DN_OK;
}

/** Answer the pictures of a file, one after the other, up to one that can't be read: where the next begins is not known then. */
static int predict_pictures(dn_classifier *classifier, const char *path, const dn_bytes *file,
                            const predict_options *options)
{
    int exit_code = CLI_EXIT_DONE;
    picture_place place = {.path = path};
    size_t at = 0;
    bool is_read;
    do {
        dn_error error;
        dn_tensor picture;
        move_on(&place);
        dn_status status = dn_pnm_next(file, &at, &picture, &error);
        is_read = status == DN_OK;
        if (is_read)
            status = predict_one(classifier, &place, &picture, options, &error);
        dn_tensor_free(&picture);
        if (dn_fail_in(&error, status, place.subject) != DN_OK)
            exit_code = cli_worse_exit(exit_code, cli_say_error(&error));
    } while (is_read && at < file->size);
    return exit_code;
}

/** Every picture that can be read is answered; the exit code tells of the ones that can't. */
static int predict_all(dn_classifier *classifier, const cli_operands *paths, const predict_options *options)
{
    int exit_code = CLI_EXIT_DONE;
    for (size_t i = 0; i < paths->count; i++) {
        dn_error error;
        dn_bytes file;
        const char *path = paths->values[i];
        const int code = dn_file_read(path, DN_PNM_MAX_FILE, &file, &error) == DN_OK
                             ? predict_pictures(classifier, path, &file, options)
                             : cli_say_error(&error);
        dn_bytes_free(&file);
        exit_code = cli_worse_exit(exit_code, code);
    }
    return exit_code;
}

static int predict(const cli_operands *paths, const predict_options *options)
{
    cli_source source;
    dn_classifier classifier;
    dn_error error;
    char path[CLI_PATH_TEXT_SIZE];
    if (cli_find_model(options->model, &source, &error) != DN_OK)
        return cli_say_error(&error);
    cli_say_line(options->quiet, "model: %s (%s)", cli_path_text(source.path, path), source.why);
    if (dn_classifier_read(source.path, &classifier, NULL, &error) != DN_OK)
        return cli_say_error(&error);
    const int exit_code = predict_all(&classifier, paths, options);
    dn_classifier_free(&classifier);
    return exit_code;
}

int cli_predict(size_t argument_count, char **arguments)
{
    predict_options options = {.top = 1};
    cli_operands operands;
    int exit_code = CLI_EXIT_DONE;
    const cli_option table[] = {
        {.name = "--model",
         "FILE",
         "the model [" CLI_MODEL_NAME ", else the bundled one]",
         CLI_TEXT,
         &options.model},
        {.name = "--top",
         "K",
         "print the K most probable digits",
         CLI_COUNT,
         &options.top,
         .minimum = 1,
         .maximum = DN_DIGIT_CLASSES},
        {.name = "--no-prepare",
         NULL,
         "take 28 x 28 pictures as they are, bright ink on dark",
         CLI_FLAG,
         &options.no_prepare},
        {.name = "--show", NULL, "draw what the model saw", CLI_FLAG, &options.show},
        {.name = "--json", NULL, "print one JSON object a picture", CLI_FLAG, &options.json},
        {.name = "--quiet", NULL, "say nothing but results and errors", CLI_FLAG, &options.quiet},
    };
    const cli_usage usage = {
        .command = "predict",
        .operands = "IMAGE...",
        .summary =
            "Say which digit each picture shows, one line a picture: path, digit and probability, with tabs "
            "between. IMAGE is a PGM, PBM or PPM file of any size, or - for standard input. A file may hold "
            "several pictures one after the other: the second of PATH is called PATH:2, and with --json has "
            "\"picture\":2 beside its path. Each is prepared as MNIST's digits were: bright ink, scaled into "
            "20 x 20, centred in 28 x 28 by its centre of mass. The probability is the softmax of a net's "
            "outputs, or the sigmoid of its only one; where the model is mean images, the softmax of -100 "
            "times the distances.",
        .options = table,
        .option_count = sizeof table / sizeof table[0],
        .minimum_operands = 1,
        .maximum_operands = SIZE_MAX};
    if (!cli_parse(&usage, argument_count, arguments, &operands, &exit_code))
        return exit_code;
    return predict(&operands, &options);
}
