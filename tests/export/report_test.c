#include "digits.h"

#include "export/net.h"
#include "io/archive.h"

#include "digitnet/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIMIT 1500000

static dn_error error;

static bool says(const dn_bytes *page, const char *string)
{
    const size_t length = strlen(string);
    for (size_t i = 0; i + length <= page->size; i++)
        if (memcmp(page->data + i, string, length) == 0)
            return true;
    return false;
}

#define assert_says(page, ...)                                                                               \
    do {                                                                                                     \
        char wanted[512];                                                                                    \
        snprintf(wanted, sizeof wanted, __VA_ARGS__);                                                        \
        if (!says((page), wanted))                                                                           \
            fail_msg("the page does not say %s", wanted);                                                    \
    } while (0)

/** A subject: the shipped net and the bundled digits, or what a test puts in their place. */
typedef struct subject {
    dn_classifier classifier;
    dn_archive archive;
    dn_dataset images;
    dn_report_subject report;
} subject;

static void open_subject(subject *made)
{
    *made = (subject){.report = {.model = "model", .data = "data"}};
    assert_ok(dn_classifier_read(source_path("data/pretrained.safetensors"), &made->classifier,
                                 &made->archive, &error));
    made->images = load_digits(DN_DATA_TEST);
    assert_ok(dn_context_new(&made->report.context, 1, DN_KERNELS_AUTO, &error));
    made->report.classifier = &made->classifier;
    made->report.about = &made->archive;
    made->report.images = &made->images;
}

static void close_subject(subject *made)
{
    dn_context_free(made->report.context);
    dn_dataset_free(&made->images);
    dn_archive_free(&made->archive);
    dn_classifier_free(&made->classifier);
}

static void measure(const subject *made, dn_metrics *metrics)
{
    dn_dataloader *loader;
    assert_ok(dn_dataloader_new(&loader, made->report.images, NULL, 100, &error));
    assert_ok(dn_classifier_measure(made->report.context, made->report.classifier, loader, metrics, &error));
    dn_dataloader_free(loader);
}

static void the_numbers_are_those_of_the_metrics(void **state)
{
    (void)state;
    subject made;
    dn_bytes page;
    dn_metrics metrics;
    open_subject(&made);
    measure(&made, &metrics);
    assert_ok(dn_report(&made.report, &page, &error));
    assert_says(&page, "\"images\":%zu,\"errors\":%zu,\"accuracy\":\"%.2f %%\",\"uncertainty\":\"%.2f\"",
                metrics.count, metrics.count - metrics.correct, 100.0 * dn_metrics_accuracy(&metrics),
                100.0 * dn_metrics_uncertainty(&metrics));
    assert_says(&page, "\"loss\":\"%.4f\",\"l1\":\"%.4f\",\"rmse\":\"%.4f\"", metrics.loss, metrics.l1,
                metrics.rmse);
    for (size_t i = 0; i < metrics.classes; i++)
        assert_says(&page,
                    "{\"digit\":%zu,\"precision\":\"%.2f %%\",\"recall\":\"%.2f %%\",\"taken\":[%zu,%zu,", i,
                    100.0 * dn_metrics_precision(&metrics, i), 100.0 * dn_metrics_recall(&metrics, i),
                    metrics.confusion[i][0], metrics.confusion[i][1]);
    assert_says(&page, "\"rejects\":[[0,%zu,", metrics.count - metrics.correct);
    assert_false(says(&page, "{{"));
    dn_bytes_free(&page);
    close_subject(&made);
}

static void the_report_is_sealed(void **state)
{
    (void)state;
    subject made;
    dn_bytes page;
    const char *path = temporary_path("report.html");
    open_subject(&made);
    assert_ok(dn_report(&made.report, &page, &error));
    write_bytes(path, page.data, page.size);
    assert_ok(dn_seal_check(path, &error));
    dn_bytes_free(&page);
    close_subject(&made);
}

static void no_text_of_a_file_is_read_as_html(void **state)
{
    (void)state;
    static const char evil[] = "</script><script>hacked = 1</script><!--";
    subject made;
    dn_bytes page;
    uint8_t line[] = "{\"epoch\":1,\"<script>hacked\":2}\n";
    const dn_report_log log = {evil, {line, sizeof line - 1}};
    open_subject(&made);
    made.report.model = evil;
    made.report.data = evil;
    made.report.model_sha256 = evil;
    made.report.logs = &log;
    made.report.log_count = 1;
    assert_ok(dn_archive_add_metadata(&made.archive, evil, evil, &error));
    assert_ok(dn_report(&made.report, &page, &error));
    assert_false(says(&page, "<script>hacked"));
    assert_false(says(&page, "</script><"));
    assert_says(&page, "\"model\":\"\\u003c/script\\u003e");
    dn_bytes_free(&page);
    close_subject(&made);
}

/** A net without hidden units that answers with the brightest of the first ten pixels. */
static dn_classifier make_brightest(void)
{
    dn_classifier classifier = {.classes = dn_classes_all()};
    assert_ok(dn_model_new(&classifier.model, (size_t[]){784, 10}, 2, 1, &error));
    dn_tensor *weight = &dn_model_parameter(classifier.model, 0)->value;
    assert_ok(dn_fill(weight, 0.0F, &error));
    for (ptrdiff_t i = 0; i < DN_DIGIT_CLASSES; i++)
        weight->data[i * weight->stride[0] + i * weight->stride[1]] = 1.0F;
    return classifier;
}

/** Images of noise take the most room, and every label is taken for every digit. */
static void the_worst_case_stays_below_the_limit(void **state)
{
    (void)state;
    enum { COUNT = 5000, EPOCHS = 20000 };
    static const char epoch[] =
        "{\"epoch\":%05d,\"train_loss\":0.123456789,\"valid_loss\":0.123456789,\"valid_accuracy\":"
        "0.987654321,\"images\":60000,\"lr\":0.1,\"seconds\":0.2,\"images_per_second\":300000}\n";
    subject made;
    dn_bytes page;
    dn_report_log logs[DN_REPORT_MAX_LOGS];
    uint8_t *pixels = malloc((size_t)COUNT * DN_DIGIT_PIXELS);
    uint8_t *labels = malloc(COUNT);
    char *lines = malloc(EPOCHS * (sizeof epoch + 1)); /* a number is longer than its %05d */
    assert_true(pixels && labels && lines);
    for (size_t i = 0; i < (size_t)COUNT * DN_DIGIT_PIXELS; i++)
        pixels[i] = (uint8_t)(1 + i * i % 251);
    for (size_t i = 0; i < COUNT; i++) {
        labels[i] = (uint8_t)(i / 10 % 10);
        memset(pixels + i * DN_DIGIT_PIXELS, 1, DN_DIGIT_CLASSES);
        pixels[i * DN_DIGIT_PIXELS + i % 10] = 255;
    }
    size_t size = 0;
    for (int i = 1; i <= EPOCHS; i++)
        size += (size_t)sprintf(lines + size, epoch, i);
    open_subject(&made);
    const dn_dataset noise = {
        .count = COUNT, .height = 28, .width = 28, .classes = 10, .images = pixels, .labels = labels};
    dn_classifier brightest = make_brightest();
    made.report.images = &noise;
    made.report.classifier = &brightest;
    for (size_t i = 0; i < DN_REPORT_MAX_LOGS; i++)
        logs[i] = (dn_report_log){"log", {(uint8_t *)lines, size}};
    made.report.logs = logs;
    made.report.log_count = DN_REPORT_MAX_LOGS;
    assert_ok(dn_report(&made.report, &page, &error));
    print_message("%zu bytes\n", page.size);
    assert_true(page.size <= LIMIT);
    assert_true(page.size > LIMIT / 2);
    assert_says(&page, "\"digit\":9,\"precision\":\"10.00 %%\",\"recall\":\"10.00 "
                       "%%\",\"taken\":[50,50,50,50,50,50,50,50,50,50]");
    assert_says(&page, "\"epochs\":%d", EPOCHS);
    assert_says(&page, "{\\\"epoch\\\":00001,");
    assert_says(&page, "{\\\"epoch\\\":%05d,", EPOCHS);
    dn_bytes_free(&page);
    dn_classifier_free(&brightest);
    close_subject(&made);
    free(pixels);
    free(labels);
    free(lines);
}

static void too_many_logs_are_refused(void **state)
{
    (void)state;
    subject made;
    dn_bytes page;
    open_subject(&made);
    made.report.log_count = DN_REPORT_MAX_LOGS + 1;
    assert_int_equal(dn_report(&made.report, &page, &error), DN_ERR_ARGUMENT);
    assert_null(page.data);
    close_subject(&made);
}

static void nets_without_hidden_units_and_mean_images_are_shown(void **state)
{
    (void)state;
    subject made;
    dn_bytes page;
    dn_classifier linear = {.classes = dn_classes_all()};
    dn_classifier mean = {.classes = dn_classes_all()};
    assert_ok(dn_model_new(&linear.model, (size_t[]){784, 10}, 2, 1, &error));
    assert_ok(dn_tensor_zeros(&mean.mean.images, DN_SHAPE(DN_DIGIT_CLASSES, DN_DIGIT_PIXELS), &error));
    open_subject(&made);
    made.report.about = NULL;
    made.report.classifier = &linear;
    assert_ok(dn_report(&made.report, &page, &error));
    assert_says(&page, "\"hidden\":false,\"units\":[[0,0,\"");
    dn_bytes_free(&page);
    made.report.classifier = &mean;
    assert_ok(dn_report(&made.report, &page, &error));
    assert_says(&page, "\"architecture\":\"mean\",\"parameters\":0,\"facts\":[]");
    dn_bytes_free(&page);
    dn_classifier_free(&linear);
    dn_classifier_free(&mean);
    close_subject(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_numbers_are_those_of_the_metrics),
        cmocka_unit_test(the_report_is_sealed),
        cmocka_unit_test(no_text_of_a_file_is_read_as_html),
        cmocka_unit_test(the_worst_case_stays_below_the_limit),
        cmocka_unit_test(too_many_logs_are_refused),
        cmocka_unit_test(nets_without_hidden_units_and_mean_images_are_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
