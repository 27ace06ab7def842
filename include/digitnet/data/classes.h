/**
 * Which digits a classifier tells apart: class 0, 1, ... stands for the digits of a list, in its order.
 *
 * The chapter begins with 3 and 7 alone: the list "3,7", where class 0 is the digit 3.
 */
#ifndef DIGITNET_DATA_CLASSES_H
#define DIGITNET_DATA_CLASSES_H

#include "digitnet/data/dataset.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dn_classes {
    size_t count; /**< 2 to DN_DIGIT_CLASSES */
    uint8_t digit[DN_DIGIT_CLASSES];
} dn_classes;

/** Every digit: class and digit are the same. */
dn_classes dn_classes_all(void);

/**
 * Read a list such as "3,7".
 *
 * Errors  DN_ERR_ARGUMENT unless text is 2 to 10 digits, no two alike, with commas between and nothing else.
 */
DN_NODISCARD dn_status dn_classes_parse(const char *text, dn_classes *classes, dn_error *error);

#define DN_CLASSES_TEXT_SIZE (2 * DN_DIGIT_CLASSES)
/** Write the list, "3,7", and hand text back. */
char *dn_classes_text(const dn_classes *classes, char text[DN_CLASSES_TEXT_SIZE]);

bool dn_classes_equal(const dn_classes *a, const dn_classes *b);

/**
 * Cut a dataset to the examples of some digits, their labels now classes: 0, 1, ...
 *
 * Effect  The kept examples move to the front of the dataset's own memory, in their order; nothing is copied anew. Where kept is not
 *         NULL it gets the places at which they stood.
 * Owner   The dataset must own its memory and its labels be digits. The caller frees *kept with dn_selection_free.
 * Errors  DN_ERR_ARGUMENT for a view; DN_ERR_FORMAT naming the digit of which there is no example; DN_ERR_MEMORY. Nothing is changed then.
 */
DN_NODISCARD dn_status dn_dataset_keep_classes(dn_dataset *dataset, const dn_classes *classes,
                                               dn_selection *kept, dn_error *error);

#ifdef __cplusplus
}
#endif

#endif
