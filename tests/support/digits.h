/** The bundled digits and other data for tests of what trains on them. */
#ifndef DN_TESTS_DIGITS_H
#define DN_TESTS_DIGITS_H

#include "support.h"

#include "digitnet/data.h"

/** One part of the bundled digits; the caller frees. */
dn_dataset load_digits(dn_part_of_data part);

/** The training examples of the bundled digits; loaded once, freed when the process ends. */
const dn_dataset *training_digits(void);

/** A view of the first `count` of them. */
dn_dataset first_digits(size_t count);

/** A loader of a dataset that must be good; the caller frees. */
dn_dataloader *new_loader(const dn_dataset *dataset, size_t batch_size);

/** A batch's pixels as a tensor [count, pixels], read by a product with the identity matrix; the caller frees. */
dn_tensor batch_pixels(const dn_batch *batch);

/** Images as a tensor [N, height, width] of dn_pixel_value, in the dataset's order; the caller frees. */
dn_tensor dense_images(const dn_dataset *dataset);

#endif
