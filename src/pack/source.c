/** Sources of pictures: folders, pictures, tables, IDX files. */
#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "data/csv.h"
#include "data/dataset.h"
#include "data/names.h"
#include "io/file.h"
#include "io/gzip.h"
#include "io/idx.h"
#include "io/picture.h"
#include "io/signature.h"
#include "pack/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS "0123456789"
#define NO_DIGIT UINT8_MAX
/** The first buffer for a compressed table is this many times as large as its file. */
#define USUAL_RATIO 8

static const char remedy_name[] =
    "name it with its digit first, as 3_aunt.png, or put it into a folder of that name";

/* ---- One picture ---- */

/** Is this a fault of one picture, which is then refused? Any other error, also an unreadable file, ends the work. */
static bool is_refusal(dn_status status)
{
    return status == DN_ERR_FORMAT || status == DN_ERR_SHAPE;
}

static dn_status take_plain(dn_pack *pack, dn_pack_place place, uint8_t digit, const dn_picture *picture,
                            dn_error *error)
{
    uint8_t pixels[DN_DIGIT_PIXELS];
    DN_TRY(dn_prepare_nothing(picture, pixels, error));
    return dn_pack_take(pack, place, digit, pixels, false, error);
}

static dn_status take_answer(dn_pack *pack, dn_pack_place place, uint8_t digit, const dn_picture *picture,
                             dn_error *error)
{
    dn_answer answer;
    DN_TRY(dn_answer_picture(pack->context, pack->classifier, picture, DN_PICTURE_VIEWS, &answer, error));
    if (answer.verdict == DN_VERDICT_NONE)
        return dn_fail(error, DN_ERR_FORMAT, NULL, "there is no digit in it");
    return dn_pack_take(pack, place, digit, answer.pixels, answer.verdict == DN_VERDICT_SEVERAL, error);
}

/** Take a picture of a digit, or of a sheet where the pack has labels. */
static dn_status take_upright(dn_pack *pack, dn_pack_place place, uint8_t digit, const dn_picture *picture,
                              dn_error *error)
{
    if (pack->plain)
        return take_plain(pack, place, digit, picture, error);
    return pack->labels ? dn_pack_take_sheet(pack, place.path, picture, error)
                        : take_answer(pack, place, digit, picture, error);
}

static dn_status take_picture(dn_pack *pack, dn_pack_place place, uint8_t digit, const dn_picture *picture,
                              dn_error *error)
{
    dn_picture turned = {0};
    if (!pack->transposed)
        return take_upright(pack, place, digit, picture, error);
    dn_status status = dn_picture_transpose(picture, &turned, error);
    if (status == DN_OK)
        status = take_upright(pack, place, digit, &turned, error);
    dn_picture_free(&turned);
    return status;
}

/** Take the pictures of a file, up to one that can't be read; those that can't be taken are refused. */
static dn_status take_pictures(dn_pack *pack, const char *path, uint8_t digit, const dn_bytes *file,
                               dn_error *error)
{
    dn_pack_place place = {.path = path};
    size_t at = 0;
    bool is_read;
    do {
        dn_error why;
        dn_picture picture;
        dn_status status = dn_picture_next(file, &at, &picture, &why);
        is_read = status == DN_OK;
        if (place.number != 0 || (is_read && at < file->size))
            place.number++;
        if (is_read)
            status = take_picture(pack, place, digit, &picture, &why);
        dn_picture_free(&picture);
        if (is_refusal(status) && !pack->labels)
            status = dn_pack_refuse(pack, place, &why, &why);
        if (status != DN_OK) {
            if (error)
                *error = why;
            return status;
        }
    } while (is_read && at < file->size);
    return DN_OK;
}

/** Take or refuse the pictures in a file of a folder. */
static dn_status take_file(dn_pack *pack, const char *path, uint8_t digit, dn_error *error)
{
    dn_bytes file;
    dn_error why;
    dn_status status = dn_file_read(path, DN_PICTURE_MAX_FILE, &file, &why);
    if (is_refusal(status))
        return dn_pack_refuse(pack, (dn_pack_place){.path = path}, &why, error);
    if (status != DN_OK && error)
        *error = why;
    if (status == DN_OK)
        status = take_pictures(pack, path, digit, &file, error);
    dn_bytes_free(&file);
    return status;
}

static dn_status refuse(dn_pack *pack, const char *path, const char *remedy, const char *problem,
                        dn_error *error)
{
    dn_error why;
    dn_fail(&why, DN_ERR_FORMAT, remedy, "%s", problem);
    return dn_pack_refuse(pack, (dn_pack_place){.path = path}, &why, error);
}

/* ---- Folders ---- */

/** The names in a folder. */
typedef struct listing {
    char **names;
    size_t count, capacity;
    dn_error *error;
    dn_status status;
} listing;

static bool list_name(void *self, const char *name)
{
    listing *list = self;
    void *names = list->names;
    list->status = dn_pack_grow(&names, list->count, &list->capacity, sizeof *list->names, list->error);
    list->names = names;
    char *copy = list->status == DN_OK ? dn_pack_copy_text(name, list->error) : NULL;
    if (copy)
        list->names[list->count++] = copy;
    else
        list->status = DN_ERR_MEMORY;
    return copy != NULL;
}

/** Compare by the bytes after the digits, then by the digits: the order in which "show --to-png" wrote the images. */
static int compare_names(const void *a, const void *b)
{
    const char *left = *(char *const *)a;
    const char *right = *(char *const *)b;
    const int behind = strcmp(left + strspn(left, DIGITS), right + strspn(right, DIGITS));
    return behind != 0 ? behind : strcmp(left, right);
}

static void free_listing(listing *list)
{
    for (size_t i = 0; i < list->count; i++)
        dn_release(list->names[i]);
    dn_release(list->names);
}

/** List a folder in order. The caller frees, also after an error. */
static dn_status list_folder(const char *folder, listing *list, dn_error *error)
{
    *list = (listing){.error = error};
    if (!dn_platform_visit_folder(folder, list_name, list))
        return dn_fail(error, DN_ERR_FILE, "name its files, or check its permissions",
                       "the folder cannot be listed");
    if (list->count != 0)
        qsort(list->names, list->count, sizeof *list->names, compare_names);
    return list->status;
}

/** The digit that a name begins with, or NO_DIGIT. A number of several digits is none. */
static uint8_t digit_of(const char *name)
{
    return strspn(name, DIGITS) == 1 ? (uint8_t)(name[0] - '0') : NO_DIGIT;
}

/** A folder while its files are taken. */
typedef struct walk {
    dn_pack *pack;
    uint8_t digit; /**< of all files; NO_DIGIT where their names tell it */
    bool found;    /**< a file or folder is named after a digit */
} walk;

typedef dn_status take_entry(walk *self, const char *path, const char *name, dn_error *error);

/** Take each file of a folder, in order. */
static dn_status take_entries(walk *self, const char *folder, take_entry *take, dn_error *error)
{
    listing list;
    const char *slash = folder[0] != '\0' && folder[strlen(folder) - 1] == '/' ? "" : "/";
    dn_status status = list_folder(folder, &list, error);
    for (size_t i = 0; i < list.count && status == DN_OK; i++) {
        char path[FILENAME_MAX];
        const char *kept = NULL;
        const int length = snprintf(path, sizeof path, "%s%s%s", folder, slash, list.names[i]);
        if (length < 0 || length >= (int)sizeof path)
            status = dn_fail(error, DN_ERR_FILE, "use a shorter one", "the path of a file in it is too long");
        else
            kept = dn_pack_keep_path(self->pack, path, error);
        if (status == DN_OK)
            status = kept ? take(self, kept, list.names[i], error) : DN_ERR_MEMORY;
    }
    free_listing(&list);
    return dn_fail_in(error, status, folder);
}

/** Take a file that shows the folder's digit. */
static dn_status take_of_digit(walk *self, const char *path, const char *name, dn_error *error)
{
    (void)name;
    const dn_file_kind kind = dn_platform_file_kind(path);
    if (kind == DN_FILE_FOLDER || kind == DN_FILE_OTHER)
        return refuse(self->pack, path, "give files", "is not a file", error);
    return take_file(self->pack, path, self->digit, error);
}

/** Take a file by its name, or a folder of a digit. */
static dn_status take_by_name(walk *self, const char *path, const char *name, dn_error *error)
{
    const dn_file_kind kind = dn_platform_file_kind(path);
    walk entry = {.pack = self->pack, .digit = digit_of(name)};
    if (kind == DN_FILE_OTHER)
        return refuse(self->pack, path, "give files", "is not a file", error);
    if (kind == DN_FILE_FOLDER && (entry.digit == NO_DIGIT || name[1] != '\0'))
        return refuse(self->pack, path, "give it as a source of its own",
                      "is a folder, and not one of the folders 0 to 9", error);
    if (entry.digit == NO_DIGIT)
        return refuse(self->pack, path, remedy_name,
                      strspn(name, DIGITS) == 0 ? "its name does not begin with a digit"
                                                : "its name begins with several digits",
                      error);
    self->found = true;
    return kind == DN_FILE_FOLDER ? take_entries(&entry, path, take_of_digit, error)
                                  : take_file(self->pack, path, entry.digit, error);
}

static dn_status take_folder(dn_pack *pack, const char *folder, dn_error *error)
{
    const size_t before = pack->count;
    walk self = {.pack = pack, .digit = NO_DIGIT};
    DN_TRY(take_entries(&self, folder, take_by_name, error));
    if (self.found)
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FORMAT, folder,
                      "put pictures into folders 0 to 9, or name them with the digit first, as 3_aunt.png",
                      pack->count == before ? "the folder is empty"
                                            : "nothing in the folder is named after a digit");
}

/* ---- Files ---- */

typedef enum file_type { FILE_PICTURE, FILE_IDX, FILE_TABLE } file_type;

static bool is_idx(const uint8_t *head, size_t size)
{
    return size >= 2 && head[0] == 0 && head[1] == 0;
}

/** A table begins with a digit, or with a word of its header. What is known as something else is left to the reader of pictures. */
static bool is_table(const uint8_t *head, size_t size)
{
    static const char begin[] = DIGITS "\"\xef"
                                       "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return size > 0 && head[0] != '\0' && strchr(begin, head[0]) && !dn_file_guess(head, size);
}

/** Tell the type of a file by its first bytes; gzip is told by what it holds, later. */
static dn_status recognise(void *self, const uint8_t *head, size_t size, size_t *limit, dn_error *error)
{
    file_type *type = self;
    (void)error;
    const bool is_picture = dn_is_pnm(head, size) || dn_is_png(head, size);
    *type = is_picture                                              ? FILE_PICTURE
            : is_idx(head, size)                                    ? FILE_IDX
            : dn_gzip_recognise(head, size) || is_table(head, size) ? FILE_TABLE
                                                                    : FILE_PICTURE;
    *limit = *type == FILE_PICTURE ? DN_PICTURE_MAX_FILE : dn_idx_limit(head, size);
    return DN_OK;
}

/** An image of a table or an IDX file. */
static dn_status take_row(dn_pack *pack, dn_pack_place place, uint8_t digit, const uint8_t *pixels,
                          dn_error *error)
{
    uint8_t turned[DN_DIGIT_PIXELS];
    if (!pack->transposed)
        return dn_pack_take(pack, place, digit, pixels, false, error);
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        turned[i] = pixels[i % DN_DIGIT_SIDE * DN_DIGIT_SIDE + i / DN_DIGIT_SIDE];
    return dn_pack_take(pack, place, digit, turned, false, error);
}

static dn_status take_table(dn_pack *pack, const char *path, const dn_bytes *text, dn_error *error)
{
    uint8_t pixels[DN_DIGIT_PIXELS];
    uint8_t digit;
    bool found;
    dn_csv csv = dn_csv_open(text->data, text->size);
    for (size_t row = 1;; row++) {
        DN_TRY(dn_csv_next(&csv, &found, &digit, pixels, error));
        if (!found)
            return row > 1 ? DN_OK
                           : dn_fail(error, DN_ERR_FORMAT, "give a table with a row for each image",
                                     "it has no rows");
        DN_TRY(take_row(pack, (dn_pack_place){path, row}, digit, pixels, error));
    }
}

static dn_status take_idx(dn_pack *pack, const char *path, dn_bytes *file, dn_error *error)
{
    char labels_path[FILENAME_MAX];
    dn_idx images;
    dn_idx labels = {0};
    DN_TRY(dn_idx_decode(file, DN_IDX_IMAGES_RANK, &images, error));
    dn_status status = dn_dataset_check_images(&images, error);
    if (status == DN_OK && !dn_data_labels_beside(path, labels_path))
        status =
            dn_fail(error, DN_ERR_FORMAT, "put the labels' file beside it", "there are no labels beside it");
    if (status == DN_OK)
        status = dn_idx_read(labels_path, DN_IDX_LABELS_RANK, &labels, error);
    if (status == DN_OK)
        status = dn_dataset_check_pair(&images, path, &labels, labels_path, error);
    if (status == DN_OK)
        status = dn_pack_reserve(pack, images.extent[0], error);
    for (size_t i = 0; status == DN_OK && i < images.extent[0]; i++)
        status = take_row(pack, (dn_pack_place){path, i + 1}, labels.data[i],
                          images.data + i * DN_DIGIT_PIXELS, error);
    dn_idx_free(&images);
    dn_idx_free(&labels);
    return status;
}

/** Unpack gzip whose length is unknown, into memory that doubles. */
static dn_status unpack(const dn_bytes *file, dn_bytes *text, dn_error *error)
{
    size_t capacity = file->size < DN_IDX_MAX_FILE / USUAL_RATIO ? USUAL_RATIO * file->size : DN_IDX_MAX_FILE;
    for (;;) {
        text->data = dn_allocate(capacity, 1, error);
        if (!text->data)
            return DN_ERR_MEMORY;
        DN_TRY(dn_gzip_peek(file->data, file->size, text->data, capacity, &text->size, error));
        if (text->size < capacity)
            return dn_gzip_unpack(file->data, file->size, text->data, capacity, &text->size, error);
        dn_bytes_free(text);
        if (capacity >= DN_IDX_MAX_FILE / 2)
            return dn_fail(error, DN_ERR_FORMAT, "give a smaller file", "it unpacks to more than %zu bytes",
                           capacity);
        capacity *= 2;
    }
}

/** A table, or gzip that holds a table or an IDX file. */
static dn_status take_text(dn_pack *pack, const char *path, dn_bytes *file, dn_error *error)
{
    enum { HEAD = 4 };
    uint8_t head[HEAD];
    size_t size;
    dn_bytes text = {0};
    if (!dn_gzip_recognise(file->data, file->size))
        return take_table(pack, path, file, error);
    DN_TRY(dn_gzip_peek(file->data, file->size, head, sizeof head, &size, error));
    if (is_idx(head, size))
        return take_idx(pack, path, file, error);
    dn_status status = unpack(file, &text, error);
    if (status == DN_OK)
        status = take_table(pack, path, &text, error);
    dn_bytes_free(&text);
    return status;
}

static dn_status take_named_pictures(dn_pack *pack, const char *path, const dn_bytes *file, dn_error *error)
{
    const char *slash = strrchr(path, '/');
    const uint8_t digit = digit_of(slash ? slash + 1 : path);
    if (digit == NO_DIGIT && !pack->labels)
        return dn_fail(error, DN_ERR_FORMAT,
                       "name it with its digit first, as 3_aunt.png, or give --labels for a sheet of digits",
                       "its name does not begin with one digit");
    return take_pictures(pack, path, digit, file, error);
}

static dn_status add_file(dn_pack *pack, const char *source, dn_error *error)
{
    file_type type;
    dn_bytes file;
    const char *path = dn_pack_keep_path(pack, source, error);
    if (!path)
        return DN_ERR_MEMORY;
    DN_TRY(dn_file_read_checked(path, recognise, &type, &file, error));
    dn_status status;
    if (type == FILE_PICTURE)
        status = take_named_pictures(pack, path, &file, error);
    else if (pack->labels)
        status = dn_fail(error, DN_ERR_FORMAT, "leave out --labels", "it has labels of its own");
    else
        status = type == FILE_IDX ? take_idx(pack, path, &file, error) : take_text(pack, path, &file, error);
    dn_bytes_free(&file);
    return dn_fail_in(error, status, dn_file_input_name(path));
}

static dn_status check_labels(const dn_pack *pack, dn_error *error)
{
    if (!pack->labels)
        return DN_OK;
    if (pack->labels[0] == '\0' || pack->labels[strspn(pack->labels, DIGITS)] != '\0')
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--labels",
                          "give one for each column or row, as 0123456789", "\"%s\" is not a row of digits",
                          pack->labels);
    if (pack->plain)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--labels", "leave out --no-prepare",
                          "an image of 28 x 28 that is taken as it is is no sheet");
    return DN_OK;
}

dn_status dn_pack_add(dn_pack *pack, const char *source, dn_error *error)
{
    DN_TRY(check_labels(pack, error));
    const dn_file_kind kind = dn_platform_file_kind(source);
    if (kind != DN_FILE_FOLDER) {
        const dn_status status = add_file(pack, source, error);
        if (status == DN_ERR_FILE && kind == DN_FILE_UNKNOWN && error)
            (void)snprintf(error->remedy, sizeof error->remedy,
                           "a folder can't be listed here: name its files");
        return status;
    }
    if (pack->labels)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--labels", "give pictures of sheets, or leave it out",
                          "%s is a folder", source);
    const char *folder = dn_pack_keep_path(pack, source, error);
    return folder ? take_folder(pack, folder, error) : DN_ERR_MEMORY;
}
