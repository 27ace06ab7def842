/** Lists of digits: written and compared. */
#ifndef DN_DATA_CLASSES_H
#define DN_DATA_CLASSES_H

#include "digitnet/data.h"

#define DN_CLASSES_TEXT_SIZE (2 * DN_DIGIT_CLASSES)
/** Write the list, "3,7", and return text. */
char *dn_classes_text(const dn_classes *classes, char text[DN_CLASSES_TEXT_SIZE]);

/** As dn_dataset_keep_classes, but a digit may be without an example: those of several sets are joined later. */
DN_NODISCARD dn_status dn_dataset_cut_classes(dn_dataset *dataset, const dn_classes *classes,
                                              dn_selection *kept, dn_error *error);

/** Has every class an example? Errors: DN_ERR_FORMAT naming the digit. */
DN_NODISCARD dn_status dn_dataset_need_classes(const dn_dataset *dataset, dn_error *error);

bool dn_classes_equal(const dn_classes *a, const dn_classes *b);

#endif
