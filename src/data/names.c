#include "data/names.h"

#include "core/fail.h"
#include "core/platform.h"

#include <string.h>

/** The most names of a folder that a message lists, and the room for each. */
#define LISTED 8
#define LISTED_SIZE 44
#define LIST_SIZE (LISTED * LISTED_SIZE + 64)

/** The training or test set may have two names. */
#define PREFIXES 2

struct dn_naming {
    const char *prefixes[2][PREFIXES]; /**< of DN_DATA_TRAIN and DN_DATA_TEST */
    bool transposed;
};

/*
 * The names that are accepted: a prefix, "-", and an ending, in the folder or in one of its subfolders. The first match
 * wins. Splits of EMNIST with more than digits are found as well, so that the error can name their labels.
 */
static const char *const subfolders[] = {
    "",           /* the files themselves */
    "/raw",       /* torchvision: the folder of one dataset */
    "/MNIST/raw", /* torchvision: the root of all */
    "/EMNIST/raw",
    "/QMNIST/raw",
    "/gzip", /* as EMNIST's archive unpacks */
};
static const dn_naming namings[] = {
    {{{"train"}, {"t10k", "test"}}, false},
    {{{"emnist-digits-train"}, {"emnist-digits-test"}}, true},
    {{{"emnist-mnist-train"}, {"emnist-mnist-test"}}, true},
    {{{"qmnist-train"}, {"qmnist-test"}}, false},
    {{{"emnist-letters-train"}, {"emnist-letters-test"}}, true},
    {{{"emnist-balanced-train"}, {"emnist-balanced-test"}}, true},
    {{{"emnist-bymerge-train"}, {"emnist-bymerge-test"}}, true},
    {{{"emnist-byclass-train"}, {"emnist-byclass-test"}}, true},
};
static const char *const endings[][2] = {
    /* of DN_IMAGES_FILE and DN_LABELS_FILE */
    {"-images-idx3-ubyte", "-labels-idx1-ubyte"},
    {"-images.idx3-ubyte", "-labels.idx1-ubyte"},
    {"-images-idx3-ubyte.gz", "-labels-idx1-ubyte.gz"},
    {"-images.idx3-ubyte.gz", "-labels.idx1-ubyte.gz"},
    {NULL, "-labels-idx2-int"}, /* QMNIST's own, which is read to be refused */
    {NULL, "-labels-idx2-int.gz"},
};
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/** path = folder/prefix + ending. False where it is too long. */
static bool join(char path[FILENAME_MAX], const char *folder, const char *prefix, const char *ending)
{
    const int length = snprintf(path, FILENAME_MAX, "%s/%s%s", folder, prefix, ending);
    return length >= 0 && length < FILENAME_MAX;
}

static bool is_file(const char *path)
{
    const dn_file_kind kind = dn_platform_file_kind(path);
    return kind != DN_FILE_MISSING && kind != DN_FILE_FOLDER;
}

/** Find the first file in the folder with that prefix and any ending. */
static bool find_by_ending(const char *folder, const char *prefix, dn_data_file file, char path[FILENAME_MAX])
{
    for (size_t i = 0; i < COUNT(endings); i++)
        if (endings[i][file] && join(path, folder, prefix, endings[i][file]) && is_file(path))
            return true;
    return false;
}

/** The same in a folder with the name of the file, as some archives unpack. */
static bool find_in_own_folder(const char *folder, const char *prefix, dn_data_file file,
                               char path[FILENAME_MAX])
{
    char own[FILENAME_MAX];
    for (size_t i = 0; i < COUNT(endings); i++)
        if (endings[i][file] && join(own, folder, prefix, endings[i][file]) &&
            dn_platform_file_kind(own) == DN_FILE_FOLDER && find_by_ending(own, prefix, file, path))
            return true;
    return false;
}

bool dn_data_find_file(const dn_data_place *place, dn_part_of_data part, dn_data_file file,
                       char path[FILENAME_MAX])
{
    const char *const *prefixes = place->naming->prefixes[part];
    for (size_t i = 0; i < PREFIXES && prefixes[i]; i++)
        if (find_by_ending(place->folder, prefixes[i], file, path) ||
            find_in_own_folder(place->folder, prefixes[i], file, path))
            return true;
    return false;
}

static bool holds_something(const dn_data_place *place)
{
    char path[FILENAME_MAX];
    for (int part = DN_DATA_TRAIN; part <= DN_DATA_TEST; part++)
        for (int file = DN_IMAGES_FILE; file <= DN_LABELS_FILE; file++)
            if (dn_data_find_file(place, (dn_part_of_data)part, (dn_data_file)file, path))
                return true;
    return false;
}

bool dn_data_find_place(const char *folder, dn_data_place *place)
{
    for (size_t i = 0; i < COUNT(subfolders); i++) {
        const int length = snprintf(place->folder, FILENAME_MAX, "%s%s", folder, subfolders[i]);
        if (length >= FILENAME_MAX || dn_platform_file_kind(place->folder) == DN_FILE_MISSING)
            continue;
        for (place->naming = namings; place->naming < namings + COUNT(namings); place->naming++)
            if (holds_something(place))
                return true;
    }
    (void)snprintf(place->folder, FILENAME_MAX, "%s", folder);
    place->naming = namings;
    return false;
}

bool dn_data_path(const char *folder, dn_part_of_data part, dn_data_file file, char path[FILENAME_MAX])
{
    return join(path, folder, namings[0].prefixes[part][0], endings[0][file]);
}

bool dn_data_is_transposed(const dn_data_place *place)
{
    return place->naming->transposed;
}

/** Cut a name to the length that is listed, between two characters of UTF-8. */
static void shorten(char name[DN_FOLDER_NAME_SIZE])
{
    static const char ellipsis[] = "...";
    const size_t room = LISTED_SIZE - sizeof ", /";
    size_t length = strlen(name);
    if (length > room) {
        length = room - strlen(ellipsis);
        while (length > 0 && ((unsigned char)name[length] & 0xc0) == 0x80)
            length--;
        memcpy(name + length, ellipsis, sizeof ellipsis);
    }
}

/** Write "; the folder holds a, b/ and 3 more", or nothing where the platform can't list it. */
static void list_folder(const char *folder, char text[LIST_SIZE])
{
    char names[LISTED][DN_FOLDER_NAME_SIZE];
    char path[FILENAME_MAX];
    size_t total;
    text[0] = '\0';
    if (!dn_platform_list_folder(folder, names, LISTED, &total))
        return;
    size_t length = (size_t)snprintf(text, LIST_SIZE, "; the folder %s", total == 0 ? "is empty" : "holds ");
    for (size_t i = 0; i < total && i < LISTED; i++) {
        const bool is_folder =
            join(path, folder, names[i], "") && dn_platform_file_kind(path) == DN_FILE_FOLDER;
        shorten(names[i]);
        length += (size_t)snprintf(text + length, LIST_SIZE - length, "%s%s%s", i == 0 ? "" : ", ", names[i],
                                   is_folder ? "/" : "");
    }
    if (total > LISTED)
        (void)snprintf(text + length, LIST_SIZE - length, " and %zu more", total - LISTED);
}

dn_status dn_data_fail_missing(const dn_data_place *place, dn_part_of_data part, dn_data_file file,
                               dn_error *error)
{
    static const char remedy[] = "fetch MNIST, or give a folder that holds its four files";
    char path[FILENAME_MAX];
    char list[LIST_SIZE];
    const dn_file_kind kind = dn_platform_file_kind(place->folder);
    if (kind == DN_FILE_MISSING)
        return dn_fail_at(error, DN_ERR_FILE, place->folder, remedy, "there is no such folder");
    if (kind == DN_FILE_REGULAR || kind == DN_FILE_OTHER)
        return dn_fail_at(error, DN_ERR_FILE, place->folder, remedy, "is not a folder");
    if (!join(path, place->folder, place->naming->prefixes[part][0], endings[0][file]))
        return dn_fail_at(error, DN_ERR_FILE, path, remedy, "the path is too long");
    list_folder(place->folder, list);
    return dn_fail_at(error, DN_ERR_FILE, path, remedy, "there is no such file, plain or .gz%s", list);
}

/** Write the path with "labels-idx1" for each "images-idx3" from `start` on. False where there is none, or no room. */
static bool rename_images(const char *images, size_t start, char path[FILENAME_MAX])
{
    static const char *const pairs[][2] = {{"images-idx3", "labels-idx1"}, {"images.idx3", "labels.idx1"}};
    const size_t size = strlen(images) + 1;
    bool renamed = false;
    if (size > FILENAME_MAX)
        return false;
    memcpy(path, images, size);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        for (char *found = path + start; (found = strstr(found, pairs[i][0])) != NULL; renamed = true)
            memcpy(found, pairs[i][1], strlen(pairs[i][1])); /* as long as what it replaces */
    return renamed;
}

/** Where the last name of a path begins; end is behind it. */
static size_t name_start(const char *path, size_t end)
{
    while (end > 0 && path[end - 1] != '/')
        end--;
    return end;
}

bool dn_data_labels_beside(const char *images, char path[FILENAME_MAX])
{
    const size_t file = name_start(images, strlen(images));
    const size_t folder = file > 0 ? name_start(images, file - 1) : file;
    const size_t starts[] = {file, folder};
    for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
        if (!rename_images(images, starts[i], path))
            continue;
        const dn_file_kind kind = dn_platform_file_kind(path);
        if (kind == DN_FILE_REGULAR || kind == DN_FILE_UNKNOWN)
            return true;
    }
    return false;
}
