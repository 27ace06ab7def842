/* Train a digit classifier with the library alone: train_digits DATA_FOLDER MODEL_FILE */
#include "digitnet/digitnet.h"

#include <stdio.h>

static bool print_epoch(void *self, const dn_epoch *epoch)
{
    (void)self;
    printf("epoch %zu: loss %.4f\n", epoch->epoch, epoch->train_loss);
    return true; /* false ends training */
}

int main(int count, char **arguments)
{
    dn_run run = {.settings = dn_settings_default()};
    const dn_callbacks callbacks = {.epoch_done = print_epoch};
    dn_error error;
    if (count != 3)
        return 2;
    run.settings.hidden = (dn_widths){.count = 1, .width = {64}};
    run.settings.epochs = 10;
    dn_status status = dn_run_open(&run, arguments[1], 0, &error);
    if (status == DN_OK)
        status = dn_run_fit(&run, &callbacks, &error);
    if (status == DN_OK)
        status = dn_run_save(&run, arguments[2], NULL, &error);
    if (status == DN_OK)
        printf("test accuracy %.4f\n", dn_metrics_accuracy(&run.test_metrics));
    else
        fprintf(stderr, "%s: %s: %s\n", error.subject, error.problem, error.remedy);
    dn_run_free(&run);
    return status == DN_OK ? 0 : 1;
}
