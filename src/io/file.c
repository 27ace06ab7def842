#include "io/file.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "core/size.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define STDIN_NAME "standard input"
#define STDOUT_NAME "standard output"
/** The first capacity for a file of unknown length: a page. */
#define FIRST_CAPACITY 4096

static const char write_remedy[] = "give a path that can be written";

void dn_bytes_free(dn_bytes *bytes)
{
    if (!bytes)
        return;
    dn_release(bytes->data);
    *bytes = (dn_bytes){0};
}

/** An errno value in words; ISO C lets a failing call leave it 0. */
static const char *reason_text(int reason)
{
    return reason > 0 ? strerror(reason) : "input or output error";
}

/** errno after a call that failed, never 0. */
static int reason_of_failure(void)
{
    return errno != 0 ? errno : -1;
}

/**
 * The length of a file that can be sought in, 0 for any other. Only a hint: the file may change meanwhile.
 * False when the way back to the file's beginning fails: it would read as empty.
 */
static bool length_hint(FILE *file, size_t *hint)
{
    *hint = 0;
    if (fseek(file, 0, SEEK_END) != 0) {
        clearerr(file);
        return true;
    }
    const long length = ftell(file);
    if (length > 0)
        *hint = (size_t)length;
    errno = 0;
    return fseek(file, 0, SEEK_SET) == 0;
}

/** A file that is being read. */
typedef struct reading {
    FILE *file;
    size_t limit;    /**< the most bytes to accept */
    size_t capacity; /**< of what bytes->data points to */
    dn_bytes *bytes;
} reading;

static dn_status make_room(reading *from, size_t capacity, dn_error *error)
{
    uint8_t *data = dn_reallocate(from->bytes->data, from->bytes->size, capacity, 1, error);
    if (!data)
        return DN_ERR_MEMORY;
    from->bytes->data = data;
    from->capacity = capacity;
    return DN_OK;
}

static dn_status grow(reading *from, dn_error *error)
{
    size_t wanted;
    if (!dn_size_multiply(from->capacity, 2, &wanted))
        return dn_fail(error, DN_ERR_MEMORY, "give a smaller file", "no memory for more than %zu bytes",
                       from->capacity);
    return make_room(from, wanted, error);
}

/** Read until there are `size` bytes, or the file ends. */
static dn_status fill(reading *from, size_t size, dn_error *error)
{
    dn_bytes *bytes = from->bytes;
    errno = 0;
    if (bytes->size < size && !feof(from->file))
        bytes->size += fread(bytes->data + bytes->size, 1, size - bytes->size, from->file);
    if (bytes->size > from->limit)
        return dn_fail(error, DN_ERR_FORMAT, "give a smaller file", "it holds more than %zu bytes",
                       from->limit);
    if (ferror(from->file))
        return dn_fail(error, DN_ERR_FILE, "check the file and its disk", "cannot be read at byte %zu: %s",
                       bytes->size, reason_text(errno));
    return DN_OK;
}

/** Read to the end. The capacity is one byte more than the hint, so that a true hint needs no second block. */
static dn_status read_rest(reading *from, size_t hint, dn_error *error)
{
    size_t capacity = dn_smaller(hint, from->limit);
    if (capacity < SIZE_MAX)
        capacity++;
    if (capacity > from->capacity)
        DN_TRY(make_room(from, capacity, error));
    for (;;) {
        DN_TRY(fill(from, from->capacity, error));
        if (from->bytes->size < from->capacity)
            return DN_OK;
        DN_TRY(grow(from, error));
    }
}

/** The first bytes, the check, the rest. */
static dn_status read_stream(reading *from, size_t hint, dn_file_check *check, void *self, dn_error *error)
{
    const size_t limit = from->limit;
    DN_TRY(make_room(from, hint != 0 && hint < FIRST_CAPACITY ? hint + 1 : FIRST_CAPACITY, error));
    from->limit = SIZE_MAX;
    DN_TRY(fill(from, dn_smaller(from->capacity, DN_FILE_HEAD_SIZE), error));
    from->limit = limit;
    if (check)
        DN_TRY(check(self, from->bytes->data, from->bytes->size, &from->limit, error));
    return read_rest(from, hint, error);
}

/** Open a file to be read, once: a pipe can be opened only once. NULL with DN_ERR_FILE in error. */
static FILE *open_to_read(const char *path, dn_error *error)
{
    errno = 0;
    FILE *file = fopen(path, "rb");
    const int reason = errno;
    const dn_file_kind kind = file ? dn_platform_stream_kind(file) : dn_platform_file_kind(path);
    if (file && kind != DN_FILE_FOLDER)
        return file;
    if (file)
        (void)fclose(file);
    if (kind == DN_FILE_FOLDER)
        dn_fail(error, DN_ERR_FILE, "give the path of a file in it", "is a folder");
    else if (kind == DN_FILE_MISSING)
        dn_fail(error, DN_ERR_FILE, "check the path", "there is no such file");
    else
        dn_fail(error, DN_ERR_FILE, "check the path and the file's permissions", "cannot be opened: %s",
                reason_text(reason));
    return NULL;
}

static dn_status read_path(const char *path, reading *from, dn_file_check *check, void *self, dn_error *error)
{
    size_t hint;
    from->file = open_to_read(path, error);
    if (!from->file)
        return DN_ERR_FILE;
    const dn_status status = length_hint(from->file, &hint)
                                 ? read_stream(from, hint, check, self, error)
                                 : dn_fail(error, DN_ERR_FILE, "check the file and its disk",
                                           "cannot be read from its beginning: %s", reason_text(errno));
    (void)fclose(from->file);
    return status;
}

static bool is_standard(const char *path)
{
    return strcmp(path, DN_STANDARD_PATH) == 0;
}

static dn_status read_any(const char *path, size_t limit, dn_file_check *check, void *self, dn_bytes *bytes,
                          dn_error *error)
{
    reading from = {.file = stdin, .limit = limit, .bytes = bytes};
    *bytes = (dn_bytes){0};
    const dn_status status = is_standard(path) ? read_stream(&from, 0, check, self, error)
                                               : read_path(path, &from, check, self, error);
    if (status != DN_OK)
        dn_bytes_free(bytes);
    return dn_fail_in(error, status, dn_file_input_name(path));
}

dn_status dn_file_read(const char *path, size_t limit, dn_bytes *bytes, dn_error *error)
{
    return read_any(path, limit, NULL, NULL, bytes, error);
}

dn_status dn_file_read_checked(const char *path, dn_file_check *check, void *self, dn_bytes *bytes,
                               dn_error *error)
{
    return read_any(path, SIZE_MAX, check, self, bytes, error);
}

bool dn_file_read_head(const char *path, uint8_t *head, size_t capacity, size_t *size, size_t *length)
{
    FILE *file = dn_platform_file_kind(path) == DN_FILE_REGULAR ? fopen(path, "rb") : NULL;
    if (!file)
        return false;
    const bool is_known = length_hint(file, length);
    *size = fread(head, 1, capacity, file);
    const bool failed = ferror(file) != 0;
    (void)fclose(file);
    return is_known && !failed;
}

const char *dn_file_input_name(const char *path)
{
    return is_standard(path) ? STDIN_NAME : path;
}

FILE *dn_file_standard_stream(const char *path)
{
    if (is_standard(path) || dn_platform_leads_to(path, stdout))
        return stdout;
    return dn_platform_leads_to(path, stderr) ? stderr : NULL;
}

const char *dn_file_output_name(const char *path)
{
    return dn_file_standard_stream(path) == stdout ? STDOUT_NAME : path;
}

/** The destination of the bytes: the file behind the path's links, and a new file in its folder that replaces it. */
typedef struct destination {
    char target[FILENAME_MAX];
    char name[FILENAME_MAX + DN_BESIDE_SIZE]; /**< of the new file; "" while it has none */
    FILE *file;                               /**< the new file, while it is open */
} destination;

/** A write-protected file is respected, though a rename could replace it. */
static dn_status check_target(const char *target, dn_error *error)
{
    const dn_file_kind kind = dn_platform_file_kind(target);
    if (kind == DN_FILE_FOLDER)
        return dn_fail(error, DN_ERR_FILE, "give the path of a file", "is a folder");
    if (kind == DN_FILE_MISSING)
        return DN_OK;
    errno = 0;
    FILE *file = fopen(target, "r+b");
    if (!file)
        return dn_fail(error, DN_ERR_FILE, write_remedy, "cannot be overwritten: %s", reason_text(errno));
    (void)fclose(file);
    return DN_OK;
}

static dn_status find_destination(const char *path, destination *place, dn_error *error)
{
    if (path[0] == '\0')
        return dn_fail(error, DN_ERR_FILE, write_remedy, "the path is empty");
    if (!dn_platform_follow_links(path, place->target, sizeof place->target))
        return dn_fail(error, DN_ERR_FILE, write_remedy,
                       "the path is too long, or its symbolic links go in a circle");
    return check_target(place->target, error);
}

/** Record why a file could not be created: most often its folder is missing. */
static dn_status fail_to_create(const char *target, int reason, dn_error *error)
{
    char folder[FILENAME_MAX] = ".";
    const char *slash = strrchr(target, '/');
    if (slash) {
        const size_t length = slash == target ? 1 : (size_t)(slash - target);
        memcpy(folder, target, length);
        folder[length] = '\0';
    }
    const dn_file_kind kind = dn_platform_file_kind(folder);
    if (kind == DN_FILE_MISSING)
        return dn_fail(error, DN_ERR_FILE, "make the folder first, or give another path",
                       "the folder %s does not exist", folder);
    if (kind == DN_FILE_REGULAR || kind == DN_FILE_OTHER)
        return dn_fail(error, DN_ERR_FILE, write_remedy, "%s is not a folder", folder);
    return dn_fail(error, DN_ERR_FILE, write_remedy, "cannot be written: %s", reason_text(reason));
}

static dn_status fail_to_write(int reason, dn_error *error)
{
    return dn_fail(error, DN_ERR_FILE, "free some space, or give another path", "cannot be written: %s",
                   reason_text(reason));
}

/** Find the destination, and create the new file. */
static dn_status begin(const char *path, destination *place, dn_error *error)
{
    DN_TRY(find_destination(path, place, error));
    errno = 0;
    place->file = dn_platform_create_beside(place->target, place->name, sizeof place->name);
    return place->file ? DN_OK : fail_to_create(place->target, errno, error);
}

/** Remove the new file, which this call created, if it still has its own name. */
static void remove_new(const destination *place)
{
    if (place->name[0] != '\0')
        (void)remove(place->name);
}

/** Returns 0 or an errno value. */
static int write_parts(FILE *file, const dn_part *parts, size_t count)
{
    errno = 0;
    for (size_t i = 0; i < count; i++)
        if (parts[i].size != 0 && fwrite(parts[i].data, 1, parts[i].size, file) != parts[i].size)
            return reason_of_failure();
    return 0;
}

/** Write, flush to disk, name the file if it is a destination's new one, and close it. Returns 0 or an errno value. */
static int write_out(FILE *file, destination *place, const dn_part *parts, size_t count)
{
    int reason = write_parts(file, parts, count);
    if (reason == 0)
        reason = dn_platform_flush_to_disk(file);
    if (reason == 0 && place)
        reason = dn_platform_name_beside(file, place->target, place->name, sizeof place->name);
    errno = 0;
    const int closing = fclose(file) == 0 ? 0 : reason_of_failure();
    return reason != 0 ? reason : closing;
}

/** Write to a path that is opened as it is. Returns 0 or an errno value. */
static int write_in_place(const char *path, const char *mode, const dn_part *parts, size_t count)
{
    errno = 0;
    FILE *file = fopen(path, mode);
    return file ? write_out(file, NULL, parts, count) : reason_of_failure();
}

/** Put the complete new file in the target's place. */
static dn_status move_into_place(destination *place, const dn_part *parts, size_t count, dn_error *error)
{
    errno = 0;
    if (dn_platform_rename_replaces()) {
        if (rename(place->name, place->target) != 0)
            return fail_to_write(reason_of_failure(), error);
        place->name[0] = '\0'; /* it is the target now */
        dn_platform_flush_folder(place->target);
        return DN_OK;
    }
    /* Overwrite the target. Where none was found, none may be there now. */
    const bool missing = dn_platform_file_kind(place->target) == DN_FILE_MISSING;
    const int reason = write_in_place(place->target, missing ? "wbx" : "wb", parts, count);
    if (reason == 0)
        return DN_OK;
    const dn_status status =
        dn_fail(error, DN_ERR_FILE, "free some space, and rename it by hand",
                "cannot be written: %s: the whole new contents are in %s", reason_text(reason), place->name);
    place->name[0] = '\0'; /* the copy that survives */
    return status;
}

/** Write a whole new file beside the destination. */
static dn_status write_beside(const dn_output *output, destination *place, dn_error *error)
{
    DN_TRY(begin(output->path, place, error));
    const int reason = write_out(place->file, place, output->parts, output->count);
    return reason == 0 ? DN_OK : fail_to_write(reason, error);
}

static dn_status replace(const dn_output *output, dn_error *error)
{
    destination place = {.file = NULL};
    dn_status status = write_beside(output, &place, error);
    if (status == DN_OK)
        status = move_into_place(&place, output->parts, output->count, error);
    remove_new(&place);
    return status;
}

dn_status dn_file_write_together(const dn_output *outputs, size_t count, dn_error *error)
{
    destination places[DN_MOST_TOGETHER] = {{.file = NULL}};
    bool is_new[DN_MOST_TOGETHER] = {false};
    size_t moved = 0;
    dn_status status = DN_OK;
    for (size_t i = 0; i < count && status == DN_OK; i++)
        status = dn_fail_in(error, write_beside(&outputs[i], &places[i], error), outputs[i].path);
    for (; moved < count && status == DN_OK; moved += status == DN_OK) {
        is_new[moved] = dn_platform_file_kind(places[moved].target) == DN_FILE_MISSING;
        status = move_into_place(&places[moved], outputs[moved].parts, outputs[moved].count, error);
        (void)dn_fail_in(error, status, outputs[moved].path);
    }
    for (size_t i = 0; i < count; i++) {
        remove_new(&places[i]);
        if (status != DN_OK && i < moved && is_new[i])
            (void)remove(places[i].target);
    }
    return status;
}

dn_status dn_file_write_new(const char *path, const dn_part *parts, size_t count, dn_error *error)
{
    errno = 0;
    FILE *file = fopen(path, "wbx");
    if (!file)
        return dn_fail_in(error, fail_to_create(path, reason_of_failure(), error), path);
    int reason = write_parts(file, parts, count);
    errno = 0;
    if (fclose(file) != 0 && reason == 0)
        reason = reason_of_failure();
    if (reason == 0)
        return DN_OK;
    (void)remove(path);
    return dn_fail_in(error, fail_to_write(reason, error), path);
}

/** Write to a stream that others use as well: it stays open. Returns 0 or an errno value. */
static int write_to_stream(FILE *stream, const dn_part *parts, size_t count)
{
    const int reason = write_parts(stream, parts, count);
    errno = 0;
    return reason == 0 && fflush(stream) != 0 ? reason_of_failure() : reason;
}

/**
 * Is the target one that is written to but not replaced, a device or a pipe? Where the platform does not know its kind, a
 * target without a length counts as one; an empty file loses nothing by that.
 */
static bool is_written_directly(const char *path)
{
    const dn_file_kind kind = dn_platform_file_kind(path);
    if (kind != DN_FILE_UNKNOWN)
        return kind == DN_FILE_OTHER;
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t length;
    const bool has_length = length_hint(file, &length) && length != 0;
    (void)fclose(file);
    return !has_length;
}

dn_status dn_file_write(const char *path, const dn_part *parts, size_t count, dn_error *error)
{
    FILE *standard = dn_file_standard_stream(path);
    dn_status status = DN_OK;
    if (standard || is_written_directly(path)) {
        const int reason =
            standard ? write_to_stream(standard, parts, count) : write_in_place(path, "wb", parts, count);
        if (reason != 0)
            status = dn_fail(error, DN_ERR_FILE, write_remedy, "cannot be written: %s", reason_text(reason));
    } else {
        status = replace(&(dn_output){path, parts, count}, error);
    }
    return dn_fail_in(error, status, dn_file_output_name(path));
}

dn_status dn_file_check_writable(const char *path, dn_error *error)
{
    destination place = {.file = NULL};
    /* Opening a pipe would wake its reader. */
    if (dn_file_standard_stream(path) || is_written_directly(path))
        return DN_OK;
    const dn_status status = begin(path, &place, error);
    if (status == DN_OK)
        (void)fclose(place.file);
    remove_new(&place);
    return dn_fail_in(error, status, path);
}
