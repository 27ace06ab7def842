/**
 * The DataLoader: shuffles a dataset every epoch and hands it out in mini-batches.
 *
 * Source  "Training a Digit Classifier": DataLoader(dataset, batch_size, shuffle=True).
 */
#ifndef DIGITNET_DATA_DATALOADER_H
#define DIGITNET_DATA_DATALOADER_H

#include "digitnet/data/augment.h"
#include "digitnet/data/dataset.h"
#include "digitnet/tensor/matmul.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct dn_dataloader dn_dataloader;

/** One mini-batch, valid until the next call to the loader. */
typedef struct dn_batch {
    dn_matrix images;      /**< [count, pixels], a pixel's byte / 255 */
    const uint8_t *labels; /**< [count] */
    size_t count;          /**< the batch size, or less in the last batch */
} dn_batch;

/**
 * Make a loader.
 *
 * Units   batch_size >= 1. selection NULL takes every example.
 * Owner   Borrows the dataset's images and labels for the loader's life; the selection may go. The caller frees with
 *         dn_dataloader_free.
 * Errors  DN_ERR_ARGUMENT for batch_size 0, an empty selection, or one beyond the dataset; DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_dataloader_new(dn_dataloader **loader, const dn_dataset *dataset,
                                         const dn_selection *selection, size_t batch_size, dn_error *error);

/** NULL is allowed. */
void dn_dataloader_free(dn_dataloader *loader);

/**
 * From now on hand out each image of a shuffled epoch drawn anew; NULL or nothing to do: as it is.
 *
 * An image's bytes depend on (seed, epoch, its index in the dataset) alone: not on its batch, nor on the threads. An epoch
 * begun with dn_dataloader_rewind has neither seed nor number, and hands out the images as they are.
 *
 * Effect  Takes effect with the next batch.
 * Errors  As dn_augment_plan_new; DN_ERR_SHAPE where images are not 28 x 28. The loader stays as it was then.
 */
DN_NODISCARD dn_status dn_dataloader_augment(dn_dataloader *loader, const dn_augment *augment,
                                             dn_error *error);

/** Examples in an epoch. */
size_t dn_dataloader_count(const dn_dataloader *loader);

/** Examples in a whole mini-batch. */
size_t dn_dataloader_batch_size(const dn_dataloader *loader);

/** Mini-batches in an epoch; the last may be partial. */
size_t dn_dataloader_batches(const dn_dataloader *loader);

/** Begin an epoch in the dataset's order, of the images as they are. */
void dn_dataloader_rewind(dn_dataloader *loader);

/**
 * Begin an epoch in an order that depends on (seed, epoch) alone, not on the epochs before.
 *
 * Source  Fisher and Yates; Durstenfeld 1964.
 */
void dn_dataloader_shuffle(dn_dataloader *loader, uint64_t seed, uint64_t epoch);

/** Pass over so many batches of the epoch; the rest of it, when there are fewer. */
void dn_dataloader_skip(dn_dataloader *loader, size_t batches);

/** Hand out the next batch; false when the epoch is over. The context's threads augment its images and turn
 *  them into sparse rows. */
bool dn_dataloader_next(dn_context *context, dn_dataloader *loader, dn_batch *batch);

#ifdef __cplusplus
}
#endif

#endif
