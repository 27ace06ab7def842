#include "train/parameters.h"

#include "core/fail.h"
#include "nn/model.h"
#include "nn/weights.h"
#include "train/format.h"

#include <stdio.h>

#define NAME_SIZE (16 + DN_PARAMETER_NAME_SIZE)

static void name_tensor(const char *prefix, size_t index, char name[NAME_SIZE])
{
    char parameter[DN_PARAMETER_NAME_SIZE];
    snprintf(name, NAME_SIZE, "%s%s", prefix, dn_model_parameter_name(index, parameter));
}

/** The bias of a layer in a set, or in the model itself. */
static dn_tensor *bias_of(dn_model *model, const dn_weights *weights, size_t layer)
{
    if (!weights)
        return &dn_model_bias(model, layer)->value;
    return &weights->tensors[dn_model_first_parameter(model, layer + 1) - 1];
}

dn_status dn_parameters_add(dn_archive *archive, const char *prefix, dn_model *model,
                            const dn_weights *weights, dn_error *error)
{
    for (size_t layer = 0; layer < dn_model_layers(model); layer++) {
        char name[NAME_SIZE];
        dn_tensor weight;
        name_tensor(prefix, 2 * layer, name);
        DN_TRY(dn_weights_gather(weights, model, layer, &weight, error));
        const dn_status status = dn_archive_add_tensor(archive, name, &weight, error);
        if (status != DN_OK) {
            dn_tensor_free(&weight);
            return status;
        }
        name_tensor(prefix, 2 * layer + 1, name);
        DN_TRY(dn_format_lend_tensor(archive, name, bias_of(model, weights, layer), error));
    }
    return DN_OK;
}

dn_status dn_parameters_restore(const dn_archive *archive, const char *prefix, dn_model *model,
                                const dn_weights *weights, dn_error *error)
{
    for (size_t layer = 0; layer < dn_model_layers(model); layer++) {
        char name[NAME_SIZE];
        const dn_tensor *weight;
        const dn_shape shape = DN_SHAPE(dn_model_width(model, layer + 1), dn_model_width(model, layer));
        name_tensor(prefix, 2 * layer, name);
        DN_TRY(dn_format_find_tensor(archive, name, shape, &weight, error));
        DN_TRY(dn_weights_scatter(weights, model, layer, weight, error));
        name_tensor(prefix, 2 * layer + 1, name);
        DN_TRY(dn_format_copy_tensor(archive, name, bias_of(model, weights, layer), error));
    }
    return DN_OK;
}
