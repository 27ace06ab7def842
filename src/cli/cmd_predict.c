#include "cli/command.h"

#include "cli/draw.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "io/file.h"
#include "io/json_line.h"

#include "digitnet/io.h"
#include "digitnet/picture.h"
#include "digitnet/train.h"

#include <stdio.h>

/** The classifier that answers, the kernels that it runs on, and the options. */
typedef struct reader {
    dn_classifier classifier;
    dn_context *context; /**< one thread, and the processor's kernels */
    cli_options options;
} reader;

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

/** Report what a user may want to know beside the answer. */
static void say_notes(const picture_place *place, const dn_answer *found, bool quiet)
{
    char text[CLI_PATH_TEXT_SIZE];
    const char *subject = cli_path_text(place->subject, text);
    if (found->inverted)
        cli_say_note(quiet, "%s: dark ink on light paper: inverted", subject);
    if (found->verdict == DN_VERDICT_SEVERAL)
        cli_say_note(quiet, "%s: several digits: this is one of them; --all reads each", subject);
    if (found->verdict == DN_VERDICT_UNSURE && found->known > 1)
        cli_say_note(quiet, "%s: unsure: it may be %zu or %zu", subject, found->ranking[0],
                     found->ranking[1]);
}

static void print_answer(const picture_place *place, const dn_answer *found, const cli_options *options)
{
    char text[CLI_PATH_TEXT_SIZE];
    fputs(cli_path_text(place->name, text), stdout);
    for (size_t i = 0; i < options->top && i < found->known; i++)
        printf("\t%zu\t%.4f", found->ranking[i], (double)found->probability[found->ranking[i]]);
    if (options->all)
        printf("\t%zu\t%zu\t%zu\t%zu", found->box.x, found->box.y, found->box.width, found->box.height);
    putchar('\n');
    fflush(stdout);
}

static void print_json(const picture_place *place, const dn_answer *found)
{
    const size_t box[] = {found->box.x, found->box.y, found->box.width, found->box.height};
    json_line line = json_line_open(stdout);
    json_line_text(&line, "path", place->path);
    if (place->number > 1)
        json_line_count(&line, "picture", place->number);
    json_line_count(&line, "digit", found->ranking[0]);
    json_line_number(&line, "probability", (double)found->probability[found->ranking[0]]);
    json_line_numbers(&line, "probabilities", found->probability, DN_DIGIT_CLASSES);
    json_line_flag(&line, "unsure", found->verdict == DN_VERDICT_UNSURE);
    json_line_flag(&line, "several", found->verdict == DN_VERDICT_SEVERAL);
    json_line_counts(&line, "box", box, sizeof box / sizeof box[0]);
    json_line_close(&line);
}

static void tell(const picture_place *place, const dn_answer *found, const cli_options *options)
{
    if (options->show)
        cli_draw(stderr, found->pixels, 1, DN_DIGIT_SIDE, DN_DIGIT_SIDE, NULL, DN_DIGIT_SIDE);
    say_notes(place, found, options->quiet);
    if (options->json)
        print_json(place, found);
    else
        print_answer(place, found, options);
}

static dn_status fail_empty(dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT,
                   "give a picture of a digit whose ink is darker or brighter than its paper",
                   "there is no digit in it");
}

/** Answer an image of 28 x 28 as it is. */
static dn_status answer_plain(reader *self, const picture_place *place, const dn_picture *picture,
                              dn_error *error)
{
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_tensor grey;
    dn_answer found;
    DN_TRY(dn_picture_grey(picture, &grey, error));
    dn_status status = dn_prepare_nothing(&grey, pixels, error);
    dn_tensor_free(&grey);
    if (status == DN_OK)
        status = dn_answer_images(self->context, &self->classifier, pixels, 1, (size_t)self->options.views,
                                  &found, error);
    if (status == DN_OK)
        tell(place, &found, &self->options);
    return status;
}

static dn_status answer_one(reader *self, const picture_place *place, const dn_tensor *picture,
                            dn_error *error)
{
    dn_answer found;
    DN_TRY(dn_answer_picture(self->context, &self->classifier, picture, (size_t)self->options.views, &found,
                             error));
    if (found.verdict == DN_VERDICT_NONE)
        return fail_empty(error);
    tell(place, &found, &self->options);
    return DN_OK;
}

static dn_status answer_all(reader *self, const picture_place *place, const dn_tensor *picture,
                            dn_error *error)
{
    dn_page page;
    DN_TRY(
        dn_answer_page(self->context, &self->classifier, picture, (size_t)self->options.views, &page, error));
    for (size_t i = 0; i < page.count; i++)
        tell(place, &page.answers[i], &self->options);
    const bool is_empty = page.count == 0;
    dn_page_free(&page);
    return is_empty ? fail_empty(error) : DN_OK;
}

/** Answer a picture, whose samples are freed as soon as they are not needed. */
static dn_status answer(reader *self, const picture_place *place, dn_picture *picture, dn_error *error)
{
    dn_tensor channels;
    if (self->options.no_prepare)
        return answer_plain(self, place, picture, error);
    DN_TRY(dn_picture_tensor(picture, &channels, error));
    dn_picture_free(picture);
    const dn_status status = self->options.all ? answer_all(self, place, &channels, error)
                                               : answer_one(self, place, &channels, error);
    dn_tensor_free(&channels);
    return status;
}

/** Answer the pictures of a file, one after the other, up to one that can't be read: the next one's place is unknown then. */
static int answer_pictures(reader *self, const char *path, const dn_bytes *file)
{
    int exit_code = CLI_EXIT_DONE;
    picture_place place = {.path = path};
    size_t at = 0;
    bool is_read;
    do {
        dn_error error;
        dn_picture picture;
        move_on(&place);
        dn_status status = dn_picture_next(file, &at, &picture, &error);
        is_read = status == DN_OK;
        if (is_read)
            status = answer(self, &place, &picture, &error);
        dn_picture_free(&picture);
        if (dn_fail_in(&error, status, place.subject) != DN_OK)
            exit_code = cli_worse_exit(exit_code, cli_say_error(&error));
    } while (is_read && at < file->size);
    return exit_code;
}

/** Answer every picture that can be read; the exit code tells of the others. */
static int answer_files(reader *self, const cli_operands *paths)
{
    int exit_code = CLI_EXIT_DONE;
    for (size_t i = 0; i < paths->count; i++) {
        dn_error error;
        dn_bytes file;
        const char *path = paths->values[i];
        const int code = dn_file_read(path, DN_PICTURE_MAX_FILE, &file, &error) == DN_OK
                             ? answer_pictures(self, path, &file)
                             : cli_say_error(&error);
        dn_bytes_free(&file);
        exit_code = cli_worse_exit(exit_code, code);
    }
    return exit_code;
}

static dn_status open_reader(reader *self, dn_error *error)
{
    cli_source source;
    if (self->options.all && self->options.no_prepare)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--all", "leave out --no-prepare",
                          "an image of 28 x 28 that is taken as it is holds one digit");
    DN_TRY(cli_find_model(self->options.model, &source, error));
    cli_say_source(self->options.quiet, "model", &source);
    DN_TRY(dn_classifier_read(source.path, &self->classifier, NULL, error));
    return dn_context_new(&self->context, 1, DN_KERNELS_AUTO, error);
}

int cli_predict(size_t argument_count, char **arguments)
{
    reader self = {.options = cli_options_default()};
    cli_operands paths;
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_PREDICT, argument_count, arguments, &self.options, &paths, &exit_code))
        return exit_code;
    exit_code = open_reader(&self, &error) == DN_OK ? answer_files(&self, &paths) : cli_say_error(&error);
    dn_context_free(self.context);
    dn_classifier_free(&self.classifier);
    return exit_code;
}
