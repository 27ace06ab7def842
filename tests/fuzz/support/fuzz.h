/**
 * Fuzz targets: each *_fuzz.c has one function that is given any bytes. libFuzzer and AFL++ call it (DIGITNET_BUILD_FUZZERS);
 * in every other build support/replay.c calls it with the files of the corpus.
 */
#ifndef DN_TESTS_FUZZ_H
#define DN_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/** A file with those bytes; always the same path in a process. */
const char *fuzz_file(const uint8_t *data, size_t size);

/** A path to write to. */
const char *fuzz_output(void);

/** What must hold whatever the bytes are: the process ends where it does not. */
#define fuzz_require(condition)                                                                              \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            fuzz_fail(#condition, __FILE__, __LINE__);                                                       \
    } while (0)
_Noreturn void fuzz_fail(const char *condition, const char *file, int line);

#endif
