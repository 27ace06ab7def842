/**
 * A checkpoint whose counters were edited is refused, or goes on to an end that a training can come to: each counter, at
 * its least, its greatest and beside its value, with every combination of what a training needs.
 */
#include "learning.h"

#include "train/checkpoint.h"
#include "train/learner.h"
#include "train/training.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXAMPLES 60
#define BATCH 16
#define STEPS_OF_EPOCH 4
#define EPOCHS 3
#define VALUE_SIZE 64

static dn_error error;

/** Bits of a combination: what the training has. */
enum { VELOCITY = 1, AVERAGE = 2, VALID = 4, PATIENCE = 8, COMBINATIONS = 16 };

static dn_learner learner_with(unsigned parts)
{
    const dn_dataset few = first_digits(20);
    dn_learner learner = new_learner(EXAMPLES, BATCH, 2, 0.01F);
    if (parts & VELOCITY)
        learner.optimiser.momentum = 0.9F;
    if (parts & AVERAGE)
        learner.average = 0.5F;
    if (parts & VALID)
        learner.valid = new_loader(&few, 20);
    if (parts & PATIENCE)
        learner.patience = 2;
    return learner;
}

/** What a training of so many steps writes. */
static dn_archive checkpoint_after(size_t steps, unsigned parts)
{
    dn_learner learner = learner_with(parts);
    dn_training training;
    dn_fit_result result;
    dn_archive archive;
    const char *path = temporary_path("checkpoint");
    learner.max_steps = steps;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    if (steps != 0)
        assert_ok(dn_learner_continue(&learner, EPOCHS, &training, &result, &error));
    assert_int_equal(training.steps, steps);
    assert_ok(dn_checkpoint_write(path, learner.model, &training, NULL, 0, &error));
    assert_ok(dn_checkpoint_read(path, &archive, &error));
    dn_training_free(&training);
    free_learner(&learner);
    return archive;
}

static void check_end(const dn_learner *learner, const dn_training *training)
{
    const size_t epochs = training->epochs;
    assert_int_equal(training->steps, epochs * STEPS_OF_EPOCH);
    assert_true(epochs == EPOCHS || (learner->patience != 0 && epochs >= learner->patience));
    assert_true(learner->valid ? training->best_epoch >= 1 && training->best_epoch <= epochs
                               : training->best_epoch == 0);
    assert_true(isfinite(training->last_loss) && training->loss_sum == 0.0);
    for (size_t i = 0; i < dn_model_parameters(learner->model); i++) {
        const dn_tensor *value = &dn_model_parameter(learner->model, i)->value;
        for (size_t at = 0; at < dn_tensor_count(value); at++)
            assert_true(isfinite(value->data[at]));
    }
}

/** False when the checkpoint is refused. */
static bool goes_on(const dn_archive *archive, unsigned parts)
{
    dn_learner learner = learner_with(parts);
    dn_training training;
    dn_fit_result result;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    dn_status status = dn_checkpoint_restore(archive, learner.model, &training, &error);
    if (status == DN_OK)
        status = dn_learner_continue(&learner, EPOCHS, &training, &result, &error);
    if (status == DN_OK) {
        dn_training_finish(&training, learner.model);
        check_end(&learner, &training);
    }
    assert_true(status == DN_OK || status == DN_ERR_FORMAT);
    dn_training_free(&training);
    free_learner(&learner);
    return status == DN_OK;
}

/** Does it go on with this value instead of the counter's own? */
static bool goes_on_with(dn_archive *archive, const char *key, char *value, unsigned parts)
{
    for (size_t i = 0; i < archive->metadata_count; i++) {
        dn_metadata *entry = &archive->metadata[i];
        if (strcmp(entry->key, key) != 0)
            continue;
        char *own = entry->value;
        entry->value = value;
        const bool went_on = goes_on(archive, parts);
        entry->value = own;
        return went_on;
    }
    fail_msg("no counter %s", key);
    return false;
}

static void no_other_whole_number_goes_on(dn_archive *archive, const char *key, unsigned parts)
{
    const uint64_t own = strtoull(dn_archive_metadata(archive, key), NULL, 10);
    const uint64_t values[] = {0, 1, own - 1, own + 1, 2 * own + 1, SIZE_MAX / 2, SIZE_MAX - 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[VALUE_SIZE];
        snprintf(text, sizeof text, "%" PRIu64, values[i]);
        if (values[i] != own && goes_on_with(archive, key, text, parts))
            fail_msg("%s %s instead of %" PRIu64 ", parts %u, went on", key, text, own, parts);
    }
}

static void the_best_epoch_is_one_that_was_validated(dn_archive *archive, unsigned parts)
{
    const size_t epochs = strtoull(dn_archive_metadata(archive, "epochs"), NULL, 10);
    const size_t values[] = {0, 1, 2, epochs, epochs + 1, SIZE_MAX};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        char text[VALUE_SIZE];
        snprintf(text, sizeof text, "%zu", values[i]);
        const bool validated = (parts & VALID) && epochs != 0;
        const bool waited_for = !(parts & PATIENCE) || values[i] + 2 >= epochs;
        const bool right = validated ? values[i] >= 1 && values[i] <= epochs && waited_for : values[i] == 0;
        if (goes_on_with(archive, "best_epoch", text, parts) != right)
            fail_msg("best_epoch %s after %zu epochs, parts %u: %s", text, epochs, parts, error.problem);
    }
}

/** Only what a loss, or a fraction of the images, can be. */
static void real_numbers_are_in_their_range(dn_archive *archive, unsigned parts)
{
    static const char *const keys[] = {"loss_sum", "last_loss", "best_loss", "best_accuracy"};
    static char values[][VALUE_SIZE] = {
        "-0x1p+0", "-0x1p-1074", "0x1.fffffffffffffp+1023", "0x1p+1000", "nan", "inf", "", "0x1p+0x"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++)
        for (size_t j = 0; j < sizeof values / sizeof values[0]; j++)
            assert_false(goes_on_with(archive, keys[i], values[j], parts));
    char tiny[] = "0x1p-1074";
    char no_fraction[] = "0x1.0000000000001p-1";
    char above[] = "0x1.0000000000001p+0";
    const size_t epochs = strtoull(dn_archive_metadata(archive, "epochs"), NULL, 10);
    const bool validated = (parts & VALID) && epochs != 0;
    assert_int_equal(goes_on_with(archive, "last_loss", tiny, parts), epochs != 0);
    assert_int_equal(goes_on_with(archive, "best_loss", tiny, parts), validated);
    assert_false(goes_on_with(archive, "best_accuracy", no_fraction, parts));
    assert_false(goes_on_with(archive, "best_accuracy", above, parts));
}

static void check_every_counter(dn_archive *archive, unsigned parts)
{
    assert_true(goes_on(archive, parts));
    no_other_whole_number_goes_on(archive, "epochs", parts);
    no_other_whole_number_goes_on(archive, "batches", parts);
    no_other_whole_number_goes_on(archive, "steps", parts);
    no_other_whole_number_goes_on(archive, "images", parts);
    the_best_epoch_is_one_that_was_validated(archive, parts);
    real_numbers_are_in_their_range(archive, parts);
}

static void an_edited_counter_is_refused_or_goes_on(void **state)
{
    (void)state;
    static const size_t stops[] = {0, 1, STEPS_OF_EPOCH, STEPS_OF_EPOCH + 3, EPOCHS * STEPS_OF_EPOCH};
    for (unsigned parts = 0; parts < COMBINATIONS; parts++) {
        if ((parts & PATIENCE) && !(parts & VALID)) /* nothing tells a better epoch */
            continue;
        for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
            dn_archive archive = checkpoint_after(stops[i], parts);
            check_every_counter(&archive, parts);
            dn_archive_free(&archive);
        }
    }
}

/** A training that has not the weights that the settings want is no place to go on from. */
static void a_training_of_other_needs_is_refused(void **state)
{
    (void)state;
    for (unsigned parts = 0; parts < PATIENCE; parts++) {
        for (unsigned other = 0; other < PATIENCE; other++) {
            dn_learner learner = learner_with(parts);
            dn_learner made_for = learner_with(other);
            dn_training training;
            assert_ok(dn_training_new(&training, dn_learner_needs(&made_for), learner.model, &error));
            assert_int_equal(dn_learner_check(&learner, EPOCHS, &training, &error),
                             parts == other ? DN_OK : DN_ERR_ARGUMENT);
            dn_training_free(&training);
            free_learner(&made_for);
            free_learner(&learner);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_edited_counter_is_refused_or_goes_on),
        cmocka_unit_test(a_training_of_other_needs_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
