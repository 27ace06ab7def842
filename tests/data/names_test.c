#include "support.h"

#include "data/dataset.h"
#include "data/names.h"

#include <string.h>
#include <sys/stat.h>

static dn_error error;

/** The temporary folder itself. */
static const char *root(void)
{
    static char path[FILENAME_MAX];
    snprintf(path, sizeof path, "%s", temporary_path(""));
    path[strlen(path) - 1] = '\0';
    return path;
}

/** Make an empty file, and the folders that it lies in. */
static void put(const char *name)
{
    char path[FILENAME_MAX];
    snprintf(path, sizeof path, "%s", temporary_path(name));
    for (char *slash = path + strlen(root()) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        (void)mkdir(path, 0777);
        *slash = '/';
    }
    write_bytes(path, "", 0);
}

/** Remove a file, and the folders that are empty then. */
static void take_away(const char *name)
{
    char path[FILENAME_MAX];
    snprintf(path, sizeof path, "%s", temporary_path(name));
    while (strlen(path) > strlen(root()) && remove(path) == 0)
        *strrchr(path, '/') = '\0';
}

static void assert_found(dn_part_of_data part, dn_data_file file, const char *name)
{
    dn_data_place place;
    char path[FILENAME_MAX];
    assert_true(dn_data_find_place(root(), &place));
    assert_true(dn_data_find_file(&place, part, file, path));
    assert_string_equal(path, temporary_path(name));
}

/** A file that lies alone in a subfolder ("" for none) is found, and so is the folder. */
static void assert_found_alone(const char *subfolder, const char *name, dn_part_of_data part,
                               dn_data_file file)
{
    char whole[FILENAME_MAX];
    char found[FILENAME_MAX];
    snprintf(whole, sizeof whole, "%s%s%s", subfolder, subfolder[0] != '\0' ? "/" : "", name);
    put(whole);
    assert_found(part, file, whole);
    assert_true(dn_dataset_folder(root(), found, sizeof found));
    assert_string_equal(found, subfolder[0] != '\0' ? temporary_path(subfolder) : root());
    take_away(whole);
    assert_false(dn_dataset_folder(root(), found, sizeof found));
    assert_string_equal(found, root());
}

static const char *const subfolders[] = {"", "raw", "MNIST/raw", "EMNIST/raw", "QMNIST/raw", "gzip"};
static const char *const prefixes[][2] = {
    {"train", "t10k"},
    {"train", "test"},
    {"emnist-digits-train", "emnist-digits-test"},
    {"emnist-mnist-train", "emnist-mnist-test"},
    {"qmnist-train", "qmnist-test"},
    {"emnist-letters-train", "emnist-letters-test"},
    {"emnist-balanced-train", "emnist-balanced-test"},
    {"emnist-bymerge-train", "emnist-bymerge-test"},
    {"emnist-byclass-train", "emnist-byclass-test"},
};
static const char *const endings[][2] = {
    {"-images-idx3-ubyte", "-labels-idx1-ubyte"},
    {"-images.idx3-ubyte", "-labels.idx1-ubyte"},
    {"-images-idx3-ubyte.gz", "-labels-idx1-ubyte.gz"},
    {"-images.idx3-ubyte.gz", "-labels.idx1-ubyte.gz"},
};
#define COUNT(table) (sizeof(table) / sizeof(table)[0])

/** Every ending of one prefix, the file by itself and in folders of its own name. */
static void assert_endings_found(const char *prefix, dn_part_of_data part, dn_data_file file)
{
    char name[FILENAME_MAX];
    for (size_t i = 0; i < COUNT(endings); i++) {
        snprintf(name, sizeof name, "%s%s", prefix, endings[i][file]);
        assert_found_alone("", name, part, file);
#ifndef DN_PLATFORM_ISO /* ISO C alone can't tell a folder from a file: it takes the folder */
        const char *const own[] = {endings[i][file], endings[(i + 1) % COUNT(endings)][file]};
        for (size_t j = 0; j < COUNT(own); j++) {
            snprintf(name, sizeof name, "%s%s/%s%s", prefix, own[j], prefix, endings[i][file]);
            assert_found_alone("", name, part, file);
        }
#endif
    }
}

static void every_name_is_found(void **state)
{
    (void)state;
    for (size_t prefix = 0; prefix < COUNT(prefixes); prefix++)
        for (int part = DN_DATA_TRAIN; part <= DN_DATA_TEST; part++)
            for (int file = DN_IMAGES_FILE; file <= DN_LABELS_FILE; file++)
                assert_endings_found(prefixes[prefix][part], (dn_part_of_data)part, (dn_data_file)file);
    assert_found_alone("QMNIST/raw", "qmnist-train-labels-idx2-int", DN_DATA_TRAIN, DN_LABELS_FILE);
    assert_found_alone("", "qmnist-test-labels-idx2-int.gz", DN_DATA_TEST, DN_LABELS_FILE);
}

static void every_subfolder_is_looked_into(void **state)
{
    (void)state;
    for (size_t folder = 0; folder < COUNT(subfolders); folder++)
        for (size_t prefix = 0; prefix < COUNT(prefixes); prefix++) {
            char name[FILENAME_MAX];
            snprintf(name, sizeof name, "%s-labels-idx1-ubyte.gz", prefixes[prefix][DN_DATA_TEST]);
            assert_found_alone(subfolders[folder], name, DN_DATA_TEST, DN_LABELS_FILE);
        }
}

/** Each file is preferred to those that were there before it. */
static void of_several_files_the_first_of_the_table_is_taken(void **state)
{
    (void)state;
    static const char *const names[] = {
        "gzip/emnist-letters-train-images-idx3-ubyte",
        "MNIST/raw/train-images-idx3-ubyte",
        "qmnist-train-images-idx3-ubyte",
        "emnist-digits-train-images-idx3-ubyte",
#ifndef DN_PLATFORM_ISO
        "train-images.idx3-ubyte.gz/train-images-idx3-ubyte",
#endif
        "train-images.idx3-ubyte",
        "train-images-idx3-ubyte",
    };
    static const char packed[] = "train-images-idx3-ubyte.gz";
    for (size_t i = 0; i < COUNT(names); i++) {
        put(names[i]);
        assert_found(DN_DATA_TRAIN, DN_IMAGES_FILE, names[i]);
    }
    put(packed); /* a plain file stays before it */
    assert_found(DN_DATA_TRAIN, DN_IMAGES_FILE, names[COUNT(names) - 1]);
    put("test-images-idx3-ubyte");
    assert_found(DN_DATA_TEST, DN_IMAGES_FILE, "test-images-idx3-ubyte");
    put("t10k-images-idx3-ubyte.gz");
    assert_found(DN_DATA_TEST, DN_IMAGES_FILE, "t10k-images-idx3-ubyte.gz");
    take_away("t10k-images-idx3-ubyte.gz");
    take_away("test-images-idx3-ubyte");
    take_away(packed);
    for (size_t i = 0; i < COUNT(names); i++)
        take_away(names[i]);
}

static void only_emnist_is_transposed(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(prefixes); i++) {
        dn_data_place place;
        char name[FILENAME_MAX];
        snprintf(name, sizeof name, "%s-images-idx3-ubyte", prefixes[i][DN_DATA_TRAIN]);
        put(name);
        assert_true(dn_data_find_place(root(), &place));
        assert_int_equal(dn_data_is_transposed(&place), strncmp(name, "emnist", 6) == 0);
        take_away(name);
    }
}

static void assert_missing(dn_part_of_data part, dn_data_file file, const char *subject, const char *problem)
{
    dn_data_place place;
    (void)dn_data_find_place(root(), &place);
    assert_int_equal(dn_data_fail_missing(&place, part, file, &error), DN_ERR_FILE);
    assert_string_equal(error.subject, temporary_path(subject));
    assert_string_equal(error.problem, problem);
}

static void what_is_missing_is_named_with_what_is_there(void **state)
{
    (void)state;
#ifdef DN_PLATFORM_ISO
    assert_missing(DN_DATA_TRAIN, DN_IMAGES_FILE, "train-images-idx3-ubyte",
                   "there is no such file, plain or .gz");
#else
    assert_missing(DN_DATA_TRAIN, DN_IMAGES_FILE, "train-images-idx3-ubyte",
                   "there is no such file, plain or .gz; the folder is empty");
    put("emnist-digits-test-images-idx3-ubyte.gz");
    put("FashionMNIST/raw/train-images-idx3-ubyte");
    put(".hidden");
    assert_missing(DN_DATA_TRAIN, DN_LABELS_FILE, "emnist-digits-train-labels-idx1-ubyte",
                   "there is no such file, plain or .gz; the folder holds FashionMNIST/, "
                   "emnist-digits-test-images-idx3-ubyte.gz");
    take_away("emnist-digits-test-images-idx3-ubyte.gz");
    take_away("FashionMNIST/raw/train-images-idx3-ubyte");
    take_away(".hidden");
#endif
}

#ifndef DN_PLATFORM_ISO
/** The longest names there are, of two-byte characters, at both positions where the cut may fall. */
static void a_long_list_is_cut_between_characters_and_fits(void **state)
{
    (void)state;
    enum { NAMES = 20, CHARACTERS = 120 };
    char names[NAMES][2 * CHARACTERS + 4];
    for (size_t i = 0; i < NAMES; i++) {
        size_t length = (size_t)snprintf(names[i], sizeof names[i], "%02zu%s", i, i % 2 == 0 ? "" : "x");
        for (size_t c = 0; c < CHARACTERS; c++)
            length += (size_t)snprintf(names[i] + length, sizeof names[i] - length, "\xc3\xa4");
        put(names[i]);
    }
    dn_data_place place;
    (void)dn_data_find_place(root(), &place);
    assert_int_equal(dn_data_fail_missing(&place, DN_DATA_TEST, DN_IMAGES_FILE, &error), DN_ERR_FILE);
    assert_contains(error.problem, "the folder holds 00\xc3\xa4");
    assert_contains(error.problem, "\xc3\xa4..., 01x\xc3\xa4");
    assert_contains(error.problem, "\xc3\xa4... and 12 more");
    assert_null(strstr(error.problem, "\xc3.")); /* half a character */
    for (size_t i = 0; i < NAMES; i++)
        take_away(names[i]);
}
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_name_is_found),
        cmocka_unit_test(every_subfolder_is_looked_into),
        cmocka_unit_test(of_several_files_the_first_of_the_table_is_taken),
        cmocka_unit_test(only_emnist_is_transposed),
        cmocka_unit_test(what_is_missing_is_named_with_what_is_there),
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(a_long_list_is_cut_between_characters_and_fits),
#endif
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
