#include "train/format.h"

#include "core/fail.h"
#include "core/number.h"
#include "io/archive.h"

#include "digitnet/tensor.h"

#include <stdio.h>
#include <string.h>

#define FORMAT_KEY "format"
#define VERSION_KEY "format_version"
/** A number of 20 digits, and the closing 0. */
#define NUMBER_SIZE 21

/** One format: its name in the metadata, the word for its files, its newest version, and what to do about a file that is not good. */
typedef struct row {
    const char *name;
    const char *word;
    size_t version;
    const char *remedy;       /**< its contents are wrong */
    const char *newer_remedy; /**< its version is newer */
    const char *other_remedy; /**< it is of the other format */
} row;

/* clang-format off */
static const row rows[] = {
    [DN_FORMAT_MODEL]      = {"digitnet", "model", DN_MODEL_FORMAT_VERSION, DN_MODEL_REMEDY,
                              "use a newer digitnet, or train the model again",
                              "give the model that was saved, or go on with train --resume"},
    [DN_FORMAT_CHECKPOINT] = {"digitnet-checkpoint", "checkpoint", DN_CHECKPOINT_FORMAT_VERSION, DN_CHECKPOINT_REMEDY,
                              "use a newer digitnet",
                              DN_CHECKPOINT_REMEDY},
};
/* clang-format on */

dn_status dn_format_begin(dn_archive *archive, dn_format format, dn_error *error)
{
    char version[NUMBER_SIZE];
    snprintf(version, sizeof version, "%zu", rows[format].version);
    DN_TRY(dn_archive_add_metadata(archive, FORMAT_KEY, rows[format].name, error));
    return dn_archive_add_metadata(archive, VERSION_KEY, version, error);
}

dn_status dn_format_add_metadata(dn_archive *archive, const dn_metadata *extra, size_t count, dn_error *error)
{
    for (size_t i = 0; i < count; i++)
        DN_TRY(dn_archive_add_metadata(archive, extra[i].key, extra[i].value, error));
    return DN_OK;
}

dn_status dn_format_lend_tensor(dn_archive *archive, const char *name, const dn_tensor *tensor,
                                dn_error *error)
{
    dn_tensor view = *tensor;
    view.storage = NULL;
    return dn_archive_add_tensor(archive, name, &view, error);
}

dn_format dn_format_of(const dn_archive *archive)
{
    const char *name = dn_archive_metadata(archive, FORMAT_KEY);
    for (size_t i = 0; name && i < DN_FORMAT_OTHER; i++) {
        if (strcmp(name, rows[i].name) == 0)
            return (dn_format)i;
    }
    return DN_FORMAT_OTHER;
}

static dn_status check_name(const dn_archive *archive, dn_format format, dn_error *error)
{
    const row *wanted = &rows[format];
    const dn_format found = dn_format_of(archive);
    const char *name = dn_archive_metadata(archive, FORMAT_KEY);
    if (found == format)
        return DN_OK;
    if (found != DN_FORMAT_OTHER)
        return dn_fail(error, DN_ERR_FORMAT, wanted->other_remedy, "is a %s, not a %s", rows[found].word,
                       wanted->word);
    return dn_fail(error, DN_ERR_FORMAT, wanted->remedy,
                   "metadata " FORMAT_KEY ": %s%.40s%s found, \"%s\" expected", name ? "\"" : "",
                   name ? name : "nothing", name ? "\"" : "", wanted->name);
}

dn_status dn_format_version(const dn_archive *archive, dn_format format, size_t *version, dn_error *error)
{
    const char *text = dn_archive_metadata(archive, VERSION_KEY);
    DN_TRY(check_name(archive, format, error));
    if (text && dn_number_parse_count(text, version) && *version != 0)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, rows[format].remedy,
                   "metadata " VERSION_KEY ": no version number found");
}

dn_status dn_format_check(const dn_archive *archive, dn_format format, dn_error *error)
{
    size_t version = 0;
    DN_TRY(dn_format_version(archive, format, &version, error));
    if (version <= rows[format].version)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, rows[format].newer_remedy,
                   "metadata " VERSION_KEY ": version %zu found, this program reads up to %zu", version,
                   rows[format].version);
}

/** What to do about contents that are wrong. A file of another program is meant as a model. */
static const char *remedy_of(const dn_archive *archive)
{
    return dn_format_of(archive) == DN_FORMAT_CHECKPOINT ? DN_CHECKPOINT_REMEDY : DN_MODEL_REMEDY;
}

dn_status dn_format_find_tensor(const dn_archive *archive, const char *name, dn_shape shape,
                                const dn_tensor **tensor, dn_error *error)
{
    char found[DN_SHAPE_TEXT_SIZE];
    char wanted[DN_SHAPE_TEXT_SIZE];
    char names[DN_ARCHIVE_LIST_SIZE];
    *tensor = dn_archive_tensor(archive, name);
    if (!*tensor)
        return dn_fail(error, DN_ERR_FORMAT, remedy_of(archive), "tensors found: %s; wanted: \"%s\"",
                       dn_archive_list_tensors(archive, names), name);
    if (dn_shape_equal((*tensor)->shape, shape))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, remedy_of(archive), "tensor \"%s\" has shape %s, %s expected", name,
                   dn_shape_text((*tensor)->shape, found), dn_shape_text(shape, wanted));
}

dn_status dn_format_copy_tensor(const dn_archive *archive, const char *name, dn_tensor *to, dn_error *error)
{
    const dn_tensor *from;
    DN_TRY(dn_format_find_tensor(archive, name, to->shape, &from, error));
    return dn_copy(from, to, error);
}
