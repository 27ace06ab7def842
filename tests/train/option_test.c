#include "support.h"

#include "digitnet/settings.h"

#include <stddef.h>
#include <string.h>

static dn_error error;

/** A struct with a field of each kind, and its table. */
typedef struct fields {
    bool flag;
    const char *text;
    uint64_t count;
    uint64_t seed;
    float rate;
    float fraction;
    float number;
    bool yes_no;
    const char *choice;
    dn_widths widths;
    dn_classes classes;
    dn_slice slice;
} fields;

static const char *const choices[] = {"red", "green", NULL};

#define ROW(type, field, ...)                                                                                \
    {                                                                                                        \
        .name = #field, .kind = DN_OPTION_##type, .offset = offsetof(fields, field), __VA_ARGS__             \
    }
static const dn_option flag = ROW(FLAG, flag, .minimum = 0);
static const dn_option text_row = ROW(TEXT, text, .value = "TEXT");
static const dn_option count = ROW(COUNT, count, .minimum = 1, .maximum = 100);
static const dn_option seed = ROW(COUNT, seed, .maximum = UINT64_MAX);
static const dn_option rate = ROW(RATE, rate, .value = "RATE");
static const dn_option fraction = ROW(FRACTION, fraction, .value = "FRACTION");
static const dn_option number = ROW(NUMBER, number, .value = "FACTOR");
static const dn_option yes_no = ROW(YES_NO, yes_no, .value = "YES|NO");
static const dn_option choice = ROW(CHOICE, choice, .choices = choices);
static const dn_option widths = ROW(WIDTHS, widths, .minimum = 1, .maximum = 1000);
static const dn_option classes = ROW(CLASSES, classes, .value = "DIGITS");
static const dn_option slice = ROW(SLICE, slice, .value = "SLICE");

static fields object;

static dn_status set(const dn_option *option, const char *text)
{
    return dn_option_set(option, &object, text, &error);
}

/** Each text is refused with this remedy, and the whole struct is as it was. */
static void assert_refused(const dn_option *option, const char *remedy, const char *const *texts)
{
    for (; *texts; texts++) {
        fields before;
        memcpy(&before, &object, sizeof before);
        if (set(option, *texts) != DN_ERR_ARGUMENT)
            fail_msg("%s: \"%s\" was taken", option->name, *texts);
        assert_contains(error.problem, *texts);
        assert_contains(error.remedy, remedy);
        assert_memory_equal(&object, &before, sizeof before);
    }
}

static void a_flag_is_set(void **state)
{
    (void)state;
    object.flag = false;
    assert_ok(set(&flag, ""));
    assert_true(object.flag);
}

static void counts_are_whole_numbers_in_their_range(void **state)
{
    (void)state;
    assert_ok(set(&count, "1"));
    assert_int_equal(object.count, 1);
    assert_ok(set(&count, "100"));
    assert_int_equal(object.count, 100);
    assert_ok(set(&count, "007"));
    assert_int_equal(object.count, 7);
    assert_refused(&count, "a whole number from 1 to 100",
                   (const char *const[]){"", "0", "101", "-1", "+1", " 1", "1 ", "1.0", "1e1", "0x10", "12a",
                                         "18446744073709551617", "1\n", "one", NULL});
}

static void the_largest_count_fits(void **state)
{
    (void)state;
    assert_ok(set(&seed, "18446744073709551615"));
    assert_true(object.seed == UINT64_MAX);
    assert_refused(&seed, "to 18446744073709551615", (const char *const[]){"18446744073709551616", NULL});
}

static void rates_are_above_zero_and_finite(void **state)
{
    (void)state;
    assert_refused(&rate, "above 0, at most 1000",
                   (const char *const[]){"", "0", "-0.1", "nan", "inf", "1e999", "1e-999", "1000.1", "0,1",
                                         "1x", "0x1", "1e", "-inf", ".", " 1", "1e-400", "1e39", NULL});
    assert_ok(set(&rate, "0.1"));
    assert_true(object.rate == 0.1F);
    assert_ok(set(&rate, "1e-3"));
    assert_true(object.rate == 0.001F);
    assert_ok(set(&rate, "1000"));
    assert_true(object.rate == 1000.0F);
    assert_ok(set(&rate, "1e-45"));
    assert_true(object.rate > 0.0F);
}

static void fractions_are_below_one(void **state)
{
    (void)state;
    assert_refused(&fraction, "from 0 to below 1",
                   (const char *const[]){"", "1", "-0.1", "1e39", "nan", "x", "0.999999999999", NULL});
    assert_ok(set(&fraction, "0"));
    assert_true(object.fraction == 0.0F);
    assert_ok(set(&fraction, "0.99999"));
    assert_true(object.fraction == 0.99999F);
}

static void numbers_are_not_negative(void **state)
{
    (void)state;
    assert_refused(&number, "from 0 to 1000",
                   (const char *const[]){"", "-0.1", "1000.1", "1e39", "inf", "x", NULL});
    assert_ok(set(&number, "0"));
    assert_true(object.number == 0.0F);
    assert_ok(set(&number, "1000"));
    assert_true(object.number == 1000.0F);
}

static void yes_or_no(void **state)
{
    (void)state;
    assert_ok(set(&yes_no, "yes"));
    assert_true(object.yes_no);
    assert_ok(set(&yes_no, "no"));
    assert_false(object.yes_no);
    assert_refused(&yes_no, "give one of yes, no", (const char *const[]){"", "y", "YES", "true", "1", NULL});
}

/** What is kept is the table's own text: the one that was given may be gone later. */
static void a_choice_is_one_of_the_list(void **state)
{
    (void)state;
    char given[] = "green";
    assert_ok(set(&choice, given));
    assert_ptr_equal(object.choice, choices[1]);
    assert_refused(&choice, "give one of red, green", (const char *const[]){"", "blue", "re", "red ", NULL});
}

static void widths_are_a_list(void **state)
{
    (void)state;
    object.widths = (dn_widths){.count = 1, .width = {9}};
    assert_refused(&widths, "give numbers as in 128 or 512,256",
                   (const char *const[]){"", ",", "1,", ",1", "1,,2", "1,x", "1, 2", "1;2", NULL});
    assert_refused(&widths, "give numbers", (const char *const[]){"0", "1001", NULL});
    assert_int_equal(object.widths.count, 1);
    assert_int_equal(object.widths.width[0], 9);
    assert_ok(set(&widths, "512,256,1"));
    assert_int_equal(object.widths.count, 3);
    assert_int_equal(object.widths.width[0], 512);
    assert_int_equal(object.widths.width[1], 256);
    assert_int_equal(object.widths.width[2], 1);
}

static void a_width_out_of_range_is_named(void **state)
{
    (void)state;
    assert_int_equal(set(&widths, "7,1001,8"), DN_ERR_ARGUMENT);
    assert_string_equal(error.problem, "1001 is out of range: from 1 to 1000 will do");
}

static void a_list_has_as_many_widths_as_there_is_room_for(void **state)
{
    (void)state;
    char list[2 * (DN_MAX_HIDDEN + 1)] = "";
    for (size_t i = 0; i < DN_MAX_HIDDEN; i++)
        strcat(list, i == 0 ? "1" : ",1");
    assert_ok(set(&widths, list));
    assert_int_equal(object.widths.count, DN_MAX_HIDDEN);
    strcat(list, ",1");
    assert_int_equal(set(&widths, list), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "more than 31 numbers");
}

static void a_slice_is_a_number_of_images_or_a_fraction(void **state)
{
    (void)state;
    assert_ok(set(&slice, "1000"));
    assert_false(object.slice.is_fraction);
    assert_int_equal(object.slice.count, 1000);
    assert_ok(set(&slice, "0.25"));
    assert_true(object.slice.is_fraction);
    assert_true(object.slice.fraction == 0.25);
    assert_ok(set(&slice, "0"));
    assert_false(object.slice.is_fraction);
    assert_refused(&slice, "a whole number of images, or a fraction between 0 and 1",
                   (const char *const[]){"", "1.0", "0.0", "-1", "1.5", "nan", "5%", NULL});
    assert_int_equal(object.slice.count, 0);
}

static void a_text_is_not_empty(void **state)
{
    (void)state;
    object.text = "before";
    assert_int_equal(set(&text_row, ""), DN_ERR_ARGUMENT);
    assert_string_equal(object.text, "before");
    assert_ok(set(&text_row, "a folder"));
    assert_string_equal(object.text, "a folder");
}

/** Set a field from text, write it again. */
static void assert_written_as(const dn_option *option, const char *given, const char *expected)
{
    char text[DN_OPTION_TEXT_SIZE];
    assert_ok(set(option, given));
    assert_string_equal(dn_option_text(option, &object, text), expected);
}

static void values_are_written_as_they_would_be_given(void **state)
{
    (void)state;
    assert_written_as(&seed, "18446744073709551615", "18446744073709551615");
    assert_written_as(&rate, "0.1", "0.1");
    assert_written_as(&rate, "1e-3", "0.001");
    assert_written_as(&rate, "1e1", "10");
    assert_written_as(&rate, "200", "200");
    assert_written_as(&rate, "1e-5", "1e-05");
    assert_written_as(&rate, "0.333333343", "0.33333334");
    assert_written_as(&fraction, "0", "0");
    assert_written_as(&number, "0.5", "0.5");
    assert_written_as(&yes_no, "yes", "yes");
    assert_written_as(&yes_no, "no", "no");
    assert_written_as(&choice, "red", "red");
    assert_written_as(&widths, "512,256", "512,256");
    assert_written_as(&slice, "0.05", "0.05");
    assert_written_as(&slice, "500", "500");
    assert_written_as(&text_row, "some text", "some text");
    assert_written_as(&flag, "", "");
}

static void an_unset_text_is_empty(void **state)
{
    (void)state;
    char text[DN_OPTION_TEXT_SIZE] = "x";
    object.text = NULL;
    assert_string_equal(dn_option_text(&text_row, &object, text), "");
}

static void the_longest_list_of_widths_fits(void **state)
{
    (void)state;
    char text[DN_OPTION_TEXT_SIZE];
    const dn_option wide = ROW(WIDTHS, widths, .minimum = 1, .maximum = 65535);
    object.widths.count = DN_MAX_HIDDEN;
    for (size_t i = 0; i < DN_MAX_HIDDEN; i++)
        object.widths.width[i] = 65535;
    const dn_widths before = object.widths;
    assert_ok(set(&wide, dn_option_text(&wide, &object, text)));
    assert_memory_equal(&object.widths, &before, sizeof before);
}

static void a_written_rate_reads_back_as_the_same_float(void **state)
{
    (void)state;
    const float rates[] = {0.1F, 0.3F, 1.0F / 3.0F, 1e-7F, 123.456F, 999.99994F, 0.05F, 1e-38F, 1e-45F};
    for (size_t i = 0; i < sizeof rates / sizeof rates[0]; i++) {
        char text[DN_OPTION_TEXT_SIZE];
        object.rate = rates[i];
        dn_option_text(&rate, &object, text);
        object.rate = 0.0F;
        assert_ok(set(&rate, text));
        assert_true(object.rate == rates[i]);
    }
}

static void digits_are_a_list_of_classes(void **state)
{
    (void)state;
    char text[DN_OPTION_TEXT_SIZE];
    object.classes = dn_classes_all();
    assert_string_equal(dn_option_text(&classes, &object, text), "0,1,2,3,4,5,6,7,8,9");
    assert_ok(set(&classes, "7,3"));
    assert_int_equal(object.classes.count, 2);
    assert_int_equal(object.classes.digit[0], 7);
    assert_int_equal(set(&classes, "7,7"), DN_ERR_ARGUMENT);
    assert_contains(error.problem, "7,7");
    assert_string_equal(dn_option_text(&classes, &object, text), "7,3");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_flag_is_set),
        cmocka_unit_test(counts_are_whole_numbers_in_their_range),
        cmocka_unit_test(the_largest_count_fits),
        cmocka_unit_test(rates_are_above_zero_and_finite),
        cmocka_unit_test(fractions_are_below_one),
        cmocka_unit_test(numbers_are_not_negative),
        cmocka_unit_test(yes_or_no),
        cmocka_unit_test(a_choice_is_one_of_the_list),
        cmocka_unit_test(widths_are_a_list),
        cmocka_unit_test(a_width_out_of_range_is_named),
        cmocka_unit_test(a_list_has_as_many_widths_as_there_is_room_for),
        cmocka_unit_test(a_slice_is_a_number_of_images_or_a_fraction),
        cmocka_unit_test(a_text_is_not_empty),
        cmocka_unit_test(values_are_written_as_they_would_be_given),
        cmocka_unit_test(an_unset_text_is_empty),
        cmocka_unit_test(the_longest_list_of_widths_fits),
        cmocka_unit_test(a_written_rate_reads_back_as_the_same_float),
        cmocka_unit_test(digits_are_a_list_of_classes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
