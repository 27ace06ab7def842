#include "product.h"

#include "io/archive.h"
#include "train/format.h"

#include <string.h>

static dn_error error;

static dn_archive named(const char *format, const char *version)
{
    dn_archive archive = {0};
    if (format)
        assert_ok(dn_archive_add_metadata(&archive, "format", format, &error));
    if (version)
        assert_ok(dn_archive_add_metadata(&archive, "format_version", version, &error));
    return archive;
}

/** Check an archive of that name and version; a problem of NULL expects it to be taken. */
static void check(dn_format wanted, const char *format, const char *version, const char *problem,
                  const char *remedy)
{
    dn_archive archive = named(format, version);
    if (problem) {
        assert_int_equal(dn_format_check(&archive, wanted, &error), DN_ERR_FORMAT);
        assert_string_equal(error.problem, problem);
        assert_string_equal(error.remedy, remedy);
    } else {
        assert_ok(dn_format_check(&archive, wanted, &error));
    }
    dn_archive_free(&archive);
}

static void a_format_is_checked_by_name_and_version(void **state)
{
    (void)state;
    static const char *const no_numbers[] = {NULL, "",   "0",  "one", "1.5",
                                             "-1", "+1", " 1", "1 ",  "99999999999999999999"};
    static const char model[] = "give a model that digitnet train wrote";
    static const char checkpoint[] = "give a checkpoint that digitnet train wrote";
    static const char no_number[] = "metadata format_version: no version number found";
    check(DN_FORMAT_MODEL, "digitnet", "1", NULL, NULL);
    check(DN_FORMAT_CHECKPOINT, "digitnet-checkpoint", "1", NULL, NULL);
    check(DN_FORMAT_MODEL, "digitnet", "2",
          "metadata format_version: version 2 found, this program reads up to 1",
          "use a newer digitnet, or train the model again");
    check(DN_FORMAT_CHECKPOINT, "digitnet-checkpoint", "2",
          "metadata format_version: version 2 found, this program reads up to 1", "use a newer digitnet");
    check(DN_FORMAT_MODEL, "another", "1", "metadata format: \"another\" found, \"digitnet\" expected",
          model);
    check(DN_FORMAT_MODEL, NULL, NULL, "metadata format: nothing found, \"digitnet\" expected", model);
    check(DN_FORMAT_CHECKPOINT, "another", "1",
          "metadata format: \"another\" found, \"digitnet-checkpoint\" expected", checkpoint);
    check(DN_FORMAT_MODEL, "digitnet-checkpoint", "9", "is a checkpoint, not a model",
          "give the model that was saved, or go on with train --resume");
    check(DN_FORMAT_CHECKPOINT, "digitnet", "9", "is a model, not a checkpoint", checkpoint);
    for (size_t i = 0; i < sizeof no_numbers / sizeof no_numbers[0]; i++) {
        check(DN_FORMAT_MODEL, "digitnet", no_numbers[i], no_number, model);
        check(DN_FORMAT_CHECKPOINT, "digitnet-checkpoint", no_numbers[i], no_number, checkpoint);
    }
}

static void what_begins_a_file_is_recognised(void **state)
{
    (void)state;
    for (unsigned format = 0; format < DN_FORMAT_OTHER; format++) {
        dn_archive archive = {0};
        size_t version = 0;
        assert_int_equal(dn_format_of(&archive), DN_FORMAT_OTHER);
        assert_ok(dn_format_begin(&archive, (dn_format)format, &error));
        assert_int_equal(dn_format_of(&archive), format);
        assert_ok(dn_format_version(&archive, (dn_format)format, &version, &error));
        assert_int_equal(version, 1);
        assert_ok(dn_format_check(&archive, (dn_format)format, &error));
        assert_int_equal(dn_format_begin(&archive, (dn_format)format, &error), DN_ERR_ARGUMENT);
        dn_archive_free(&archive);
    }
}

static void tensors_are_found_by_name_and_shape(void **state)
{
    (void)state;
    float numbers[] = {1, 2, 3, 4, 5, 6};
    float copied[6] = {0};
    const dn_tensor lent = dn_tensor_borrow(numbers, DN_SHAPE(2, 3));
    dn_tensor to = dn_tensor_borrow(copied, DN_SHAPE(2, 3));
    dn_tensor flat = dn_tensor_borrow(copied, DN_SHAPE(6));
    const dn_tensor *found;
    dn_archive archive = {0};
    assert_ok(dn_format_lend_tensor(&archive, "a", &lent, &error));
    assert_ok(dn_format_find_tensor(&archive, "a", DN_SHAPE(2, 3), &found, &error));
    assert_ptr_equal(found->data, numbers);
    assert_ok(dn_format_copy_tensor(&archive, "a", &to, &error));
    assert_memory_equal(copied, numbers, sizeof numbers);
    assert_int_equal(dn_format_copy_tensor(&archive, "a", &flat, &error), DN_ERR_FORMAT);
    assert_string_equal(error.problem, "tensor \"a\" has shape [2, 3], [6] expected");
    assert_string_equal(error.remedy, "give a model that digitnet train wrote");
    assert_ok(dn_format_begin(&archive, DN_FORMAT_CHECKPOINT, &error));
    assert_int_equal(dn_format_find_tensor(&archive, "b", DN_SHAPE(6), &found, &error), DN_ERR_FORMAT);
    assert_string_equal(error.problem, "tensors found: \"a\"; wanted: \"b\"");
    assert_string_equal(error.remedy, "give a checkpoint that digitnet train wrote");
    dn_archive_free(&archive); /* what was lent is not freed */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_format_is_checked_by_name_and_version),
        cmocka_unit_test(what_begins_a_file_is_recognised),
        cmocka_unit_test(tensors_are_found_by_name_and_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
