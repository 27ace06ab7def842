#include "data/names.h"

#include "core/fail.h"
#include "core/platform.h"

#include <string.h>

/** How many names of a folder a message lists, and how much of each. */
#define LISTED 8
#define LISTED_SIZE 44
#define LIST_SIZE (LISTED * LISTED_SIZE + 64)

/** A part may have two names. */
#define PREFIXES 2

struct dn_naming {
    const char *prefixes[2][PREFIXES]; /**< of DN_DATA_TRAIN and DN_DATA_TEST */
    bool transposed;
};

/*
 * The names that are accepted: a prefix, "-", and an ending, in the folder or in one of its subfolders. What stands first is
 * taken first. Splits of EMNIST that hold more than digits are found as well, so that their labels say why they are refused.
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

/** Find a file of that prefix in the folder, under any ending. Effect: path is the first that there is. */
static bool find_by_ending(const char *folder, const char *prefix, dn_data_file file, char path[FILENAME_MAX])
{
    for (size_t i = 0; i < COUNT(endings); i++)
        if (endings[i][file] && join(path, folder, prefix, endings[i][file]) && is_file(path))
            return true;
    return false;
}

/** The same in the folders that are called as the file is: some archives unpack so. */
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

bool dn_data_is_transposed(const dn_data_place *place)
{
    return place->naming->transposed;
}

/** Cut a name to what is listed of it, between two characters of UTF-8. */
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

/** Write "; the folder holds a, b/ and 3 more", or nothing where the platform can't tell. */
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
