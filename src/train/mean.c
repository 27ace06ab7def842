#include "train/mean.h"

#include "core/fail.h"
#include "core/memory.h"
#include "loss/elements.h"
#include "tensor/matmul.h"
#include "tensor/sparse.h"

#include "digitnet/tensor.h"

const char *const dn_distance_names[] = {[DN_DISTANCE_L1] = "l1", [DN_DISTANCE_RMSE] = "rmse", NULL};

bool dn_distance_named(const char *name, dn_distance *distance)
{
    size_t place;
    if (dn_choose(dn_distance_names, name, "distance", &place, NULL) != DN_OK)
        return false;
    *distance = (dn_distance)place;
    return true;
}

/** The rows of a matrix of either form, contiguous; the caller frees. */
static dn_status copy_rows(const dn_matrix *x, dn_tensor *rows, dn_error *error)
{
    if (x->sparse)
        return dn_sparse_to_dense(x->sparse, rows, error);
    return dn_tensor_clone(rows, x->dense, error);
}

/** The sums of the images of each class, in double precision. */
typedef struct class_sums {
    size_t classes;
    size_t pixels;
    double *values; /**< [classes, pixels]; NULL before the first batch */
    size_t *counts; /**< [classes] */
} class_sums;

static dn_status begin_sums(class_sums *sums, size_t pixels, dn_error *error)
{
    if (sums->values)
        return DN_OK;
    sums->pixels = pixels;
    sums->counts = dn_allocate_zeroed(sums->classes, sizeof *sums->counts, error);
    if (!sums->counts)
        return DN_ERR_MEMORY;
    sums->values = dn_allocate_zeroed(sums->classes * pixels, sizeof *sums->values, error);
    return sums->values ? DN_OK : DN_ERR_MEMORY;
}

static dn_status add_batch(class_sums *sums, const dn_batch *batch, dn_error *error)
{
    dn_tensor rows; /* [N, pixels] */
    DN_TRY(dn_loss_check_labels(batch->labels, batch->count, sums->classes, error));
    DN_TRY(begin_sums(sums, dn_matrix_shape(&batch->images).extent[1], error));
    DN_TRY(copy_rows(&batch->images, &rows, error));
    for (size_t i = 0; i < batch->count; i++) {
        const float *image = rows.data + i * sums->pixels;
        double *sum = sums->values + batch->labels[i] * sums->pixels;
        for (size_t pixel = 0; pixel < sums->pixels; pixel++)
            sum[pixel] += (double)image[pixel];
        sums->counts[batch->labels[i]]++;
    }
    dn_tensor_free(&rows);
    return DN_OK;
}

/** Divide each sum by the number of its images. */
static dn_status take_means(const class_sums *sums, dn_tensor *images, dn_error *error)
{
    for (size_t class = 0; class < sums->classes; class ++) {
        if (!sums->counts || sums->counts[class] == 0)
            return dn_fail(error, DN_ERR_ARGUMENT, "give images of every class",
                           "class %zu of %zu has no image: it has no mean", class, sums->classes);
    }
    DN_TRY(dn_tensor_zeros(images, DN_SHAPE(sums->classes, sums->pixels), error));
    for (size_t i = 0; i < sums->classes * sums->pixels; i++)
        images->data[i] =
            (float)(sums->values[i] /
                    (double)sums->counts[i / sums->pixels]); /* NOLINT(bugprone-integer-division): an index */
    return DN_OK;
}

dn_status dn_mean_images_learn(dn_mean_images *mean, dn_distance distance, size_t classes,
                               dn_context *context, dn_dataloader *loader, dn_error *error)
{
    class_sums sums = {.classes = classes};
    dn_batch batch;
    dn_status status = DN_OK;
    *mean = (dn_mean_images){.distance = distance};
    dn_dataloader_rewind(loader);
    while (status == DN_OK && dn_dataloader_next(context, loader, &batch))
        status = add_batch(&sums, &batch, error);
    if (status == DN_OK)
        status = take_means(&sums, &mean->images, error);
    dn_release(sums.values);
    dn_release(sums.counts);
    return status;
}

/** One image [1, pixels] against the means [classes, pixels]: broadcasting repeats the image. */
static dn_status image_distances(const dn_mean_images *mean, const dn_tensor *image, dn_tensor *differences,
                                 dn_tensor *distances, dn_error *error)
{
    DN_TRY(dn_subtract(image, &mean->images, differences, error));
    if (mean->distance == DN_DISTANCE_L1) {
        DN_TRY(dn_absolute(differences, differences, error));
        return dn_mean(differences, -1, distances, error);
    }
    DN_TRY(dn_multiply(differences, differences, differences, error));
    DN_TRY(dn_mean(differences, -1, distances, error));
    return dn_square_root(distances, distances, error);
}

static dn_status check_shapes(const dn_mean_images *mean, const dn_matrix *x, const dn_tensor *distances,
                              dn_error *error)
{
    const dn_shape shape = dn_matrix_shape(x);
    const size_t pixels = mean->images.shape.extent[1];
    const dn_shape wanted = DN_SHAPE(shape.extent[0], mean->images.shape.extent[0]);
    char text[2][DN_SHAPE_TEXT_SIZE];
    if (shape.rank != 2 || shape.extent[1] != pixels)
        return dn_fail(error, DN_ERR_SHAPE, "give [N, pixels]",
                       "images of shape %s for mean images of %zu pixels", dn_shape_text(shape, text[0]),
                       pixels);
    if (!dn_shape_equal(distances->shape, wanted))
        return dn_fail(error, DN_ERR_SHAPE, "give [N, classes]", "distances of shape %s, %s expected",
                       dn_shape_text(distances->shape, text[0]), dn_shape_text(wanted, text[1]));
    return DN_OK;
}

dn_status dn_mean_images_distances(const dn_mean_images *mean, const dn_matrix *x, dn_tensor *distances,
                                   dn_error *error)
{
    dn_tensor rows = {0};        /* [N, pixels] */
    dn_tensor differences = {0}; /* [classes, pixels] */
    DN_TRY(check_shapes(mean, x, distances, error));
    dn_status status = copy_rows(x, &rows, error);
    if (status == DN_OK)
        status = dn_tensor_zeros(&differences, mean->images.shape, error);
    for (size_t i = 0; status == DN_OK && i < rows.shape.extent[0]; i++) {
        dn_tensor image;  /* [1, pixels] */
        dn_tensor answer; /* [classes] */
        status = dn_tensor_slice(&rows, 0, i, i + 1, 1, &image, error);
        if (status == DN_OK)
            status = dn_tensor_select(distances, 0, i, &answer, error);
        if (status == DN_OK)
            status = image_distances(mean, &image, &differences, &answer, error);
    }
    dn_tensor_free(&differences);
    dn_tensor_free(&rows);
    return status;
}
