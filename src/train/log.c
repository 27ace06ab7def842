#include "train/log.h"

#include "core/ascii.h"
#include "core/fail.h"
#include "core/number.h"
#include "core/platform.h"
#include "io/file.h"
#include "io/json_line.h"

#include <errno.h>
#include <string.h>

/** The members of a line, in their order. */
enum { EPOCH, TRAIN_LOSS, VALID_LOSS, VALID_ACCURACY, IMAGES, LR, SECONDS, IMAGES_PER_SECOND, MEMBERS };

static const struct {
    const char *key;
    bool optional;
} members[MEMBERS] = {
    [EPOCH] = {"epoch", false},          [TRAIN_LOSS] = {"train_loss", false},
    [VALID_LOSS] = {"valid_loss", true}, [VALID_ACCURACY] = {"valid_accuracy", true},
    [IMAGES] = {"images", false},        [LR] = {"lr", false},
    [SECONDS] = {"seconds", false},      [IMAGES_PER_SECOND] = {"images_per_second", true},
};

/* ---- Reading ---- */

/** The unread bytes of a log. */
typedef struct cursor {
    const uint8_t *at;
    size_t size;
    bool is_torn; /**< a line without its end, as a full disk leaves it: wherever it ends is right */
} cursor;

/** Move behind the text, if it is there; of a torn line, as far as it goes. */
static bool take(cursor *rest, const char *text)
{
    size_t length = strlen(text);
    if (rest->is_torn && rest->size < length)
        length = rest->size;
    if (rest->size < length || memcmp(rest->at, text, length) != 0)
        return false;
    rest->at += length;
    rest->size -= length;
    return true;
}

/** Move behind a number, as printf's %g has it, or null. */
static bool take_number(cursor *rest)
{
    size_t length = 0;
    if (take(rest, "null"))
        return true;
    while (length < rest->size && rest->at[length] != '\0' && strchr("0123456789+-.e", rest->at[length]))
        length++;
    rest->at += length;
    rest->size -= length;
    if (rest->is_torn && rest->size == 0)
        return true;
    return length != 0 && dn_is_digit(rest->at[-1]);
}

/** Move behind a member and the comma before it. False where it is not there, or is no number. */
static bool take_member(cursor *rest, size_t member)
{
    if (member != EPOCH && !take(rest, ","))
        return false;
    return take(rest, "\"") && take(rest, members[member].key) && take(rest, "\":") && take_number(rest);
}

static bool take_line(cursor *rest)
{
    if (!take(rest, "{"))
        return false;
    for (size_t i = 0; i < MEMBERS; i++) {
        cursor behind = *rest;
        if (take_member(&behind, i))
            *rest = behind;
        else if (!members[i].optional)
            return false;
    }
    return take(rest, "}\n");
}

/** Room for the lines of a million epochs. */
#define MAX_FILE ((size_t)1 << 30)

static dn_status fail_foreign(dn_error *error)
{
    return dn_fail(error, DN_ERR_FORMAT, "give a log that digitnet train wrote",
                   "is not a log that digitnet wrote");
}

/** A log begins with its first epoch, if it has one: whatever else it is need not be read. */
static dn_status check_head(void *self, const uint8_t *head, size_t size, size_t *limit, dn_error *error)
{
    (void)self;
    *limit = MAX_FILE;
    cursor rest = {.at = head, .size = size};
    return size == 0 || (take(&rest, "{") && take_member(&rest, EPOCH)) ? DN_OK : fail_foreign(error);
}

/** Read a log, and find the bytes of its whole lines; what follows them is torn. */
static dn_status read_log(const char *path, dn_bytes *bytes, size_t *whole, dn_error *error)
{
    DN_TRY(dn_file_read_checked(path, check_head, NULL, bytes, error));
    cursor rest = {.at = bytes->data, .size = bytes->size};
    bool ours = true;
    while (ours && rest.size != 0 && !rest.is_torn) {
        *whole = bytes->size - rest.size;
        rest.is_torn = !memchr(rest.at, '\n', rest.size);
        ours = take_line(&rest) && !(rest.is_torn && rest.size != 0);
    }
    if (!rest.is_torn)
        *whole = bytes->size;
    if (ours)
        return DN_OK;
    dn_bytes_free(bytes);
    return dn_fail_in(error, fail_foreign(error), path);
}

dn_status dn_epoch_log_read(const char *path, dn_bytes *lines, dn_error *error)
{
    size_t whole;
    DN_TRY(read_log(path, lines, &whole, error));
    lines->size = whole;
    return DN_OK;
}

dn_status dn_epoch_log_check_ours(const char *path, dn_error *error)
{
    dn_bytes bytes;
    size_t whole;
    DN_TRY(read_log(path, &bytes, &whole, error));
    dn_bytes_free(&bytes);
    return DN_OK;
}

/* ---- Writing ---- */

static bool begin_anew(const char *path)
{
    FILE *file = fopen(path, "wb");
    return file && fclose(file) == 0;
}

/** The epoch of a line that take_line takes. */
static uint64_t epoch_of(const uint8_t *line)
{
    const char *number = (const char *)line + strlen("{\"epoch\":");
    uint64_t epoch = 0;
    (void)dn_number_parse_whole(number, strspn(number, "0123456789"), &epoch);
    return epoch;
}

/** The bytes of the lines before the first of an epoch above `epochs`. */
static size_t size_of_epochs(const uint8_t *lines, size_t size, size_t epochs)
{
    size_t kept = 0;
    while (kept < size && epoch_of(lines + kept) <= epochs) {
        const uint8_t *end = memchr(lines + kept, '\n', size - kept);
        kept = end ? (size_t)(end - lines) + 1 : size;
    }
    return kept;
}

/** Cut later epochs, and a line that is torn, from the end of a log of ours; a line that lacks only its line feed gets it. */
static dn_status mend(const char *path, size_t epochs, dn_error *error)
{
    dn_bytes bytes;
    size_t whole;
    const dn_file_kind kind = dn_platform_file_kind(path);
    const bool is_file = kind == DN_FILE_REGULAR || kind == DN_FILE_UNKNOWN;
    if (!is_file || read_log(path, &bytes, &whole, NULL) != DN_OK)
        return DN_OK;
    const bool is_complete = bytes.size != 0 && bytes.data[bytes.size - 1] == '}';
    const size_t kept = size_of_epochs(bytes.data, is_complete ? bytes.size : whole, epochs);
    const bool lacks_end = kept != 0 && bytes.data[kept - 1] != '\n';
    const dn_part parts[] = {{bytes.data, kept}, {"\n", lacks_end ? 1 : 0}};
    dn_status status = DN_OK;
    if (kept != bytes.size || lacks_end)
        status = dn_file_write(path, parts, sizeof parts / sizeof parts[0], error);
    dn_bytes_free(&bytes);
    return status;
}

/** Each line goes behind all others, also those of another run. */
static FILE *open_file(const char *path, bool go_on)
{
    const dn_file_kind kind = dn_platform_file_kind(path);
    if (!go_on && kind == DN_FILE_UNKNOWN)
        return fopen(path, "wb"); /* it may be a pipe, which a second opening would end for its reader */
    if (!go_on && kind != DN_FILE_OTHER && !begin_anew(path))
        return NULL;
    return fopen(path, "ab");
}

dn_status dn_epoch_log_open(dn_epoch_log *log, const char *path, bool go_on, size_t epochs, dn_error *error)
{
    *log = (dn_epoch_log){.stream = dn_file_standard_stream(path)};
    log->standard = log->stream != NULL;
    if (!log->standard && go_on)
        DN_TRY(mend(path, epochs, error));
    errno = 0;
    if (!log->standard)
        log->stream = open_file(path, go_on);
    if (log->stream)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FILE, path, "give another --log", "cannot be written: %s",
                      errno != 0 ? strerror(errno) : "it cannot be opened");
}

void dn_epoch_log_put(dn_epoch_log *log, const dn_epoch *epoch)
{
    if (!log->stream)
        return;
    errno = 0;
    json_line line = json_line_open(log->stream);
    json_line_count(&line, members[EPOCH].key, epoch->epoch);
    json_line_number(&line, members[TRAIN_LOSS].key, epoch->train_loss);
    if (epoch->validated) {
        json_line_number(&line, members[VALID_LOSS].key, epoch->valid.loss);
        json_line_number(&line, members[VALID_ACCURACY].key, dn_metrics_accuracy(&epoch->valid));
    }
    json_line_count(&line, members[IMAGES].key, epoch->images);
    json_line_number(&line, members[LR].key, (double)epoch->learning_rate);
    json_line_number(&line, members[SECONDS].key, epoch->seconds);
    if (epoch->seconds > 0.0)
        json_line_number(&line, members[IMAGES_PER_SECOND].key, (double)epoch->timed_images / epoch->seconds);
    json_line_close(&line);
    if (log->failed || !ferror(log->stream))
        return;
    log->failed = true;
    log->reason = errno;
}

dn_status dn_epoch_log_close(dn_epoch_log *log, const char *path, dn_error *error)
{
    if (!log->stream)
        return DN_OK;
    errno = 0;
    const bool failed = (!log->standard && fclose(log->stream) != 0) || log->failed;
    const int reason = log->failed ? log->reason : errno;
    log->stream = NULL;
    if (!failed)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FILE, dn_file_output_name(path), "give another --log",
                      "the log is not complete: %s", reason != 0 ? strerror(reason) : "a write failed");
}
