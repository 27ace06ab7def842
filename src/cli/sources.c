#include "cli/sources.h"

#include "cli/say.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "data/classes.h"
#include "data/dataset.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DATA_VARIABLE "DIGITNET_DATA"
#define DATA_HERE "data/mnist"
#define BUNDLED_DIGITS "digits"

static bool exists(const char *path)
{
    return dn_platform_file_kind(path) != DN_FILE_MISSING;
}

static dn_status take(cli_source *source, const char *path, const char *why, dn_error *error)
{
    source->why = why;
    if (snprintf(source->path, sizeof source->path, "%s", path) < (int)sizeof source->path)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, path, "use a shorter one", "the path is too long");
}

/** Take the folder, or the subfolder of it that holds the files. */
static dn_status take_folder(cli_source *source, const char *path, const char *why, dn_error *error)
{
    char folder[CLI_SOURCE_PATH_SIZE];
    DN_TRY(take(source, path, why, error));
    (void)dn_dataset_folder(path, folder, sizeof folder);
    return take(source, folder, why, error);
}

/** How the program was called: main's argv[0]. */
static const char *called_as = "";

void cli_sources_begin(const char *program)
{
    called_as = program;
}

/** Put together folder[0 .. length - 1], the rest of a path, and the name; true when something is there. */
static bool is_at(const char *folder, size_t length, const char *rest, const char *name,
                  char path[CLI_SOURCE_PATH_SIZE])
{
    const int written = snprintf(path, CLI_SOURCE_PATH_SIZE, "%.*s%s/%s", (int)length, folder, rest, name);
    return written < CLI_SOURCE_PATH_SIZE && exists(path);
}

bool cli_find_beside(const char *program, const char *name, char path[CLI_SOURCE_PATH_SIZE])
{
    const char *slash = strrchr(program, '/');
    if (!slash)
        return false;
    const size_t folder = (size_t)(slash - program);
    size_t parent = folder;
    while (parent > 0 && program[parent - 1] != '/')
        parent--;
    if (is_at(program, folder, "", name, path))
        return true;
    return program[0] == '/' && parent > 0 && is_at(program, parent, "share/digitnet", name, path);
}

bool cli_find_bundled(const char *name, char path[CLI_SOURCE_PATH_SIZE])
{
    char program[CLI_SOURCE_PATH_SIZE];
    const bool known = dn_platform_own_path(program, sizeof program);
    return cli_find_beside(known ? program : called_as, name, path) ||
           is_at(DN_INSTALLED_DATA, strlen(DN_INSTALLED_DATA), "", name, path);
}

dn_status cli_find_data(const char *option, cli_source *source, dn_error *error)
{
    if (option)
        return take_folder(source, option, "--data", error);
    const char *variable = getenv(DATA_VARIABLE);
    if (variable && variable[0] != '\0')
        return take_folder(source, variable, "$" DATA_VARIABLE, error);
    if (dn_dataset_present(DATA_HERE, DN_DATA_TRAIN) || dn_dataset_present(DATA_HERE, DN_DATA_TEST))
        return take_folder(source, DATA_HERE, "found here", error);
    source->why = "bundled";
    if (cli_find_bundled(BUNDLED_DIGITS, source->path))
        return DN_OK;
    return dn_fail(error, DN_ERR_FILE, "name the folder of the IDX files with --data DIR",
                   "there is no data in " DATA_HERE ", and the bundled digits are not installed");
}

void cli_say_source(bool quiet, const char *what, const cli_source *source)
{
    char path[CLI_PATH_TEXT_SIZE];
    cli_say_line(quiet, "%s: %s (%s)", what, cli_path_text(source->path, path), source->why);
}

void cli_say_doubts(bool quiet, const cli_source *source, dn_part_of_data part, const dn_error *doubts,
                    size_t count)
{
    char path[CLI_PATH_TEXT_SIZE];
    for (size_t i = 0; i < count; i++)
        cli_say_note(quiet, "warning: %s: the %s images: %s: %s", cli_path_text(source->path, path),
                     part == DN_DATA_TRAIN ? "training" : "test", doubts[i].problem, doubts[i].remedy);
}

dn_status cli_find_sets(const dn_texts *options, bool quiet, cli_sources *found, dn_error *error)
{
    const size_t count = options->count != 0 ? options->count : 1;
    for (found->count = 0; found->count < count; found->count++) {
        cli_source *source = &found->source[found->count];
        DN_TRY(cli_find_data(options->count != 0 ? options->text[found->count] : NULL, source, error));
        for (size_t i = 0; i < found->count; i++)
            if (dn_platform_same_file(source->path, found->source[i].path))
                return dn_fail_at(error, DN_ERR_ARGUMENT, "--data",
                                  "name each folder once; --repeat weighs them", "%s is named twice",
                                  source->path);
        cli_say_source(quiet, "data", source);
    }
    return DN_OK;
}

const char *cli_sources_text(const cli_sources *sources, char text[CLI_SOURCE_PATH_SIZE])
{
    size_t length = 0;
    text[0] = '\0';
    for (size_t i = 0; i < sources->count && length < CLI_SOURCE_PATH_SIZE; i++)
        length += (size_t)snprintf(text + length, CLI_SOURCE_PATH_SIZE - length, "%s%s", i == 0 ? "" : ", ",
                                   sources->source[i].path);
    return text;
}

static dn_status load_set(cli_test_images *found, size_t set, bool quiet, const dn_classes *known,
                          dn_error *error)
{
    const dn_classes all = dn_classes_all();
    const cli_source *source = &found->sources.source[set];
    dn_dataset *images = &found->sets[set];
    char digits[DN_CLASSES_TEXT_SIZE];
    dn_error doubts[DN_MAX_DOUBTS];
    DN_TRY(dn_dataset_load(source->path, DN_DATA_TEST, images, error));
    cli_say_doubts(quiet, source, DN_DATA_TEST, doubts,
                   dn_dataset_doubts(images, found->sources.count == 1, doubts));
    if (dn_classes_equal(known, &all))
        return DN_OK;
    const size_t count = images->count;
    DN_TRY(dn_fail_in(error, dn_dataset_cut_classes(images, known, &found->kept[set], error), source->path));
    cli_say_line(quiet, "digits: %s, %zu of %zu images", dn_classes_text(known, digits), images->count,
                 count);
    return DN_OK;
}

/** Tell for each image its place in the file of its set. */
static dn_status list_places(cli_test_images *found, dn_error *error)
{
    dn_selection *places = &found->places;
    places->indices = dn_allocate(found->images.count, sizeof *places->indices, error);
    if (!places->indices)
        return DN_ERR_MEMORY;
    for (size_t set = 0; set < found->sources.count; set++)
        for (size_t i = 0; i < found->sets[set].count; i++)
            places->indices[places->count++] =
                found->kept[set].indices ? found->kept[set].indices[i] : (uint32_t)i;
    return DN_OK;
}

/** Is there memory for the test images of all sets? Asked before anything is read. */
static dn_status check_memory(const cli_sources *sources, dn_error *error)
{
    size_t images = 0;
    for (size_t i = 0; i < sources->count; i++)
        images += dn_dataset_peek(sources->source[i].path, DN_DATA_TEST);
    return dn_fail_in(error, dn_dataset_check_memory(images, dn_platform_memory(""), error),
                      sources->source[0].path);
}

dn_status cli_load_test_images(const dn_texts *options, bool quiet, const dn_classes *known,
                               cli_test_images *found, dn_error *error)
{
    const dn_classes all = dn_classes_all();
    const bool is_cut = !dn_classes_equal(known, &all);
    size_t once[DN_MAX_SETS];
    DN_TRY(cli_find_sets(options, quiet, &found->sources, error));
    DN_TRY(check_memory(&found->sources, error));
    for (size_t i = 0; i < found->sources.count; i++) {
        once[i] = 1;
        DN_TRY(load_set(found, i, quiet, known, error));
    }
    if (found->sources.count == 1)
        found->images = dn_dataset_first(&found->sets[0], SIZE_MAX);
    else
        DN_TRY(dn_dataset_join(found->sets, found->sources.count, once, &found->images, error));
    if (is_cut)
        DN_TRY(
            dn_fail_in(error, dn_dataset_need_classes(&found->images, error), found->sources.source[0].path));
    return is_cut || found->sources.count > 1 ? list_places(found, error) : DN_OK;
}

void cli_free_test_images(cli_test_images *found)
{
    dn_selection_free(&found->places);
    dn_dataset_free(&found->images);
    for (size_t i = 0; i < DN_MAX_SETS; i++) {
        dn_selection_free(&found->kept[i]);
        dn_dataset_free(&found->sets[i]);
    }
}

dn_status cli_find_model(const char *option, cli_source *source, dn_error *error)
{
    if (option)
        return take(source, option, "--model", error);
    if (exists(CLI_MODEL_NAME))
        return take(source, CLI_MODEL_NAME, "found here", error);
    source->why = "bundled";
    if (cli_find_bundled(CLI_BUNDLED_MODEL, source->path))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FILE, CLI_MODEL_NAME,
                      "run digitnet train first, or name a model with --model FILE",
                      "there is no model here");
}
