#include "support.h"

#include "loss/losses.h"

#include "digitnet/loss.h"

static dn_error error;

static void every_loss_is_found_by_its_name(void **state)
{
    (void)state;
    size_t count = 0;
    for (; dn_loss_names[count]; count++)
        assert_string_equal(dn_loss_named(dn_loss_names[count])->name, dn_loss_names[count]);
    assert_int_equal(count, 5);
    assert_ptr_equal(dn_loss_named(dn_loss_names[0])->function, dn_cross_entropy);
    assert_null(dn_loss_named("cross"));
    assert_null(dn_loss_named(""));
    assert_null(dn_loss_named("MSE"));
}

static void outputs_follow_from_the_loss_and_the_classes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t of_two, of_ten;
    } expected[] = {{"cross_entropy", 2, 10}, {"mnist", 1, 0}, {"bce", 1, 10}, {"mse", 2, 10}, {"l1", 2, 10}};
    for (size_t i = 0; i < sizeof expected / sizeof expected[0]; i++) {
        const dn_named_loss *loss = dn_loss_named(expected[i].name);
        assert_int_equal(dn_loss_outputs(loss, 0), 0);
        assert_int_equal(dn_loss_outputs(loss, 1), 0);
        assert_int_equal(dn_loss_outputs(loss, 2), expected[i].of_two);
        assert_int_equal(dn_loss_outputs(loss, 10), expected[i].of_ten);
    }
}

/** The loss of logits [1, outputs] that are first and then its negative, for a label of two classes. */
static float loss_of(const dn_named_loss *loss, float first, uint8_t label)
{
    float numbers[] = {first, -first};
    float result;
    const dn_tensor logits = dn_tensor_borrow(numbers, DN_SHAPE(1, dn_loss_outputs(loss, 2)));
    assert_ok(loss->function(NULL, &logits, &label, NULL, &result, &error));
    return result;
}

/** So a positive logit means the first class, whatever the loss. */
static void every_loss_is_smaller_when_the_answer_is_right(void **state)
{
    (void)state;
    for (size_t i = 0; dn_loss_names[i]; i++) {
        const dn_named_loss *loss = dn_loss_named(dn_loss_names[i]);
        assert_true(loss_of(loss, 2, 0) < loss_of(loss, -2, 0));
        assert_true(loss_of(loss, -2, 1) < loss_of(loss, 2, 1));
    }
}

/** From the definitions: -ln 1/k, |1 - 1/k|, the entropy of 1/k, and the mean distances of 1/k from one-hot targets. */
static void the_loss_of_guessing_follows_from_the_loss_and_the_classes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t classes;
        float expected;
    } cases[] = {
        {"cross_entropy", 2, 0.693147F},
        {"cross_entropy", 3, 1.098612F},
        {"cross_entropy", 10, 2.302585F},
        {"mnist", 2, 0.5F},
        {"bce", 2, 0.693147F},
        {"bce", 3, 0.636514F},
        {"bce", 10, 0.325083F},
        {"mse", 2, 0.25F},
        {"mse", 10, 0.09F},
        {"l1", 2, 0.5F},
        {"l1", 10, 0.18F},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        float guessing;
        assert_ok(dn_loss_of_guessing(dn_loss_named(cases[i].name), cases[i].classes, &guessing, &error));
        assert_float_equal(guessing, cases[i].expected, 1e-6F);
    }
    float untouched = -1;
    assert_int_equal(dn_loss_of_guessing(dn_loss_named("mnist"), 10, &untouched, &error), DN_ERR_ARGUMENT);
    assert_int_equal(dn_loss_of_guessing(dn_loss_named("l1"), 1, &untouched, &error), DN_ERR_ARGUMENT);
    assert_int_equal(dn_loss_of_guessing(dn_loss_named("l1"), 11, &untouched, &error), DN_ERR_ARGUMENT);
    assert_true(untouched == -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_loss_is_found_by_its_name),
        cmocka_unit_test(outputs_follow_from_the_loss_and_the_classes),
        cmocka_unit_test(every_loss_is_smaller_when_the_answer_is_right),
        cmocka_unit_test(the_loss_of_guessing_follows_from_the_loss_and_the_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
