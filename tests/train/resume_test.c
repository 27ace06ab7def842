/** A training that was stopped anywhere and goes on from its checkpoint ends in the same bytes as one that never stopped. */
#include "learning.h"

#include "data/augment.h"
#include "data/dataloader.h"
#include "train/checkpoint.h"
#include "train/learner.h"
#include "train/training.h"

#include "digitnet/train.h"

#include <stdlib.h>
#include <string.h>

#define EXAMPLES 330
#define BATCH 16 /* 21 steps an epoch, the last one of 10 images */
#define STEPS_OF_EPOCH 21
#define EPOCHS 3

static dn_error error;

/** Everything on that has a state of its own. */
static dn_learner busy_learner(size_t threads)
{
    const dn_dataset few = first_digits(60);
    dn_augment augment;
    dn_learner learner = new_learner(EXAMPLES, BATCH, 24, 0.05F);
    learner.valid = new_loader(&few, 32);
    learner.optimiser =
        (dn_sgd){.learning_rate = 0.05F, .momentum = 0.9F, .nesterov = true, .weight_decay = 0.001F};
    learner.schedule = (dn_schedule){.kind = DN_SCHEDULE_ONE_CYCLE, .warmup_steps = STEPS_OF_EPOCH / 2};
    learner.dropout = 0.2F;
    learner.average = 0.8F;
    assert_ok(dn_augment_named("elastic", &augment, &error));
    assert_ok(dn_dataloader_augment(learner.train, &augment, &error));
    assert_ok(dn_context_new(&learner.context, threads, DN_KERNELS_AUTO, &error));
    return learner;
}

static void free_busy(dn_learner *learner)
{
    dn_context_free(learner->context);
    free_learner(learner);
}

/** A file's bytes. */
typedef struct file_bytes {
    uint8_t *data;
    size_t size;
} file_bytes;

/** Where the training stands, as bytes; with them the model that is kept. */
typedef struct ending {
    file_bytes checkpoint;
    file_bytes model;
} ending;

static ending end_of(dn_learner *learner, dn_training *training)
{
    ending end;
    const char *path = temporary_path("end");
    assert_ok(dn_checkpoint_write(path, learner->model, training, NULL, 0, &error));
    end.checkpoint.data = read_bytes(path, &end.checkpoint.size);
    dn_training_finish(training, learner->model);
    assert_ok(dn_classifier_write(
        path, &(dn_classifier){.classes = dn_classes_all(), .model = learner->model}, NULL, 0, &error));
    end.model.data = read_bytes(path, &end.model.size);
    return end;
}

static void free_ending(ending *end)
{
    free(end->checkpoint.data);
    free(end->model.data);
}

static void assert_same_bytes(const file_bytes *found, const file_bytes *expected)
{
    assert_int_equal(found->size, expected->size);
    assert_memory_equal(found->data, expected->data, expected->size);
}

static void assert_same_ending(ending found, const ending *expected)
{
    assert_same_bytes(&found.checkpoint, &expected->checkpoint);
    assert_same_bytes(&found.model, &expected->model);
    free_ending(&found);
}

static ending run_through(size_t threads)
{
    dn_learner learner = busy_learner(threads);
    dn_training training;
    dn_fit_result result;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    assert_ok(dn_learner_continue(&learner, EPOCHS, &training, &result, &error));
    assert_int_equal(result.steps, EPOCHS * STEPS_OF_EPOCH);
    assert_false(result.stopped);
    const ending end = end_of(&learner, &training);
    dn_training_free(&training);
    free_busy(&learner);
    return end;
}

/** Train up to so many steps in all, from the checkpoint at path unless begin is set, and write it again. */
static void train_part(const char *path, bool begin, size_t steps, size_t threads)
{
    dn_learner learner = busy_learner(threads);
    dn_training training;
    dn_fit_result result;
    dn_archive archive = {0};
    learner.max_steps = steps;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    if (!begin) {
        assert_ok(dn_checkpoint_read(path, &archive, &error));
        assert_ok(dn_checkpoint_restore(&archive, learner.model, &training, &error));
    }
    const size_t before = training.steps;
    assert_ok(dn_learner_continue(&learner, EPOCHS, &training, &result, &error));
    assert_int_equal(training.steps, steps);
    assert_int_equal(result.steps, steps - before);
    assert_true(result.stopped);
    assert_ok(dn_checkpoint_write(path, learner.model, &training, NULL, 0, &error));
    dn_archive_free(&archive);
    dn_training_free(&training);
    free_busy(&learner);
}

/** Go on from the checkpoint at path to the end. */
static ending finish_from(const char *path, size_t threads)
{
    dn_learner learner = busy_learner(threads);
    dn_training training;
    dn_fit_result result;
    dn_archive archive;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    assert_ok(dn_checkpoint_read(path, &archive, &error));
    assert_ok(dn_checkpoint_restore(&archive, learner.model, &training, &error));
    assert_ok(dn_learner_continue(&learner, EPOCHS, &training, &result, &error));
    assert_int_equal(training.steps, EPOCHS * STEPS_OF_EPOCH);
    const ending end = end_of(&learner, &training);
    dn_archive_free(&archive);
    dn_training_free(&training);
    free_busy(&learner);
    return end;
}

static void stopped_anywhere_and_resumed_it_ends_in_the_same_bytes(void **state)
{
    (void)state;
    /* At once; around the average's first look; at the end of an epoch and beside it; at the very end. */
    static const size_t stops[] = {1, 15, 16, 17, 20, 21, 22, 31, 42, 62, 63};
    ending expected = run_through(1);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        const char *path = temporary_path("part");
        train_part(path, true, stops[i], 1);
        assert_same_ending(finish_from(path, 1), &expected);
    }
    free_ending(&expected);
}

static void stopped_again_and_again_it_ends_in_the_same_bytes(void **state)
{
    (void)state;
    ending expected = run_through(1);
    const char *path = temporary_path("part");
    train_part(path, true, 5, 1);
    for (size_t steps = 12; steps < EPOCHS * STEPS_OF_EPOCH; steps += 7)
        train_part(path, false, steps, 1 + steps % 3);
    assert_same_ending(finish_from(path, 2), &expected);
    free_ending(&expected);
}

static void more_steps_than_can_be_counted_are_refused(void **state)
{
    (void)state;
    dn_learner learner = busy_learner(1);
    dn_training training;
    dn_fit_result result;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    assert_int_equal(dn_learner_continue(&learner, SIZE_MAX / STEPS_OF_EPOCH + 1, &training, &result, &error),
                     DN_ERR_ARGUMENT);
    assert_contains(error.problem, "more steps than can be counted");
    assert_int_equal(result.steps, 0);
    dn_training_free(&training);
    free_busy(&learner);
}

static void an_epoch_tells_how_many_images_its_seconds_cover(void **state)
{
    (void)state;
    static witness seen;
    dn_learner learner = busy_learner(1);
    const size_t batch = dn_dataloader_batch_size(learner.train);
    dn_training training;
    dn_fit_result result;
    seen = (witness){0};
    watch(&learner, &seen);
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    learner.max_steps = 5;
    assert_ok(dn_learner_continue(&learner, 1, &training, &result, &error));
    learner.max_steps = 0;
    assert_ok(dn_learner_continue(&learner, 1, &training, &result, &error));
    assert_int_equal(seen.epoch_calls, 2);
    assert_int_equal(seen.epochs[0].images, 5 * batch);
    assert_int_equal(seen.epochs[0].timed_images, 5 * batch);
    assert_int_equal(seen.epochs[1].images, dn_dataloader_count(learner.train));
    assert_int_equal(seen.epochs[1].timed_images, dn_dataloader_count(learner.train) - 5 * batch);
    dn_training_free(&training);
    free_busy(&learner);
}

static void any_number_of_threads_ends_in_the_same_bytes(void **state)
{
    (void)state;
    static const size_t threads[] = {2, 3, 8};
    ending expected = run_through(1);
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        assert_same_ending(run_through(threads[i]), &expected);
    free_ending(&expected);
}

static void the_end_is_where_nothing_more_is_learnt(void **state)
{
    (void)state;
    dn_learner learner = busy_learner(1);
    static witness seen;
    dn_training training;
    dn_fit_result result;
    assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
    assert_ok(dn_learner_continue(&learner, 1, &training, &result, &error));
    seen = (witness){0};
    watch(&learner, &seen);
    assert_ok(dn_learner_continue(&learner, 1, &training, &result, &error));
    assert_int_equal(result.steps + result.epochs, 0);
    assert_int_equal(seen.batch_calls + seen.epoch_calls, 0);
    dn_training_free(&training);
    free_busy(&learner);
}

static void a_place_that_training_can_not_have_come_to_is_refused(void **state)
{
    (void)state;
    static const dn_training places[] = {
        {.epochs = 1, .batches = 21, .steps = 42}, /* an epoch that is over, but not counted */
        {.epochs = 0, .batches = 500, .steps = 500},
        {.epochs = 1, .batches = 2, .steps = 22, .images = 2 * BATCH},
        {.epochs = SIZE_MAX, .batches = 0, .steps = 0},
        {.epochs = EPOCHS + 1, .batches = 0, .steps = 21 * (EPOCHS + 1)},
        {.epochs = EPOCHS, .batches = 2, .steps = 21 * EPOCHS + 2, .images = 2 * BATCH},
        {.epochs = 1, .batches = 2, .steps = 23, .images = 0},
        {.epochs = 1, .batches = 2, .steps = 23, .images = 2 * BATCH - 1},
        {.epochs = 1, .batches = 0, .steps = 21, .images = 1},
        {.epochs = 1, .batches = 2, .steps = 23, .images = SIZE_MAX},
    };
    dn_learner learner = busy_learner(1);
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        dn_training training;
        dn_fit_result result;
        assert_ok(dn_training_new(&training, dn_learner_needs(&learner), learner.model, &error));
        training.epochs = places[i].epochs;
        training.batches = places[i].batches;
        training.steps = places[i].steps;
        training.images = places[i].images;
        assert_int_equal(dn_learner_continue(&learner, EPOCHS, &training, &result, &error), DN_ERR_FORMAT);
        assert_contains(error.problem, "epochs of 21 batches");
        assert_int_equal(result.steps, 0);
        dn_training_free(&training);
    }
    free_busy(&learner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stopped_anywhere_and_resumed_it_ends_in_the_same_bytes),
        cmocka_unit_test(stopped_again_and_again_it_ends_in_the_same_bytes),
        cmocka_unit_test(more_steps_than_can_be_counted_are_refused),
        cmocka_unit_test(an_epoch_tells_how_many_images_its_seconds_cover),
        cmocka_unit_test(any_number_of_threads_ends_in_the_same_bytes),
        cmocka_unit_test(the_end_is_where_nothing_more_is_learnt),
        cmocka_unit_test(a_place_that_training_can_not_have_come_to_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
