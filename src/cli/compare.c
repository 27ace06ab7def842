#include "cli/compare.h"

#include <stdio.h>
#include <string.h>

/** How much of a metadata value is shown. */
#define SHOWN 160

static dn_shape index_of(dn_shape shape, size_t place)
{
    dn_shape index = {.rank = shape.rank};
    for (size_t axis = shape.rank; axis-- > 0; place /= shape.extent[axis])
        index.extent[axis] = place % shape.extent[axis];
    return index;
}

/** Tensors as they are read: contiguous. Bits are compared: -0 is not 0. */
static compare_difference compare_tensor(const char *name, const dn_tensor *found, const dn_tensor *expected)
{
    compare_difference difference = {.name = name, .found_tensor = found, .expected_tensor = expected};
    if (!found || !expected) {
        difference.kind = COMPARE_TENSORS;
        return difference;
    }
    if (!dn_shape_equal(found->shape, expected->shape)) {
        difference.kind = COMPARE_SHAPE;
        return difference;
    }
    for (size_t place = 0; place < dn_tensor_count(found); place++) {
        /* NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the same bytes, not the same number */
        if (memcmp(&found->data[place], &expected->data[place], sizeof(float)) == 0)
            continue;
        difference.kind = COMPARE_WEIGHT;
        difference.index = index_of(found->shape, place);
        difference.found = found->data[place];
        difference.expected = expected->data[place];
        break;
    }
    return difference;
}

/** First what is expected, in its order; then what nobody expects. */
static compare_difference compare_tensors(const dn_archive *found, const dn_archive *expected)
{
    for (size_t i = 0; i < expected->tensor_count; i++) {
        const dn_named_tensor *named = &expected->tensors[i];
        const compare_difference difference =
            compare_tensor(named->name, dn_archive_tensor(found, named->name), &named->tensor);
        if (difference.kind != COMPARE_SAME)
            return difference;
    }
    for (size_t i = 0; i < found->tensor_count; i++) {
        const dn_named_tensor *named = &found->tensors[i];
        if (!dn_archive_tensor(expected, named->name))
            return compare_tensor(named->name, &named->tensor, NULL);
    }
    return (compare_difference){.kind = COMPARE_SAME};
}

/** The entries of `listed` in their order, as both have them. */
static compare_difference compare_metadata(const dn_archive *listed, const dn_archive *found,
                                           const dn_archive *expected)
{
    for (size_t i = 0; i < listed->metadata_count; i++) {
        const char *key = listed->metadata[i].key;
        const compare_difference difference = {.kind = COMPARE_METADATA,
                                               .name = key,
                                               .found_text = dn_archive_metadata(found, key),
                                               .expected_text = dn_archive_metadata(expected, key)};
        if (!difference.found_text || !difference.expected_text ||
            strcmp(difference.found_text, difference.expected_text) != 0)
            return difference;
    }
    return (compare_difference){.kind = COMPARE_SAME};
}

static compare_difference compare_bytes(const dn_bytes *found, const dn_bytes *expected)
{
    size_t place = 0;
    while (place < found->size && place < expected->size && found->data[place] == expected->data[place])
        place++;
    const bool same = place == found->size && place == expected->size;
    return (compare_difference){.kind = same ? COMPARE_SAME : COMPARE_BYTES, .offset = place};
}

compare_difference compare_models(const compare_side *found, const compare_side *expected)
{
    compare_difference difference = compare_tensors(&found->archive, &expected->archive);
    if (difference.kind == COMPARE_SAME)
        difference = compare_metadata(&expected->archive, &found->archive, &expected->archive);
    if (difference.kind == COMPARE_SAME)
        difference = compare_metadata(&found->archive, &found->archive, &expected->archive);
    if (difference.kind == COMPARE_SAME)
        difference = compare_bytes(&found->bytes, &expected->bytes);
    return difference;
}

static void metadata_text(const compare_difference *difference, char text[COMPARE_TEXT_SIZE])
{
    const char *found = difference->found_text;
    const char *expected = difference->expected_text;
    if (!found)
        snprintf(text, COMPARE_TEXT_SIZE, "metadata %.60s is missing, \"%.*s\" expected", difference->name,
                 SHOWN, expected);
    else if (!expected)
        snprintf(text, COMPARE_TEXT_SIZE, "metadata %.60s is \"%.*s\", none expected", difference->name,
                 SHOWN, found);
    else
        snprintf(text, COMPARE_TEXT_SIZE, "metadata %.60s is \"%.*s\", \"%.*s\" expected", difference->name,
                 SHOWN, found, SHOWN, expected);
}

char *compare_text(const compare_difference *difference, char text[COMPARE_TEXT_SIZE])
{
    char shapes[2][DN_SHAPE_TEXT_SIZE];
    text[0] = '\0';
    switch (difference->kind) {
    case COMPARE_SAME:
        break;
    case COMPARE_WEIGHT:
        snprintf(text, COMPARE_TEXT_SIZE, "%.60s %s is %.9g, %.9g expected", difference->name,
                 dn_shape_text(difference->index, shapes[0]), (double)difference->found,
                 (double)difference->expected);
        break;
    case COMPARE_SHAPE:
        snprintf(text, COMPARE_TEXT_SIZE, "%.60s has shape %s, %s expected", difference->name,
                 dn_shape_text(difference->found_tensor->shape, shapes[0]),
                 dn_shape_text(difference->expected_tensor->shape, shapes[1]));
        break;
    case COMPARE_TENSORS:
        snprintf(text, COMPARE_TEXT_SIZE, "tensor %.60s is %s", difference->name,
                 difference->found_tensor ? "there, none of that name expected" : "missing");
        break;
    case COMPARE_METADATA:
        metadata_text(difference, text);
        break;
    case COMPARE_BYTES:
        snprintf(text, COMPARE_TEXT_SIZE,
                 "weights and metadata are the same, but written another way: byte %zu", difference->offset);
        break;
    }
    return text;
}
