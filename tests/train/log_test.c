#include "capture.h"

#include "usual_epoch.h"

#include "train/log.h"

#include <string.h>

static dn_error error;

#define WITH_VALIDATION                                                                                      \
    "{\"epoch\":1,\"train_loss\":0.5,\"valid_loss\":0.75,\"valid_accuracy\":0.75,\"images\":640,"            \
    "\"lr\":0.125,\"seconds\":1.5,\"images_per_second\":320}\n"
#define WITHOUT                                                                                              \
    "{\"epoch\":2,\"train_loss\":0.5,\"images\":640,\"lr\":0.125,\"seconds\":1.5,"                           \
    "\"images_per_second\":320}\n"

#define THIRD                                                                                                \
    "{\"epoch\":3,\"train_loss\":0.5,\"images\":640,\"lr\":0.125,\"seconds\":1.5,"                           \
    "\"images_per_second\":320}\n"

static void assert_text(const char *path, const char *expected)
{
    size_t size;
    uint8_t *text = read_bytes(path, &size);
    assert_string_equal((const char *)text, expected);
    assert_int_equal(size, strlen(expected));
    free(text);
}

/** Open a log, write epochs, close it. */
static void write_log(const char *path, bool go_on, const dn_epoch *epochs, size_t count)
{
    dn_epoch_log log;
    assert_ok(dn_epoch_log_open(&log, path, go_on, epochs[0].epoch - 1, &error));
    for (size_t i = 0; i < count; i++)
        dn_epoch_log_put(&log, &epochs[i]);
    assert_ok(dn_epoch_log_close(&log, path, &error));
    assert_null(log.stream);
}

static void an_epoch_is_an_object_on_a_line(void **state)
{
    (void)state;
    const char *path = temporary_path("log");
    const dn_epoch epochs[] = {epoch_of(1, true), epoch_of(2, false)};
    write_log(path, false, epochs, 2);
    assert_text(path, WITH_VALIDATION WITHOUT);
    write_log(path, false, epochs, 1);
    assert_text(path, WITH_VALIDATION);
    write_log(path, true, &epochs[1], 1);
    assert_text(path, WITH_VALIDATION WITHOUT);
}

static void an_epoch_that_took_no_time_has_no_speed(void **state)
{
    (void)state;
    const char *path = temporary_path("timeless");
    dn_epoch epoch = epoch_of(1, false);
    epoch.seconds = 0.0;
    epoch.train_loss = 0.25;
    write_log(path, false, &epoch, 1);
    assert_text(path, "{\"epoch\":1,\"train_loss\":0.25,\"images\":640,\"lr\":0.125,\"seconds\":0}\n");
    assert_ok(dn_epoch_log_check_ours(path, &error));
}

static void no_log_is_no_failure(void **state)
{
    (void)state;
    dn_epoch_log log = {0};
    const dn_epoch epoch = epoch_of(1, true);
    dn_epoch_log_put(&log, &epoch);
    assert_ok(dn_epoch_log_close(&log, "none", &error));
}

static void a_log_that_cannot_be_written_is_told_when_it_is_closed(void **state)
{
    (void)state;
    const char *path = temporary_path("unwritten");
    write_bytes(path, "", 0);
    dn_epoch_log log = {.stream = fopen(path, "r")}; /* writing to it fails */
    const dn_epoch epoch = epoch_of(1, true);
    assert_non_null(log.stream);
    dn_epoch_log_put(&log, &epoch);
    assert_true(log.failed);
    assert_int_equal(dn_epoch_log_close(&log, path, &error), DN_ERR_FILE);
    assert_contains(error.problem, "the log is not complete: ");
    assert_string_equal(error.subject, path);
    assert_int_equal(dn_epoch_log_open(&log, temporary_path("no/log"), false, 0, &error), DN_ERR_FILE);
    assert_int_equal(dn_epoch_log_open(&log, temporary_path("no/log"), true, 0, &error), DN_ERR_FILE);
}

static void lines_of_two_runs_mingle_whole(void **state)
{
    (void)state;
    dn_epoch_log logs[2];
    const char *path = temporary_path("shared");
    const dn_epoch epochs[] = {epoch_of(1, true), epoch_of(2, false)};
    assert_ok(dn_epoch_log_open(&logs[0], path, false, 0, &error));
    assert_ok(dn_epoch_log_open(&logs[1], path, false, 0, &error));
    dn_epoch_log_put(&logs[0], &epochs[0]);
    dn_epoch_log_put(&logs[1], &epochs[1]);
    dn_epoch_log_put(&logs[0], &epochs[1]);
    assert_ok(dn_epoch_log_close(&logs[0], path, &error));
    assert_ok(dn_epoch_log_close(&logs[1], path, &error));
#ifdef DN_PLATFORM_ISO
    print_message("SKIPPED: this build can't tell a file from a pipe, and opens a log once\n");
#else
    assert_text(path, WITH_VALIDATION WITHOUT WITHOUT);
#endif
}

static void a_dash_is_standard_output_which_stays_open(void **state)
{
    (void)state;
    const dn_epoch epoch = epoch_of(2, false);
    capture caught = capture_begin(stdout);
    write_log("-", false, &epoch, 1);
    fputs("more\n", stdout);
    char *text = capture_end(&caught);
    assert_string_equal(text, WITHOUT "more\n");
    free(text);
}

static bool is_ours(const char *text)
{
    const char *path = temporary_path("asked");
    write_bytes(path, text, strlen(text));
    const dn_status status = dn_epoch_log_check_ours(path, &error);
    assert_true(status == DN_OK || status == DN_ERR_FORMAT);
    return status == DN_OK;
}

static void a_log_is_known_from_its_first_byte_to_its_last(void **state)
{
    (void)state;
    assert_true(is_ours(""));
    assert_true(is_ours(WITH_VALIDATION));
    assert_true(is_ours(WITHOUT WITH_VALIDATION));
    assert_true(
        is_ours("{\"epoch\":3,\"train_loss\":null,\"images\":6,\"lr\":1e-05,\"seconds\":-0.5e+10}\n"));
    assert_false(is_ours("{}\n"));
    assert_false(is_ours("{\"cells\":[],\"metadata\":{},\"nbformat\":4}\n")); /* a notebook */
    assert_false(is_ours("{\"epoch\":1,\"loss\":0.5}\n"));
    assert_false(is_ours(WITH_VALIDATION "\n"));
    assert_false(is_ours(WITH_VALIDATION "my notes\n"));
    assert_false(is_ours(WITH_VALIDATION
                         "{\"epoch\":2,\"train_loss\":\"low\",\"images\":6,\"lr\":1,\"seconds\":1}\n"));
    assert_false(is_ours("{\"epoch\":2,\"train_loss\":1,\"images\":6,\"lr\":1,\"seconds\":1,\"mine\":2}\n"));
    assert_false(is_ours("{\"epoch\":2,\"train_loss\":1,\"images\":6,\"lr\":1,\"seconds\":1} \n"));
    assert_false(is_ours("{\"epoch\":,\"train_loss\":1,\"images\":6,\"lr\":1,\"seconds\":1}\n"));
    assert_false(is_ours("{\"epoch\":1,,\"train_loss\":1,\"images\":6,\"lr\":1,\"seconds\":1}\n"));
    assert_int_equal(dn_epoch_log_check_ours(temporary_path("missing"), &error), DN_ERR_FILE);
}

/** A log may end anywhere behind its first number, as a full disk leaves it; each byte that changes its shape is seen. */
static void a_log_that_was_cut_short_is_ours_and_a_changed_one_is_not(void **state)
{
    (void)state;
    static const char whole[] = WITH_VALIDATION WITHOUT;
    static const char first[] = "{\"epoch\":1";
    char text[sizeof whole];
    for (size_t size = 1; size < sizeof whole - 1; size++) {
        memcpy(text, whole, size);
        text[size] = '\0';
        assert_int_equal(is_ours(text), size >= strlen(first));
    }
    for (size_t place = 0; place < sizeof whole - 1; place++) {
        memcpy(text, whole, sizeof whole);
        text[place] = '#';
        assert_false(is_ours(text));
    }
}

/** A torn line is cut, and a whole one gets its line feed, wherever the log was cut; what is not ours stays as it is. */
static void going_on_mends_the_end_of_a_log(void **state)
{
    (void)state;
    static const char whole[] = WITH_VALIDATION WITHOUT;
    const char *path = temporary_path("torn");
    const dn_epoch third = epoch_of(3, false);
    for (size_t size = strlen(WITH_VALIDATION); size < sizeof whole; size++) {
        const bool second = size >= sizeof whole - 2;
        write_bytes(path, whole, size);
        write_log(path, true, &third, 1);
        assert_text(path, second ? WITH_VALIDATION WITHOUT THIRD : WITH_VALIDATION THIRD);
    }
    write_bytes(path, "my notes", 8);
    write_log(path, true, &third, 1);
    assert_text(path, "my notes" THIRD);
}

/** An epoch that was stopped has a line; when it is resumed, its line is that of the whole epoch. */
static void going_on_writes_no_epoch_twice(void **state)
{
    (void)state;
    static const char whole[] = WITH_VALIDATION WITHOUT THIRD;
    const char *path = temporary_path("again");
    for (size_t size = sizeof whole - 4; size < sizeof whole;
         size++) { /* also torn, or without its line feed */
        for (size_t begin = 1; begin <= 3; begin++) {
            const dn_epoch epochs[] = {epoch_of(1, true), epoch_of(2, false), epoch_of(3, false)};
            write_bytes(path, whole, size);
            write_log(path, true, epochs + begin - 1, 4 - begin);
            assert_text(path, whole);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_is_an_object_on_a_line),
        cmocka_unit_test(an_epoch_that_took_no_time_has_no_speed),
        cmocka_unit_test(no_log_is_no_failure),
        cmocka_unit_test(a_log_that_cannot_be_written_is_told_when_it_is_closed),
        cmocka_unit_test(lines_of_two_runs_mingle_whole),
        cmocka_unit_test(a_dash_is_standard_output_which_stays_open),
        cmocka_unit_test(a_log_is_known_from_its_first_byte_to_its_last),
        cmocka_unit_test(a_log_that_was_cut_short_is_ours_and_a_changed_one_is_not),
        cmocka_unit_test(going_on_mends_the_end_of_a_log),
        cmocka_unit_test(going_on_writes_no_epoch_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
