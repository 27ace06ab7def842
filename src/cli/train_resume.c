#include "cli/train_run.h"

#include "core/try.h"

/** Take the settings that the checkpoint was made with. */
static dn_status checkpoint_options(train_run *run, dn_error *error)
{
    const char *recipe = dn_archive_metadata(&run->checkpoint, "arguments");
    if (!recipe)
        return dn_fail(error, DN_ERR_FORMAT, "give a checkpoint that digitnet train wrote",
                       "metadata arguments: no settings found");
    run->options = train_defaults();
    DN_TRY(train_apply_recipe(&run->options, recipe, error));
    if (!train_is_mean(&run->options))
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "give a checkpoint that digitnet train wrote",
                   "metadata arguments: mean images have no checkpoint");
}

dn_status train_read_checkpoint(train_run *run, const char *path, dn_error *error)
{
    DN_TRY(dn_checkpoint_read(path, &run->checkpoint, error));
    return dn_fail_in(error, checkpoint_options(run, error), path);
}

dn_status train_check_settings(train_run *run, dn_error *error)
{
    char difference[TRAIN_RECIPE_SIZE];
    train_run made = {.checkpoint = run->checkpoint};
    DN_TRY(checkpoint_options(&made, error));
    if (!train_difference(&made.options, &run->options, difference))
        return DN_OK;
    return dn_fail_in(error,
                      dn_fail(error, DN_ERR_ARGUMENT, "it goes on with its own settings: leave out others",
                              "the checkpoint was made %s", difference),
                      "--resume");
}
