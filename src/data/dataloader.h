/** The functions of the DataLoader with which the learner resumes an epoch. */
#ifndef DN_DATA_DATALOADER_H
#define DN_DATA_DATALOADER_H

#include "digitnet/data.h"

/** Examples in a whole mini-batch. */
size_t dn_dataloader_batch_size(const dn_dataloader *loader);

/** Skip batches of the epoch; all of its rest when there are fewer. */
void dn_dataloader_skip(dn_dataloader *loader, size_t batches);

/** Examples in an epoch. */
size_t dn_dataloader_count(const dn_dataloader *loader);

/** Mini-batches in an epoch; the last may be partial. */
size_t dn_dataloader_batches(const dn_dataloader *loader);

#endif
