#include "support.h"

#include "export/text.h"

#include <math.h>
#include <string.h>

static dn_error error;

/** What the text holds, as a string; frees it. */
static const char *finish(dn_text *text)
{
    static char string[4096];
    dn_bytes bytes;
    assert_ok(dn_text_take(text, &bytes));
    assert_true(bytes.size < sizeof string);
    if (bytes.size > 0)
        memcpy(string, bytes.data, bytes.size);
    string[bytes.size] = '\0';
    dn_bytes_free(&bytes);
    return string;
}

/** Source RFC 4648, section 10. */
static void base64_is_that_of_its_specification(void **state)
{
    (void)state;
    const char *const vectors[][2] = {{"", ""},
                                      {"f", "Zg=="},
                                      {"fo", "Zm8="},
                                      {"foo", "Zm9v"},
                                      {"foob", "Zm9vYg=="},
                                      {"fooba", "Zm9vYmE="},
                                      {"foobar", "Zm9vYmFy"}};
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        dn_text text = {.error = &error};
        dn_text_base64(&text, (const uint8_t *)vectors[i][0], strlen(vectors[i][0]));
        assert_string_equal(finish(&text), vectors[i][1]);
    }
}

static void no_string_ends_a_script_or_reaches_a_terminal(void **state)
{
    (void)state;
    const char *const strings[][2] = {
        {"</script><!--", "\"\\u003c/script\\u003e\\u003c!--\""},
        {"a \"b\" \\ c", "\"a \\\"b\\\" \\\\ c\""},
        {"&amp;", "\"\\u0026amp;\""},
        {"\x1b[2J\n\x7f", "\"\\u001b[2J\\u000a\\u007f\""},
        {"\xe2\x80\xae reversed \xe2\x80\xa8", "\"\\u202e reversed \\u2028\""},
        {"\xff\xc3 gr\xc3\xbc\xc3\x9f", "\"\\ufffd\\ufffd gr\xc3\xbc\xc3\x9f\""},
    };
    for (size_t i = 0; i < sizeof strings / sizeof strings[0]; i++) {
        dn_text text = {.error = &error};
        dn_text_member(&text, NULL, strings[i][0]);
        assert_string_equal(finish(&text), strings[i][1]);
    }
}

static void members_have_commas_between(void **state)
{
    (void)state;
    dn_text text = {.error = &error};
    dn_text_begin(&text, NULL, '{');
    dn_text_count(&text, "count", 18446744073709551615U);
    dn_text_begin(&text, "list", '[');
    dn_text_number(&text, NULL, 0.1);
    dn_text_number(&text, NULL, (double)INFINITY);
    dn_text_end(&text, ']');
    dn_text_begin(&text, "none", '[');
    dn_text_end(&text, ']');
    dn_text_flag(&text, "flag", false);
    dn_text_percent(&text, "percent", 0.99421);
    dn_text_percent(&text, "nothing", (double)NAN);
    dn_text_fixed(&text, "fixed", 2.0, 4);
    dn_text_bytes(&text, "bytes", (const uint8_t *)"\0\xff", 2);
    dn_text_end(&text, '}');
    assert_string_equal(finish(&text), "{\"count\":18446744073709551615,\"list\":[0.1,null],\"none\":[],"
                                       "\"flag\":false,\"percent\":\"99.42 %\","
                                       "\"nothing\":\"-\",\"fixed\":\"2.0000\",\"bytes\":\"AP8=\"}");
}

static void a_template_is_cut_at_its_hole(void **state)
{
    (void)state;
    static const unsigned char template[] = {'a', '{', '{', 'X', '}', '}', 'b'};
    dn_text text = {.error = &error};
    dn_text_before(&text, template, sizeof template, "{{X}}");
    dn_text_string(&text, "-");
    dn_text_behind(&text, template, sizeof template, "{{X}}");
    assert_string_equal(finish(&text), "a-b");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_is_that_of_its_specification),
        cmocka_unit_test(no_string_ends_a_script_or_reaches_a_terminal),
        cmocka_unit_test(members_have_commas_between),
        cmocka_unit_test(a_template_is_cut_at_its_hole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
