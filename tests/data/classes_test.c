#include "digits.h"

#include "data/classes.h"
#include "data/dataset.h"

#include "digitnet/data.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;

static void a_list_is_read_and_written(void **state)
{
    (void)state;
    static const char *const lists[] = {"3,7", "7,3", "0,1,2,3,4,5,6,7,8,9", "9,8,7,6,5,4,3,2,1,0", "5,0,2"};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        dn_classes classes;
        char text[DN_CLASSES_TEXT_SIZE];
        assert_ok(dn_classes_parse(lists[i], &classes, &error));
        assert_int_equal(classes.count, (strlen(lists[i]) + 1) / 2);
        assert_string_equal(dn_classes_text(&classes, text), lists[i]);
    }
    dn_classes all;
    const dn_classes every = dn_classes_all();
    assert_ok(dn_classes_parse("0,1,2,3,4,5,6,7,8,9", &all, &error));
    assert_true(dn_classes_equal(&all, &every));
}

static void other_texts_are_no_lists(void **state)
{
    (void)state;
    static const char *const texts[] = {"",      "3",    "3,",   ",3",   "3,3",  "37",
                                        "3 7",   "3,7,", "3;7",  "3,-7", "3,a",  "a,3",
                                        "3,7,3", "3, 7", "3,10", ",",    "3,,7", "0,1,2,3,4,5,6,7,8,9,0"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        dn_classes classes = {.count = 99};
        assert_int_equal(dn_classes_parse(texts[i], &classes, &error), DN_ERR_ARGUMENT);
        assert_contains(error.problem, texts[i]);
        assert_int_equal(classes.count, 99);
    }
}

static void lists_are_equal_in_the_same_order_alone(void **state)
{
    (void)state;
    const dn_classes classes = {2, {3, 7}};
    assert_true(dn_classes_equal(&classes, &(dn_classes){2, {3, 7, 9}}));
    assert_false(dn_classes_equal(&classes, &(dn_classes){2, {7, 3}}));
    assert_false(dn_classes_equal(&classes, &(dn_classes){3, {3, 7, 0}}));
}

static void kept_examples_stay_in_order_under_new_labels(void **state)
{
    (void)state;
    dn_dataset all = load_digits(DN_DATA_TEST);
    dn_dataset cut = load_digits(DN_DATA_TEST);
    const dn_classes classes = {3, {7, 0, 3}};
    dn_selection kept;
    assert_ok(dn_dataset_keep_classes(&cut, &classes, &kept, &error));
    assert_int_equal(cut.classes, 3);
    assert_memory_equal(cut.digit, classes.digit, classes.count);
    assert_int_equal(kept.count, cut.count);
    size_t place = 0;
    for (size_t i = 0; i < all.count; i++) {
        const uint8_t digit = all.labels[i];
        if (digit != 7 && digit != 0 && digit != 3)
            continue;
        assert_true(place < cut.count);
        assert_int_equal(kept.indices[place], i);
        assert_int_equal(cut.labels[place], digit == 7 ? 0 : digit == 0 ? 1 : 2);
        assert_memory_equal(dn_dataset_image(&cut, place), dn_dataset_image(&all, i), DN_DIGIT_PIXELS);
        place++;
    }
    assert_int_equal(place, cut.count);
    dn_selection_free(&kept);
    dn_dataset_free(&cut);
    dn_dataset_free(&all);
}

static void all_digits_in_another_order_keep_every_example(void **state)
{
    (void)state;
    dn_dataset all = load_digits(DN_DATA_TEST);
    dn_dataset cut = load_digits(DN_DATA_TEST);
    dn_classes classes;
    assert_ok(dn_classes_parse("9,8,7,6,5,4,3,2,1,0", &classes, &error));
    assert_ok(dn_dataset_keep_classes(&cut, &classes, NULL, &error));
    assert_int_equal(cut.count, all.count);
    for (size_t i = 0; i < all.count; i++)
        assert_int_equal(cut.labels[i], 9 - all.labels[i]);
    assert_memory_equal(cut.images, all.images, all.count * DN_DIGIT_PIXELS);
    dn_dataset_free(&cut);
    dn_dataset_free(&all);
}

static void what_cannot_be_cut_stays_whole(void **state)
{
    (void)state;
    uint8_t pixels[] = {1, 2, 3};
    uint8_t labels[] = {3, 7, 3};
    dn_selection kept;
    dn_dataset small = {.count = 3,
                        .height = 1,
                        .width = 1,
                        .classes = 10,
                        .images = pixels,
                        .labels = labels,
                        .image_storage = pixels,
                        .label_storage = labels};
    const dn_classes missing = {2, {3, 8}};
    assert_int_equal(dn_dataset_keep_classes(&small, &missing, &kept, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "the digit 8");
    assert_null(kept.indices);
    dn_dataset view = dn_dataset_first(&small, 2);
    assert_int_equal(dn_dataset_keep_classes(&view, &(dn_classes){2, {3, 7}}, NULL, &error), DN_ERR_ARGUMENT);
    assert_int_equal(view.count, 2);
    assert_int_equal(small.count, 3);
    assert_int_equal(labels[0] * 100 + labels[1] * 10 + labels[2], 373);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_read_and_written),
        cmocka_unit_test(other_texts_are_no_lists),
        cmocka_unit_test(lists_are_equal_in_the_same_order_alone),
        cmocka_unit_test(kept_examples_stay_in_order_under_new_labels),
        cmocka_unit_test(all_digits_in_another_order_keep_every_example),
        cmocka_unit_test(what_cannot_be_cut_stays_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
