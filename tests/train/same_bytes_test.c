/** What training makes depends on data, arguments and seed alone, and on no detail of how it is computed. */
#include "digits.h"

#include "plain_model.h"
#include "product.h"

#include "digitnet/loss.h"
#include "digitnet/train.h"

#include <stdlib.h>
#include <string.h>

#define EXAMPLES 500
#define BATCH 48

static dn_error error;

static bool go_on(void *self, const dn_progress *progress)
{
    (void)self, (void)progress;
    return true;
}

/** How a run is computed. */
typedef struct run {
    size_t threads;
    uint64_t seed;
    size_t hidden;
    bool watched; /**< with a callback and a validation slice */
    dn_kernel_choice kernels;
} run;

/** Train on the bundled digits and hand back the model file's bytes; the caller frees. */
static uint8_t *train(run way, size_t *size)
{
    const dn_dataset digits = first_digits(EXAMPLES);
    const dn_dataset few = first_digits(50);
    dn_fit_result result;
    dn_learner learner = {.train = new_loader(&digits, BATCH),
                          .valid = way.watched ? new_loader(&few, 7) : NULL,
                          .optimiser = {.learning_rate = 0.1F},
                          .loss = dn_cross_entropy,
                          .seed = way.seed};
    if (way.watched)
        learner.callbacks.batch_done = go_on;
    const size_t widths[] = {DN_DIGIT_PIXELS, way.hidden, DN_DIGIT_CLASSES};
    assert_ok(dn_context_new(&learner.context, way.threads, way.kernels, &error));
    assert_ok(dn_model_new(&learner.model, widths, 3, way.seed, &error));
    assert_ok(dn_learner_fit(&learner, 2, &result, &error));
    const char *path = temporary_path("model.safetensors");
    assert_ok(dn_classifier_write(path, &(dn_classifier){.classes = dn_classes_all(), .model = learner.model},
                                  NULL, 0, &error));
    dn_dataloader_free(learner.train);
    dn_dataloader_free(learner.valid);
    dn_model_free(learner.model);
    dn_context_free(learner.context);
    return read_bytes(path, size);
}

static void assert_same_model(run one, run other, bool same)
{
    size_t sizes[2];
    uint8_t *bytes[2] = {train(one, &sizes[0]), train(other, &sizes[1])};
    assert_int_equal(sizes[0], sizes[1]);
    assert_int_equal(memcmp(bytes[0], bytes[1], sizes[0]) == 0, same);
    free(bytes[0]);
    free(bytes[1]);
}

static void a_second_run_makes_the_same_bytes(void **state)
{
    (void)state;
    assert_same_model((run){1, 1, 32, false, DN_KERNELS_AUTO}, (run){1, 1, 32, false, DN_KERNELS_AUTO}, true);
}

static void another_seed_makes_other_bytes(void **state)
{
    (void)state;
    assert_same_model((run){1, 1, 32, false, DN_KERNELS_AUTO}, (run){1, 2, 32, false, DN_KERNELS_AUTO},
                      false);
}

static void any_number_of_threads_makes_the_same_bytes(void **state)
{
    (void)state;
    static const size_t threads[] = {2, 3, 8};
    for (size_t i = 0; i < sizeof threads / sizeof threads[0]; i++)
        assert_same_model((run){1, 1, 32, false, DN_KERNELS_AUTO},
                          (run){threads[i], 1, 32, false, DN_KERNELS_AUTO}, true);
    assert_same_model((run){1, 1, 129, false, DN_KERNELS_AUTO}, (run){3, 1, 129, false, DN_KERNELS_AUTO},
                      true); /* wider than a stripe, and odd */
}

static void kernels_of_any_kind_make_the_same_bytes(void **state)
{
    (void)state;
    static const dn_kernel_choice kinds[] = {DN_KERNELS_PORTABLE, DN_KERNELS_AVX2, DN_KERNELS_AVX512};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        dn_context *context;
        if (dn_context_new(&context, 1, kinds[i], &error) != DN_OK) {
            print_message("left out: %s\n", error.problem);
            continue;
        }
        dn_context_free(context);
        assert_same_model((run){1, 1, 45, false, DN_KERNELS_AUTO}, (run){2, 1, 45, false, kinds[i]}, true);
    }
}

static void being_watched_changes_nothing(void **state)
{
    (void)state;
    assert_same_model((run){1, 1, 32, false, DN_KERNELS_AUTO}, (run){2, 1, 32, true, DN_KERNELS_AUTO}, true);
}

/** The loader's batch of the first digits, and the same images as a tensor [N, 28, 28] seen as [N, 784]. */
static void public_tensor_operations_give_the_bits_of_the_model(void **state)
{
    (void)state;
    static const size_t widths[] = {DN_DIGIT_PIXELS, 65, 30, DN_DIGIT_CLASSES};
    const dn_dataset digits = first_digits(BATCH);
    dn_dataloader *loader = new_loader(&digits, BATCH);
    dn_tensor images = dense_images(&digits); /* [N, 28, 28] */
    dn_tensor rows;                           /* [N, 784] */
    dn_tensor plain;
    dn_tensor logits;
    dn_batch batch;
    dn_model *model;
    assert_ok(dn_model_new(&model, widths, 4, 3, &error));
    assert_ok(dn_tensor_view(&images, DN_SHAPE(BATCH, DN_INFER), &rows, &error));
    assert_ptr_equal(rows.data, images.data);
    assert_true(dn_shape_equal(rows.shape, DN_SHAPE(BATCH, DN_DIGIT_PIXELS)));
    plain_forward(model, &rows, &plain, NULL);

    assert_true(dn_dataloader_next(NULL, loader, &batch));
    assert_ok(dn_model_forward(NULL, model, &batch.images, &logits, &error));
    assert_same_bits(&logits, &plain);
    const dn_matrix dense = {.dense = &rows};
    assert_ok(dn_model_forward(NULL, model, &dense, &logits, &error));
    assert_same_bits(&logits, &plain);

    dn_tensor_free(&plain);
    dn_tensor_free(&images);
    dn_dataloader_free(loader);
    dn_model_free(model);
}

/** A step on the loader's batch and a step on the same pixels as a dense tensor lead to the same weights. */
static void dense_pixels_train_the_same_model(void **state)
{
    (void)state;
    static const size_t widths[] = {DN_DIGIT_PIXELS, 33, DN_DIGIT_CLASSES};
    const dn_sgd optimiser = {.learning_rate = 0.1F};
    const dn_dataset digits = first_digits(BATCH);
    dn_dataloader *loader = new_loader(&digits, BATCH);
    dn_tensor images = dense_images(&digits);
    dn_tensor rows;
    dn_tensor dlogits;
    dn_model *models[2];
    dn_batch batch;
    assert_ok(dn_tensor_view(&images, DN_SHAPE(BATCH, DN_INFER), &rows, &error));
    assert_ok(dn_tensor_zeros(&dlogits, DN_SHAPE(BATCH, DN_DIGIT_CLASSES), &error));
    assert_true(dn_dataloader_next(NULL, loader, &batch));
    const dn_matrix inputs[2] = {batch.images, {.dense = &rows}};
    for (size_t i = 0; i < 2; i++) {
        assert_ok(dn_model_new(&models[i], widths, 3, 3, &error));
        for (size_t step = 0; step < 3; step++) {
            dn_tensor logits;
            float loss;
            dn_model_zero_grad(models[i]);
            assert_ok(dn_model_forward(NULL, models[i], &inputs[i], &logits, &error));
            assert_ok(dn_cross_entropy(NULL, &logits, batch.labels, &dlogits, &loss, &error));
            for (int pass = 0; pass < 2; pass++) /* the second one adds */
                assert_ok(dn_model_backward(NULL, models[i], &inputs[i], &dlogits, &error));
            dn_sgd_step(NULL, &optimiser, models[i], NULL);
        }
    }
    for (size_t i = 0; i < 4; i++)
        assert_same_bits(&dn_model_parameter(models[0], i)->value, &dn_model_parameter(models[1], i)->value);
    dn_model_free(models[0]);
    dn_model_free(models[1]);
    dn_tensor_free(&dlogits);
    dn_tensor_free(&images);
    dn_dataloader_free(loader);
}

/** Of each layer, its steps within backward: the learner's bytes are those of passes and steps one after the other. */
static void the_learner_does_what_its_parts_do(void **state)
{
    (void)state;
    static const size_t widths[] = {DN_DIGIT_PIXELS, 130, 100, DN_DIGIT_CLASSES};
    const dn_sgd optimiser = {
        .learning_rate = 0.05F, .momentum = 0.9F, .weight_decay = 0.001F, .nesterov = true};
    const dn_dataset digits = first_digits(EXAMPLES);
    dn_fit_result result;
    dn_model *model;
    dn_weights velocity;
    dn_tensor dlogits;
    dn_learner learner = {
        .train = new_loader(&digits, BATCH), .optimiser = optimiser, .loss = dn_cross_entropy, .seed = 4};
    assert_ok(dn_context_new(&learner.context, 3, DN_KERNELS_AUTO, &error));
    assert_ok(dn_model_new(&learner.model, widths, 4, 4, &error));
    assert_ok(dn_learner_fit(&learner, 2, &result, &error));

    assert_ok(dn_model_new(&model, widths, 4, 4, &error));
    assert_ok(dn_weights_new(&velocity, model, &error));
    assert_ok(dn_tensor_zeros(&dlogits, DN_SHAPE(BATCH, DN_DIGIT_CLASSES), &error));
    for (uint64_t epoch = 1; epoch <= 2; epoch++) {
        dn_batch batch;
        dn_dataloader_shuffle(learner.train, 4, epoch);
        while (dn_dataloader_next(NULL, learner.train, &batch)) {
            dn_tensor logits;
            dn_tensor slopes;
            float loss;
            assert_ok(dn_tensor_slice(&dlogits, 0, 0, batch.count, 1, &slopes, &error));
            assert_ok(dn_model_forward(NULL, model, &batch.images, &logits, &error));
            assert_ok(dn_cross_entropy(NULL, &logits, batch.labels, &slopes, &loss, &error));
            assert_ok(dn_model_backward(NULL, model, &batch.images, &slopes, &error));
            dn_sgd_step(NULL, &optimiser, model, &velocity);
            dn_model_zero_grad(model);
        }
    }
    for (size_t i = 0; i < dn_model_parameters(model); i++)
        assert_same_bits(&dn_model_parameter(learner.model, i)->value, &dn_model_parameter(model, i)->value);
    dn_tensor_free(&dlogits);
    dn_weights_free(&velocity);
    dn_model_free(model);
    dn_model_free(learner.model);
    dn_dataloader_free(learner.train);
    dn_context_free(learner.context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_run_makes_the_same_bytes),
        cmocka_unit_test(another_seed_makes_other_bytes),
        cmocka_unit_test(any_number_of_threads_makes_the_same_bytes),
        cmocka_unit_test(kernels_of_any_kind_make_the_same_bytes),
        cmocka_unit_test(being_watched_changes_nothing),
        cmocka_unit_test(public_tensor_operations_give_the_bits_of_the_model),
        cmocka_unit_test(dense_pixels_train_the_same_model),
        cmocka_unit_test(the_learner_does_what_its_parts_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
