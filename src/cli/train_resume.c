/** Settings that a file brings, a checkpoint or a model: they are asked what a user's are, and whether they fit the file. */
#include "cli/train_run.h"

#include "core/fail.h"
#include "train/checkpoint.h"

#include "digitnet/train.h"

static dn_status need_metadata(const dn_archive *archive, const char *key, const char **value,
                               dn_error *error)
{
    *value = dn_archive_metadata(archive, key);
    if (*value)
        return DN_OK;
    return dn_fail(error, DN_ERR_FORMAT, "give a file that digitnet train wrote",
                   "metadata %s: none found, so nothing says how it was made", key);
}

/** Are the tensors those that the settings ask for? Before anything is made by them: a file can ask for more than it holds. */
static dn_status check_tensors(const train_options *options, const dn_archive *archive, dn_error *error)
{
    size_t widths[TRAIN_MOST_WIDTHS];
    if (train_is_mean(options) && dn_checkpoint_recognise(archive))
        return dn_fail(error, DN_ERR_FORMAT, DN_CHECKPOINT_REMEDY,
                       "metadata arguments: mean images have no checkpoint");
    if (train_is_mean(options))
        return dn_model_check_mean(archive, options->classes.count, error);
    const size_t count = train_widths(options, widths);
    return dn_model_check_widths(archive, widths, count, error);
}

static dn_status take_settings(train_run *run, const dn_archive *archive, dn_error *error)
{
    const char *recipe;
    dn_error cause;
    DN_TRY(need_metadata(archive, "arguments", &recipe, error));
    DN_TRY(need_metadata(archive, "data_sha256", &run->made_from, error));
    DN_TRY(train_apply_recipe(&run->options, recipe, error));
    if (train_check_options(&run->options, &cause) != DN_OK)
        return train_fail_setting(&cause, error);
    return check_tensors(&run->options, archive, error);
}

dn_status train_take_settings(train_run *run, const dn_archive *archive, const char *path, dn_error *error)
{
    run->settings_file = path;
    return dn_fail_in(error, take_settings(run, archive, error), path);
}

dn_status train_blame_settings(const train_run *run, dn_status status, dn_error *error)
{
    if (!run->settings_file || status != DN_ERR_ARGUMENT || !error)
        return status;
    const dn_error cause = *error;
    return dn_fail_in(error, train_fail_setting(&cause, error), run->settings_file);
}

dn_status train_read_checkpoint(train_run *run, const char *path, dn_error *error)
{
    DN_TRY(dn_checkpoint_read(path, &run->checkpoint, error));
    run->options = train_defaults();
    return train_take_settings(run, &run->checkpoint, path, error);
}

/** Where the rate does not depend on how many epochs there are, more of them are the same training, only longer. */
static bool goes_on_longer(const train_options *made, const train_options *asked)
{
    return asked->epochs > made->epochs && !dn_schedule_needs_end(train_schedule(made));
}

dn_status train_check_settings(train_run *run, dn_error *error)
{
    char difference[TRAIN_RECIPE_SIZE];
    train_options made = train_defaults();
    DN_TRY(train_apply_recipe(&made, dn_archive_metadata(&run->checkpoint, "arguments"), error));
    if (goes_on_longer(&made, &run->options))
        made.epochs = run->options.epochs;
    if (!train_difference(&made, &run->options, difference))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_ARGUMENT, "--resume",
                      "it goes on with its own settings: leave out others", "the checkpoint was made %s",
                      difference);
}
