/**
 * PNG files made by hand, for the tests that read them: chunks of any contents, and zlib streams of stored blocks.
 */
#ifndef DN_TESTS_PNG_MAKER_H
#define DN_TESTS_PNG_MAKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** A file that grows; free its data with free(). Start from {0}. */
typedef struct png_file {
    uint8_t *data;
    size_t size;
    size_t capacity; /**< png_maker.c's own */
} png_file;

/** What a picture is, and how it is written. */
typedef struct png_spec {
    size_t width, height;
    unsigned depth, colour_type;
    bool interlaced;
    unsigned filter;     /**< of every row: 0 to 4; 5: each row another */
    size_t chunk;        /**< bytes of data of an IDAT at most; 0: all in one */
    const void *palette; /**< data of PLTE, or NULL */
    size_t palette_size;
    const void *transparency; /**< data of tRNS, or NULL */
    size_t transparency_size;
} png_spec;

/** A sample of the picture: in row y, column x, the number k of its pixel; the lowest bits of its depth count. */
typedef unsigned png_sample(size_t y, size_t x, size_t k);

/** Samples of a pixel in the file. */
unsigned png_samples(unsigned colour_type);

void png_signature(png_file *file);

/** A chunk with its CRC; the type has four letters. */
void png_chunk(png_file *file, const char *type, const void *data, size_t size);

void png_header(png_file *file, const png_spec *spec);

/** Make the CRC of every chunk right, as far as the file has whole chunks. */
void png_mend(uint8_t *data, size_t size);

/** The whole file. */
png_file png_make(const png_spec *spec, png_sample *sample);

#endif
