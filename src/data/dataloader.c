#include "data/dataloader.h"
#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "core/random.h"
#include "core/size.h"
#include "data/augment.h"
#include "data/dataset.h"
#include "tensor/context.h"
#include "tensor/sparse.h"

#include "digitnet/core.h"
#include "digitnet/data.h"

#include <inttypes.h>
#include <string.h>

struct dn_dataloader {
    float level[DN_SPARSE_LEVELS]; /**< a pixel's byte / 255 */
    dn_dataset dataset;            /**< borrowed */
    uint32_t *chosen;              /**< [count]: the selection, in the dataset's order */
    uint32_t *order;               /**< [count]: the epoch's permutation of it */
    size_t count;
    size_t batch_size;
    size_t position; /**< examples of this epoch that were handed out */

    dn_sparse images;           /**< the current batch: [batch_size, pixels] at most */
    const uint8_t **batch_rows; /**< [batch_size]: the pixels of each image */
    const uint8_t **next_rows;  /**< [batch_size]: those of the next batch, before they are augmented */
    uint8_t *batch_labels;      /**< [batch_size] */

    dn_augment_plan *augment; /**< or NULL */
    uint8_t *augmented;       /**< [batch_size, pixels], or NULL without augment */
    bool shuffled;            /**< this epoch has a seed and a number */
    uint64_t seed;
    uint64_t epoch;
};

static dn_status allocate(dn_dataloader *loader, dn_error *error)
{
    loader->chosen = dn_allocate(loader->count, sizeof *loader->chosen, error);
    loader->order = dn_allocate(loader->count, sizeof *loader->order, error);
    loader->batch_rows = dn_allocate(loader->batch_size, sizeof *loader->batch_rows, error);
    loader->next_rows = dn_allocate(loader->batch_size, sizeof *loader->next_rows, error);
    loader->batch_labels = dn_allocate(loader->batch_size, sizeof *loader->batch_labels, error);
    if (!loader->chosen || !loader->order || !loader->batch_rows || !loader->next_rows ||
        !loader->batch_labels)
        return DN_ERR_MEMORY;
    return dn_sparse_new(&loader->images, loader->batch_size, loader->dataset.height * loader->dataset.width,
                         loader->level, error);
}

static dn_status check_indices(const dn_dataset *dataset, const dn_selection *selection, dn_error *error)
{
    if (dataset->count > UINT32_MAX)
        return dn_fail(error, DN_ERR_ARGUMENT, "give fewer", "%zu examples are too many", dataset->count);
    for (size_t i = 0; selection && i < selection->count; i++) {
        if (selection->indices[i] >= dataset->count)
            return dn_fail(error, DN_ERR_ARGUMENT, "select examples that there are",
                           "example %" PRIu32 " is selected of %zu", selection->indices[i], dataset->count);
    }
    return DN_OK;
}

dn_status dn_dataloader_new(dn_dataloader **loader, const dn_dataset *dataset, const dn_selection *selection,
                            size_t batch_size, dn_error *error)
{
    *loader = NULL;
    const size_t count = selection ? selection->count : dataset->count;
    if (batch_size == 0 || count == 0)
        return dn_fail(error, DN_ERR_ARGUMENT, "give at least one of each", "%zu examples in batches of %zu",
                       count, batch_size);
    DN_TRY(check_indices(dataset, selection, error));
    dn_dataloader *made = dn_allocate_zeroed(1, sizeof *made, error);
    if (!made)
        return DN_ERR_MEMORY;
    made->count = count;
    made->batch_size = dn_smaller(batch_size, count);
    made->dataset = *dataset;
    for (size_t byte = 0; byte < DN_SPARSE_LEVELS; byte++)
        made->level[byte] = dn_pixel_value((uint8_t)byte);
    const dn_status status = allocate(made, error);
    if (status != DN_OK) {
        dn_dataloader_free(made);
        return status;
    }
    for (size_t i = 0; i < count; i++)
        made->chosen[i] = selection ? selection->indices[i] : (uint32_t)i;
    dn_dataloader_rewind(made);
    *loader = made;
    return DN_OK;
}

void dn_dataloader_free(dn_dataloader *loader)
{
    if (!loader)
        return;
    dn_sparse_free(&loader->images);
    dn_release(loader->chosen);
    dn_release(loader->order);
    dn_release(loader->batch_rows);
    dn_release(loader->next_rows);
    dn_release(loader->batch_labels);
    dn_augment_plan_free(loader->augment);
    dn_release(loader->augmented);
    dn_release(loader);
}

dn_status dn_dataloader_augment(dn_dataloader *loader, const dn_augment *augment, dn_error *error)
{
    dn_augment_plan *plan = NULL;
    uint8_t *augmented = NULL;
    if (augment && !dn_augment_is_none(augment)) {
        if (loader->dataset.height != DN_DIGIT_SIDE || loader->dataset.width != DN_DIGIT_SIDE)
            return dn_fail(error, DN_ERR_SHAPE, "only images of 28 x 28 can be augmented",
                           "images of %zu x %zu", loader->dataset.height, loader->dataset.width);
        DN_TRY(dn_augment_plan_new(&plan, augment, error));
        augmented = dn_allocate(loader->batch_size, DN_DIGIT_PIXELS, error);
        if (!augmented) {
            dn_augment_plan_free(plan);
            return DN_ERR_MEMORY;
        }
    }
    dn_augment_plan_free(loader->augment);
    dn_release(loader->augmented);
    loader->augment = plan;
    loader->augmented = augmented;
    return DN_OK;
}

size_t dn_dataloader_count(const dn_dataloader *loader)
{
    return loader->count;
}

size_t dn_dataloader_batch_size(const dn_dataloader *loader)
{
    return loader->batch_size;
}

size_t dn_dataloader_batches(const dn_dataloader *loader)
{
    return dn_divide_up(loader->count, loader->batch_size);
}

void dn_dataloader_rewind(dn_dataloader *loader)
{
    memcpy(loader->order, loader->chosen, loader->count * sizeof *loader->order);
    loader->position = 0;
    loader->shuffled = false;
}

void dn_dataloader_shuffle(dn_dataloader *loader, uint64_t seed, uint64_t epoch)
{
    dn_dataloader_rewind(loader);
    loader->shuffled = true;
    loader->seed = seed;
    loader->epoch = epoch;
    dn_random random = dn_random_stream(seed, DN_PURPOSE_SHUFFLE, epoch, 0);
    for (size_t i = loader->count - 1; i > 0; i--) {
        const size_t other = (size_t)dn_random_below(&random, i + 1);
        const uint32_t kept = loader->order[i];
        loader->order[i] = loader->order[other];
        loader->order[other] = kept;
    }
}

void dn_dataloader_skip(dn_dataloader *loader, size_t batches)
{
    const size_t left = loader->count - loader->position;
    loader->position += batches <= left / loader->batch_size ? batches * loader->batch_size : left;
}

/** Images in a piece of work: few, but enough to outweigh the claim of the piece. */
#define AUGMENT_PIECE 4

/** The images of the next batch, to be augmented in pieces. */
typedef struct augment_task {
    const dn_dataloader *loader;
    const uint32_t *indices; /**< [count]: of the batch's images in the dataset */
    size_t count;
} augment_task;

static void augment_piece(void *argument, size_t piece)
{
    const augment_task *task = argument;
    const dn_dataloader *loader = task->loader;
    const size_t begin = piece * AUGMENT_PIECE;
    const size_t end = task->count - begin < AUGMENT_PIECE ? task->count : begin + AUGMENT_PIECE;
    for (size_t i = begin; i < end; i++)
        dn_augment_image(loader->augment, loader->seed, loader->epoch, task->indices[i],
                         loader->dataset.digit[loader->batch_labels[i]], loader->batch_rows[i],
                         loader->augmented + i * DN_DIGIT_PIXELS);
}

/** Augment the batch's images, each from its own stream of random numbers, and make the results its rows. */
static void augment_batch(dn_context *context, dn_dataloader *loader, const uint32_t *indices, size_t count)
{
    augment_task task = {.loader = loader, .indices = indices, .count = count};
    dn_pool_run(dn_context_pool(context), dn_divide_up(count, AUGMENT_PIECE), augment_piece, &task);
    for (size_t i = 0; i < count; i++)
        loader->batch_rows[i] = loader->augmented + i * DN_DIGIT_PIXELS;
}

/** Name the images that come next, which lie anywhere in memory: hardware can't guess where. */
static void look_ahead(dn_dataloader *loader)
{
    const size_t left = loader->count - loader->position;
    const size_t count = dn_smaller(left, loader->batch_size);
    for (size_t i = 0; i < count; i++)
        loader->next_rows[i] = dn_dataset_image(&loader->dataset, loader->order[loader->position + i]);
    loader->images.ahead = loader->next_rows;
    loader->images.ahead_count = count;
}

bool dn_dataloader_next(dn_context *context, dn_dataloader *loader, dn_batch *batch)
{
    const size_t left = loader->count - loader->position;
    const size_t count = dn_smaller(left, loader->batch_size);
    if (count == 0)
        return false;
    const uint32_t *indices = loader->order + loader->position;
    for (size_t i = 0; i < count; i++) {
        loader->batch_rows[i] = dn_dataset_image(&loader->dataset, indices[i]);
        loader->batch_labels[i] = loader->dataset.labels[indices[i]];
    }
    if (loader->augment && loader->shuffled)
        augment_batch(context, loader, indices, count);
    dn_sparse_fill(context, &loader->images, loader->batch_rows, count);
    loader->position += count;
    look_ahead(loader);
    *batch = (dn_batch){.images = {.sparse = &loader->images},
                        .pixels = loader->batch_rows,
                        .labels = loader->batch_labels,
                        .count = count};
    return true;
}
