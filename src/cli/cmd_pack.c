#include "cli/command.h"

#include "cli/files.h"
#include "cli/say.h"
#include "cli/sources.h"
#include "core/fail.h"
#include "core/platform.h"
#include "export/text.h"

#include "digitnet/pack.h"

#include <stdio.h>
#include <string.h>

/** State of one call of the command. */
typedef struct pack_command {
    cli_options options;
    cli_operands sources;
    dn_classifier classifier;
    dn_context *context;
    dn_pack pack;
} pack_command;

/* ---- The list ---- */

/** Is a line an object whose first key is that of a list? */
static bool is_list_line(const char *line, size_t size)
{
    static const char begin[] = "{\"path\":\"";
    return size > strlen(begin) && memcmp(line, begin, strlen(begin)) == 0 && line[size - 1] == '}';
}

/** Is the file a list that digitnet wrote: whole lines, each of a picture? */
static dn_status check_list(const char *path, dn_error *error)
{
    dn_bytes bytes;
    DN_TRY(dn_file_read(path, DN_IDX_MAX_FILE, &bytes, error));
    bool is_ours = true;
    for (size_t at = 0; at < bytes.size && is_ours;) {
        const char *line = (const char *)bytes.data + at;
        const char *end = memchr(line, '\n', bytes.size - at);
        is_ours = end && is_list_line(line, (size_t)(end - line));
        at += end ? (size_t)(end - line) + 1 : 0;
    }
    dn_bytes_free(&bytes);
    return is_ours ? DN_OK : dn_fail(error, DN_ERR_FORMAT, NULL, "it is no list");
}

static void list_picture(dn_text *text, const dn_packed *picture)
{
    text->any = false;
    dn_text_begin(text, NULL, '{');
    dn_text_member(text, "path", picture->path);
    if (picture->number != 0)
        dn_text_count(text, "picture", picture->number);
    if (picture->refusal) {
        dn_text_member(text, "refused", picture->refusal);
    } else {
        dn_text_count(text, "digit", picture->digit);
        dn_text_member(text, "set", picture->part == DN_DATA_TRAIN ? "train" : "test");
        dn_text_count(text, "index", picture->index);
        if (picture->several)
            dn_text_flag(text, "several", true);
    }
    dn_text_end(text, '}');
    dn_text_string(text, "\n");
}

static dn_status write_list(const pack_command *self, dn_error *error)
{
    dn_text text = {.error = error};
    dn_bytes bytes;
    if (!self->options.list)
        return DN_OK;
    for (size_t i = 0; i < self->pack.count; i++)
        list_picture(&text, &self->pack.pictures[i]);
    dn_status status = dn_text_take(&text, &bytes);
    if (status == DN_OK)
        status = dn_file_write(self->options.list, &(dn_part){bytes.data, bytes.size}, 1, error);
    dn_bytes_free(&bytes);
    dn_text_free(&text);
    return status;
}

/* ---- Packing ---- */

/** A picture that is packed twice could be in both sets. */
static dn_status check_sources(const cli_operands *sources, dn_error *error)
{
    for (size_t i = 0; i < sources->count; i++)
        for (size_t j = 0; j < i; j++)
            if (dn_platform_same_file(sources->values[i], sources->values[j]))
                return dn_fail_at(error, DN_ERR_ARGUMENT, sources->values[i], "name each source once",
                                  "it is named twice");
    return DN_OK;
}

static dn_status check(const pack_command *self, dn_error *error)
{
    const cli_options *options = &self->options;
    const bool with_test = options->test.is_fraction || options->test.count != 0;
    if (!options->pack_output)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--output", "give a folder: --output data/mine",
                          "it says where the IDX files go");
    DN_TRY(check_sources(&self->sources, error));
    DN_TRY(dn_pack_check(options->pack_output, with_test, options->force, error));
    if (!options->list)
        return DN_OK;
    return cli_check_output(options->list, options->force, check_list, "a list that digitnet wrote",
                            "give another --list, or --force to replace it", error);
}

static dn_status open_classifier(pack_command *self, dn_error *error)
{
    cli_source source;
    if (self->options.no_prepare)
        return DN_OK;
    DN_TRY(cli_find_model(self->options.model, &source, error));
    cli_say_source(self->options.quiet, "model", &source);
    DN_TRY(dn_classifier_read(source.path, &self->classifier, NULL, error));
    return dn_context_new(&self->context, 1, DN_KERNELS_AUTO, error);
}

/** Warn of what was refused, and show the first reason. */
static void say_refused(const pack_command *self)
{
    char path[CLI_PATH_TEXT_SIZE];
    const dn_pack *pack = &self->pack;
    size_t first = 0;
    size_t several = 0;
    for (size_t i = 0; i < pack->count; i++)
        several += pack->pictures[i].several;
    while (first < pack->count && !pack->pictures[first].refusal)
        first++;
    const char *more = self->options.list ? "" : ": --list FILE names all";
    if (pack->refused != 0)
        cli_say_note(self->options.quiet, "%zu of %zu refused, the first %s: %s%s", pack->refused,
                     pack->count, cli_path_text(pack->pictures[first].path, path),
                     pack->pictures[first].refusal, more);
    if (several != 0)
        cli_say_note(self->options.quiet,
                     "%zu seem to show several digits, of which the main one was taken%s", several, more);
}

static void say_packed(const pack_command *self)
{
    const dn_pack *pack = &self->pack;
    const char *folder = self->options.pack_output;
    char text[CLI_PATH_TEXT_SIZE];
    FILE *stream = cli_is_stdout(self->options.list) ? stderr : stdout;
    fprintf(stream, "packed: %s: %zu images to learn from, %zu to test\n", cli_path_text(folder, text),
            pack->train.count, pack->test.count);
    cli_say_line(self->options.quiet, "try: digitnet train --data %s", cli_shell_text(folder, text));
}

static dn_status run_pack(pack_command *self, dn_error *error)
{
    const cli_options *options = &self->options;
    DN_TRY(check(self, error));
    DN_TRY(open_classifier(self, error));
    self->pack = (dn_pack){.classifier = &self->classifier,
                           .context = self->context,
                           .plain = options->no_prepare,
                           .transposed = options->transpose,
                           .labels = options->labels};
    for (size_t i = 0; i < self->sources.count; i++)
        DN_TRY(dn_pack_add(&self->pack, self->sources.values[i], error));
    say_refused(self);
    dn_status status = dn_pack_split(&self->pack, &options->test, options->settings.seed, error);
    if (status == DN_OK)
        status = dn_pack_write(&self->pack, options->pack_output, error);
    if (status == DN_OK || self->pack.images.count == 0) /* also where all were refused: it says why */
        DN_TRY(write_list(self, error));
    if (status == DN_OK)
        say_packed(self);
    return status;
}

int cli_pack(size_t argument_count, char **arguments)
{
    pack_command self = {.options = cli_options_default()};
    dn_error error;
    int exit_code;
    if (!cli_parse(CLI_PACK, argument_count, arguments, &self.options, &self.sources, &exit_code))
        return exit_code;
    if (run_pack(&self, &error) != DN_OK)
        exit_code = cli_say_error(&error);
    dn_pack_free(&self.pack);
    dn_context_free(self.context);
    dn_classifier_free(&self.classifier);
    return exit_code;
}
