#include "data/dataset.h"

#include "core/fail.h"
#include "core/memory.h"
#include "core/random.h"
#include "data/names.h"
#include "io/idx.h"
#include "io/sha256.h"

#include "digitnet/core.h"
#include "digitnet/data.h"
#include "digitnet/io.h"

#include <stdio.h>
#include <string.h>

/** Labels begin after the header of an IDX file of rank 1. */
#define LABELS_OFFSET 8

bool dn_dataset_folder(const char *folder, char *path, size_t size)
{
    dn_data_place place;
    const bool found = dn_data_find_place(folder, &place);
    const char *taken = found && strlen(place.folder) < size ? place.folder : folder;
    (void)snprintf(path, size, "%s", taken);
    return found;
}

bool dn_dataset_present(const char *folder, dn_part_of_data part)
{
    dn_data_place place;
    char path[FILENAME_MAX];
    return dn_data_find_place(folder, &place) && (dn_data_find_file(&place, part, DN_IMAGES_FILE, path) ||
                                                  dn_data_find_file(&place, part, DN_LABELS_FILE, path));
}

static dn_status read_file(const dn_data_place *place, dn_part_of_data part, dn_data_file file,
                           char path[FILENAME_MAX], dn_idx *idx, dn_error *error)
{
    if (!dn_data_find_file(place, part, file, path))
        return dn_data_fail_missing(place, part, file, error);
    return dn_idx_read(path, file == DN_IMAGES_FILE ? DN_IDX_IMAGES_RANK : DN_IDX_LABELS_RANK, idx, error);
}

dn_status dn_dataset_check_images(const dn_idx *images, dn_error *error)
{
    const size_t *extent = images->extent;
    if (extent[0] == 0)
        return dn_fail(error, DN_ERR_FORMAT, "give a file that holds images",
                       "byte 4 of the IDX data: it holds no images");
    if (extent[1] != DN_DIGIT_SIDE || extent[2] != DN_DIGIT_SIDE)
        return dn_fail(error, DN_ERR_FORMAT, "give images of 28 x 28",
                       "byte 8 of the IDX data: images of %zu x %zu found, %d x %d expected", extent[1],
                       extent[2], DN_DIGIT_SIDE, DN_DIGIT_SIDE);
    return DN_OK;
}

static dn_status check_labels(const dn_idx *labels, dn_error *error)
{
    for (size_t i = 0; i < labels->count; i++)
        if (labels->data[i] >= DN_DIGIT_CLASSES)
            return dn_fail(error, DN_ERR_FORMAT,
                           "give digits alone: letters and other classes are not learnt",
                           "byte %zu of the IDX data: label %zu is %u, 0 to %d expected", LABELS_OFFSET + i,
                           i, labels->data[i], DN_DIGIT_CLASSES - 1);
    return DN_OK;
}

dn_status dn_dataset_check_pair(const dn_idx *images, const char *images_path, const dn_idx *labels,
                                const char *labels_path, dn_error *error)
{
    if (images->extent[0] != labels->extent[0]) {
        return dn_fail_at(error, DN_ERR_FORMAT, images_path, "give two files that belong together",
                          "%zu images, but %zu labels in %s", images->extent[0], labels->extent[0],
                          labels_path);
    }
    return dn_fail_in(error, check_labels(labels, error), labels_path);
}

/** What an image takes in memory: its pixels, its label, and its places in two orders. */
#define IMAGE_COST ((size_t)DN_DIGIT_PIXELS + 1 + 2 * sizeof(uint32_t))

size_t dn_dataset_peek(const char *folder, dn_part_of_data part)
{
    dn_data_place place;
    char path[FILENAME_MAX];
    dn_idx images;
    const bool found = dn_data_find_place(folder, &place) &&
                       dn_data_find_file(&place, part, DN_IMAGES_FILE, path) && dn_idx_peek(path, &images) &&
                       images.rank == DN_IDX_IMAGES_RANK;
    return found ? images.extent[0] : 0;
}

dn_status dn_dataset_check_memory(size_t images, size_t there, dn_error *error)
{
    if (images <= there / IMAGE_COST)
        return DN_OK;
    return dn_fail(error, DN_ERR_MEMORY,
                   "give fewer images: --augment elastic draws new ones from a small set in every epoch",
                   "%zu images want %.0f MB of memory, and there are %.0f MB", images,
                   (double)images * (double)IMAGE_COST / 1e6, (double)there / 1e6);
}

/** Read both files of the training or test set, check each, and check that they are a pair. */
static dn_status read_pair(const dn_data_place *place, dn_part_of_data part, dn_idx *images, dn_idx *labels,
                           dn_error *error)
{
    char images_path[FILENAME_MAX];
    char labels_path[FILENAME_MAX];
    DN_TRY(read_file(place, part, DN_IMAGES_FILE, images_path, images, error));
    DN_TRY(dn_fail_in(error, dn_dataset_check_images(images, error), images_path));
    DN_TRY(read_file(place, part, DN_LABELS_FILE, labels_path, labels, error));
    return dn_dataset_check_pair(images, images_path, labels, labels_path, error);
}

dn_status dn_dataset_load(const char *folder, dn_part_of_data part, dn_dataset *dataset, dn_error *error)
{
    dn_idx images = {0};
    dn_idx labels = {0};
    dn_data_place place;
    *dataset = (dn_dataset){0};
    (void)dn_data_find_place(folder, &place);
    const dn_status status = read_pair(&place, part, &images, &labels, error);
    if (status != DN_OK) {
        dn_idx_free(&images);
        dn_idx_free(&labels);
        return status;
    }
    *dataset = (dn_dataset){
        .count = images.extent[0],
        .height = images.extent[1],
        .width = images.extent[2],
        .classes = DN_DIGIT_CLASSES,
        .digit = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
        .transposed = dn_data_is_transposed(&place),
        .images = images.data,
        .labels = labels.data,
        .image_storage = images.storage,
        .label_storage = labels.storage,
    };
    return DN_OK;
}

void dn_dataset_free(dn_dataset *dataset)
{
    if (!dataset)
        return;
    dn_release(dataset->image_storage);
    dn_release(dataset->label_storage);
    *dataset = (dn_dataset){0};
}

dn_dataset dn_dataset_first(const dn_dataset *dataset, size_t count)
{
    dn_dataset view = *dataset;
    view.image_storage = NULL;
    view.label_storage = NULL;
    if (count < view.count)
        view.count = count;
    return view;
}

const uint8_t *dn_dataset_image(const dn_dataset *dataset, size_t index)
{
    const size_t size = dataset->height * dataset->width;
    if (dataset->images)
        return dataset->images + index * size;
    const dn_data_part *part = dataset->parts;
    for (; index >= part->count * part->times; part++)
        index -= part->count * part->times;
    return part->images + index % part->count * size;
}

/** List the parts, each set once and then its further copies, and copy the labels. */
static void join(const dn_dataset *sets, size_t count, const size_t *repeat, dn_data_part *parts,
                 uint8_t *labels)
{
    for (size_t round = 0; round < 2; round++) {
        for (size_t i = 0; i < count; i++) {
            const size_t times = round == 0 ? 1 : repeat[i] - 1;
            *parts++ = (dn_data_part){sets[i].images, sets[i].count, times};
            for (size_t copy = 0; copy < times; copy++, labels += sets[i].count)
                memcpy(labels, sets[i].labels, sets[i].count);
        }
    }
}

dn_status dn_dataset_join(const dn_dataset *sets, size_t count, const size_t *repeat, dn_dataset *joined,
                          dn_error *error)
{
    size_t total = 0;
    *joined = (dn_dataset){0};
    for (size_t i = 0; i < count; i++) {
        if (sets[i].count > (UINT32_MAX - total) / repeat[i])
            return dn_fail(error, DN_ERR_ARGUMENT, "give fewer images, or repeat them less often",
                           "more than %lu images", (unsigned long)UINT32_MAX);
        total += sets[i].count * repeat[i];
    }
    dn_data_part *parts = dn_allocate(2 * count, sizeof *parts, error);
    uint8_t *labels = dn_allocate(total, 1, error);
    *joined = dn_dataset_first(&sets[0], SIZE_MAX);
    for (size_t i = 0; i < count; i++)
        joined->transposed |= sets[i].transposed;
    joined->images = NULL;
    joined->count = total;
    joined->parts = joined->image_storage = parts;
    joined->labels = joined->label_storage = labels;
    if (parts && labels) {
        join(sets, count, repeat, parts, labels);
        return DN_OK;
    }
    dn_dataset_free(joined);
    return DN_ERR_MEMORY;
}

void dn_dataset_digest(const dn_dataset *dataset, uint8_t digest[DN_SHA256_SIZE])
{
    dn_sha256 hash;
    dn_sha256_init(&hash);
    dn_sha256_update(&hash, dataset->images, dataset->count * dataset->height * dataset->width);
    dn_sha256_update(&hash, dataset->labels, dataset->count);
    dn_sha256_final(&hash, digest);
}

void dn_selection_free(dn_selection *selection)
{
    if (!selection)
        return;
    dn_release(selection->indices);
    *selection = (dn_selection){0};
}

#define MAX_CLASSES (UINT8_MAX + 1)

/** The work memory of a split. */
typedef struct splitter {
    size_t size[MAX_CLASSES];   /**< examples of each class */
    size_t quota[MAX_CLASSES];  /**< how many of them go to the validation slice */
    uint64_t left[MAX_CLASSES]; /**< the remainder of rounding down, in units of 1 / count */
    uint32_t *members;          /**< [count]: the examples of one class */
    bool *held_out;             /**< [count] */
} splitter;

/** Distribute valid_count in proportion; the rest after rounding goes to the classes with the largest remainders. */
static void set_quotas(splitter *work, const dn_dataset *dataset, size_t valid_count)
{
    size_t missing = valid_count;
    for (size_t digit = 0; digit < dataset->classes; digit++) {
        const uint64_t scaled = (uint64_t)valid_count * work->size[digit];
        work->quota[digit] = (size_t)(scaled / dataset->count);
        work->left[digit] = scaled % dataset->count;
        missing -= work->quota[digit];
    }
    for (; missing != 0; missing--) {
        size_t most = 0;
        for (size_t digit = 1; digit < dataset->classes; digit++)
            if (work->left[digit] > work->left[most])
                most = digit;
        work->quota[most]++;
        work->left[most] = 0;
    }
}

/** Draw each class's quota: the beginning of a shuffle of its members. */
static void hold_out(splitter *work, const dn_dataset *dataset, uint64_t seed)
{
    uint32_t *members = work->members;
    for (size_t digit = 0; digit < dataset->classes; digit++) {
        dn_random random = dn_random_stream(seed, DN_PURPOSE_SPLIT, digit, 0);
        size_t size = 0;
        for (size_t i = 0; i < dataset->count; i++)
            if (dataset->labels[i] == digit)
                members[size++] = (uint32_t)i;
        for (size_t i = 0; i < work->quota[digit]; i++) {
            const size_t drawn = i + (size_t)dn_random_below(&random, size - i);
            work->held_out[members[drawn]] = true;
            members[drawn] = members[i];
        }
    }
}

static void gather(const splitter *work, size_t count, dn_selection *train, dn_selection *valid)
{
    for (size_t i = 0; i < count; i++) {
        dn_selection *chosen = work->held_out[i] ? valid : train;
        chosen->indices[chosen->count++] = (uint32_t)i;
    }
}

static dn_status split(splitter *work, const dn_dataset *dataset, size_t valid_count, uint64_t seed,
                       dn_selection *train, dn_selection *valid, dn_error *error)
{
    work->members = dn_allocate(dataset->count, sizeof *work->members, error);
    work->held_out = dn_allocate_zeroed(dataset->count, sizeof *work->held_out, error);
    train->indices = dn_allocate(dataset->count - valid_count, sizeof *train->indices, error);
    valid->indices = dn_allocate(valid_count, sizeof *valid->indices, error);
    if (!work->members || !work->held_out || !train->indices || !valid->indices)
        return DN_ERR_MEMORY;
    for (size_t i = 0; i < dataset->count; i++)
        work->size[dataset->labels[i]]++;
    set_quotas(work, dataset, valid_count);
    hold_out(work, dataset, seed);
    gather(work, dataset->count, train, valid);
    return DN_OK;
}

dn_status dn_dataset_split(const dn_dataset *dataset, size_t valid_count, uint64_t seed, dn_selection *train,
                           dn_selection *valid, dn_error *error)
{
    splitter work = {0};
    *train = (dn_selection){0};
    *valid = (dn_selection){0};
    if (valid_count >= dataset->count)
        return dn_fail(error, DN_ERR_ARGUMENT, "hold out fewer",
                       "%zu of %zu examples held out for validation leave nothing to train on", valid_count,
                       dataset->count);
    const dn_status status = split(&work, dataset, valid_count, seed, train, valid, error);
    dn_release(work.members);
    dn_release(work.held_out);
    if (status != DN_OK) {
        dn_selection_free(train);
        dn_selection_free(valid);
    }
    return status;
}
