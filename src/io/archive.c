#include "io/archive.h"

#include "core/fail.h"
#include "core/memory.h"
#include "io/json.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

void dn_archive_free(dn_archive *archive)
{
    for (size_t i = 0; i < archive->tensor_count; i++) {
        dn_release(archive->tensors[i].name);
        dn_tensor_free(&archive->tensors[i].tensor);
    }
    for (size_t i = 0; i < archive->metadata_count; i++) {
        dn_release(archive->metadata[i].key);
        dn_release(archive->metadata[i].value);
    }
    dn_release(archive->tensors);
    dn_release(archive->metadata);
    dn_release(archive->memory);
    *archive = (dn_archive){0};
}

const dn_tensor *dn_archive_tensor(const dn_archive *archive, const char *name)
{
    for (size_t i = 0; i < archive->tensor_count; i++) {
        if (strcmp(archive->tensors[i].name, name) == 0)
            return &archive->tensors[i].tensor;
    }
    return NULL;
}

const char *dn_archive_metadata(const dn_archive *archive, const char *key)
{
    for (size_t i = 0; i < archive->metadata_count; i++) {
        if (strcmp(archive->metadata[i].key, key) == 0)
            return archive->metadata[i].value;
    }
    return NULL;
}

dn_status dn_archive_reserve(dn_archive *archive, dn_error *error)
{
    if (!archive->tensors)
        archive->tensors = dn_allocate_zeroed(DN_SAFETENSORS_MAX_ENTRIES, sizeof *archive->tensors, error);
    if (!archive->metadata)
        archive->metadata = dn_allocate_zeroed(DN_SAFETENSORS_MAX_ENTRIES, sizeof *archive->metadata, error);
    return archive->tensors && archive->metadata ? DN_OK : DN_ERR_MEMORY;
}

/** Make room for one more entry after count others. */
static dn_status reserve_one(dn_archive *archive, size_t count, const char *what, dn_error *error)
{
    if (count == DN_SAFETENSORS_MAX_ENTRIES)
        return dn_fail(error, DN_ERR_ARGUMENT, "use fewer", "more than %d %s", DN_SAFETENSORS_MAX_ENTRIES,
                       what);
    return dn_archive_reserve(archive, error);
}

char *dn_archive_list(const char *const *names, size_t count, char text[DN_ARCHIVE_LIST_SIZE])
{
    static const char longest_end[] = " and 18446744073709551615 more";
    const size_t room = DN_ARCHIVE_LIST_SIZE - sizeof longest_end;
    size_t length = (size_t)snprintf(text, room, "%s", count == 0 ? "none" : "");
    for (size_t i = 0; i < count; i++) {
        const size_t size = (size_t)snprintf(text + length, room - length, "%s\"%.*s\"", i == 0 ? "" : ", ",
                                             DN_ARCHIVE_SHOWN, names[i]);
        if (size >= room - length) {
            snprintf(text + length, sizeof longest_end, " and %zu more", count - i);
            break;
        }
        length += size;
    }
    return text;
}

char *dn_archive_list_tensors(const dn_archive *archive, char text[DN_ARCHIVE_LIST_SIZE])
{
    const char *names[DN_SAFETENSORS_MAX_ENTRIES];
    for (size_t i = 0; i < archive->tensor_count; i++)
        names[i] = archive->tensors[i].name;
    return dn_archive_list(names, archive->tensor_count, text);
}

static char *copy_string(const char *string, dn_error *error)
{
    const size_t size = strlen(string) + 1;
    char *copy = dn_allocate(size, 1, error);
    return copy ? memcpy(copy, string, size) : NULL;
}

dn_status dn_archive_add_tensor(dn_archive *archive, const char *name, const dn_tensor *tensor,
                                dn_error *error)
{
    if (!dn_utf8_valid(name) || strcmp(name, DN_ARCHIVE_METADATA_NAME) == 0)
        return dn_fail(error, DN_ERR_ARGUMENT, "give it another name", "\"%.*s\" can't name a tensor",
                       DN_ARCHIVE_SHOWN, name);
    if (dn_archive_tensor(archive, name))
        return dn_fail(error, DN_ERR_ARGUMENT, "give each a name of its own", "two tensors named \"%.*s\"",
                       DN_ARCHIVE_SHOWN, name);
    DN_TRY(reserve_one(archive, archive->tensor_count, "tensors", error));
    char *copy = copy_string(name, error);
    if (!copy)
        return DN_ERR_MEMORY;
    archive->tensors[archive->tensor_count++] = (dn_named_tensor){.name = copy, .tensor = *tensor};
    return DN_OK;
}

dn_status dn_archive_add_metadata(dn_archive *archive, const char *key, const char *value, dn_error *error)
{
    if (!dn_utf8_valid(key) || !dn_utf8_valid(value))
        return dn_fail(error, DN_ERR_ARGUMENT, "give it in UTF-8", "metadata \"%.*s\" is not UTF-8",
                       DN_ARCHIVE_SHOWN, key);
    if (dn_archive_metadata(archive, key))
        return dn_fail(error, DN_ERR_ARGUMENT, "give each a key of its own", "metadata \"%.*s\" twice",
                       DN_ARCHIVE_SHOWN, key);
    DN_TRY(reserve_one(archive, archive->metadata_count, "metadata entries", error));
    dn_metadata entry = {.key = copy_string(key, error), .value = copy_string(value, error)};
    if (!entry.key || !entry.value) {
        dn_release(entry.key);
        dn_release(entry.value);
        return DN_ERR_MEMORY;
    }
    archive->metadata[archive->metadata_count++] = entry;
    return DN_OK;
}

dn_status dn_archive_fail_not_finite(const dn_named_tensor *named, size_t place, float value,
                                     dn_status status, dn_error *error)
{
    dn_shape index = named->tensor.shape;
    char text[DN_SHAPE_TEXT_SIZE];
    for (size_t axis = index.rank; axis-- > 0;) {
        const size_t extent = index.extent[axis];
        index.extent[axis] = place % extent;
        place /= extent;
    }
    return dn_fail(error, status, "train again, with a lower learning rate",
                   "tensor \"%.*s\": the element at %s is %s, not a finite number", DN_ARCHIVE_SHOWN,
                   named->name, dn_shape_text(index, text), isnan(value) ? "NaN" : "infinite");
}
