#include "cli/train_run.h"

#include "cli/say.h"
#include "core/fail.h"
#include "core/platform.h"

dn_status train_mean_images(train_run *run, dn_error *error)
{
    const train_options *options = &run->options;
    dn_mean_images *mean = &run->classifier.mean;
    dn_distance distance = DN_DISTANCE_L1;
    dn_batch batch;
    const double begin = dn_platform_seconds();
    if (!dn_distance_named(options->metric, &distance))
        return dn_fail(error, DN_ERR_ARGUMENT, NULL, "there is no distance %s", options->metric);
    DN_TRY(dn_mean_images_new(mean, options->classes.count, DN_DIGIT_PIXELS, distance, error));
    cli_say_line(options->quiet, "model: the mean image of each of %zu digits, nearest by %s",
                 options->classes.count, options->metric);
    dn_dataloader_rewind(run->train);
    while (dn_dataloader_next(run->context, run->train, &batch))
        DN_TRY(dn_mean_images_add(mean, &batch.images, batch.labels, error));
    DN_TRY(dn_mean_images_finish(mean, error));
    run->seconds = dn_platform_seconds() - begin;
    return DN_OK;
}
