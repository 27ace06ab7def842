#include "core/fail.h"
#include "core/scalar.h"
#include "loss/losses.h"

#include "digitnet/data.h"
#include "digitnet/loss.h"

#include <string.h>

/** In the order of the names. */
static const dn_named_loss losses[] = {
    {.name = "cross_entropy", .function = dn_cross_entropy},
    {.name = "mnist", .function = dn_mnist_loss, .yes_or_no = true, .two_classes_only = true},
    {.name = "bce", .function = dn_binary_cross_entropy, .yes_or_no = true},
    {.name = "mse", .function = dn_mse_loss},
    {.name = "l1", .function = dn_l1_loss},
};
#define LOSSES (sizeof losses / sizeof losses[0])

const char *const dn_loss_names[] = {"cross_entropy", "mnist", "bce", "mse", "l1", NULL};

const dn_named_loss *dn_loss_named(const char *name)
{
    for (size_t i = 0; i < LOSSES; i++) {
        if (strcmp(losses[i].name, name) == 0)
            return &losses[i];
    }
    return NULL;
}

size_t dn_loss_outputs(const dn_named_loss *loss, size_t classes)
{
    if (classes < 2 || (loss->two_classes_only && classes != 2))
        return 0;
    return loss->yes_or_no && classes == 2 ? 1 : classes;
}

dn_status dn_loss_of_guessing(const dn_named_loss *loss, size_t classes, float *guessing, dn_error *error)
{
    float numbers[DN_DIGIT_CLASSES];
    const uint8_t label = 0; /* the loss of a guess is the same for all labels */
    const size_t outputs = dn_loss_outputs(loss, classes);
    if (outputs == 0 || outputs > DN_DIGIT_CLASSES)
        return dn_fail(error, DN_ERR_ARGUMENT, "give 2 to 10, as many as the loss takes", "%zu classes",
                       classes);
    /* The logit whose sigmoid is 1 / classes. For a softmax any logit will do, if all are equal. */
    const float logit = -dn_log((float)(classes - 1));
    for (size_t i = 0; i < outputs; i++)
        numbers[i] = logit;
    const dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(1, outputs));
    return loss->function(NULL, &logits, &label, NULL, guessing, error);
}
