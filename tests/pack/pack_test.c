#include "digits.h"

#include "data/dataset.h"
#include "data/names.h"
#include "io/png_write.h"

#include "digitnet/pack.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static dn_error error;

/** A fresh folder below the temporary one. */
static const char *new_folder(void)
{
    static char path[FILENAME_MAX];
    static int number;
    char name[32];
    snprintf(name, sizeof name, "folder%d", number++);
    snprintf(path, sizeof path, "%s", temporary_path(name));
    assert_int_equal(mkdir(path, 0777), 0);
    return path;
}

static const char *in_folder(const char *folder, const char *name)
{
    static char path[2 * FILENAME_MAX];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

/** Write a picture of 28 x 28 whose first pixel is a mark, and whose others rise along the rows. */
static void put_png(const char *folder, const char *name, uint8_t mark)
{
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_bytes png;
    for (size_t i = 0; i < DN_DIGIT_PIXELS; i++)
        pixels[i] = (uint8_t)(i % DN_DIGIT_SIDE);
    pixels[0] = mark;
    assert_ok(dn_png_encode(pixels, DN_DIGIT_SIDE, DN_DIGIT_SIDE, &png, &error));
    write_bytes(in_folder(folder, name), png.data, png.size);
    dn_bytes_free(&png);
}

/** The images that were taken have these marks and digits, as in "a5 b7". */
static void assert_taken(const dn_pack *pack, const char *expected)
{
    char found[256] = "";
    for (size_t i = 0; i < pack->images.count; i++)
        snprintf(found + strlen(found), sizeof found - strlen(found), "%s%c%d", i == 0 ? "" : " ",
                 dn_dataset_image(&pack->images, i)[0], pack->images.labels[i]);
    assert_string_equal(found, expected);
}

#ifndef DN_PLATFORM_ISO

/** The only picture whose path ends so was refused, and the reason contains the text. */
static void assert_refused(const dn_pack *pack, const char *name, const char *reason)
{
    for (size_t i = 0; i < pack->count; i++) {
        const char *path = pack->pictures[i].path;
        if (strlen(path) < strlen(name) || strcmp(path + strlen(path) - strlen(name), name) != 0)
            continue;
        assert_non_null(pack->pictures[i].refusal);
        assert_contains(pack->pictures[i].refusal, reason);
        return;
    }
    fail_msg("%s is not listed", name);
}

static void files_named_by_digits_come_in_the_order_of_the_rest(void **state)
{
    (void)state;
    dn_pack pack = {.plain = true};
    const char *folder = new_folder();
    put_png(folder, "7_00001.png", 'b');
    put_png(folder, "3_00001.png", 'a');
    put_png(folder, "0_00002.png", 'c');
    put_png(folder, "9.png", 'd');
    put_png(folder, "5-x.png", 'e');
    put_png(folder, ".1.png", 'x');
    assert_ok(dn_pack_add(&pack, folder, &error));
    assert_taken(&pack, "e5 d9 a3 b7 c0");
    assert_int_equal(pack.refused, 0);
    assert_contains(pack.pictures[0].path, "/5-x.png");
    assert_int_equal(pack.pictures[0].number, 0);
    dn_pack_free(&pack);
    assert_null(pack.pictures);
}

static void folders_of_digits_hold_files_of_any_name(void **state)
{
    (void)state;
    dn_pack pack = {.plain = true};
    char folder[FILENAME_MAX];
    strcpy(folder, new_folder());
    assert_int_equal(mkdir(in_folder(folder, "0"), 0777), 0);
    assert_int_equal(mkdir(in_folder(folder, "4"), 0777), 0);
    assert_int_equal(mkdir(in_folder(folder, "8"), 0777), 0); /* empty */
    assert_int_equal(mkdir(in_folder(folder, "4/deep"), 0777), 0);
    assert_int_equal(mkdir(in_folder(folder, "other"), 0777), 0);
    assert_int_equal(mkdir(in_folder(folder, "12"), 0777), 0);
    assert_int_equal(mkdir(in_folder(folder, "1_a"), 0777), 0);
    put_png(folder, "4/z.png", 'b');
    put_png(folder, "4/12.png", 'a');
    put_png(folder, "0/9.png", 'c');
    put_png(folder, "other/1.png", 'x');
    write_bytes(in_folder(folder, "4/notes.txt"), "hello", 5);
    assert_ok(dn_pack_add(&pack, folder, &error));
    assert_taken(&pack, "c0 a4 b4");
    assert_int_equal(pack.refused, 5);
    assert_refused(&pack, "/4/deep", "is not a file");
    assert_refused(&pack, "/other", "is a folder");
    assert_refused(&pack, "/12", "is a folder");
    assert_refused(&pack, "/1_a", "is a folder");
    assert_refused(&pack, "/4/notes.txt", "neither a PNG nor a PNM picture");
    dn_pack_free(&pack);
}

static void what_is_no_picture_of_a_digit_is_refused_by_name(void **state)
{
    (void)state;
    dn_pack pack = {.plain = true};
    char folder[FILENAME_MAX];
    strcpy(folder, new_folder());
    put_png(folder, "1.png", 'a');
    put_png(folder, "12.png", 'x');
    put_png(folder, "aunt.png", 'x');
    write_bytes(in_folder(folder, "2.pgm"), "P5 2 2 255 abcd", 15);
    write_bytes(in_folder(folder, "3.jpg"), "\xff\xd8\xff\xe0 JFIF", 9);
    write_bytes(in_folder(folder, "4.png"), "", 0);
    assert_ok(dn_pack_add(&pack, folder, &error));
    assert_taken(&pack, "a1");
    assert_int_equal(pack.count, 6);
    assert_int_equal(pack.refused, 5);
    assert_refused(&pack, "/12.png", "begins with several digits: ");
    assert_refused(&pack, "/aunt.png", "does not begin with a digit: ");
    assert_refused(&pack, "/2.pgm", "[2, 2]");
    assert_refused(&pack, "/3.jpg", "JPEG");
    assert_refused(&pack, "/4.png", "empty");
    dn_pack_free(&pack);
}

static void a_folder_without_digits_is_an_error(void **state)
{
    (void)state;
    dn_pack pack = {.plain = true};
    const char *folder = new_folder();
    assert_int_equal(dn_pack_add(&pack, folder, &error), DN_ERR_FORMAT);
    assert_string_equal(error.subject, folder);
    assert_contains(error.problem, "the folder is empty");
    put_png(folder, "aunt.png", 'x');
    assert_int_equal(dn_pack_add(&pack, folder, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "nothing in the folder is named after a digit");
    assert_int_equal(dn_pack_split(&pack, &(dn_slice){0}, 1, &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "none of 1 pictures was taken");
    dn_pack_free(&pack);
}

#endif

#ifdef DN_PLATFORM_ISO
static void a_folder_that_cannot_be_listed_is_named(void **state)
{
    (void)state;
    dn_pack pack = {.plain = true};
    assert_int_equal(dn_pack_add(&pack, source_path("data/samples"), &error), DN_ERR_FILE);
    assert_contains(error.remedy, "a folder can't be listed here: name its files");
    dn_pack_free(&pack);
}
#endif

static void a_picture_is_a_source_by_itself(void **state)
{
    (void)state;
    dn_pack pack = {.plain = true};
    put_png(temporary_path(""), "6_b.png", 'b');
    put_png(temporary_path(""), "b.png", 'x');
    assert_ok(dn_pack_add(&pack, temporary_path("6_b.png"), &error));
    assert_taken(&pack, "b6");
    assert_int_equal(dn_pack_add(&pack, temporary_path("b.png"), &error), DN_ERR_FORMAT);
    assert_contains(error.problem, "its name does not begin with one digit");
    assert_int_equal(dn_pack_add(&pack, temporary_path("7_none.png"), &error), DN_ERR_FILE);
    dn_pack_free(&pack);
}

static void the_pictures_of_one_file_are_numbered(void **state)
{
    (void)state;
    static const char two[] = "P2 1 1 1 0\nP2 1 1 1 1\n";
    dn_pack pack = {.plain = true};
    write_bytes(temporary_path("3.pgm"), two, sizeof two - 1);
    assert_ok(dn_pack_add(&pack, temporary_path("3.pgm"), &error));
    assert_int_equal(pack.count, 2);
    assert_int_equal(pack.refused, 2); /* they are not 28 x 28 */
    assert_int_equal(pack.pictures[0].number, 1);
    assert_int_equal(pack.pictures[1].number, 2);
    dn_pack_free(&pack);
}

static void transposing_exchanges_rows_and_columns(void **state)
{
    (void)state;
    dn_pack pack = {.plain = true, .transposed = true};
    put_png(temporary_path(""), "2_t.png", 'a');
    assert_ok(dn_pack_add(&pack, temporary_path("2_t.png"), &error));
    const uint8_t *image = dn_dataset_image(&pack.images, 0);
    assert_int_equal(image[0], 'a');
    for (size_t i = 1; i < DN_DIGIT_PIXELS; i++)
        assert_int_equal(image[i], i / DN_DIGIT_SIDE);
    dn_pack_free(&pack);
}

static void rows_of_a_table_are_images(void **state)
{
    (void)state;
    enum { ROWS = 3 };
    static char text[ROWS * (4 * DN_DIGIT_PIXELS + 16)] = "label,pixel0\n";
    for (size_t row = 0; row < ROWS; row++) {
        sprintf(text + strlen(text), "%zu,%zu", 9 - row, 'a' + row);
        for (size_t i = 1; i < DN_DIGIT_PIXELS; i++)
            sprintf(text + strlen(text), ",%zu", i % DN_DIGIT_SIDE);
        strcat(text, "\r\n");
    }
    write_bytes(temporary_path("table"), text, strlen(text));
    for (size_t transposed = 0; transposed < 2; transposed++) {
        dn_pack pack = {.transposed = transposed != 0};
        assert_ok(dn_pack_add(&pack, temporary_path("table"), &error));
        assert_taken(&pack, "a9 b8 c7");
        assert_int_equal(dn_dataset_image(&pack.images, 2)[DN_DIGIT_SIDE + 3], transposed ? 1 : 3);
        assert_int_equal(pack.pictures[2].number, 3);
        dn_pack_free(&pack);
    }
    strcat(text, "1,300\n");
    write_bytes(temporary_path("table"), text, strlen(text));
    dn_pack pack = {.plain = true};
    assert_int_equal(dn_pack_add(&pack, temporary_path("table"), &error), DN_ERR_FORMAT);
    assert_contains(error.subject, "table");
    assert_contains(error.problem, "line 5, cell 2: \"300\" found");
    dn_pack_free(&pack);
}

static void the_images_of_an_idx_file_are_taken_with_their_labels(void **state)
{
    (void)state;
    dn_pack pack = {0};
    dn_dataset digits = load_digits(DN_DATA_TEST);
    assert_ok(dn_pack_add(&pack, source_path("data/digits/t10k-images-idx3-ubyte"), &error));
    assert_int_equal(pack.images.count, digits.count);
    assert_memory_equal(pack.images.images, digits.images, digits.count * DN_DIGIT_PIXELS);
    assert_memory_equal(pack.images.labels, digits.labels, digits.count);
    assert_int_equal(dn_pack_add(&pack, source_path("data/digits/t10k-labels-idx1-ubyte"), &error),
                     DN_ERR_FORMAT);
    assert_contains(error.problem, "rank 1");
    dn_dataset_free(&digits);
    dn_pack_free(&pack);
}

/** Add the bundled test images, divide them, and hand back the pack. */
static dn_pack digits_divided(const char *test, uint64_t seed)
{
    dn_pack pack = {0};
    dn_slice slice;
    const dn_option option = {.kind = DN_OPTION_SLICE};
    assert_ok(dn_option_set(&option, &slice, test, &error));
    assert_ok(dn_pack_add(&pack, source_path("data/digits/t10k-images-idx3-ubyte"), &error));
    assert_ok(dn_pack_split(&pack, &slice, seed, &error));
    return pack;
}

static void every_picture_is_told_its_place(void **state)
{
    (void)state;
    dn_pack pack = digits_divided("0.25", 5);
    assert_int_equal(pack.test.count, (pack.images.count + 2) / 4);
    assert_int_equal(pack.train.count + pack.test.count, pack.images.count);
    for (size_t i = 0; i < pack.count; i++) {
        const dn_packed *picture = &pack.pictures[i];
        const dn_selection *part = picture->part == DN_DATA_TEST ? &pack.test : &pack.train;
        assert_int_equal(part->indices[picture->index], i);
        assert_int_equal(picture->digit, pack.images.labels[i]);
    }
    dn_pack other = digits_divided("0.25", 6);
    assert_memory_not_equal(pack.test.indices, other.test.indices,
                            pack.test.count * sizeof *pack.test.indices);
    assert_int_equal(dn_pack_split(&other, &(dn_slice){.count = 10000}, 1, &error), DN_ERR_ARGUMENT);
    assert_string_equal(error.subject, "--test");
    dn_pack_free(&other);
    dn_pack_free(&pack);
}

static void assert_written(const char *folder, dn_part_of_data part, const dn_pack *pack)
{
    dn_dataset read;
    const dn_selection *chosen = part == DN_DATA_TEST ? &pack->test : &pack->train;
    assert_ok(dn_dataset_load(folder, part, &read, &error));
    assert_int_equal(read.count, chosen->count);
    for (size_t i = 0; i < read.count; i++) {
        assert_memory_equal(dn_dataset_image(&read, i), dn_dataset_image(&pack->images, chosen->indices[i]),
                            DN_DIGIT_PIXELS);
        assert_int_equal(read.labels[i], pack->images.labels[chosen->indices[i]]);
    }
    dn_dataset_free(&read);
}

static void what_is_written_is_loaded_again(void **state)
{
    (void)state;
    char folder[FILENAME_MAX];
    strcpy(folder, new_folder());
    dn_pack pack = digits_divided("7", 1);
    assert_ok(dn_pack_check(folder, true, false, &error));
    assert_ok(dn_pack_write(&pack, folder, &error));
    assert_written(folder, DN_DATA_TRAIN, &pack);
    assert_written(folder, DN_DATA_TEST, &pack);
    dn_pack_free(&pack);
    pack = digits_divided("0", 1);
    strcpy(folder, new_folder());
    assert_ok(dn_pack_write(&pack, folder, &error));
    assert_written(folder, DN_DATA_TRAIN, &pack);
    assert_false(dn_dataset_present(folder, DN_DATA_TEST));
    dn_pack_free(&pack);
}

static void a_folder_with_a_data_set_is_not_touched_unless_forced(void **state)
{
    (void)state;
    static const char *const theirs[] = {"train-images-idx3-ubyte", "t10k-labels-idx1-ubyte.gz",
                                         "emnist-digits-test-images-idx3-ubyte"};
    for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++) {
        const char *folder = new_folder();
        write_bytes(in_folder(folder, theirs[i]), "", 0);
        assert_int_equal(dn_pack_check(folder, true, false, &error), DN_ERR_FILE);
        assert_string_equal(error.subject, folder);
        assert_contains(error.problem, "holds the files of a data set");
        assert_ok(dn_pack_check(folder, true, true, &error));
        /* Test files that would stay are refused in any case. */
        assert_int_equal(dn_pack_check(folder, false, true, &error), i == 0 ? DN_OK : DN_ERR_FILE);
        dn_pack pack = digits_divided("0", 1);
        assert_int_equal(dn_pack_write(&pack, folder, &error), i == 0 ? DN_OK : DN_ERR_FILE);
        assert_int_equal(dn_dataset_present(folder, DN_DATA_TRAIN), i == 0);
        dn_pack_free(&pack);
    }
}

#ifndef DN_PLATFORM_ISO

static void a_missing_folder_is_made_where_its_parent_is_there(void **state)
{
    (void)state;
    dn_pack pack = digits_divided("7", 1);
    char folder[FILENAME_MAX];
    strcpy(folder, new_folder());
    strcat(folder, "/new");
    assert_ok(dn_pack_check(folder, true, false, &error));
    assert_ok(dn_pack_write(&pack, folder, &error));
    assert_written(folder, DN_DATA_TEST, &pack);
    strcat(folder, "er/deep");
    assert_int_equal(dn_pack_check(folder, true, false, &error), DN_ERR_FILE);
    assert_contains(error.problem, "newer does not exist");
    assert_int_equal(dn_pack_write(&pack, folder, &error), DN_ERR_FILE);
    assert_contains(error.problem, "cannot be made");
    dn_pack_free(&pack);
}

static void a_place_that_is_no_folder_or_no_file_is_refused(void **state)
{
    (void)state;
    const char *folder = new_folder();
    assert_int_equal(mkdir(in_folder(folder, "t10k-labels-idx1-ubyte"), 0777), 0);
    assert_int_equal(dn_pack_check(folder, true, false, &error), DN_ERR_FILE);
    assert_contains(error.subject, "t10k-labels-idx1-ubyte");
    dn_pack pack = digits_divided("7", 1);
    assert_int_equal(dn_pack_write(&pack, folder, &error),
                     DN_ERR_FILE); /* the last of the four: none is there */
    assert_false(dn_dataset_present(folder, DN_DATA_TRAIN));
    assert_null(fopen(in_folder(folder, "t10k-images-idx3-ubyte"), "rb"));
    dn_pack_free(&pack);
    write_bytes(temporary_path("file"), "", 0);
    assert_int_equal(dn_pack_check(temporary_path("file"), true, true, &error), DN_ERR_FILE);
    assert_contains(error.problem, "is not a folder");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
#ifndef DN_PLATFORM_ISO
        cmocka_unit_test(files_named_by_digits_come_in_the_order_of_the_rest),
        cmocka_unit_test(folders_of_digits_hold_files_of_any_name),
        cmocka_unit_test(what_is_no_picture_of_a_digit_is_refused_by_name),
        cmocka_unit_test(a_folder_without_digits_is_an_error),
        cmocka_unit_test(a_missing_folder_is_made_where_its_parent_is_there),
        cmocka_unit_test(a_place_that_is_no_folder_or_no_file_is_refused),
#endif
#ifdef DN_PLATFORM_ISO
        cmocka_unit_test(a_folder_that_cannot_be_listed_is_named),
#endif
        cmocka_unit_test(a_picture_is_a_source_by_itself),
        cmocka_unit_test(the_pictures_of_one_file_are_numbered),
        cmocka_unit_test(transposing_exchanges_rows_and_columns),
        cmocka_unit_test(rows_of_a_table_are_images),
        cmocka_unit_test(the_images_of_an_idx_file_are_taken_with_their_labels),
        cmocka_unit_test(every_picture_is_told_its_place),
        cmocka_unit_test(what_is_written_is_loaded_again),
        cmocka_unit_test(a_folder_with_a_data_set_is_not_touched_unless_forced),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
