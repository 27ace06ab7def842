/** Keeps the pictures that were taken and refused, divides the images, and writes the IDX files. */
#include "pack/pack.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/platform.h"
#include "data/dataset.h"
#include "data/names.h"
#include "io/file.h"
#include "io/idx.h"
#include "train/settings.h"

#include <stdio.h>
#include <string.h>

/** Room for the first pictures; it doubles when they are more. */
#define FIRST_ROOM 64
#define REFUSAL_SIZE (2 * DN_ERROR_TEXT_SIZE + 2)

/* ---- Collecting ---- */

dn_status dn_pack_grow(void **array, size_t count, size_t *capacity, size_t size, dn_error *error)
{
    const size_t wanted = *capacity != 0 ? 2 * *capacity : FIRST_ROOM;
    if (count < *capacity)
        return DN_OK;
    void *larger = dn_reallocate(*array, *capacity, wanted, size, error);
    if (!larger)
        return DN_ERR_MEMORY;
    *array = larger;
    *capacity = wanted;
    return DN_OK;
}

char *dn_pack_copy_text(const char *text, dn_error *error)
{
    const size_t size = strlen(text) + 1;
    char *copy = dn_allocate(size, 1, error);
    return copy ? memcpy(copy, text, size) : NULL;
}

const char *dn_pack_keep_path(dn_pack *pack, const char *path, dn_error *error)
{
    void *paths = pack->paths;
    const dn_status status =
        dn_pack_grow(&paths, pack->path_count, &pack->path_capacity, sizeof *pack->paths, error);
    pack->paths = paths;
    if (status != DN_OK)
        return NULL;
    char *copy = dn_pack_copy_text(path, error);
    if (copy)
        pack->paths[pack->path_count++] = copy;
    return copy;
}

static dn_status add_picture(dn_pack *pack, dn_packed picture, dn_error *error)
{
    void *pictures = pack->pictures;
    const dn_status status =
        dn_pack_grow(&pictures, pack->count, &pack->capacity, sizeof *pack->pictures, error);
    pack->pictures = pictures;
    if (status == DN_OK)
        pack->pictures[pack->count++] = picture;
    return status;
}

dn_status dn_pack_reserve(dn_pack *pack, size_t more, dn_error *error)
{
    dn_dataset *images = &pack->images;
    const size_t wanted = images->count + more;
    if (wanted <= pack->images_room)
        return DN_OK;
    const size_t room = wanted < 2 * pack->images_room ? 2 * pack->images_room : wanted;
    void *pixels = dn_reallocate(images->image_storage, images->count, room, DN_DIGIT_PIXELS, error);
    if (!pixels)
        return DN_ERR_MEMORY;
    images->images = images->image_storage = pixels;
    void *labels = dn_reallocate(images->label_storage, images->count, room, 1, error);
    if (!labels)
        return DN_ERR_MEMORY;
    images->labels = images->label_storage = labels;
    images->height = images->width = DN_DIGIT_SIDE;
    images->classes = DN_DIGIT_CLASSES;
    pack->images_room = room;
    return DN_OK;
}

dn_status dn_pack_take(dn_pack *pack, dn_pack_place place, uint8_t digit, const uint8_t *pixels, bool several,
                       dn_error *error)
{
    dn_dataset *images = &pack->images;
    DN_TRY(dn_pack_reserve(pack, 1, error));
    DN_TRY(add_picture(
        pack, (dn_packed){.path = place.path, .number = place.number, .digit = digit, .several = several},
        error));
    memcpy((uint8_t *)images->image_storage + images->count * DN_DIGIT_PIXELS, pixels, DN_DIGIT_PIXELS);
    ((uint8_t *)images->label_storage)[images->count++] = digit;
    return DN_OK;
}

dn_status dn_pack_refuse(dn_pack *pack, dn_pack_place place, const dn_error *why, dn_error *error)
{
    char text[REFUSAL_SIZE];
    (void)snprintf(text, sizeof text, "%s%s%s", why->problem, why->remedy[0] != '\0' ? ": " : "",
                   why->remedy);
    dn_packed picture = {
        .path = place.path, .number = place.number, .refusal = dn_pack_copy_text(text, error)};
    dn_status status = picture.refusal ? add_picture(pack, picture, error) : DN_ERR_MEMORY;
    if (status == DN_OK)
        pack->refused++;
    else
        dn_release(picture.refusal);
    return status;
}

void dn_pack_free(dn_pack *pack)
{
    if (!pack)
        return;
    for (size_t i = 0; i < pack->count; i++)
        dn_release(pack->pictures[i].refusal);
    for (size_t i = 0; i < pack->path_count; i++)
        dn_release(pack->paths[i]);
    dn_release(pack->pictures);
    dn_release(pack->paths);
    dn_dataset_free(&pack->images);
    dn_selection_free(&pack->train);
    dn_selection_free(&pack->test);
    *pack = (dn_pack){0};
}

/* ---- Dividing ---- */

/** Set the part, and the index in it, of each picture that was taken. */
static void place_pictures(dn_pack *pack)
{
    size_t image = 0;
    size_t test = 0;
    for (size_t i = 0; i < pack->count; i++) {
        dn_packed *picture = &pack->pictures[i];
        if (picture->refusal)
            continue;
        const bool is_test = test < pack->test.count && pack->test.indices[test] == image;
        picture->part = is_test ? DN_DATA_TEST : DN_DATA_TRAIN;
        picture->index = is_test ? test : image - test;
        test += is_test;
        image++;
    }
}

dn_status dn_pack_split(dn_pack *pack, const dn_slice *test, uint64_t seed, dn_error *error)
{
    const size_t count = pack->images.count;
    const size_t test_count = dn_slice_count(test, count);
    if (count == 0)
        return dn_fail_at(error, DN_ERR_FORMAT, pack->count != 0 ? pack->pictures[0].path : "",
                          "give pictures of digits", "none of %zu pictures was taken: %.300s", pack->count,
                          pack->count != 0 ? pack->pictures[0].refusal : "there is none");
    if (test_count >= count)
        return dn_fail_at(error, DN_ERR_ARGUMENT, "--test", "test with fewer",
                          "%zu of %zu images to test with leave nothing to train on", test_count, count);
    DN_TRY(dn_dataset_split(&pack->images, test_count, seed, &pack->train, &pack->test, error));
    place_pictures(pack);
    return DN_OK;
}

/* ---- Writing ---- */

/** Refuse old test files beside new training files: they would be taken for one data set. */
static dn_status check_stale(const char *folder, bool with_test, dn_error *error)
{
    if (with_test || !dn_dataset_present(folder, DN_DATA_TEST))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FILE, folder, "remove them, or give another folder",
                      "it holds test files, which would stay beside the new training files");
}

/** Check that the folder exists or can be made. */
static dn_status check_folder(const char *folder, dn_error *error)
{
    char path[FILENAME_MAX];
    const dn_file_kind kind = dn_platform_file_kind(folder);
    if (kind == DN_FILE_REGULAR || kind == DN_FILE_OTHER)
        return dn_fail_at(error, DN_ERR_FILE, folder, "give a folder", "is not a folder");
    if (kind != DN_FILE_MISSING)
        return DN_OK;
    int length = snprintf(path, sizeof path, "%s", folder);
    while (length > 1 && length < (int)sizeof path && path[length - 1] == '/')
        path[--length] = '\0';
    return dn_file_check_writable(path, error);
}

static dn_status find_path(const char *folder, dn_part_of_data part, dn_data_file file,
                           char path[FILENAME_MAX], dn_error *error)
{
    if (dn_data_path(folder, part, file, path))
        return DN_OK;
    return dn_fail_at(error, DN_ERR_FILE, folder, "use a shorter one", "the path is too long");
}

/** Check that a file can be written there. It replaces a file, but nothing else. */
static dn_status check_place(const char *folder, dn_part_of_data part, dn_data_file file, dn_error *error)
{
    char path[FILENAME_MAX];
    DN_TRY(find_path(folder, part, file, path, error));
    if (dn_platform_file_kind(path) == DN_FILE_OTHER)
        return dn_fail_at(error, DN_ERR_FILE, path, "remove it, or give another folder", "is not a file");
    return dn_file_check_writable(path, error);
}

dn_status dn_pack_check(const char *folder, bool with_test, bool force, dn_error *error)
{
    DN_TRY(check_folder(folder, error));
    if (dn_platform_file_kind(folder) == DN_FILE_MISSING)
        return DN_OK;
    if (!force && (dn_dataset_present(folder, DN_DATA_TRAIN) || dn_dataset_present(folder, DN_DATA_TEST)))
        return dn_fail_at(error, DN_ERR_FILE, folder, "give another folder, or --force to replace them",
                          "it holds the files of a data set");
    DN_TRY(check_stale(folder, with_test, error));
    for (int part = DN_DATA_TRAIN; part <= (with_test ? DN_DATA_TEST : DN_DATA_TRAIN); part++)
        for (int file = DN_IMAGES_FILE; file <= DN_LABELS_FILE; file++)
            DN_TRY(check_place(folder, (dn_part_of_data)part, (dn_data_file)file, error));
    return DN_OK;
}

/** The two files of one part: their paths and headers, and pointers to their bytes. */
typedef struct encoded {
    char paths[2][FILENAME_MAX];
    uint8_t headers[2][DN_IDX_MAX_HEADER];
    dn_part *images; /**< [1 + count] */
    uint8_t *labels; /**< [count] */
    dn_part label_parts[2];
} encoded;

static dn_status encode(const dn_pack *pack, const char *folder, dn_part_of_data part,
                        const dn_selection *chosen, encoded *made, dn_error *error)
{
    const size_t count = chosen->count;
    const dn_idx images = {.rank = DN_IDX_IMAGES_RANK,
                           .extent = {count, DN_DIGIT_SIDE, DN_DIGIT_SIDE},
                           .count = count * DN_DIGIT_PIXELS};
    const dn_idx labels = {.rank = DN_IDX_LABELS_RANK, .extent = {count}, .count = count};
    size_t image_header;
    size_t label_header;
    DN_TRY(find_path(folder, part, DN_IMAGES_FILE, made->paths[0], error));
    DN_TRY(find_path(folder, part, DN_LABELS_FILE, made->paths[1], error));
    DN_TRY(dn_idx_encode_header(&images, made->headers[0], &image_header, error));
    DN_TRY(dn_idx_encode_header(&labels, made->headers[1], &label_header, error));
    made->images = dn_allocate(1 + count, sizeof *made->images, error);
    made->labels = dn_allocate(count, 1, error);
    if (!made->images || !made->labels)
        return DN_ERR_MEMORY;
    made->images[0] = (dn_part){made->headers[0], image_header};
    for (size_t i = 0; i < count; i++) {
        const size_t index = chosen->indices[i];
        made->images[1 + i] = (dn_part){dn_dataset_image(&pack->images, index), DN_DIGIT_PIXELS};
        made->labels[i] = pack->images.labels[index];
    }
    made->label_parts[0] = (dn_part){made->headers[1], label_header};
    made->label_parts[1] = (dn_part){made->labels, count};
    return DN_OK;
}

/** Write the files into the folder. A folder that had to be made is removed again after an error. */
static dn_status write_files(const char *folder, const dn_output *outputs, size_t count, dn_error *error)
{
    const bool is_missing = dn_platform_file_kind(folder) == DN_FILE_MISSING;
    const int reason = is_missing ? dn_platform_make_folder(folder) : 0;
    if (reason != 0)
        return dn_fail_at(error, DN_ERR_FILE, folder, "make the folder first, or give another path",
                          "cannot be made: %s",
                          reason > 0 ? strerror(reason) : "this system has no call for it");
    const dn_status status = dn_file_write_together(outputs, count, error);
    if (status != DN_OK && is_missing)
        (void)remove(folder);
    return status;
}

dn_status dn_pack_write(const dn_pack *pack, const char *folder, dn_error *error)
{
    const bool with_test = pack->test.count != 0;
    encoded made[2] = {{.images = NULL}};
    dn_output outputs[DN_MOST_TOGETHER];
    size_t count = 0;
    DN_TRY(check_stale(folder, with_test, error));
    dn_status status = encode(pack, folder, DN_DATA_TRAIN, &pack->train, &made[DN_DATA_TRAIN], error);
    if (status == DN_OK && with_test)
        status = encode(pack, folder, DN_DATA_TEST, &pack->test, &made[DN_DATA_TEST], error);
    for (int part = DN_DATA_TRAIN; part <= DN_DATA_TEST; part++) {
        const size_t images = part == DN_DATA_TRAIN ? pack->train.count : pack->test.count;
        if (images == 0)
            continue;
        outputs[count++] = (dn_output){made[part].paths[0], made[part].images, 1 + images};
        outputs[count++] = (dn_output){made[part].paths[1], made[part].label_parts, 2};
    }
    if (status == DN_OK)
        status = write_files(folder, outputs, count, error);
    for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
        dn_release(made[i].images);
        dn_release(made[i].labels);
    }
    return status;
}
