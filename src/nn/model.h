/** Models to be filled from files, and the names of their parameters. */
#ifndef DN_NN_MODEL_H
#define DN_NN_MODEL_H

#include "tensor/sparse.h"

#include "digitnet/nn.h"

/** As dn_model_new, with every weight zero, to be filled from a file. */
DN_NODISCARD dn_status dn_model_blank(dn_model **model, const size_t *widths, size_t width_count,
                                      dn_error *error);

/**
 * As dn_model_backward; the gradient of a layer's weight goes to the layer's sink.
 *
 * Shapes  sinks [layers], each with a take, or NULL.
 * Effect  A sink takes the rows of the gradient, [in, out] as they lie, after all that depends on the weight was computed: it may change the
 *         weight. It is used where the product skips the zeros of the layer's input; the weight's grad_is_taken tells.
 */
DN_NODISCARD dn_status dn_model_backward_into(dn_context *context, dn_model *model, const dn_matrix *x,
                                              const dn_tensor *dlogits, const dn_row_sink *sinks,
                                              dn_error *error);

/** The number of weights and biases. */
size_t dn_model_parameter_count(const dn_model *model);

/** The index of a layer's first parameter; of the last layer's successor, the number of all. */
size_t dn_model_first_parameter(const dn_model *model, size_t layer);

/** The transposed weight of a layer, as it lies. Owner: the model's. */
dn_stripes dn_model_stripes(const dn_model *model, size_t layer);

/** Write the widths, "784-128-10", and return text. */
char *dn_model_architecture(const dn_model *model, char text[DN_ARCHITECTURE_SIZE]);

#define DN_PARAMETER_NAME_SIZE 32
/** Write the name of a weight (index 2 * layer), "0.weight", or of a bias (2 * layer + 1), and return text. */
char *dn_model_parameter_name(size_t index, char text[DN_PARAMETER_NAME_SIZE]);

#endif
