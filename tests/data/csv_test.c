#include "support.h"

#include "data/csv.h"

#include <stdio.h>
#include <string.h>

static dn_error error;

#define ROW_SIZE (4 * (1 + DN_DIGIT_PIXELS) + 2)
#define TABLE_SIZE (8 * ROW_SIZE)

/** A table that grows in a test. */
static char table[TABLE_SIZE];

static void put(const char *text)
{
    assert_true(strlen(table) + strlen(text) < sizeof table);
    strcat(table, text);
}

/** A row of `label`, then of pixels i % 256 but for the one that is given as text, then of an ending. */
static void put_row(const char *label, size_t place, const char *pixel, const char *ending)
{
    char cell[32];
    put(label);
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++) {
        snprintf(cell, sizeof cell, ",%zu", i % 256);
        put(i == place ? pixel : cell);
    }
    put(ending);
}

#define NO_PLACE SIZE_MAX

static void begin(void)
{
    table[0] = '\0';
}

/** The next row is there, and has the pixels of put_row. */
static void assert_row(dn_csv *csv, unsigned expected)
{
    uint8_t label = 99;
    uint8_t pixels[DN_DIGIT_PIXELS];
    bool found;
    assert_ok(dn_csv_next(csv, &found, &label, pixels, &error));
    assert_true(found);
    assert_int_equal(label, expected);
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        assert_int_equal(pixels[i], i % 256);
}

static void assert_end(dn_csv *csv)
{
    uint8_t label = 99;
    uint8_t pixels[DN_DIGIT_PIXELS];
    bool found;
    assert_ok(dn_csv_next(csv, &found, &label, pixels, &error));
    assert_false(found);
    assert_int_equal(label, 99);
}

static void assert_two_rows(void)
{
    dn_csv csv = dn_csv_open((const uint8_t *)table, strlen(table));
    assert_row(&csv, 7);
    assert_row(&csv, 0);
    assert_end(&csv);
    assert_end(&csv);
}

static void rows_are_read_with_every_kind_of_line(void **state)
{
    (void)state;
    static const char *const headers[] = {"",          "label,pixel0\n", "\"label\",\"1x1\"\r\n",
                                          "Label;x\n", "\xef\xbb\xbf",   "\xef\xbb\xbflabel,1x1\n"};
    static const char *const endings[] = {"\n", "\r\n", " \r\n", "\n\n", "\r\n \r\n"};
    for (size_t h = 0; h < sizeof headers / sizeof headers[0]; h++) {
        for (size_t e = 0; e < sizeof endings / sizeof endings[0]; e++) {
            for (size_t last = 0; last < 2; last++) { /* with a line feed at the end, and without */
                begin();
                put(headers[h]);
                put_row("7", 3, ", 3 ", endings[e]);
                put_row("0", 3, ",003", last == 0 ? endings[e] : "");
                assert_two_rows();
            }
        }
    }
}

static void a_table_without_rows_ends_at_once(void **state)
{
    (void)state;
    static const char *const texts[] = {"",          "\n",          "label,pixel0\n", "label,pixel0",
                                        " \r\n\r\n", "\xef\xbb\xbf"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        dn_csv csv = dn_csv_open((const uint8_t *)texts[i], strlen(texts[i]));
        assert_end(&csv);
    }
}

/** The second row, in line 3, is refused with the text. */
static void assert_second_refused(const char *text)
{
    uint8_t label;
    uint8_t pixels[DN_DIGIT_PIXELS];
    bool found;
    dn_csv csv = dn_csv_open((const uint8_t *)table, strlen(table));
    assert_row(&csv, 1);
    assert_int_equal(dn_csv_next(&csv, &found, &label, pixels, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, text);
    assert_contains(error.problem, "line 3");
    assert_true(error.remedy[0] != '\0');
}

static void a_wrong_cell_is_named_by_line_and_number(void **state)
{
    (void)state;
    static const struct {
        const char *label;
        const char *pixel; /**< the last one */
        const char *expected;
    } wrong[] = {
        {"5", ",300", "line 3, cell 785: \"300\" found, 0 to 255 expected"},
        {"5", ",256", "cell 785: \"256\" found"},
        {"5", ",99999999999999999999", "cell 785: \"99999999999999999999\" found"},
        {"5", ",", "cell 785: \"\" found"},
        {"5", ",-1", "cell 785: \"-1\" found"},
        {"5", ",1.5", "cell 785: \"1.5\" found"},
        {"5", ",1 2", "cell 785: \"1\" found"},
        {"5", ",ink", "cell 785: \"ink\" found"},
        {"10", ",1", "line 3, cell 1: \"10\" found, 0 to 9 expected"},
        {"", ",1", "cell 1: \"\" found"},
        {"x", ",1", "cell 1: \"x\" found"},
        {"5", "", "line 3: 784 cells found, 785 expected"},
        {"5", ",1,2", "line 3: 786 cells found, 785 expected"},
        {"5", ",1,", "line 3: 786 cells found, 785 expected"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        for (size_t more = 0; more < 3; more++) { /* another row follows, none, not even a line feed */
            begin();
            put("label\n");
            put_row("1", NO_PLACE, "", "\n");
            put_row(wrong[i].label, DN_DIGIT_PIXELS - 1, wrong[i].pixel, more < 2 ? "\n" : "");
            if (more == 0)
                put_row("2", NO_PLACE, "", "\n");
            assert_second_refused(wrong[i].expected);
        }
    }
}

/** As Kaggle's test.csv: the pixels alone. */
static void rows_without_labels_are_refused(void **state)
{
    (void)state;
    uint8_t label;
    uint8_t pixels[DN_DIGIT_PIXELS];
    bool found;
    begin();
    put("pixel0,pixel1\n");
    put_row("0", DN_DIGIT_PIXELS - 1, "", "\n");
    dn_csv csv = dn_csv_open((const uint8_t *)table, strlen(table));
    assert_int_equal(dn_csv_next(&csv, &found, &label, pixels, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "line 2: 784 cells found");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_read_with_every_kind_of_line),
        cmocka_unit_test(a_table_without_rows_ends_at_once),
        cmocka_unit_test(a_wrong_cell_is_named_by_line_and_number),
        cmocka_unit_test(rows_without_labels_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
