#include "core/fail.h"
#include "core/memory.h"
#include "tensor/sparse.h"

#include "digitnet/nn.h"
#include "digitnet/tensor.h"

#include <string.h>

static const char *const names[] = {[DN_DISTANCE_L1] = "l1", [DN_DISTANCE_RMSE] = "rmse"};

const char *dn_distance_name(dn_distance distance)
{
    return names[distance];
}

bool dn_distance_named(const char *name, dn_distance *distance)
{
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(names[i], name) == 0) {
            *distance = (dn_distance)i;
            return true;
        }
    }
    return false;
}

dn_status dn_mean_images_new(dn_mean_images *mean, size_t classes, size_t pixels, dn_distance distance,
                             dn_error *error)
{
    const dn_shape shape = DN_SHAPE(classes, pixels);
    *mean = (dn_mean_images){.distance = distance};
    DN_TRY(dn_tensor_zeros(&mean->images, shape, error));
    const dn_status status = dn_tensor_zeros(&mean->differences, shape, error);
    if (status != DN_OK)
        dn_mean_images_free(mean);
    return status;
}

static void free_sums(dn_mean_images *mean)
{
    dn_release(mean->sums);
    dn_release(mean->counts);
    mean->sums = NULL;
    mean->counts = NULL;
}

void dn_mean_images_free(dn_mean_images *mean)
{
    if (!mean)
        return;
    free_sums(mean);
    dn_tensor_free(&mean->images);
    dn_tensor_free(&mean->differences);
    *mean = (dn_mean_images){0};
}

static dn_status check_pictures(const dn_mean_images *mean, const dn_matrix *x, dn_error *error)
{
    const dn_shape shape = dn_matrix_shape(x);
    const size_t pixels = mean->images.shape.extent[1];
    char text[DN_SHAPE_TEXT_SIZE];
    if (shape.rank != 2 || shape.extent[1] != pixels)
        return dn_fail(error, DN_ERR_SHAPE, "give [N, pixels]",
                       "pictures of shape %s for mean images of %zu pixels", dn_shape_text(shape, text),
                       pixels);
    return DN_OK;
}

static dn_status begin_sums(dn_mean_images *mean, dn_error *error)
{
    if (mean->sums)
        return DN_OK;
    mean->sums = dn_allocate_zeroed(dn_tensor_count(&mean->images), sizeof *mean->sums, error);
    mean->counts = dn_allocate_zeroed(mean->images.shape.extent[0], sizeof *mean->counts, error);
    if (mean->sums && mean->counts)
        return DN_OK;
    free_sums(mean);
    return DN_ERR_MEMORY;
}

/** The rows of a matrix of either form, contiguous; the caller frees. */
static dn_status copy_rows(const dn_matrix *x, dn_tensor *rows, dn_error *error)
{
    if (x->sparse)
        return dn_sparse_to_dense(x->sparse, rows, error);
    return dn_tensor_clone(rows, x->dense, error);
}

dn_status dn_mean_images_add(dn_mean_images *mean, const dn_matrix *x, const uint8_t *labels, dn_error *error)
{
    DN_TRY(check_pictures(mean, x, error));
    const size_t classes = mean->images.shape.extent[0];
    const size_t pixels = mean->images.shape.extent[1];
    const size_t count = dn_matrix_shape(x).extent[0];
    for (size_t i = 0; i < count; i++) {
        if (labels[i] >= classes)
            return dn_fail(error, DN_ERR_ARGUMENT, "give labels that are classes",
                           "label %zu is %d of %zu classes", i, labels[i], classes);
    }
    dn_tensor rows;
    DN_TRY(begin_sums(mean, error));
    DN_TRY(copy_rows(x, &rows, error));
    for (size_t i = 0; i < count; i++) {
        const float *picture = rows.data + i * pixels;
        double *sum = mean->sums + labels[i] * pixels;
        for (size_t pixel = 0; pixel < pixels; pixel++)
            sum[pixel] += (double)picture[pixel];
        mean->counts[labels[i]]++;
    }
    dn_tensor_free(&rows);
    return DN_OK;
}

dn_status dn_mean_images_finish(dn_mean_images *mean, dn_error *error)
{
    const size_t classes = mean->images.shape.extent[0];
    const size_t pixels = mean->images.shape.extent[1];
    for (size_t class = 0; class < classes; class ++) {
        if (!mean->counts || mean->counts[class] == 0)
            return dn_fail(error, DN_ERR_ARGUMENT, "give pictures of every class",
                           "class %zu of %zu has no picture: it has no mean", class, classes);
    }
    for (size_t i = 0; i < classes * pixels; i++) {
        const size_t pictures = mean->counts[i / pixels];
        mean->images.data[i] = (float)(mean->sums[i] / (double)pictures);
    }
    free_sums(mean);
    return DN_OK;
}

/** One picture [1, pixels] against the means [classes, pixels]: broadcasting repeats the picture. */
static dn_status picture_distances(dn_mean_images *mean, const dn_tensor *picture, dn_tensor *distances,
                                   dn_error *error)
{
    dn_tensor *differences = &mean->differences;
    DN_TRY(dn_subtract(picture, &mean->images, differences, error));
    if (mean->distance == DN_DISTANCE_L1) {
        DN_TRY(dn_absolute(differences, differences, error));
        return dn_mean(differences, -1, distances, error);
    }
    DN_TRY(dn_multiply(differences, differences, differences, error));
    DN_TRY(dn_mean(differences, -1, distances, error));
    return dn_square_root(distances, distances, error);
}

dn_status dn_mean_images_distances(dn_mean_images *mean, const dn_matrix *x, dn_tensor *distances,
                                   dn_error *error)
{
    DN_TRY(check_pictures(mean, x, error));
    const size_t count = dn_matrix_shape(x).extent[0];
    const dn_shape wanted = DN_SHAPE(count, mean->images.shape.extent[0]);
    char text[2][DN_SHAPE_TEXT_SIZE];
    if (!dn_shape_equal(distances->shape, wanted))
        return dn_fail(error, DN_ERR_SHAPE, "give [N, classes]", "distances of shape %s, %s expected",
                       dn_shape_text(distances->shape, text[0]), dn_shape_text(wanted, text[1]));
    dn_tensor rows;
    DN_TRY(copy_rows(x, &rows, error));
    dn_status status = DN_OK;
    for (size_t i = 0; i < count && status == DN_OK; i++) {
        dn_tensor picture; /* [1, pixels] */
        dn_tensor answer;  /* [classes] */
        status = dn_tensor_slice(&rows, 0, i, i + 1, 1, &picture, error);
        if (status == DN_OK)
            status = dn_tensor_select(distances, 0, i, &answer, error);
        if (status == DN_OK)
            status = picture_distances(mean, &picture, &answer, error);
    }
    dn_tensor_free(&rows);
    return status;
}
