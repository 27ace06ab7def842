#include "support.h"

#include "tensors.h"

#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_SIZE 1024

void expect_ok(dn_status status, const dn_error *error, const char *call, const char *file, int line)
{
    if (status == DN_OK)
        return;
    print_error("%s: status %d: %s: %s: %s\n", call, (int)status, error->subject, error->problem,
                error->remedy);
    _fail(file, line);
}

void expect_contains(const char *text, const char *part, const char *file, int line)
{
    if (strstr(text, part))
        return;
    print_error("\"%s\" does not contain \"%s\"\n", text, part);
    _fail(file, line);
}

void expect_tensor(const dn_tensor *tensor, dn_shape shape, float tolerance, const float *values,
                   size_t count, const char *file, int line)
{
    char found[DN_SHAPE_TEXT_SIZE];
    char wanted[DN_SHAPE_TEXT_SIZE];
    if (!dn_shape_equal(tensor->shape, shape) || dn_tensor_count(tensor) != count) {
        print_error("shape %s with %zu values, expected %s with %zu\n", dn_shape_text(tensor->shape, found),
                    dn_tensor_count(tensor), dn_shape_text(shape, wanted), count);
        _fail(file, line);
    }
    for (size_t place = 0; place < count; place++) {
        const float value = element_in_order(tensor, place);
        const int same = value == values[place] || (isnan(value) && isnan(values[place]));
        if (same || fabsf(value - values[place]) <= tolerance)
            continue;
        print_error("element %zu is %.9g, expected %.9g\n", place, (double)value, (double)values[place]);
        _fail(file, line);
    }
}

static char folder[PATH_SIZE];

static void remove_folder(void)
{
    DIR *listing = opendir(folder);
    if (!listing)
        return;
    for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        char path[2 * PATH_SIZE];
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            remove(path);
    }
    closedir(listing);
    rmdir(folder);
}

const char *temporary_path(const char *name)
{
    static char paths[8][2 * PATH_SIZE];
    static size_t next;
    if (folder[0] == '\0') {
        const char *parent = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/digitnet-test-XXXXXX", parent ? parent : "/tmp");
        assert_non_null(mkdtemp(folder));
        atexit(remove_folder);
    }
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

size_t leftovers(const char *path, char *found, size_t size)
{
    char name[PATH_SIZE];
    size_t count = 0;
    const char *slash = strrchr(path, '/');
    const int length = slash ? (int)(slash - path) + 1 : 0;
    char parent[PATH_SIZE];
    snprintf(parent, sizeof parent, "%.*s", length, path);
    snprintf(name, sizeof name, ".%s.digitnet-", path + length);
    DIR *listing = opendir(length != 0 ? parent : ".");
    assert_non_null(listing);
    for (struct dirent *entry = readdir(listing); entry; entry = readdir(listing)) {
        if (strncmp(entry->d_name, name, strlen(name)) != 0)
            continue;
        count++;
        if (found)
            snprintf(found, size, "%s%s", parent, entry->d_name);
    }
    closedir(listing);
    return count;
}

void write_bytes(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

uint8_t *read_bytes(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const long length = ftell(file);
    assert_true(length >= 0);
    rewind(file);
    uint8_t *data = malloc((size_t)length + 1);
    assert_non_null(data);
    assert_int_equal(fread(data, 1, (size_t)length, file), length);
    fclose(file);
    data[length] = '\0';
    *size = (size_t)length;
    return data;
}

const char *device_or_skip(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISCHR(status.st_mode)) {
        print_message("SKIPPED: %s is no device here\n", path);
        skip();
    }
    return path;
}

const char *source_path(const char *name)
{
    static char paths[4][PATH_SIZE];
    static size_t next;
    const char *root = getenv("DIGITNET_SOURCE");
    assert_non_null(root);
    char *path = paths[next++ % 4];
    snprintf(path, PATH_SIZE, "%s/%s", root, name);
    return path;
}

const char *mnist_folder_or_skip(void)
{
    const char *mnist = getenv("DIGITNET_MNIST");
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "%s/train-images-idx3-ubyte.gz", mnist ? mnist : "");
    FILE *file = mnist ? fopen(path, "rb") : NULL;
    if (!file) {
        print_message("SKIPPED: there is no MNIST in %s\n", mnist ? mnist : "$DIGITNET_MNIST");
        skip();
    }
    fclose(file);
    return mnist;
}
