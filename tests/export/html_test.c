#include "support.h"

#include "export/net.h"
#include "io/archive.h"

#include "digitnet/export.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;

/** How often a string stands in bytes. */
static size_t count_of(const dn_bytes *bytes, const char *string)
{
    const size_t length = strlen(string);
    size_t count = 0;
    for (size_t i = 0; i + length <= bytes->size; i++)
        count += memcmp(bytes->data + i, string, length) == 0;
    return count;
}

/** A net of these widths; the digits are the first ones. */
static dn_classifier make_net(const size_t *widths, size_t count)
{
    dn_classifier classifier = {.classes = dn_classes_all()};
    classifier.classes.count = widths[count - 1] == 1 ? 2 : widths[count - 1];
    assert_ok(dn_model_new(&classifier.model, widths, count, 1, &error));
    return classifier;
}

static dn_classifier make_mean(void)
{
    dn_classifier classifier = {.classes = dn_classes_all(), .mean = {.distance = DN_DISTANCE_RMSE}};
    assert_ok(dn_tensor_zeros(&classifier.mean.images, DN_SHAPE(DN_DIGIT_CLASSES, DN_DIGIT_PIXELS), &error));
    return classifier;
}

static void the_page_is_one_sealed_file_without_network(void **state)
{
    (void)state;
    dn_classifier net = make_net((size_t[]){784, 6, 10}, 3);
    const char *path = temporary_path("page.html");
    dn_bytes page;
    assert_ok(dn_export_html(&net, NULL, NULL, &page, &error));
    assert_memory_equal(page.data, "<!DOCTYPE html>", 15);
    assert_int_equal(count_of(&page, "{{"), 0);
    assert_int_equal(count_of(&page, "http:") + count_of(&page, "https:") + count_of(&page, "<link"), 0);
    assert_int_equal(count_of(&page, "default-src 'none'"), 1);
    assert_int_equal(
        count_of(&page, "\"classes\":[0,1,2,3,4,5,6,7,8,9],\"facts\":[],\"layers\":[{\"outputs\":6,"), 1);
    write_bytes(path, page.data, page.size);
    assert_ok(dn_seal_check(path, &error));
    dn_bytes_free(&page);
    dn_classifier_free(&net);
}

static void the_same_net_gives_the_same_page(void **state)
{
    (void)state;
    dn_classifier net = make_net((size_t[]){784, 6, 10}, 3);
    dn_bytes one;
    dn_bytes other;
    assert_ok(dn_export_html(&net, NULL, NULL, &one, &error));
    assert_ok(dn_export_html(&net, NULL, NULL, &other, &error));
    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
    dn_bytes_free(&one);
    dn_bytes_free(&other);
    dn_classifier_free(&net);
}

static void no_metadata_ends_a_script(void **state)
{
    (void)state;
    dn_classifier net = make_net((size_t[]){784, 10}, 2);
    dn_archive about = {0};
    dn_bytes plain;
    dn_bytes page;
    assert_ok(dn_archive_add_metadata(&about, "</script><script>hacked = 1</script>",
                                      "<!-- <script>hacked = 1;", &error));
    assert_ok(dn_archive_add_metadata(&about, "test_accuracy", "0.9876</script>", &error));
    assert_ok(dn_export_html(&net, NULL, NULL, &plain, &error));
    assert_ok(dn_export_html(&net, &about, NULL, &page, &error));
    assert_int_equal(count_of(&page, "<script"), count_of(&plain, "<script"));
    assert_int_equal(count_of(&page, "</script"), count_of(&plain, "</script"));
    assert_int_equal(count_of(&page, "<!-- "), count_of(&plain, "<!-- "));
    assert_int_equal(count_of(&page, "[\"\\u003c/script\\u003e\\u003cscript\\u003ehacked = 1"), 1);
    dn_bytes_free(&plain);
    dn_bytes_free(&page);
    dn_archive_free(&about);
    dn_classifier_free(&net);
}

static void the_summary_says_the_accuracy(void **state)
{
    (void)state;
    dn_classifier net = make_net((size_t[]){784, 10}, 2);
    dn_archive about = {0};
    dn_bytes page;
    assert_ok(dn_archive_add_metadata(&about, "test_accuracy", "0.98765", &error));
    assert_ok(dn_export_html(&net, &about, NULL, &page, &error));
    assert_int_equal(
        count_of(&page, "Read by the network 784-10, which is right on 98.77 % of its test images."), 1);
    dn_bytes_free(&page);
    dn_archive_free(&about);
    dn_classifier_free(&net);
}

static void a_megabyte_of_metadata_is_cut(void **state)
{
    (void)state;
    enum { LENGTH = 20000 };
    dn_classifier net = make_net((size_t[]){784, 10}, 2);
    dn_archive about = {0};
    dn_bytes plain;
    dn_bytes page;
    char *value = malloc(LENGTH + 1);
    assert_non_null(value);
    memset(value, '<', LENGTH);
    value[LENGTH] = '\0';
    for (int i = 0; i < 50; i++) {
        const char key[] = {(char)('a' + i % 25), (char)('a' + i / 25), '\0'};
        assert_ok(dn_archive_add_metadata(&about, key, value, &error));
    }
    assert_ok(dn_export_html(&net, NULL, NULL, &plain, &error));
    assert_ok(dn_export_html(&net, &about, NULL, &page, &error));
    assert_true(page.size < plain.size + 250000);
    dn_bytes_free(&plain);
    dn_bytes_free(&page);
    dn_archive_free(&about);
    dn_classifier_free(&net);
    free(value);
}

static void whole_numbers_take_a_quarter(void **state)
{
    (void)state;
    dn_classifier net = make_net((size_t[]){784, 200, 10}, 3);
    dn_bytes floats;
    dn_bytes whole;
    assert_ok(dn_export_html(&net, NULL, NULL, &floats, &error));
    assert_ok(dn_export_html(&net, NULL, &(dn_export_options){.int8 = true}, &whole, &error));
    assert_int_equal(count_of(&whole, "\"whole\":true"), 1);
    assert_true(floats.size - whole.size > (784 * 200 + 2000) * 4 - 20000);
    dn_bytes_free(&floats);
    dn_bytes_free(&whole);
    dn_classifier_free(&net);
}

static void two_classes_and_mean_images_are_said(void **state)
{
    (void)state;
    dn_classifier net = make_net((size_t[]){784, 1}, 2);
    dn_classifier mean = make_mean();
    dn_bytes page;
    net.classes = (dn_classes){2, {3, 7}};
    assert_ok(dn_export_html(&net, NULL, NULL, &page, &error));
    assert_int_equal(count_of(&page, "\"classes\":[3,7]"), 1);
    dn_bytes_free(&page);
    assert_ok(dn_export_html(&mean, NULL, NULL, &page, &error));
    assert_int_equal(count_of(&page, "\"metric\":\"rmse\",\"sharpness\":100,\"images\":\""), 1);
    dn_bytes_free(&page);
    assert_int_equal(dn_export_html(&mean, NULL, &(dn_export_options){.int8 = true}, &page, &error),
                     DN_ERR_FORMAT);
    assert_null(page.data);
    dn_classifier_free(&net);
    dn_classifier_free(&mean);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_page_is_one_sealed_file_without_network),
        cmocka_unit_test(the_same_net_gives_the_same_page),
        cmocka_unit_test(no_metadata_ends_a_script),
        cmocka_unit_test(the_summary_says_the_accuracy),
        cmocka_unit_test(a_megabyte_of_metadata_is_cut),
        cmocka_unit_test(whole_numbers_take_a_quarter),
        cmocka_unit_test(two_classes_and_mean_images_are_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
