/** How a model file and the same model, made again, differ. */
#ifndef DN_TRAIN_COMPARE_H
#define DN_TRAIN_COMPARE_H

#include "digitnet/run.h"

/** A model file: its bytes and what they hold. */
typedef struct dn_compared {
    const dn_bytes *bytes;
    const dn_archive *archive;
} dn_compared;

/** Write the first difference to text, "" where there is none, and hand back how like the two are. Weights are compared to the bit. */
dn_likeness dn_compare_models(const dn_compared *found, const dn_compared *expected,
                              char text[DN_DIFFERENCE_SIZE]);

#endif
