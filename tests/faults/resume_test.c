/**
 * Training that goes on from a checkpoint with one byte of its header changed: it is refused as bad data, or goes on to a
 * model that can be read. Whatever it says, it overwrites no other file.
 */
#include "support/command.h"
#include "support/inputs.h"

#include "digitnet/train.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH_SIZE 8

static dn_error error;

typedef struct attempt {
    char line[4 * INPUT_PATH_SIZE];
    char output[INPUT_PATH_SIZE];
    char checkpoint[INPUT_PATH_SIZE];
    size_t refused;
    size_t gone_on;
} attempt;

static void check_model(const char *path)
{
    dn_classifier net;
    assert_ok(dn_classifier_read(path, &net, NULL, &error));
    assert_non_null(net.model);
    dn_classifier_free(&net);
}

static void resume(attempt *tried, size_t place)
{
    outcome done = run_command(tried->line, (fault){0});
    const bool diverged = done.code == 1 && strstr(done.err, "learning rate");
    const bool expected = done.code == 0 || done.code == 3 || diverged;
    if (!expected || done.lost_blocks != 0 || done.lost_streams != 0) {
        print_error("byte %zu: exit %d, %ld blocks lost\n%s", place, done.code, done.lost_blocks, done.err);
        fail();
    }
    if (done.code == 0)
        check_model(tried->output);
    assert_true(done.code == 0 || error_lines(&done) == 1);
    assert_int_equal(file_exists(tried->output), done.code == 0);
    tried->refused += done.code != 0;
    tried->gone_on += done.code == 0;
    remove(tried->output);
    outcome_free(&done);
}

static void a_changed_header_is_refused_or_goes_on(void **state)
{
    (void)state;
    const inputs *made = make_inputs();
    contents whole = contents_of(made->checkpoint);
    attempt tried = {0};
    strcpy(tried.output, temporary_path("resumed.safetensors"));
    strcpy(tried.checkpoint, temporary_path("changed.checkpoint"));
    snprintf(tried.line, sizeof tried.line, "train --quiet --threads 1 --data %s --resume %s --output %s",
             made->folder, tried.checkpoint, tried.output);
    const size_t header = (size_t)whole.data[0] | (size_t)whole.data[1] << 8;
    assert_true(header > 1000 && header < whole.size);
    for (size_t place = 0; place < LENGTH_SIZE + header; place++) {
        const uint8_t old = whole.data[place];
        const uint8_t values[] = {old ^ 1, '9', (uint8_t) "0-.e \""[place % 6]};
        for (size_t i = 0; i < sizeof values; i++) {
            whole.data[place] = values[i];
            put_back(tried.checkpoint, whole);
            if (values[i] != old)
                resume(&tried, place);
        }
        whole.data[place] = old;
    }
    print_message("%zu refused, %zu went on\n", tried.refused, tried.gone_on);
    assert_true(tried.refused > tried.gone_on && tried.gone_on != 0);
    free(whole.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_changed_header_is_refused_or_goes_on),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
