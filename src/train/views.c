#include "train/views.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/pool.h"
#include "data/warp.h"
#include "loss/elements.h"
#include "tensor/context.h"
#include "tensor/sparse.h"

#include <math.h>

/**
 * Small motions, the plain view first, and once more.
 *
 * Of 15,000 training images that were held out from a net, it reads 132 wrongly in one view, 119 in three and 118 in ten. Orders that
 * were chosen greedily on one half of them, among 40 motions, are no better on the other half.
 */
static const dn_motion motions[DN_MOST_VIEWS] = {
    {.shift_x = 0.0F},
    {.shift_x = 0.5F, .shift_y = 0.25F},
    {.shift_x = -0.5F, .shift_y = -0.25F},
    {.rotation = 0.1F},
    {.rotation = -0.1F},
    {.scale_x = 0.07F, .scale_y = 0.07F},
    {.scale_x = -0.07F, .scale_y = -0.07F},
    {.shear = 0.1F},
    {.shear = -0.1F},
    {.shift_x = 0.0F},
    {.shift_x = -0.25F, .shift_y = 0.5F},
    {.shift_x = 0.25F, .shift_y = -0.5F},
    {.scale_x = 0.07F},
    {.scale_y = 0.07F},
    {.rotation = 0.07F, .shift_x = 0.5F},
    {.rotation = -0.07F, .shift_x = -0.5F},
};

static bool is_plain(const dn_motion *motion)
{
    return motion->shift_x == 0.0F && motion->shift_y == 0.0F && motion->rotation == 0.0F &&
           motion->scale_x == 0.0F && motion->scale_y == 0.0F && motion->shear == 0.0F;
}

/** Views as a classifier's input. */
typedef struct view_batch {
    const uint8_t *const *images;
    size_t views;         /**< of each image */
    uint8_t *pixels;      /**< [images, views, 784] */
    const uint8_t **rows; /**< [images, views]: each view's pixels */
    dn_sparse x;          /**< [images * views, 784] */
    float level[DN_SPARSE_LEVELS];
} view_batch;

static dn_status new_batch(view_batch *batch, const uint8_t *const *images, size_t count, size_t views,
                           dn_error *error)
{
    *batch = (view_batch){.images = images, .views = views};
    for (size_t byte = 0; byte < DN_SPARSE_LEVELS; byte++)
        batch->level[byte] = dn_pixel_value((uint8_t)byte);
    batch->pixels = dn_allocate(count * views, DN_DIGIT_PIXELS, error);
    batch->rows = dn_allocate(count * views, sizeof *batch->rows, error);
    if (!batch->pixels || !batch->rows)
        return DN_ERR_MEMORY;
    return dn_sparse_new(&batch->x, count * views, DN_DIGIT_PIXELS, batch->level, error);
}

static void free_batch(view_batch *batch)
{
    dn_sparse_free(&batch->x);
    dn_release(batch->rows);
    dn_release(batch->pixels);
}

/** Draw the views of one image. */
static void draw_views(void *argument, size_t piece)
{
    static const dn_elastic still = {0};
    static const dn_elastic_field no_field = {0};
    view_batch *batch = argument;
    for (size_t view = 0; view < batch->views; view++) {
        uint8_t *drawn = batch->pixels + (piece * batch->views + view) * DN_DIGIT_PIXELS;
        const dn_affine affine = dn_affine_undoing(&motions[view]);
        batch->rows[piece * batch->views + view] = is_plain(&motions[view]) ? batch->images[piece] : drawn;
        if (!is_plain(&motions[view]))
            dn_warp(&affine, &still, &no_field, batch->images[piece], drawn);
    }
}

/** Finite weights can be so large that the scores are not. */
static dn_status check_scores(const dn_tensor *scores, dn_error *error)
{
    for (size_t row = 0; row < scores->shape.extent[0]; row++) {
        for (size_t i = 0; i < scores->shape.extent[1]; i++)
            if (!isfinite(dn_loss_element(scores, row, i)))
                return dn_fail(error, DN_ERR_FORMAT, "train the model again, with a lower learning rate",
                               "the model's outputs for it are not finite numbers");
    }
    return DN_OK;
}

/** Put the mean over the views of image `index` into row `index`, which its views lie at or behind. Hands back their agreement. */
static float average(dn_tensor *probabilities, size_t index, size_t views)
{
    float mean[DN_DIGIT_CLASSES] = {0};
    size_t votes[DN_DIGIT_CLASSES] = {0};
    for (size_t row = index * views; row < (index + 1) * views; row++) {
        votes[dn_classifier_answer(probabilities, row)]++;
        for (size_t i = 0; i < probabilities->shape.extent[1]; i++)
            mean[i] += dn_loss_element(probabilities, row, i);
    }
    for (size_t i = 0; i < probabilities->shape.extent[1]; i++)
        dn_loss_set_element(probabilities, index, i, mean[i] / (float)views);
    return (float)votes[dn_classifier_answer(probabilities, index)] / (float)views;
}

static dn_status score(dn_context *context, dn_classifier *classifier, view_batch *batch, size_t count,
                       dn_tensor *probabilities, dn_error *error)
{
    dn_pool_run(dn_context_pool(context), count, draw_views, batch);
    dn_sparse_fill(context, &batch->x, batch->rows, count * batch->views);
    DN_TRY(
        dn_classifier_scores(context, classifier, &(dn_matrix){.sparse = &batch->x}, probabilities, error));
    DN_TRY(check_scores(probabilities, error));
    return dn_softmax(probabilities, probabilities, error);
}

dn_status dn_views_probabilities(dn_context *context, dn_classifier *classifier, const uint8_t *const *images,
                                 size_t count, size_t views, float *agreement, dn_tensor *probabilities,
                                 dn_error *error)
{
    view_batch batch;
    if (views < 1 || views > DN_MOST_VIEWS)
        return dn_fail(error, DN_ERR_ARGUMENT, "give 1 to 16 views", "%zu views", views);
    dn_status status = new_batch(&batch, images, count, views, error);
    if (status == DN_OK)
        status = score(context, classifier, &batch, count, probabilities, error);
    free_batch(&batch);
    for (size_t i = 0; i < count && status == DN_OK; i++) {
        const float agreed = average(probabilities, i, views);
        if (agreement)
            agreement[i] = agreed;
    }
    return status == DN_OK ? dn_tensor_slice(probabilities, 0, 0, count, 1, probabilities, error) : status;
}
