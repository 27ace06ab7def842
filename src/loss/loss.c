#include "digitnet/loss/loss.h"

#include "digitnet/loss/binary.h"
#include "digitnet/loss/cross_entropy.h"
#include "digitnet/loss/distance.h"

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
