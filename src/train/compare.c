#include "train/compare.h"

#include <stdio.h>
#include <string.h>

/** How much of a name, and of a value, is shown. */
#define NAME_SHOWN 60
#define VALUE_SHOWN 160

static dn_shape index_of(dn_shape shape, size_t place)
{
    dn_shape index = {.rank = shape.rank};
    for (size_t axis = shape.rank; axis-- > 0; place /= shape.extent[axis])
        index.extent[axis] = place % shape.extent[axis];
    return index;
}

/** Tensors as they are read: contiguous. -0 is not 0. True where they differ. */
static bool find_weight(const dn_named_tensor *expected, const dn_tensor *found,
                        char text[DN_DIFFERENCE_SIZE])
{
    char index[DN_SHAPE_TEXT_SIZE];
    const dn_tensor *tensor = &expected->tensor;
    if (!found || !dn_shape_equal(found->shape, tensor->shape)) {
        snprintf(text, DN_DIFFERENCE_SIZE, "tensor %.*s is %s, %s expected", NAME_SHOWN, expected->name,
                 found ? "of another shape" : "missing", dn_shape_text(tensor->shape, index));
        return true;
    }
    for (size_t place = 0; place < dn_tensor_count(found); place++) {
        /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the same bytes, not the same number */
        if (memcmp(&found->data[place], &tensor->data[place], sizeof(float)) == 0)
            continue;
        snprintf(text, DN_DIFFERENCE_SIZE, "%.*s %s is %.9g, %.9g expected", NAME_SHOWN, expected->name,
                 dn_shape_text(index_of(found->shape, place), index), (double)found->data[place],
                 (double)tensor->data[place]);
        return true;
    }
    return false;
}

/** A key of `listed` whose values differ. True where there is one. */
static bool find_key(const dn_archive *listed, const dn_archive *found, const dn_archive *expected,
                     char text[DN_DIFFERENCE_SIZE])
{
    for (size_t i = 0; i < listed->metadata_count; i++) {
        const char *key = listed->metadata[i].key;
        const char *is = dn_archive_metadata(found, key);
        const char *wanted = dn_archive_metadata(expected, key);
        if (is && wanted && strcmp(is, wanted) == 0)
            continue;
        if (!is)
            snprintf(text, DN_DIFFERENCE_SIZE, "metadata %.*s is missing, \"%.*s\" expected", NAME_SHOWN, key,
                     VALUE_SHOWN, wanted);
        else if (!wanted)
            snprintf(text, DN_DIFFERENCE_SIZE, "metadata %.*s is \"%.*s\", none expected", NAME_SHOWN, key,
                     VALUE_SHOWN, is);
        else
            snprintf(text, DN_DIFFERENCE_SIZE, "metadata %.*s is \"%.*s\", \"%.*s\" expected", NAME_SHOWN,
                     key, VALUE_SHOWN, is, VALUE_SHOWN, wanted);
        return true;
    }
    return false;
}

static size_t first_difference(const dn_bytes *a, const dn_bytes *b)
{
    size_t place = 0;
    while (place < a->size && place < b->size && a->data[place] == b->data[place])
        place++;
    return place;
}

dn_likeness dn_compare_models(const dn_compared *found, const dn_compared *expected,
                              char text[DN_DIFFERENCE_SIZE])
{
    text[0] = '\0';
    for (size_t i = 0; i < expected->archive->tensor_count; i++) {
        const dn_named_tensor *named = &expected->archive->tensors[i];
        if (find_weight(named, dn_archive_tensor(found->archive, named->name), text))
            return DN_OTHER_WEIGHTS;
    }
    if (found->archive->tensor_count != expected->archive->tensor_count) {
        snprintf(text, DN_DIFFERENCE_SIZE, "%zu tensors, %zu expected", found->archive->tensor_count,
                 expected->archive->tensor_count);
        return DN_OTHER_WEIGHTS;
    }
    if (find_key(expected->archive, found->archive, expected->archive, text) ||
        find_key(found->archive, found->archive, expected->archive, text))
        return DN_SAME_WEIGHTS;
    const size_t place = first_difference(found->bytes, expected->bytes);
    if (place == found->bytes->size && place == expected->bytes->size)
        return DN_SAME_BYTES;
    snprintf(text, DN_DIFFERENCE_SIZE, "the file is written another way: byte %zu", place);
    return DN_SAME_WEIGHTS;
}
