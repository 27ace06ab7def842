#include "support.h"

#include "export/net.h"

#include <stdlib.h>
#include <string.h>

static dn_error error;

/** Write a small file with a seal, and hand its path back. */
static const char *write_sealed(dn_seal form, size_t *size)
{
    const char *path = temporary_path("sealed");
    dn_text text = {.error = &error};
    dn_bytes bytes;
    dn_text_string(&text, "int x;\n");
    dn_seal_put(&text, form);
    assert_ok(dn_text_take(&text, &bytes));
    write_bytes(path, bytes.data, bytes.size);
    *size = bytes.size;
    dn_bytes_free(&bytes);
    return path;
}

static void assert_not_ours(const char *path)
{
    assert_int_equal(dn_seal_check(path, &error), DN_ERR_FORMAT);
    assert_string_equal(error.subject, path);
    assert_contains(error.problem, "digitnet export did not write it");
}

/** A file that was changed in any byte, was cut anywhere, or goes on, is not ours any more. */
static void what_was_changed_is_not_ours(void **state)
{
    (void)state;
    for (dn_seal form = DN_SEAL_C; form <= DN_SEAL_ONNX; form++) {
        size_t size;
        const char *path = write_sealed(form, &size);
        assert_ok(dn_seal_check(path, &error));
        size_t read;
        uint8_t *bytes = read_bytes(path, &read);
        assert_int_equal(read, size);
        for (size_t i = 0; i < size; i++) {
            bytes[i] ^= 1;
            write_bytes(path, bytes, size);
            assert_not_ours(path);
            bytes[i] ^= 1;
            write_bytes(path, bytes, i);
            assert_not_ours(path);
        }
        uint8_t *longer = malloc(size + 1);
        assert_non_null(longer);
        memcpy(longer, bytes, size);
        longer[size] = '\n';
        write_bytes(path, longer, size + 1);
        assert_not_ours(path);
        free(longer);
        free(bytes);
    }
}

static void a_file_that_is_not_there_is_said_to_be_missing(void **state)
{
    (void)state;
    assert_int_equal(dn_seal_check(temporary_path("none"), &error), DN_ERR_FILE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_changed_is_not_ours),
        cmocka_unit_test(a_file_that_is_not_there_is_said_to_be_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
