#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 512

static char folder[PATH_SIZE];
static char input[2 * PATH_SIZE];
static char output[2 * PATH_SIZE];
static int input_file = -1;

static void remove_folder(void)
{
    remove(input);
    remove(output);
    rmdir(folder);
}

static void make_folder(void)
{
    if (folder[0] != '\0')
        return;
    struct stat status;
    const char *parent = getenv("TMPDIR");
    if (!parent)
        parent = stat("/dev/shm", &status) == 0 && S_ISDIR(status.st_mode) ? "/dev/shm" : "/tmp";
    snprintf(folder, sizeof folder, "%s/digitnet-fuzz-XXXXXX", parent);
    fuzz_require(mkdtemp(folder));
    snprintf(input, sizeof input, "%s/input", folder);
    snprintf(output, sizeof output, "%s/output", folder);
    input_file = open(input, O_RDWR | O_CREAT, 0600);
    fuzz_require(input_file >= 0);
    atexit(remove_folder);
}

const char *fuzz_file(const uint8_t *data, size_t size)
{
    make_folder();
    fuzz_require(ftruncate(input_file, 0) == 0);
    fuzz_require(pwrite(input_file, data, size, 0) == (ssize_t)size);
    return input;
}

const char *fuzz_output(void)
{
    make_folder();
    return output;
}

void fuzz_fail(const char *condition, const char *file, int line)
{
    fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, condition);
    abort();
}
