#include "command.h"

#include "capture.h"

#include <string.h>
#include <sys/stat.h>

/** main of src/cli/main.c, which is built under this name here. */
int digitnet_main(int argc, char **argv);

outcome run_command(const char *line, fault planned)
{
    char words[4096];
    char name[] = "digitnet";
    char *arguments[MAX_ARGUMENTS + 2] = {name};
    int count = 1;
    assert_true(strlen(line) < sizeof words);
    strcpy(words, line);
    for (char *word = strtok(words, " "); word; word = strtok(NULL, " ")) {
        assert_true(count <= MAX_ARGUMENTS);
        arguments[count++] = word;
    }
    capture err = capture_begin(stderr);
    capture out = capture_begin(stdout);
    const long blocks = faults_live_blocks();
    const long streams = faults_live_streams();
    faults_begin(planned.kind, planned.span, planned.nth);
    outcome done = {.code = digitnet_main(count, arguments)};
    done.failed = faults_end();
    done.lost_blocks = faults_live_blocks() - blocks;
    done.lost_streams = faults_live_streams() - streams;
    clearerr(stdout);
    done.out = capture_end(&out);
    done.err = capture_end(&err);
    return done;
}

void outcome_free(outcome *done)
{
    free(done->out);
    free(done->err);
}

static const char mark[] = "digitnet: ";

size_t error_lines(const outcome *done)
{
    size_t count = 0;
    for (const char *line = done->err; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, mark, strlen(mark)) == 0)
            count++;
    }
    return count;
}

bool ends_in_error(const outcome *done)
{
    const size_t length = strlen(done->err);
    if (length < 2 || done->err[length - 1] != '\n')
        return false;
    size_t begin = length - 1;
    while (begin > 0 && done->err[begin - 1] != '\n')
        begin--;
    return strncmp(done->err + begin, mark, strlen(mark)) == 0;
}

contents contents_of(const char *path)
{
    contents held = {0};
    if (file_exists(path))
        held.data = read_bytes(path, &held.size);
    return held;
}

bool same_contents(contents a, contents b)
{
    if (!a.data || !b.data)
        return a.data == b.data;
    return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
}

void put_back(const char *path, contents held)
{
    remove(path);
    if (held.data)
        write_bytes(path, held.data, held.size);
}

bool file_exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}
