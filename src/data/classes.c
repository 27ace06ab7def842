#include "data/classes.h"
#include "core/ascii.h"
#include "core/fail.h"
#include "core/memory.h"

#include "digitnet/data.h"

#include <string.h>

/** In a table of classes by digit: a digit that is none of them. */
#define NO_CLASS UINT8_MAX

dn_classes dn_classes_all(void)
{
    dn_classes all = {.count = DN_DIGIT_CLASSES};
    for (size_t i = 0; i < DN_DIGIT_CLASSES; i++)
        all.digit[i] = (uint8_t)i;
    return all;
}

static void find_classes(const dn_classes *classes, uint8_t class_of[DN_DIGIT_CLASSES])
{
    memset(class_of, NO_CLASS, DN_DIGIT_CLASSES);
    for (size_t i = 0; i < classes->count; i++)
        class_of[classes->digit[i]] = (uint8_t)i;
}

dn_status dn_classes_parse(const char *text, dn_classes *classes, dn_error *error)
{
    dn_classes found = {0};
    uint8_t class_of[DN_DIGIT_CLASSES];
    const char *place = text;
    for (;;) {
        find_classes(&found, class_of);
        const bool digit = dn_is_digit(*place);
        if (!digit || class_of[*place - '0'] != NO_CLASS)
            break;
        found.digit[found.count++] = (uint8_t)(*place++ - '0');
        if (*place != ',')
            break;
        place++;
    }
    if (*place != '\0' || found.count < 2 || place[-1] == ',')
        return dn_fail(error, DN_ERR_ARGUMENT, "give two digits or more, each once, with commas between: 3,7",
                       "\"%s\" is no list of digits", text);
    *classes = found;
    return DN_OK;
}

char *dn_classes_text(const dn_classes *classes, char text[DN_CLASSES_TEXT_SIZE])
{
    text[0] = '\0';
    for (size_t i = 0; i < classes->count && i < DN_DIGIT_CLASSES; i++) {
        text[2 * i] = (char)('0' + classes->digit[i]);
        text[2 * i + 1] = i + 1 < classes->count ? ',' : '\0';
    }
    return text;
}

bool dn_classes_equal(const dn_classes *a, const dn_classes *b)
{
    return a->count == b->count && memcmp(a->digit, b->digit, a->count) == 0;
}

static dn_status fail_missing(uint8_t digit, dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, "give other classes or other data",
                   "there is no example of the digit %d", digit);
}

dn_status dn_dataset_need_classes(const dn_dataset *dataset, dn_error *error)
{
    size_t count[DN_DIGIT_CLASSES] = {0};
    for (size_t i = 0; i < dataset->count; i++)
        count[dataset->labels[i]]++;
    for (size_t i = 0; i < dataset->classes; i++)
        if (count[i] == 0)
            return fail_missing(dataset->digit[i], error);
    return DN_OK;
}

dn_status dn_dataset_keep_classes(dn_dataset *dataset, const dn_classes *classes, dn_selection *kept,
                                  dn_error *error)
{
    size_t count[DN_DIGIT_CLASSES] = {0};
    if (kept)
        *kept = (dn_selection){0};
    for (size_t i = 0; i < dataset->count; i++)
        count[dataset->labels[i]]++;
    for (size_t i = 0; i < classes->count; i++)
        if (count[classes->digit[i]] == 0)
            return fail_missing(classes->digit[i], error);
    return dn_dataset_cut_classes(dataset, classes, kept, error);
}

dn_status dn_dataset_cut_classes(dn_dataset *dataset, const dn_classes *classes, dn_selection *kept,
                                 dn_error *error)
{
    size_t total = 0;
    uint8_t class_of[DN_DIGIT_CLASSES];
    if (kept)
        *kept = (dn_selection){0};
    if (!dataset->image_storage || !dataset->label_storage)
        return dn_fail(error, DN_ERR_ARGUMENT, "cut it before views of it are made",
                       "a view of a dataset can't be cut to some classes");
    find_classes(classes, class_of);
    for (size_t i = 0; i < dataset->count; i++)
        total += class_of[dataset->labels[i]] != NO_CLASS;
    if (kept) {
        kept->indices = dn_allocate(total, sizeof *kept->indices, error);
        if (!kept->indices)
            return DN_ERR_MEMORY;
        kept->count = total;
    }
    const size_t size = dataset->height * dataset->width;
    uint8_t *images = dataset->image_storage;
    uint8_t *labels = dataset->label_storage;
    size_t place = 0;
    for (size_t i = 0; i < dataset->count; i++) {
        const uint8_t class = class_of[dataset->labels[i]];
        if (class == NO_CLASS)
            continue;
        memmove(images + place * size, dataset->images + i * size, size);
        labels[place] = class;
        if (kept)
            kept->indices[place] = (uint32_t)i;
        place++;
    }
    dataset->images = images;
    dataset->labels = labels;
    dataset->count = total;
    dataset->classes = classes->count;
    memcpy(dataset->digit, classes->digit, sizeof dataset->digit);
    return DN_OK;
}
