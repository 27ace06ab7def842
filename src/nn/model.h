/** Models to be filled from files, and the names of their parameters. */
#ifndef DN_NN_MODEL_H
#define DN_NN_MODEL_H

#include "digitnet/nn.h"

/** As dn_model_new, with every weight zero, to be filled from a file. */
DN_NODISCARD dn_status dn_model_blank(dn_model **model, const size_t *widths, size_t width_count,
                                      dn_error *error);

/** The number of weights and biases. */
size_t dn_model_parameter_count(const dn_model *model);

/** Write the widths, "784-128-10", and return text. */
char *dn_model_architecture(const dn_model *model, char text[DN_ARCHITECTURE_SIZE]);

#define DN_PARAMETER_NAME_SIZE 32
/** Write the name of a parameter, "0.weight", and return text. */
char *dn_model_parameter_name(size_t index, char text[DN_PARAMETER_NAME_SIZE]);

#endif
