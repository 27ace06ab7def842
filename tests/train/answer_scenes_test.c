#include "digits.h"
#include "picture.h"
#include "scenes.h"

#include "data/dataset.h"

#include "digitnet/train.h"

#include <string.h>

/* Pictures as people take them, read by the net that comes with the program: floors, with slack for so few pictures. */

#define PICTURES 5 /* of each kind */
#define SEED 5
#define WIDE_SEED 51
#define LEAST_READ 0.96
#define LEAST_NONE 0.95
#define LEAST_SEVERAL 0.90
#define LEAST_IN_ROWS 0.90
#define ROWS 4

static dn_error error;

/** The net and MNIST's test images. */
typedef struct fixture {
    dn_classifier net;
    dn_dataset digits;
} fixture;

static fixture open_fixture(void)
{
    fixture f;
    assert_ok(dn_dataset_load(mnist_folder_or_skip(), DN_DATA_TEST, &f.digits, &error));
    assert_ok(dn_classifier_read(source_path("data/pretrained.safetensors"), &f.net, NULL, &error));
    return f;
}

static void close_fixture(fixture *f)
{
    dn_classifier_free(&f->net);
    dn_dataset_free(&f->digits);
}

static dn_answer answer(fixture *f, scene made)
{
    dn_answer found;
    dn_picture picture = picture_of(&made.picture);
    assert_ok(dn_answer_picture(NULL, &f->net, &picture, DN_PICTURE_VIEWS, &found, &error));
    dn_picture_free(&picture);
    dn_tensor_free(&made.picture);
    return found;
}

static void digits_are_read_and_notes_are_true(void **state)
{
    (void)state;
    fixture f = open_fixture();
    size_t read = 0;
    size_t wrong = 0;
    size_t several = 0;
    for (scene_kind kind = 0; kind < SCENE_KINDS; kind++) {
        for (size_t i = 0; i < PICTURES; i++) {
            const scene made = scene_of_digit(kind, &f.digits, SEED, i, false);
            const dn_answer found = answer(&f, made);
            const bool right = found.verdict != DN_VERDICT_NONE && found.ranking[0] == made.labels[0];
            read += right;
            wrong += !right && found.verdict == DN_VERDICT_DIGIT;
            several += found.verdict == DN_VERDICT_SEVERAL;
        }
    }
    print_message("%zu of %d read, %zu wrong without a note, %zu taken for several\n", read,
                  SCENE_KINDS * PICTURES, wrong, several);
    assert_true((double)read >= LEAST_READ * SCENE_KINDS * PICTURES);
    assert_in_range(wrong, 0, 1);
    assert_in_range(several, 0, 2);
    close_fixture(&f);
}

static void a_wide_digit_is_one(void **state)
{
    (void)state;
    fixture f = open_fixture();
    size_t several = 0;
    for (size_t i = 0; i < 4 * PICTURES; i++)
        several += answer(&f, scene_of_digit(SCENE_STRETCHED, &f.digits, WIDE_SEED, i, false)).verdict ==
                   DN_VERDICT_SEVERAL;
    print_message("%zu of %d taken for several\n", several, 4 * PICTURES);
    assert_in_range(several, 0, 1);
    close_fixture(&f);
}

static void paper_without_a_digit_is_noticed(void **state)
{
    (void)state;
    static const scene_kind kinds[] = {SCENE_PLAIN, SCENE_DESK,      SCENE_RULED,       SCENE_SQUARED,
                                       SCENE_BOX,   SCENE_UNDERLINE, SCENE_SHADOW_HARD, SCENE_SHADOW_SOFT,
                                       SCENE_FOLD,  SCENE_GLARE};
    const size_t count = sizeof kinds / sizeof kinds[0] * PICTURES;
    fixture f = open_fixture();
    size_t none = 0;
    size_t sure = 0;
    for (size_t i = 0; i < count; i++) {
        const dn_answer found = answer(&f, scene_of_none(kinds[i / PICTURES], SEED, i % PICTURES));
        none += found.verdict == DN_VERDICT_NONE;
        sure += found.verdict == DN_VERDICT_DIGIT;
    }
    print_message("%zu of %zu noticed, %zu answered without a note\n", none, count, sure);
    assert_true((double)none >= LEAST_NONE * (double)count);
    assert_in_range(sure, 0, 1);
    close_fixture(&f);
}

static void two_digits_are_noticed(void **state)
{
    (void)state;
    fixture f = open_fixture();
    size_t several[SCENE_GAPS] = {0};
    for (scene_gap gap = 0; gap < SCENE_GAPS; gap++)
        for (size_t i = 0; i < 2 * PICTURES; i++)
            several[gap] += answer(&f, scene_of_two(gap, &f.digits, SEED, i)).verdict == DN_VERDICT_SEVERAL;
    print_message("apart %zu, near %zu, touching %zu of %d\n", several[0], several[1], several[2],
                  2 * PICTURES);
    assert_true(several[SCENE_APART] + several[SCENE_NEAR] >= 4 * PICTURES - 1);
    assert_true((double)several[SCENE_TOUCHING] >= (LEAST_SEVERAL - 0.2) * 2 * PICTURES);
    close_fixture(&f);
}

static void rows_are_read_in_their_order(void **state)
{
    (void)state;
    fixture f = open_fixture();
    size_t count = 0;
    size_t read = 0;
    for (size_t i = 0; i < 2 * ROWS; i++) {
        dn_page page;
        scene made = scene_of_row(i >= ROWS, &f.digits, SEED, i);
        dn_picture picture = picture_of(&made.picture);
        assert_ok(dn_answer_page(NULL, &f.net, &picture, DN_PICTURE_VIEWS, &page, &error));
        dn_picture_free(&picture);
        count += made.count;
        for (size_t k = 0; k < made.count && page.count == made.count; k++)
            read += page.answers[k].ranking[0] == made.labels[k];
        for (size_t k = 1; k < page.count; k++)
            assert_true(page.answers[k].box.x > page.answers[k - 1].box.x);
        dn_page_free(&page);
        dn_tensor_free(&made.picture);
    }
    print_message("%zu of %zu digits read\n", read, count);
    assert_true((double)read >= LEAST_IN_ROWS * (double)count);
    close_fixture(&f);
}

static void a_small_digit_on_a_large_page_is_read_and_placed(void **state)
{
    (void)state;
    fixture f = open_fixture();
    for (size_t i = 0; i < 3; i++) {
        const scene made = scene_of_page(1200, 1600, &f.digits, SEED, i);
        const dn_answer found = answer(&f, made);
        assert_int_equal(found.ranking[0], made.labels[0]);
        assert_in_range(found.box.height, 55, 415);
        assert_true(found.inverted);
    }
    close_fixture(&f);
}

static void assert_same(const dn_answer *a, const dn_answer *b)
{
    assert_int_equal(a->verdict, b->verdict);
    assert_memory_equal(a->probability, b->probability, sizeof a->probability);
    assert_memory_equal(a->ranking, b->ranking, sizeof a->ranking);
    assert_memory_equal(&a->agreement, &b->agreement, sizeof a->agreement);
    assert_int_equal(a->inverted, b->inverted);
    assert_memory_equal(&a->box, &b->box, sizeof a->box);
    assert_memory_equal(a->pixels, b->pixels, sizeof a->pixels);
}

/** Pictures of one digit, of none and of two, and images; on two threads and by the processor's kernels, or alone. */
static void many_together_give_the_answers_of_each_alone(void **state)
{
    (void)state;
    enum { COUNT = 3 * PICTURES, IMAGES = 700 };
    static dn_answer together[IMAGES];
    dn_answer alone;
    dn_context *context;
    dn_picture pictures[COUNT];
    fixture f = open_fixture();
    assert_ok(dn_context_new(&context, 2, DN_KERNELS_AUTO, &error));
    for (size_t i = 0; i < COUNT; i++) {
        scene made = i % 3 == 0   ? scene_of_digit(SCENE_RULED, &f.digits, SEED, i, false)
                     : i % 3 == 1 ? scene_of_none(SCENE_PLAIN, SEED, i)
                                  : scene_of_two(SCENE_TOUCHING, &f.digits, SEED, i);
        pictures[i] = picture_of(&made.picture);
        dn_tensor_free(&made.picture);
    }
    assert_ok(dn_answer_pictures(context, &f.net, pictures, COUNT, DN_PICTURE_VIEWS, together, &error));
    for (size_t i = 0; i < COUNT; i++) {
        assert_ok(dn_answer_picture(NULL, &f.net, &pictures[i], DN_PICTURE_VIEWS, &alone, &error));
        assert_same(&alone, &together[i]);
        dn_picture_free(&pictures[i]);
    }
    assert_ok(dn_answer_images(context, &f.net, f.digits.images, IMAGES, 3, together, &error));
    for (size_t i = 0; i < IMAGES; i++) {
        assert_ok(dn_answer_images(NULL, &f.net, dn_dataset_image(&f.digits, i), 1, 3, &alone, &error));
        assert_same(&alone, &together[i]);
    }
    dn_context_free(context);
    close_fixture(&f);
}

static void images_are_answered_in_one_to_sixteen_views(void **state)
{
    (void)state;
    enum { COUNT = 200 };
    static dn_answer answers[COUNT];
    fixture f = open_fixture();
    for (size_t views = 1; views <= DN_MOST_VIEWS; views += 5) {
        size_t right = 0;
        assert_ok(dn_answer_images(NULL, &f.net, f.digits.images, COUNT, views, answers, &error));
        for (size_t i = 0; i < COUNT; i++) {
            right += answers[i].ranking[0] == f.digits.labels[i];
            assert_memory_equal(answers[i].pixels, dn_dataset_image(&f.digits, i), DN_DIGIT_PIXELS);
            assert_int_equal(answers[i].known, DN_DIGIT_CLASSES);
        }
        assert_true(right >= COUNT - 2);
    }
    assert_int_equal(dn_answer_images(NULL, &f.net, f.digits.images, 1, 0, answers, &error), DN_ERR_ARGUMENT);
    assert_int_equal(dn_answer_images(NULL, &f.net, f.digits.images, 1, DN_MOST_VIEWS + 1, answers, &error),
                     DN_ERR_ARGUMENT);
    assert_ok(dn_answer_images(NULL, &f.net, f.digits.images, 0, 1, answers, &error));
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(digits_are_read_and_notes_are_true),
        cmocka_unit_test(a_wide_digit_is_one),
        cmocka_unit_test(paper_without_a_digit_is_noticed),
        cmocka_unit_test(two_digits_are_noticed),
        cmocka_unit_test(rows_are_read_in_their_order),
        cmocka_unit_test(a_small_digit_on_a_large_page_is_read_and_placed),
        cmocka_unit_test(many_together_give_the_answers_of_each_alone),
        cmocka_unit_test(images_are_answered_in_one_to_sixteen_views),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
