#include "support.h"

#include "cli/suggest.h"

static void words_are_as_far_apart_as_the_letters_that_differ(void **state)
{
    (void)state;
    assert_int_equal(cli_edit_distance("", ""), 0);
    assert_int_equal(cli_edit_distance("train", "train"), 0);
    assert_int_equal(cli_edit_distance("", "abc"), 3);
    assert_int_equal(cli_edit_distance("train", "trai"), 1);
    assert_int_equal(cli_edit_distance("train", "traain"), 1);
    assert_int_equal(cli_edit_distance("train", "tra1n"), 1);
    assert_int_equal(cli_edit_distance("train", "tarin"), 1);
    assert_int_equal(cli_edit_distance("kitten", "sitting"), 3);
}

static void the_distance_is_the_same_both_ways(void **state)
{
    (void)state;
    static const char *const words[] = {"", "a", "ab", "ba", "train", "tarin", "evaluate", "predict"};
    const size_t count = sizeof words / sizeof words[0];
    for (size_t i = 0; i < count; i++)
        for (size_t j = 0; j < count; j++)
            assert_int_equal(cli_edit_distance(words[i], words[j]), cli_edit_distance(words[j], words[i]));
}

static void words_too_long_to_compare_are_far_apart(void **state)
{
    (void)state;
    static const char word[] = "a-word-that-is-longer-than-anything-that-digitnet-knows";
    assert_true(cli_edit_distance(word, "train") > 30);
    assert_null(cli_nearer(word, NULL, "train"));
}

static void the_nearest_candidate_is_kept(void **state)
{
    (void)state;
    const char *best = cli_nearer("--epcohs", NULL, "--hidden");
    assert_null(best);
    best = cli_nearer("--epcohs", best, "--epochs");
    assert_string_equal(best, "--epochs");
    assert_string_equal(cli_nearer("--epcohs", best, "--epcoh"), "--epochs");
    assert_string_equal(cli_nearer("--epcohs", "--epcoch", "--epochs"), "--epochs");
}

static void the_beginning_of_a_word_is_near_to_it(void **state)
{
    (void)state;
    assert_string_equal(cli_nearer("eval", NULL, "evaluate"), "evaluate");
    assert_string_equal(cli_nearer("--batch", NULL, "--batch-size"), "--batch-size");
}

static void a_letter_names_the_option_that_begins_with_it(void **state)
{
    (void)state;
    assert_string_equal(cli_nearer("-V", NULL, "--version"), "--version");
    assert_null(cli_nearer("-V", NULL, "--help"));
    assert_null(cli_nearer("-V", NULL, "verify"));
    assert_null(cli_nearer("-Vx", NULL, "--version"));
}

static void nothing_is_near_to_no_word_or_to_a_letter_that_is_wrong(void **state)
{
    (void)state;
    assert_null(cli_nearer("", NULL, "train"));
    assert_null(cli_nearer("", NULL, "a"));
    assert_null(cli_nearer("-x", NULL, "--h"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_as_far_apart_as_the_letters_that_differ),
        cmocka_unit_test(the_distance_is_the_same_both_ways),
        cmocka_unit_test(words_too_long_to_compare_are_far_apart),
        cmocka_unit_test(the_nearest_candidate_is_kept),
        cmocka_unit_test(the_beginning_of_a_word_is_near_to_it),
        cmocka_unit_test(a_letter_names_the_option_that_begins_with_it),
        cmocka_unit_test(nothing_is_near_to_no_word_or_to_a_letter_that_is_wrong),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
