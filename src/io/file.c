#include "digitnet/io/file.h"

#include "core/memory.h"
#include "core/platform.h"
#include "core/try.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define STDIN_NAME "standard input"
#define PART_SUFFIX ".part"
/** What is asked for when nothing is known of the length: a page. */
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

static dn_status grow(dn_bytes *bytes, size_t *capacity, dn_error *error)
{
    size_t wanted;
    if (!dn_size_multiply(*capacity, 2, &wanted))
        return dn_fail(error, DN_ERR_MEMORY, "give a smaller file", "no memory for more than %zu bytes",
                       *capacity);
    uint8_t *grown = dn_reallocate(bytes->data, bytes->size, wanted, 1, error);
    if (!grown)
        return DN_ERR_MEMORY;
    bytes->data = grown;
    *capacity = wanted;
    return DN_OK;
}

/** Read up to the end. One byte more than the hint is asked for, so that a true hint needs no second block. */
static dn_status read_stream(FILE *file, size_t hint, size_t limit, dn_bytes *bytes, dn_error *error)
{
    size_t capacity = hint != 0 ? (hint < limit ? hint : limit) : FIRST_CAPACITY;
    if (capacity < SIZE_MAX)
        capacity++;
    bytes->data = dn_allocate(capacity, 1, error);
    if (!bytes->data)
        return DN_ERR_MEMORY;
    for (;;) {
        errno = 0;
        bytes->size += fread(bytes->data + bytes->size, 1, capacity - bytes->size, file);
        if (bytes->size > limit)
            return dn_fail(error, DN_ERR_FORMAT, "give a smaller file", "it holds more than %zu bytes",
                           limit);
        if (ferror(file))
            return dn_fail(error, DN_ERR_FILE, "check the file and its disk",
                           "cannot be read at byte %zu: %s", bytes->size, reason_text(errno));
        if (bytes->size < capacity)
            return DN_OK;
        DN_TRY(grow(bytes, &capacity, error));
    }
}

/** NULL where it can't be opened: DN_ERR_FILE, and error says why. */
static FILE *open_to_read(const char *path, dn_error *error)
{
    const dn_file_kind kind = dn_platform_file_kind(path);
    if (kind == DN_FILE_FOLDER) {
        dn_fail(error, DN_ERR_FILE, "give the path of a file in it", "is a folder");
        return NULL;
    }
    errno = 0;
    FILE *file = fopen(path, "rb");
    if (!file && kind == DN_FILE_MISSING)
        dn_fail(error, DN_ERR_FILE, "check the path", "there is no such file");
    else if (!file)
        dn_fail(error, DN_ERR_FILE, "check the path and the file's permissions", "cannot be opened: %s",
                reason_text(errno));
    return file;
}

static dn_status read_path(const char *path, size_t limit, dn_bytes *bytes, dn_error *error)
{
    size_t hint;
    FILE *file = open_to_read(path, error);
    if (!file)
        return DN_ERR_FILE;
    const dn_status status = length_hint(file, &hint)
                                 ? read_stream(file, hint, limit, bytes, error)
                                 : dn_fail(error, DN_ERR_FILE, "check the file and its disk",
                                           "cannot be read from its beginning: %s", reason_text(errno));
    (void)fclose(file);
    return status;
}

dn_status dn_file_read(const char *path, size_t limit, dn_bytes *bytes, dn_error *error)
{
    *bytes = (dn_bytes){0};
    const bool from_stdin = strcmp(path, DN_STDIN_PATH) == 0;
    const dn_status status =
        from_stdin ? read_stream(stdin, 0, limit, bytes, error) : read_path(path, limit, bytes, error);
    if (status != DN_OK)
        dn_bytes_free(bytes);
    return dn_fail_in(error, status, from_stdin ? STDIN_NAME : path);
}

static dn_status peek(const char *path, uint8_t *data, size_t size, size_t *read, dn_error *error)
{
    FILE *file = open_to_read(path, error);
    if (!file)
        return DN_ERR_FILE;
    errno = 0;
    *read = fread(data, 1, size, file);
    const int reason = ferror(file) ? reason_of_failure() : 0;
    (void)fclose(file);
    if (reason == 0)
        return DN_OK;
    return dn_fail(error, DN_ERR_FILE, "check the file and its disk", "cannot be read: %s",
                   reason_text(reason));
}

dn_status dn_file_peek(const char *path, uint8_t *data, size_t size, size_t *read, dn_error *error)
{
    *read = 0;
    return dn_fail_in(error, peek(path, data, size, read, error), path);
}

/** Where the bytes go: the file behind the path's links, and the one beside it that is written first. */
typedef struct destination {
    char target[FILENAME_MAX];
    char part[FILENAME_MAX + sizeof PART_SUFFIX];
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
    DN_TRY(check_target(place->target, error));
    const size_t length = strlen(place->target);
    memcpy(place->part, place->target, length);
    memcpy(place->part + length, PART_SUFFIX, sizeof PART_SUFFIX);
    return DN_OK;
}

/** Say why a file could not be made: most often its folder is missing. */
static dn_status fail_to_open(const char *target, int reason, dn_error *error)
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

/** Make the .part file anew: one that an earlier run left, or a link put there, is not written through. */
static dn_status open_part(const destination *place, FILE **file, dn_error *error)
{
    (void)remove(place->part);
    errno = 0;
    *file = fopen(place->part, "wbx");
    return *file ? DN_OK : fail_to_open(place->target, errno, error);
}

/** Write, flush to disk and close. 0, or the reason in errno's numbers. */
static int write_out(FILE *file, const dn_part *parts, size_t count)
{
    int reason = 0;
    errno = 0;
    for (size_t i = 0; i < count && reason == 0; i++)
        if (parts[i].size != 0 && fwrite(parts[i].data, 1, parts[i].size, file) != parts[i].size)
            reason = reason_of_failure();
    if (reason == 0)
        reason = dn_platform_flush_to_disk(file);
    if (fclose(file) != 0 && reason == 0)
        reason = reason_of_failure();
    return reason;
}

/** The .part file is whole: now the target. 0, or the reason in errno's numbers. */
static int move_into_place(const destination *place, const dn_part *parts, size_t count)
{
    if (dn_platform_rename_replaces())
        return rename(place->part, place->target) == 0 ? 0 : reason_of_failure();
    /* Written to, whatever it is; where nothing was found, nothing may be. .part is the copy that survives. */
    const bool missing = dn_platform_file_kind(place->target) == DN_FILE_MISSING;
    errno = 0;
    FILE *file = fopen(place->target, missing ? "wbx" : "wb");
    return file ? write_out(file, parts, count) : reason_of_failure();
}

static dn_status replace(const char *path, const dn_part *parts, size_t count, dn_error *error)
{
    destination place;
    FILE *file;
    DN_TRY(find_destination(path, &place, error));
    DN_TRY(open_part(&place, &file, error));
    int reason = write_out(file, parts, count);
    const bool whole = reason == 0;
    if (whole)
        reason = move_into_place(&place, parts, count);
    if (whole && reason != 0 && !dn_platform_rename_replaces())
        return dn_fail(error, DN_ERR_FILE, "free some space, and rename it by hand",
                       "cannot be written: %s: the whole new contents are in %s", reason_text(reason),
                       place.part);
    if (reason != 0 || !dn_platform_rename_replaces())
        (void)remove(place.part);
    if (reason != 0)
        return dn_fail(error, DN_ERR_FILE, "free some space, or give another path", "cannot be written: %s",
                       reason_text(reason));
    dn_platform_flush_folder(place.target);
    return DN_OK;
}

/** A device or a pipe: what is there stays what it is. */
static dn_status write_directly(const char *path, const dn_part *parts, size_t count, dn_error *error)
{
    errno = 0;
    FILE *file = fopen(path, "wb");
    const int reason = file ? write_out(file, parts, count) : reason_of_failure();
    if (reason != 0)
        return dn_fail(error, DN_ERR_FILE, write_remedy, "cannot be written: %s", reason_text(reason));
    return DN_OK;
}

/**
 * Must what is at the path stay, and only be written to? Where the platform can't say what it is, it may be a
 * device if it has no length; an empty file has nothing to lose by it.
 */
static bool must_stay(const char *path)
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
    const dn_status status =
        must_stay(path) ? write_directly(path, parts, count, error) : replace(path, parts, count, error);
    return dn_fail_in(error, status, path);
}

static dn_status try_part(const char *path, dn_error *error)
{
    destination place;
    FILE *file;
    DN_TRY(find_destination(path, &place, error));
    DN_TRY(open_part(&place, &file, error));
    (void)fclose(file);
    (void)remove(place.part);
    return DN_OK;
}

dn_status dn_file_check_writable(const char *path, dn_error *error)
{
    /* Opening a pipe would wake its reader: it is left alone until there is something to write. */
    if (must_stay(path))
        return DN_OK;
    return dn_fail_in(error, try_part(path, error), path);
}
