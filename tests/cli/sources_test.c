#include "support.h"

#include "cli/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static dn_error error;
static char before[FILENAME_MAX];
static char folder[FILENAME_MAX];

/** Each test runs in an empty folder of its own, without the variable. */
static int enter(void **state)
{
    (void)state;
    const char *parent = getenv("TMPDIR");
    snprintf(folder, sizeof folder, "%s/digitnet-sources-XXXXXX", parent ? parent : "/tmp");
    unsetenv("DIGITNET_DATA");
    return getcwd(before, sizeof before) && mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int leave(void **state)
{
    (void)state;
    (void)remove("data/mnist/t10k-labels-idx1-ubyte.gz");
    (void)remove("data/mnist");
    (void)remove("data");
    (void)remove(CLI_MODEL_NAME);
    unsetenv("DIGITNET_DATA");
    return chdir(before) == 0 && remove(folder) == 0 ? 0 : -1;
}

static void assert_data(const char *option, const char *path, const char *why)
{
    cli_source source;
    assert_ok(cli_find_data(option, &source, &error));
    assert_contains(source.path, path);
    assert_string_equal(source.why, why);
}

static void data_is_looked_for_from_the_nearest_wish_to_the_bundled_set(void **state)
{
    (void)state;
    assert_data(NULL, "/digits", "bundled");
    assert_int_equal(mkdir("data", 0777), 0);
    assert_int_equal(mkdir("data/mnist", 0777), 0);
    assert_data(NULL, "/digits", "bundled"); /* an empty folder is no data */
    write_bytes("data/mnist/t10k-labels-idx1-ubyte.gz", "", 0);
    assert_data(NULL, "data/mnist", "found here");
    assert_int_equal(setenv("DIGITNET_DATA", "elsewhere", 1), 0);
    assert_data(NULL, "elsewhere", "$DIGITNET_DATA");
    assert_data("named", "named", "--data");
}

static void an_empty_variable_is_none(void **state)
{
    (void)state;
    assert_int_equal(setenv("DIGITNET_DATA", "", 1), 0);
    assert_data(NULL, "/digits", "bundled");
}

static void a_model_that_is_named_is_taken_though_others_are_here(void **state)
{
    (void)state;
    cli_source source;
    write_bytes(CLI_MODEL_NAME, "x", 1);
    assert_ok(cli_find_model(NULL, &source, &error));
    assert_string_equal(source.path, CLI_MODEL_NAME);
    assert_string_equal(source.why, "found here");
    assert_ok(cli_find_model("named", &source, &error));
    assert_string_equal(source.path, "named");
    assert_string_equal(source.why, "--model");
}

static void without_a_model_it_is_the_bundled_one_or_an_error(void **state)
{
    (void)state;
    cli_source source;
    const dn_status status = cli_find_model(NULL, &source, &error);
    if (status == DN_OK) {
        assert_string_equal(source.why, "bundled");
        return;
    }
    assert_int_equal(status, DN_ERR_FILE);
    assert_string_equal(error.subject, CLI_MODEL_NAME);
    assert_contains(error.remedy, "digitnet train");
}

static void a_path_too_long_is_refused(void **state)
{
    (void)state;
    static char path[CLI_SOURCE_PATH_SIZE + 1];
    cli_source source;
    memset(path, 'x', sizeof path - 1);
    assert_int_equal(cli_find_data(path, &source, &error), DN_ERR_ARGUMENT);
    assert_int_equal(cli_find_model(path, &source, &error), DN_ERR_ARGUMENT);
    path[CLI_SOURCE_PATH_SIZE - 1] = '\0';
    assert_ok(cli_find_model(path, &source, &error));
    assert_string_equal(source.path, path);
}

static void what_is_bundled_is_found_by_name(void **state)
{
    (void)state;
    char path[CLI_SOURCE_PATH_SIZE];
    assert_true(cli_find_bundled("samples/7-thin.pgm", path));
    assert_int_equal(access(path, R_OK), 0);
    assert_false(cli_find_bundled("samples/no-such.pgm", path));
    static char name[CLI_SOURCE_PATH_SIZE];
    memset(name, '/', sizeof name - 1); /* cut to the path's room, it would be the folder itself */
    assert_false(cli_find_bundled(name, path));
}

/** A program's path, and where a file named "net" that comes with it is found; NULL where it is not. */
typedef struct beside_case {
    const char *program; /* below the test's folder */
    const char *found;
} beside_case;

static void what_is_bundled_is_looked_for_beside_the_program(void **state)
{
    (void)state;
    static const beside_case cases[] = {
        {"/here/digitnet", "/here/net"},
        {"/bin/digitnet", "/share/digitnet/net"},
        {"/share/digitnet", "/share/digitnet/net"}, /* beside bin, as good as bin */
        {"/share/digitnet/x", "/share/digitnet/net"},
        {"/bin/deeper/digitnet", NULL},
        {"/digitnet", NULL},
    };
    char program[2 * FILENAME_MAX];
    char expected[2 * FILENAME_MAX];
    char path[CLI_SOURCE_PATH_SIZE];
    assert_true(mkdir("here", 0700) == 0 && mkdir("share", 0700) == 0 && mkdir("share/digitnet", 0700) == 0);
    write_bytes("here/net", "x", 1);
    write_bytes("share/digitnet/net", "x", 1);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        snprintf(program, sizeof program, "%s%s", folder, cases[i].program);
        const bool found = cli_find_beside(program, "net", path);
        assert_true(found == (cases[i].found != NULL));
        if (!found)
            continue;
        snprintf(expected, sizeof expected, "%s%s", folder, cases[i].found);
        assert_string_equal(path, expected);
    }
    /* As it was called: a path from here, or a name that was found in $PATH. */
    assert_true(cli_find_beside("here/digitnet", "net", path));
    assert_string_equal(path, "here/net");
    assert_false(cli_find_beside("bin/digitnet", "net", path));
    assert_false(cli_find_beside("digitnet", "net", path));
    assert_false(cli_find_beside("", "net", path));
    assert_true(remove("here/net") == 0 && remove("here") == 0 && remove("share/digitnet/net") == 0 &&
                remove("share/digitnet") == 0 && remove("share") == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter, leave)

int main(int count, char **arguments)
{
    cli_sources_begin(count > 0 ? arguments[0] : "");
    const struct CMUnitTest tests[] = {
        TEST(data_is_looked_for_from_the_nearest_wish_to_the_bundled_set),
        TEST(an_empty_variable_is_none),
        TEST(a_model_that_is_named_is_taken_though_others_are_here),
        TEST(without_a_model_it_is_the_bundled_one_or_an_error),
        TEST(a_path_too_long_is_refused),
        TEST(what_is_bundled_is_found_by_name),
        TEST(what_is_bundled_is_looked_for_beside_the_program),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
