#include "io/archive.h"
#include "train/compare.h"

#include "io/archive.h"
#include "support.h"

#include <stdio.h>
#include <string.h>

static dn_error error;

/** What a small file holds; NULL and 0 leave the usual in place. */
typedef struct content {
    const char *first_name; /**< of the tensor [2, 3] */
    const char *extra_name; /**< of a third tensor */
    size_t bias_count;
    size_t place; /**< of the element of the first tensor that is not as ever, from 1 */
    float value;  /**< that it has */
    const char *seed;
    const char *extra_key;
} content;

static void add_tensor(dn_archive *archive, const char *name, dn_shape shape, size_t place, float value)
{
    dn_tensor tensor;
    assert_ok(dn_tensor_zeros(&tensor, shape, &error));
    for (size_t i = 0; i < dn_tensor_count(&tensor); i++)
        tensor.data[i] = i + 1 == place ? value : (float)i;
    assert_ok(dn_archive_add_tensor(archive, name, &tensor, &error));
}

/** A file: what dn_compared borrows. */
typedef struct side {
    dn_bytes bytes;
    dn_archive archive;
} side;

static side make_side(content with)
{
    side made = {0};
    dn_archive archive = {0};
    assert_ok(dn_archive_add_metadata(&archive, "format", "digitnet", &error));
    assert_ok(dn_archive_add_metadata(&archive, "seed", with.seed ? with.seed : "1", &error));
    if (with.extra_key)
        assert_ok(dn_archive_add_metadata(&archive, with.extra_key, "x", &error));
    add_tensor(&archive, with.first_name ? with.first_name : "0.weight", DN_SHAPE(2, 3), with.place,
               with.value);
    add_tensor(&archive, "0.bias", DN_SHAPE(with.bias_count != 0 ? with.bias_count : 2), 0, 0);
    if (with.extra_name)
        add_tensor(&archive, with.extra_name, DN_SHAPE(1), 0, 0);
    assert_ok(dn_archive_encode(&archive, &made.bytes, &error));
    assert_ok(dn_archive_decode(&made.bytes, &made.archive, &error));
    dn_archive_free(&archive);
    return made;
}

static void free_side(side *made)
{
    dn_bytes_free(&made->bytes);
    dn_archive_free(&made->archive);
}

static void assert_likeness(const side *found, const side *expected, dn_likeness likeness, const char *text)
{
    char difference[DN_DIFFERENCE_SIZE] = "before";
    assert_int_equal(dn_compare_models(&(dn_compared){&found->bytes, &found->archive},
                                       &(dn_compared){&expected->bytes, &expected->archive}, difference),
                     likeness);
    assert_string_equal(difference, text);
}

/** Compare two files, and hold the likeness and the difference to those. */
static void assert_compared(content found, content expected, dn_likeness likeness, const char *text)
{
    side sides[2] = {make_side(found), make_side(expected)};
    assert_likeness(&sides[0], &sides[1], likeness, text);
    free_side(&sides[0]);
    free_side(&sides[1]);
}

static void the_same_is_the_same(void **state)
{
    (void)state;
    assert_compared((content){0}, (content){0}, DN_SAME_BYTES, "");
}

static void the_first_weight_that_differs_is_named_by_its_place(void **state)
{
    (void)state;
    assert_compared((content){.place = 6, .value = 0.5F}, (content){0}, DN_OTHER_WEIGHTS,
                    "0.weight [1, 2] is 0.5, 5 expected");
    assert_compared((content){.place = 2, .value = 1.00000012F}, (content){0}, DN_OTHER_WEIGHTS,
                    "0.weight [0, 1] is 1.00000012, 1 expected");
}

static void minus_zero_is_not_zero(void **state)
{
    (void)state;
    assert_compared((content){.place = 1, .value = -0.0F}, (content){0}, DN_OTHER_WEIGHTS,
                    "0.weight [0, 0] is -0, 0 expected");
}

static void tensors_of_another_shape_or_name_are_named(void **state)
{
    (void)state;
    assert_compared((content){.bias_count = 3}, (content){0}, DN_OTHER_WEIGHTS,
                    "tensor 0.bias is of another shape, [2] expected");
    assert_compared((content){.first_name = "9.weight"}, (content){0}, DN_OTHER_WEIGHTS,
                    "tensor 0.weight is missing, [2, 3] expected");
    assert_compared((content){0}, (content){.extra_name = "2.bias"}, DN_OTHER_WEIGHTS,
                    "tensor 2.bias is missing, [1] expected");
    assert_compared((content){.extra_name = "2.bias"}, (content){0}, DN_OTHER_WEIGHTS,
                    "3 tensors, 2 expected");
}

static void metadata_that_differ_are_named(void **state)
{
    (void)state;
    assert_compared((content){.seed = "2"}, (content){0}, DN_SAME_WEIGHTS,
                    "metadata seed is \"2\", \"1\" expected");
    assert_compared((content){.extra_key = "odd"}, (content){0}, DN_SAME_WEIGHTS,
                    "metadata odd is \"x\", none expected");
    assert_compared((content){0}, (content){.extra_key = "odd"}, DN_SAME_WEIGHTS,
                    "metadata odd is missing, \"x\" expected");
}

static void weights_come_before_metadata(void **state)
{
    (void)state;
    assert_compared((content){.seed = "2", .place = 1, .value = 7}, (content){0}, DN_OTHER_WEIGHTS,
                    "0.weight [0, 0] is 7, 0 expected");
}

static void the_same_written_another_way_is_told_by_the_byte(void **state)
{
    (void)state;
    char expected_text[DN_DIFFERENCE_SIZE];
    side found = make_side((content){0});
    side expected = make_side((content){0});
    found.bytes.data[20] ^= 1; /* as the archive was read before, it is the same */
    assert_likeness(&found, &expected, DN_SAME_WEIGHTS, "the file is written another way: byte 20");
    found.bytes.data[20] ^= 1;
    found.bytes.size--;
    snprintf(expected_text, sizeof expected_text, "the file is written another way: byte %zu",
             found.bytes.size);
    assert_likeness(&found, &expected, DN_SAME_WEIGHTS, expected_text);
    found.bytes.size++;
    assert_likeness(&found, &expected, DN_SAME_BYTES, "");
    free_side(&found);
    free_side(&expected);
}

/** Names and values of a file may be of any length. */
static void the_longest_difference_is_cut(void **state)
{
    (void)state;
    static char name[4000];
    static char value[4000];
    char text[DN_DIFFERENCE_SIZE];
    memset(name, 'n', sizeof name - 1);
    memset(value, 'v', sizeof value - 1);
    side found = make_side((content){.extra_key = name});
    side expected = make_side((content){0});
    const dn_compared with = {&found.bytes, &found.archive};
    const dn_compared without = {&expected.bytes, &expected.archive};
    assert_int_equal(dn_compare_models(&with, &without, text), DN_SAME_WEIGHTS);
    assert_contains(text, "\"x\", none expected");
    free_side(&found);
    found = make_side((content){.seed = value});
    assert_int_equal(dn_compare_models(&with, &without, text), DN_SAME_WEIGHTS);
    assert_contains(text, "v\", \"1\" expected");
    free_side(&found);
    found = make_side((content){.first_name = name});
    assert_int_equal(dn_compare_models(&without, &with, text), DN_OTHER_WEIGHTS);
    assert_contains(text, "n is missing, [2, 3] expected");
    free_side(&found);
    free_side(&expected);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_is_the_same),
        cmocka_unit_test(the_first_weight_that_differs_is_named_by_its_place),
        cmocka_unit_test(minus_zero_is_not_zero),
        cmocka_unit_test(tensors_of_another_shape_or_name_are_named),
        cmocka_unit_test(metadata_that_differ_are_named),
        cmocka_unit_test(weights_come_before_metadata),
        cmocka_unit_test(the_same_written_another_way_is_told_by_the_byte),
        cmocka_unit_test(the_longest_difference_is_cut),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
