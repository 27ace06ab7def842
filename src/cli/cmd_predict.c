#include "cli/command.h"

#include "cli/draw.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "io/file.h"
#include "io/json_line.h"

#include "digitnet/io.h"
#include "digitnet/picture.h"
#include "digitnet/train.h"

#include <stdio.h>

/** So many pictures are answered together, or as many as have so many samples: enough for all threads, little memory. */
#define BATCH 64
#define BATCH_SAMPLES ((size_t)1 << 20)

/** One of the pictures of a file. */
typedef struct picture_place {
    const char *path;
    size_t number;              /**< from 1 */
    char name[FILENAME_MAX];    /**< in results: PATH for the first, PATH:2 for the second */
    char subject[FILENAME_MAX]; /**< in messages: the same with "standard input" for "-" */
} picture_place;

/** A picture that waits for its answer, or an error that waits for its turn. */
typedef struct waiting {
    picture_place place;
    dn_picture picture;
    dn_status status;
    dn_error error;
} waiting;

/** The classifier that answers, the kernels that it runs on, the options, and what waits. */
typedef struct reader {
    dn_classifier classifier;
    dn_context *context; /**< NULL until there is something to answer */
    cli_options options;
    waiting *queue; /**< [BATCH] */
    size_t count;
    size_t samples; /**< of all that wait */
    int exit_code;
} reader;

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

/** Answer images of 28 x 28 as they are. */
static dn_status answer_plain(reader *self, const dn_picture *pictures, size_t count, dn_answer *answers,
                              dn_error *error)
{
    uint8_t pixels[BATCH * DN_DIGIT_PIXELS];
    for (size_t i = 0; i < count; i++)
        DN_TRY(dn_prepare_nothing(&pictures[i], pixels + i * DN_DIGIT_PIXELS, error));
    return dn_answer_images(self->context, &self->classifier, pixels, count, (size_t)self->options.views,
                            answers, error);
}

static dn_status answer(reader *self, const dn_picture *pictures, size_t count, dn_answer *answers,
                        dn_error *error)
{
    if (self->options.no_prepare)
        return answer_plain(self, pictures, count, answers, error);
    return dn_answer_pictures(self->context, &self->classifier, pictures, count, (size_t)self->options.views,
                              answers, error);
}

/** Answer all that waits together; where that fails, one by one, for the error of each. answers: one for each picture. */
static void answer_queue(reader *self, dn_answer *answers)
{
    dn_picture pictures[BATCH];
    const size_t total = self->count;
    size_t count = 0;
    dn_error error;
    for (size_t i = 0; i < total; i++)
        if (self->queue[i].status == DN_OK)
            pictures[count++] = self->queue[i].picture;
    if (answer(self, pictures, count, answers, &error) == DN_OK)
        return;
    for (size_t i = 0; i < total; i++)
        if (self->queue[i].status == DN_OK)
            self->queue[i].status =
                answer(self, &self->queue[i].picture, 1, answers++, &self->queue[i].error);
}

static dn_status tell_one(reader *self, const picture_place *place, const dn_answer *found, dn_error *error)
{
    if (found->verdict == DN_VERDICT_NONE)
        return fail_empty(error);
    tell(place, found, &self->options);
    return DN_OK;
}

/** Answer each digit of a picture. */
static dn_status tell_all(reader *self, const picture_place *place, const dn_picture *picture,
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

/** Tell the answers and the errors that wait, in their order. */
static void tell_queue(reader *self, const dn_answer *answers)
{
    size_t next = 0;
    for (size_t i = 0; i < self->count; i++) {
        waiting *item = &self->queue[i];
        const bool is_picture = item->picture.samples != NULL;
        if (item->status == DN_OK)
            item->status = self->options.all ? tell_all(self, &item->place, &item->picture, &item->error)
                                             : tell_one(self, &item->place, &answers[next], &item->error);
        next += is_picture;
        dn_picture_free(&item->picture);
        if (dn_fail_in(&item->error, item->status, item->place.subject) != DN_OK)
            self->exit_code = cli_worse_exit(self->exit_code, cli_say_error(&item->error));
    }
    self->count = 0;
    self->samples = 0;
}

/** Answer and tell what waits. Several pictures are worth several threads. */
static dn_status flush(reader *self, dn_error *error)
{
    dn_answer answers[BATCH] = {{0}};
    const size_t threads = self->count > 1 ? 0 : 1; /* 0: one a processor */
    if (self->count == 0)
        return DN_OK;
    if (!self->context)
        DN_TRY(dn_context_new(&self->context, threads, DN_KERNELS_AUTO, error));
    if (!self->options.all)
        answer_queue(self, answers);
    tell_queue(self, answers);
    return DN_OK;
}

/** Let the next picture of a file wait. is_read: it could be read, so that the place of the one behind it is known. */
static dn_status enqueue(reader *self, picture_place *place, const dn_bytes *file, size_t *at, bool *is_read,
                         dn_error *error)
{
    waiting *item = &self->queue[self->count++];
    move_on(place);
    item->place = *place;
    item->status = dn_picture_next(file, at, &item->picture, &item->error);
    *is_read = item->status == DN_OK;
    self->samples += item->picture.height * item->picture.width * item->picture.channels;
    return self->count == BATCH || self->samples >= BATCH_SAMPLES ? flush(self, error) : DN_OK;
}

/** Read the pictures of a file, one after the other, up to one that can't be read. */
static dn_status read_pictures(reader *self, const char *path, const dn_bytes *file, dn_error *error)
{
    picture_place place = {.path = path};
    size_t at = 0;
    bool is_read = false;
    do
        DN_TRY(enqueue(self, &place, file, &at, &is_read, error));
    while (is_read && at < file->size);
    return DN_OK;
}

/** Whoever waits for an answer gets it before the program waits for a file that may take its time, a pipe. */
static dn_status read_file(reader *self, const char *path, dn_error *error)
{
    dn_bytes file;
    dn_error unread;
    if (!dn_platform_is_at_hand(path))
        DN_TRY(flush(self, error));
    if (dn_file_read(path, DN_PICTURE_MAX_FILE, &file, &unread) != DN_OK) {
        DN_TRY(flush(self, error));
        self->exit_code = cli_worse_exit(self->exit_code, cli_say_error(&unread));
        return DN_OK;
    }
    const dn_status status = read_pictures(self, path, &file, error);
    dn_bytes_free(&file);
    return status;
}

/** Answer every picture that can be read; the exit code tells of the others. */
static dn_status read_files(reader *self, const cli_operands *paths, dn_error *error)
{
    for (size_t i = 0; i < paths->count; i++)
        DN_TRY(read_file(self, paths->values[i], error));
    return flush(self, error);
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
    self->queue = dn_allocate_zeroed(BATCH, sizeof *self->queue, error);
    return self->queue ? DN_OK : DN_ERR_MEMORY;
}

int cli_predict(size_t argument_count, char **arguments)
{
    reader self = {.options = cli_options_default(), .exit_code = CLI_EXIT_DONE};
    cli_operands paths;
    dn_error error;
    if (!cli_parse(CLI_PREDICT, argument_count, arguments, &self.options, &paths, &self.exit_code))
        return self.exit_code;
    dn_status status = open_reader(&self, &error);
    if (status == DN_OK)
        status = read_files(&self, &paths, &error);
    if (status != DN_OK)
        self.exit_code = cli_worse_exit(self.exit_code, cli_say_error(&error));
    for (size_t i = 0; i < self.count; i++)
        dn_picture_free(&self.queue[i].picture);
    dn_release(self.queue);
    dn_context_free(self.context);
    dn_classifier_free(&self.classifier);
    return self.exit_code;
}
