/** Lists of digits: written and compared. */
#ifndef DN_DATA_CLASSES_H
#define DN_DATA_CLASSES_H

#include "digitnet/data.h"

#define DN_CLASSES_TEXT_SIZE (2 * DN_DIGIT_CLASSES)
/** Write the list, "3,7", and return text. */
char *dn_classes_text(const dn_classes *classes, char text[DN_CLASSES_TEXT_SIZE]);

bool dn_classes_equal(const dn_classes *a, const dn_classes *b);

#endif
