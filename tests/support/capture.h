/** What the code under test prints on a standard stream, as text. */
#ifndef DN_TESTS_CAPTURE_H
#define DN_TESTS_CAPTURE_H

#include "support.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct capture {
    FILE *stream;
    FILE *file;
    int saved;
} capture;

/** From here on, what goes to the stream is kept. */
static inline capture capture_begin(FILE *stream)
{
    fflush(stream);
    const capture caught = {.stream = stream, .file = tmpfile(), .saved = dup(fileno(stream))};
    assert_non_null(caught.file);
    assert_true(caught.saved >= 0);
    assert_true(dup2(fileno(caught.file), fileno(stream)) >= 0);
    return caught;
}

/** Give the stream back. The caller frees the text with free(). */
static inline char *capture_end(capture *caught)
{
    fflush(caught->stream);
    dup2(caught->saved, fileno(caught->stream));
    close(caught->saved);
    fseek(caught->file, 0, SEEK_END);
    const long size = ftell(caught->file);
    assert_true(size >= 0);
    char *text = calloc(1, (size_t)size + 1);
    assert_non_null(text);
    rewind(caught->file);
    assert_int_equal(fread(text, 1, (size_t)size, caught->file), size);
    fclose(caught->file);
    return text;
}

#endif
