#include "digits.h"

#include "product.h"

#include "data/dataset.h"
#include "tensor/matmul.h"

#include "digitnet/tensor.h"

#include <stdlib.h>

dn_dataset load_digits(dn_part_of_data part)
{
    dn_error error;
    dn_dataset dataset;
    assert_ok(dn_dataset_load(source_path("data/digits"), part, &dataset, &error));
    return dataset;
}

static dn_dataset kept;

static void free_kept(void)
{
    dn_dataset_free(&kept);
}

const dn_dataset *training_digits(void)
{
    if (kept.count == 0) {
        kept = load_digits(DN_DATA_TRAIN);
        atexit(free_kept);
    }
    return &kept;
}

dn_dataset first_digits(size_t count)
{
    return dn_dataset_first(training_digits(), count);
}

dn_dataloader *new_loader(const dn_dataset *dataset, size_t batch_size)
{
    dn_error error;
    dn_dataloader *loader;
    assert_ok(dn_dataloader_new(&loader, dataset, NULL, batch_size, &error));
    return loader;
}

dn_tensor batch_pixels(const dn_batch *batch)
{
    dn_error error;
    dn_tensor identity;
    dn_tensor pixels;
    const dn_shape shape = dn_matrix_shape(&batch->images);
    assert_int_equal(shape.rank, 2);
    assert_int_equal(shape.extent[0], batch->count);
    const size_t columns = shape.extent[1];
    assert_ok(dn_tensor_zeros(&identity, DN_SHAPE(columns, columns), &error));
    for (size_t i = 0; i < columns; i++)
        identity.data[i * columns + i] = 1;
    assert_ok(dn_tensor_zeros(&pixels, shape, &error));
    assert_ok(dn_matrix_multiply(NULL, &batch->images, WHOLE(identity), &(dn_epilogue){0}, &pixels, &error));
    dn_tensor_free(&identity);
    return pixels;
}

dn_tensor dense_images(const dn_dataset *dataset)
{
    dn_error error;
    dn_tensor images;
    assert_ok(dn_tensor_zeros(&images, DN_SHAPE(dataset->count, dataset->height, dataset->width), &error));
    for (size_t i = 0; i < dn_tensor_count(&images); i++)
        images.data[i] = dn_pixel_value(dataset->images[i]);
    return images;
}
