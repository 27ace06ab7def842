#include "png_maker.h"
#include "support.h"

#include "digitnet/io.h"

#include <stdlib.h>
#include <string.h>

enum { GREY = 0, RGB = 2, INDEXED = 3, GREY_ALPHA = 4, RGB_ALPHA = 6 };

static dn_error error;

/** Bits that look random, another for each sample. */
static unsigned noise(size_t y, size_t x, size_t k)
{
    uint32_t bits = (uint32_t)(y * 2654435761U + x * 40503U + k * 977U + 12345U);
    bits ^= bits >> 15;
    bits *= 2246822519U;
    return (bits ^ bits >> 13) & 0xffff;
}

/** A picture whose rows are like their neighbours, so that every filter has something to do. */
static unsigned slope(size_t y, size_t x, size_t k)
{
    return (unsigned)(y * 3 + x * 5 + k * 50);
}

static const uint8_t *colours(void)
{
    static uint8_t palette[3 * 256];
    for (unsigned i = 0; i < sizeof palette; i++)
        palette[i] = (uint8_t)(i * 7 + i / 3);
    return palette;
}

static dn_status read_file(const png_file *file, dn_picture *picture, size_t *at)
{
    const dn_bytes bytes = {file->data, file->size};
    *at = 0;
    return dn_picture_next(&bytes, at, picture, &error);
}

/** A sample of the file, from 0 to 1. */
static double fraction(const png_spec *spec, unsigned sample)
{
    const unsigned highest = (1U << spec->depth) - 1;
    return (double)(sample & highest) / highest;
}

static unsigned expected_sample(const png_spec *spec, png_sample *sample, size_t y, size_t x, size_t channel)
{
    const size_t samples = png_samples(spec->colour_type);
    if (spec->colour_type == INDEXED)
        return colours()[3 * (sample(y, x, 0) & ((1U << spec->depth) - 1)) + channel] * 257U;
    const double opacity = samples % 2 == 0 ? fraction(spec, sample(y, x, samples - 1)) : 1.0;
    return (unsigned)(DN_PICTURE_WHITE * (fraction(spec, sample(y, x, channel)) * opacity + 1.0 - opacity) +
                      0.5);
}

static void assert_pixels(const png_spec *spec, png_sample *sample, const dn_picture *picture)
{
    const size_t channels = spec->colour_type == GREY || spec->colour_type == GREY_ALPHA ? 1 : 3;
    assert_string_equal(picture->format, "PNG");
    assert_int_equal(picture->width, spec->width);
    assert_int_equal(picture->height, spec->height);
    assert_int_equal(picture->channels, channels);
    for (size_t y = 0; y < spec->height; y++)
        for (size_t x = 0; x < spec->width; x++)
            for (size_t k = 0; k < channels; k++)
                if (picture->samples[(y * spec->width + x) * channels + k] !=
                    expected_sample(spec, sample, y, x, k))
                    fail_msg("pixel %zu, %zu, channel %zu is wrong", y, x, k);
}

static void assert_reads(const png_spec *spec, png_sample *sample)
{
    png_spec whole = *spec;
    dn_picture picture;
    size_t at;
    if (spec->colour_type == INDEXED) {
        whole.palette = colours();
        whole.palette_size = (size_t)3 << spec->depth;
    }
    png_file file = png_make(&whole, sample);
    const dn_status status = read_file(&file, &picture, &at);
    if (status != DN_OK)
        print_message("%zu x %zu, type %u, depth %u, filter %u, interlaced %d\n", spec->width, spec->height,
                      spec->colour_type, spec->depth, spec->filter, spec->interlaced);
    assert_ok(status);
    assert_int_equal(at, file.size);
    assert_pixels(&whole, sample, &picture);
    dn_picture_free(&picture);
    free(file.data);
}

/** Each colour type with each depth that it may have. */
static const unsigned kinds[][2] = {{GREY, 1},        {GREY, 2},      {GREY, 4},      {GREY, 8},
                                    {GREY, 16},       {RGB, 8},       {RGB, 16},      {INDEXED, 1},
                                    {INDEXED, 2},     {INDEXED, 4},   {INDEXED, 8},   {GREY_ALPHA, 8},
                                    {GREY_ALPHA, 16}, {RGB_ALPHA, 8}, {RGB_ALPHA, 16}};
#define KINDS (sizeof kinds / sizeof kinds[0])

static void every_kind_is_read_with_every_filter(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++)
        for (unsigned filter = 0; filter <= 5; filter++)
            for (int interlaced = 0; interlaced <= 1; interlaced++) {
                const png_spec spec = {.width = 21,
                                       .height = 18,
                                       .colour_type = kinds[i][0],
                                       .depth = kinds[i][1],
                                       .filter = filter,
                                       .interlaced = interlaced != 0};
                assert_reads(&spec, noise);
                assert_reads(&spec, slope);
            }
}

static void every_size_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < KINDS; i++)
        for (size_t width = 1; width <= 40; width += 1 + width / 10)
            for (size_t height = 1; height <= 40; height += 1 + height / 6)
                for (int interlaced = 0; interlaced <= 1; interlaced++) {
                    const png_spec spec = {.width = width,
                                           .height = height,
                                           .colour_type = kinds[i][0],
                                           .depth = kinds[i][1],
                                           .filter = 5,
                                           .interlaced = interlaced != 0};
                    assert_reads(&spec, noise);
                }
}

static void data_may_be_cut_into_chunks_of_any_size(void **state)
{
    (void)state;
    for (size_t chunk = 1; chunk < 40; chunk += 3) {
        const png_spec spec = {
            .width = 12, .height = 9, .colour_type = RGB, .depth = 8, .filter = 4, .chunk = chunk};
        assert_reads(&spec, noise);
    }
}

/** More than the window, and rows longer than what is unpacked at a time. */
static void large_pictures_are_read_piece_by_piece(void **state)
{
    (void)state;
    assert_reads(
        &(png_spec){.width = 601, .height = 499, .colour_type = RGB, .depth = 8, .filter = 5, .chunk = 8192},
        noise);
    assert_reads(
        &(png_spec){
            .width = 601, .height = 499, .colour_type = RGB, .depth = 8, .filter = 5, .interlaced = true},
        noise);
    assert_reads(&(png_spec){.width = 65536, .height = 3, .colour_type = RGB_ALPHA, .depth = 16, .filter = 4},
                 noise);
    assert_reads(&(png_spec){.width = 2, .height = 65536, .colour_type = GREY, .depth = 1}, noise);
}

/* ---- Transparency ---- */

static void assert_samples(const png_spec *spec, png_sample *sample, const uint16_t *expected, size_t count)
{
    png_file file = png_make(spec, sample);
    dn_picture picture;
    size_t at;
    assert_ok(read_file(&file, &picture, &at));
    assert_int_equal(picture.height * picture.width * picture.channels, count);
    for (size_t i = 0; i < count; i++)
        assert_int_equal(picture.samples[i], expected[i]);
    dn_picture_free(&picture);
    free(file.data);
}

static unsigned column(size_t y, size_t x, size_t k)
{
    return (unsigned)(x + y + 2 * k);
}

static void a_transparent_colour_is_white(void **state)
{
    (void)state;
    enum { W = DN_PICTURE_WHITE };
    /* Bits of the key above the depth say nothing. */
    assert_samples(
        &(png_spec){.width = 4, .height = 1, .depth = 2, .transparency = "\xff\x05", .transparency_size = 2},
        column, (const uint16_t[]){0, W, 2 * W / 3, W}, 4);
    assert_samples(
        &(png_spec){.width = 3, .height = 1, .depth = 16, .transparency = "\0\1", .transparency_size = 2},
        column, (const uint16_t[]){0, W, 2}, 3);
    assert_samples(&(png_spec){.width = 2,
                               .height = 1,
                               .depth = 8,
                               .colour_type = RGB,
                               .transparency = "\0\1\0\3\0\5",
                               .transparency_size = 6},
                   column, (const uint16_t[]){0, 2 * 257, 4 * 257, W, W, W}, 6);
    /* Only the whole colour is transparent. */
    assert_samples(&(png_spec){.width = 1,
                               .height = 1,
                               .depth = 8,
                               .colour_type = RGB,
                               .transparency = "\0\0\0\2\0\5",
                               .transparency_size = 6},
                   column, (const uint16_t[]){0, 2 * 257, 4 * 257}, 3);
}

static void a_palettes_opacities_are_composed_over_white(void **state)
{
    (void)state;
    enum { W = DN_PICTURE_WHITE };
    assert_samples(&(png_spec){.width = 3,
                               .height = 1,
                               .depth = 2,
                               .colour_type = INDEXED,
                               .palette = "\xff\0\0\0\xff\0\0\0\xff",
                               .palette_size = 9,
                               .transparency = "\0\x33",
                               .transparency_size = 2},
                   column, (const uint16_t[]){W, W, W, 4 * W / 5, W, 4 * W / 5, 0, 0, W}, 9);
}

static void a_palette_of_greys_makes_a_grey_picture(void **state)
{
    (void)state;
    assert_samples(&(png_spec){.width = 2,
                               .height = 1,
                               .depth = 1,
                               .colour_type = INDEXED,
                               .palette = "\1\1\1\2\2\2",
                               .palette_size = 6},
                   column, (const uint16_t[]){257, 514}, 2);
}

/** Where each pixel has its opacity, or is no index, these chunks say nothing. */
static void chunks_that_do_not_matter_are_ignored(void **state)
{
    (void)state;
    assert_samples(&(png_spec){.width = 1,
                               .height = 1,
                               .depth = 8,
                               .colour_type = GREY_ALPHA,
                               .transparency = "\0\0",
                               .transparency_size = 2},
                   column, (const uint16_t[]){257 * 253}, 1);
    assert_samples(
        &(png_spec){
            .width = 1, .height = 1, .depth = 8, .colour_type = RGB, .palette = "\1\2\3", .palette_size = 3},
        column, (const uint16_t[]){0, 514, 1028}, 3);
}

/* ---- Chunks ---- */

/** A file of one grey pixel, 51 of 255: its chunks by name, "IDAT" and "IEND" among them; others have `data` as theirs. */
static png_file chunks_of(const char *names, const char *data)
{
    static const uint8_t pixel[] = {0x78, 0x01, 0x01, 2, 0, 0xfd, 0xff, 0, 51, 0, 0x35, 0, 0x34};
    png_file file = {0};
    png_signature(&file);
    for (const char *name = names; *name != '\0'; name += 4) {
        if (memcmp(name, "IHDR", 4) == 0)
            png_header(&file, &(png_spec){.width = 1, .height = 1, .depth = 8});
        else if (memcmp(name, "IDAT", 4) == 0)
            png_chunk(&file, "IDAT", pixel, sizeof pixel);
        else if (memcmp(name, "IDA0", 4) == 0)
            png_chunk(&file, "IDAT", NULL, 0);
        else if (memcmp(name, "IEND", 4) == 0)
            png_chunk(&file, "IEND", NULL, 0);
        else
            png_chunk(&file, name, data, strlen(data));
    }
    return file;
}

static void assert_file(png_file file, const char *problem)
{
    dn_picture picture;
    size_t at;
    const dn_status status = read_file(&file, &picture, &at);
    if (problem) {
        assert_int_equal(status, DN_ERR_FORMAT);
        assert_contains(error.problem, problem);
        assert_true(error.remedy[0] != '\0');
        assert_null(picture.samples);
        assert_int_equal(at, 0);
    } else {
        assert_ok(status);
        assert_int_equal(picture.samples[0], 51 * 257);
        assert_int_equal(at, file.size);
    }
    dn_picture_free(&picture);
    free(file.data);
}

static void ancillary_chunks_are_ignored_wherever_they_are(void **state)
{
    (void)state;
    assert_file(chunks_of("IHDRIDATIEND", ""), NULL);
    assert_file(chunks_of("IHDRgAMAcHRMsBITsRGBiCCPbKGDpHYsIDATtIMEtEXtzTXtiTXteXIfIEND", "contents"), NULL);
    assert_file(chunks_of("IHDRacTLfcTLIDATfcTLfdATIEND", "a picture that moves"), NULL);
    assert_file(chunks_of("IHDRabcDIDATIEND", ""), NULL);
    assert_file(chunks_of("IHDRIDA0IDA0IDATIDA0IEND", ""), NULL);
    assert_file(chunks_of("IHDRIDATIENDIENDabcd", "behind the end"), NULL);
}

static void chunks_missing_or_out_of_order_are_refused(void **state)
{
    (void)state;
    assert_file(chunks_of("IDATIEND", ""), "byte 8: the chunk IDAT found, IHDR expected");
    assert_file(chunks_of("gAMAIHDRIDATIEND", ""), "byte 8: the chunk gAMA found, IHDR expected");
    assert_file(chunks_of("IHDRIHDRIDATIEND", ""), "byte 33: the chunk IHDR found again");
    assert_file(chunks_of("IHDRIEND", ""), "the chunk IEND found, IDAT expected before");
    assert_file(chunks_of("IHDRIDAT", ""), "byte 58: cut short: a chunk expected");
    assert_file(chunks_of("IHDRIDATtIMEIDA0IEND", ""),
                "byte 70: the chunk IDAT does not follow the one before");
    assert_file(chunks_of("IHDRIDATPLTEIEND", "abc"), "the chunk PLTE is not where it may be");
    assert_file(chunks_of("IHDRPLTEPLTEIDATIEND", "abc"), "the chunk PLTE is not where it may be");
    assert_file(chunks_of("IHDRtRNSPLTEIDATIEND", "ab"), "the chunk PLTE is not where it may be");
    assert_file(chunks_of("IHDRIDATtRNSIEND", "ab"), "the chunk tRNS is not where it may be");
    assert_file(chunks_of("IHDRtRNStRNSIDATIEND", "ab"), "the chunk tRNS is not where it may be");
    assert_file(chunks_of("IHDRABCDIDATIEND", ""), "byte 33: the chunk ABCD is unknown and critical");
    assert_file(chunks_of("IHDRab1dIDATIEND", ""), "byte 33: a chunk expected");
}

static void chunks_of_a_wrong_length_are_refused(void **state)
{
    (void)state;
    assert_file(chunks_of("IHDRPLTEIDATIEND", "abcd"), "the chunk PLTE has a wrong length, 4 bytes");
    assert_file(chunks_of("IHDRPLTEIDATIEND", ""), "the chunk PLTE has a wrong length, 0 bytes");
    assert_file(chunks_of("IHDRtRNSIDATIEND", "a"), "the chunk tRNS has a wrong length, 1 bytes");
    png_file file = {0};
    png_signature(&file);
    png_chunk(&file, "IHDR", "123456789012", 12);
    assert_file(file, "the chunk IHDR has a wrong length, 12 bytes");
    file = chunks_of("IHDRIDAT", "");
    png_chunk(&file, "IEND", "x", 1);
    assert_file(file, "the chunk IEND has a wrong length, 1 bytes");
}

static void palettes_that_do_not_serve_are_refused(void **state)
{
    (void)state;
    png_spec spec = {.width = 4, .height = 1, .depth = 2, .colour_type = INDEXED};
    assert_file(png_make(&spec, column), "the chunk IDAT found, PLTE expected before");
    spec.palette = "123456789";
    spec.palette_size = 9;
    assert_file(png_make(&spec, column), "a pixel of colour 3 found, the palette has 3");
    spec.transparency = "1234";
    spec.transparency_size = 4;
    assert_file(png_make(&spec, column), "the chunk tRNS has a wrong length, 4 bytes");
    spec.palette = NULL;
    assert_file(png_make(&spec, column), "the chunk tRNS is not where it may be");
}

/* ---- Damage ---- */

/** The header with one byte of its data changed, and the CRC right again. */
static png_file header_with(size_t place, unsigned value)
{
    png_file file = chunks_of("IHDRIDATIEND", "");
    file.data[16 + place] = (uint8_t)value;
    png_mend(file.data, file.size);
    return file;
}

static void headers_that_make_no_sense_are_refused(void **state)
{
    (void)state;
    assert_file(header_with(3, 0), "0 x 1 pixels");
    assert_file(header_with(7, 0), "1 x 0 pixels");
    assert_file(header_with(0, 0x80), "2147483649 x 1 pixels");
    assert_file(header_with(1, 1), "65537 x 1 pixels");
    assert_file(header_with(10, 1), "compression 1, filters 0, interlace 0");
    assert_file(header_with(11, 1), "compression 0, filters 1, interlace 0");
    assert_file(header_with(12, 2), "compression 0, filters 0, interlace 2");
    for (unsigned type = 0; type < 16; type++)
        for (unsigned depth = 0; depth < 40; depth++) {
            size_t kind = 0;
            while (kind < KINDS && (kinds[kind][0] != type || kinds[kind][1] != depth))
                kind++;
            png_file file = header_with(9, type);
            file.data[16 + 8] = (uint8_t)depth;
            png_mend(file.data, file.size);
            if (kind == KINDS)
                assert_file(file, "which PNG does not have");
            else
                free(file.data);
        }
}

static void a_signature_spoilt_as_text_is_told(void **state)
{
    (void)state;
    static const char *const spoilt[] = {"\x89PNG\n\x1a\n", "\x89PNG\r\r\n\x1a\r\n", "\x89PNG\r\n\x1a\r"};
    for (size_t i = 0; i < 3; i++) {
        png_file file = chunks_of("IHDRIDATIEND", "");
        memcpy(file.data, spoilt[i], strlen(spoilt[i]));
        assert_file(file, "byte 4: the signature of PNG is damaged, as by a transfer as text");
    }
}

static void extents_that_the_data_cannot_fill_are_refused(void **state)
{
    (void)state;
    png_file file = header_with(1, 0xff);
    assert_file(file, "16711681 x 1 pixels"); /* beyond the limit */
    file = header_with(2, 0x40);
    file.data[16 + 6] = 0x40; /* 16385 x 16385 */
    png_mend(file.data, file.size);
    assert_file(file, "16385 x 16385 pixels are more than");
    file = header_with(2, 0x30);
    file.data[16 + 6] = 0x30; /* 12289 x 12289 */
    png_mend(file.data, file.size);
    assert_file(file, "12289 x 12289 pixels take 151031810 bytes, 13 compressed bytes can't hold them");
}

/** The pixel's file with other compressed data. */
static png_file data_of(const void *data, size_t size)
{
    png_file file = chunks_of("IHDR", "");
    png_chunk(&file, "IDAT", data, size);
    png_chunk(&file, "IEND", NULL, 0);
    return file;
}
#define DATA(literal) data_of((literal), sizeof(literal) - 1)

static void compressed_data_is_that_of_the_rows(void **state)
{
    (void)state;
    assert_file(DATA("\x78\1\1\2\0\xfd\xff\0\x33\0\x35\0\x34"), NULL);
    assert_file(DATA("\x78\1\1\2\0\xfd\xff\0\x33\0\x35\0\x34 and more"), NULL);
    assert_file(DATA("\x78\1\0\2\0\xfd\xff\0\x33\1\0\0\xff\xff\0\x35\0\x34"), NULL); /* an empty last block */
    assert_file(DATA("\x78\1\1\2\0\xfd\xff\0\x33\0\x35\0\x35"),
                "byte 9: Adler-32 0x00350035 found, 0x00350034 computed");
    assert_file(DATA("\x78\1\1\2\0\xfd\xff\0\x33\0\x35\0"), "the Adler-32 is cut short");
    assert_file(DATA("\x78\1\1\2\0\xfd\xff\5\x33\0\x3f\0\x39"), "filter 5 of a row found");
    assert_file(DATA("\x78\1\1\1\0\xfe\xff\0\0\1\0\1"), "the compressed data ends too early");
    assert_file(DATA("\x78\1\1\3\0\xfc\xff\0\x33\0\0\x69\0\x34"),
                "there is more compressed data than expected");
    assert_file(DATA("\x78\1\1\2\0\xfd\xff\0"), "the compressed data ends too early");
    assert_file(DATA("\x78\1\7\2\0"), "in the data of its IDAT chunks: byte 2: a block of type 3");
    assert_file(DATA("\x78"), "the zlib header is cut short");
    assert_file(DATA(""), "the zlib header is cut short");
    assert_file(DATA("\x78\2\1\2\0\xfd\xff\0\x33\0\x35\0\x34"), "0x7802 found, no zlib header");
    assert_file(DATA("\x79\1\1\2\0\xfd\xff\0\x33\0\x35\0\x34"), "no zlib header");
    assert_file(DATA("\x88\x1c\1\2\0\xfd\xff\0\x33\0\x35\0\x34"), "no zlib header");
    assert_file(DATA("\x78\x20\1\2\0\xfd\xff\0\x33\0\x35\0\x34"), "no zlib header");
}

/** A small file in which there is every chunk that is read. */
static png_file example(bool interlaced)
{
    const png_spec spec = {.width = 5,
                           .height = 3,
                           .depth = 2,
                           .colour_type = INDEXED,
                           .filter = 5,
                           .chunk = 20,
                           .interlaced = interlaced,
                           .palette = colours(),
                           .palette_size = 12,
                           .transparency = "12",
                           .transparency_size = 2};
    return png_make(&spec, noise);
}

static void every_cut_is_refused(void **state)
{
    (void)state;
    png_file file = example(true);
    for (size_t size = 0; size < file.size; size++) {
        uint8_t *cut = malloc(size + 1); /* of its own size, so that a sanitizer sees each byte beyond */
        assert_non_null(cut);
        memcpy(cut, file.data, size);
        assert_file((png_file){.data = cut, .size = size}, "");
    }
    free(file.data);
}

/** Without the CRCs, too, nothing but pictures and refusals comes of damage. */
static void every_changed_bit_is_refused(void **state)
{
    (void)state;
    for (int interlaced = 0; interlaced <= 1; interlaced++) {
        png_file file = example(interlaced != 0);
        for (size_t bit = 0; bit < 8 * file.size; bit++) {
            dn_picture picture;
            size_t at;
            png_file changed = example(interlaced != 0);
            changed.data[bit / 8] ^= (uint8_t)(1U << bit % 8);
            assert_int_equal(read_file(&changed, &picture, &at), DN_ERR_FORMAT);
            png_mend(changed.data, changed.size);
            const dn_status status = read_file(&changed, &picture, &at);
            assert_true(status == DN_OK || status == DN_ERR_FORMAT);
            dn_picture_free(&picture);
            free(changed.data);
        }
        free(file.data);
    }
}

static void a_chunk_longer_than_the_file_is_refused(void **state)
{
    (void)state;
    static const uint32_t lengths[] = {26, 0x7fffffff, 0x80000000, 0xffffffff};
    for (size_t i = 0; i < sizeof lengths / sizeof lengths[0]; i++) {
        png_file file = chunks_of("IHDRIDATIEND", "");
        for (size_t k = 0; k < 4; k++)
            file.data[33 + k] = (uint8_t)(lengths[i] >> (24 - 8 * k));
        assert_file(file, "byte 33: cut short: ");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_is_read_with_every_filter),
        cmocka_unit_test(every_size_is_read),
        cmocka_unit_test(data_may_be_cut_into_chunks_of_any_size),
        cmocka_unit_test(large_pictures_are_read_piece_by_piece),
        cmocka_unit_test(a_transparent_colour_is_white),
        cmocka_unit_test(a_palettes_opacities_are_composed_over_white),
        cmocka_unit_test(a_palette_of_greys_makes_a_grey_picture),
        cmocka_unit_test(chunks_that_do_not_matter_are_ignored),
        cmocka_unit_test(ancillary_chunks_are_ignored_wherever_they_are),
        cmocka_unit_test(chunks_missing_or_out_of_order_are_refused),
        cmocka_unit_test(chunks_of_a_wrong_length_are_refused),
        cmocka_unit_test(palettes_that_do_not_serve_are_refused),
        cmocka_unit_test(headers_that_make_no_sense_are_refused),
        cmocka_unit_test(a_signature_spoilt_as_text_is_told),
        cmocka_unit_test(extents_that_the_data_cannot_fill_are_refused),
        cmocka_unit_test(compressed_data_is_that_of_the_rows),
        cmocka_unit_test(every_cut_is_refused),
        cmocka_unit_test(every_changed_bit_is_refused),
        cmocka_unit_test(a_chunk_longer_than_the_file_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
