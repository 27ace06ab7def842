#include "support.h"

#include "cli/compare.h"

#include <string.h>

static dn_error error;

/** What a small file holds; NULL and 0 leave the usual in place. */
typedef struct recipe {
    const char *first_name; /**< of the tensor [2, 3] */
    const char *extra_name; /**< of a third tensor */
    size_t bias_count;
    size_t place; /**< of the element of the first tensor that is not as ever, from 1 */
    float value;  /**< that it has */
    const char *seed;
    const char *extra_key;
} recipe;

static void add_tensor(dn_archive *archive, const char *name, dn_shape shape, size_t place, float value)
{
    dn_tensor tensor;
    assert_ok(dn_tensor_zeros(&tensor, shape, &error));
    for (size_t i = 0; i < dn_tensor_count(&tensor); i++)
        tensor.data[i] = i + 1 == place ? value : (float)i;
    assert_ok(dn_archive_add_tensor(archive, name, &tensor, &error));
}

static compare_side make_side(recipe with)
{
    compare_side side = {0};
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
    assert_ok(dn_archive_encode(&archive, &side.bytes, &error));
    assert_ok(dn_archive_decode(&side.bytes, &side.archive, &error));
    dn_archive_free(&archive);
    return side;
}

static void free_side(compare_side *side)
{
    dn_bytes_free(&side->bytes);
    dn_archive_free(&side->archive);
}

/** Compare a file with the usual one, and hold what is said to the text. */
static compare_kind compare_with(recipe found, recipe expected, const char *text)
{
    char said[COMPARE_TEXT_SIZE];
    compare_side sides[2] = {make_side(found), make_side(expected)};
    const compare_difference difference = compare_models(&sides[0], &sides[1]);
    assert_string_equal(compare_text(&difference, said), text);
    free_side(&sides[0]);
    free_side(&sides[1]);
    return difference.kind;
}

static void the_same_is_the_same(void **state)
{
    (void)state;
    assert_int_equal(compare_with((recipe){0}, (recipe){0}, ""), COMPARE_SAME);
}

static void the_first_weight_that_differs_is_named_by_its_place(void **state)
{
    (void)state;
    assert_int_equal(
        compare_with((recipe){.place = 6, .value = 0.5F}, (recipe){0}, "0.weight [1, 2] is 0.5, 5 expected"),
        COMPARE_WEIGHT);
    assert_int_equal(compare_with((recipe){.place = 2, .value = 1.00000012F}, (recipe){0},
                                  "0.weight [0, 1] is 1.00000012, 1 expected"),
                     COMPARE_WEIGHT);
}

static void minus_zero_is_not_zero(void **state)
{
    (void)state;
    assert_int_equal(
        compare_with((recipe){.place = 1, .value = -0.0F}, (recipe){0}, "0.weight [0, 0] is -0, 0 expected"),
        COMPARE_WEIGHT);
}

static void tensors_of_another_shape_or_name_are_named(void **state)
{
    (void)state;
    assert_int_equal(
        compare_with((recipe){.bias_count = 3}, (recipe){0}, "0.bias has shape [3], [2] expected"),
        COMPARE_SHAPE);
    assert_int_equal(
        compare_with((recipe){.first_name = "9.weight"}, (recipe){0}, "tensor 0.weight is missing"),
        COMPARE_TENSORS);
    assert_int_equal(compare_with((recipe){.extra_name = "2.bias"}, (recipe){0},
                                  "tensor 2.bias is there, none of that name expected"),
                     COMPARE_TENSORS);
    assert_int_equal(compare_with((recipe){0}, (recipe){.extra_name = "2.bias"}, "tensor 2.bias is missing"),
                     COMPARE_TENSORS);
}

static void metadata_that_differ_are_named(void **state)
{
    (void)state;
    assert_int_equal(
        compare_with((recipe){.seed = "2"}, (recipe){0}, "metadata seed is \"2\", \"1\" expected"),
        COMPARE_METADATA);
    assert_int_equal(
        compare_with((recipe){.extra_key = "odd"}, (recipe){0}, "metadata odd is \"x\", none expected"),
        COMPARE_METADATA);
    assert_int_equal(
        compare_with((recipe){0}, (recipe){.extra_key = "odd"}, "metadata odd is missing, \"x\" expected"),
        COMPARE_METADATA);
}

static void weights_come_before_metadata(void **state)
{
    (void)state;
    assert_int_equal(compare_with((recipe){.seed = "2", .place = 1, .value = 7}, (recipe){0},
                                  "0.weight [0, 0] is 7, 0 expected"),
                     COMPARE_WEIGHT);
}

static void the_same_written_another_way_is_told_by_the_byte(void **state)
{
    (void)state;
    char said[COMPARE_TEXT_SIZE];
    compare_side found = make_side((recipe){0});
    compare_side expected = make_side((recipe){0});
    found.bytes.data[20] ^= 1; /* as the archive was read before, it is the same */
    compare_difference difference = compare_models(&found, &expected);
    assert_int_equal(difference.kind, COMPARE_BYTES);
    assert_int_equal(difference.offset, 20);
    assert_contains(compare_text(&difference, said), "written another way: byte 20");
    found.bytes.data[20] ^= 1;
    found.bytes.size--;
    difference = compare_models(&found, &expected);
    assert_int_equal(difference.kind, COMPARE_BYTES);
    assert_int_equal(difference.offset, found.bytes.size);
    free_side(&found);
    free_side(&expected);
}

static void the_longest_difference_is_cut(void **state)
{
    (void)state;
    static char long_text[4000];
    memset(long_text, 'x', sizeof long_text - 1);
    char said[COMPARE_TEXT_SIZE];
    const compare_difference difference = {
        .kind = COMPARE_METADATA, .name = long_text, .found_text = long_text, .expected_text = long_text};
    assert_true(strlen(compare_text(&difference, said)) < COMPARE_TEXT_SIZE);
    assert_contains(said, " expected");
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
