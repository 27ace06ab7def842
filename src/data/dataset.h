/** What a data set is known by. */
#ifndef DN_DATA_DATASET_H
#define DN_DATA_DATASET_H

#include "io/sha256.h"

#include "digitnet/data.h"

/** SHA-256 of the images' bytes followed by the labels': what a model was trained on. */
void dn_dataset_digest(const dn_dataset *dataset, uint8_t digest[DN_SHA256_SIZE]);

#endif
