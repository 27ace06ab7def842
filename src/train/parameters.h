/** A model's parameters, or a set of weights beside them, as tensors of a file: two a layer, as PyTorch has them. */
#ifndef DN_TRAIN_PARAMETERS_H
#define DN_TRAIN_PARAMETERS_H

#include "digitnet/io.h"
#include "digitnet/nn.h"

/**
 * Add the tensors of a set, or of the model itself where weights is NULL.
 *
 * Effect  Each has the name of its parameter, behind the prefix ("" for none).
 * Owner   The archive borrows biases, which must live as long, and owns copies of weights.
 * Errors  As dn_archive_add_tensor.
 */
DN_NODISCARD dn_status dn_parameters_add(dn_archive *archive, const char *prefix, dn_model *model,
                                         const dn_weights *weights, dn_error *error);

/** Copy them back. Errors: DN_ERR_FORMAT where a name or a shape is missing. */
DN_NODISCARD dn_status dn_parameters_restore(const dn_archive *archive, const char *prefix, dn_model *model,
                                             const dn_weights *weights, dn_error *error);

#endif
