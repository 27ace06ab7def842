/**
 * Images as a table of text, as Kaggle publishes MNIST: a row is an image, its label and then its 28 x 28 pixels.
 *
 *     label,pixel0,pixel1,...,pixel783     a header; it may be missing
 *     5,0,0,...,0                          lines end in LF or CR LF; empty ones are skipped
 */
#ifndef DN_DATA_CSV_H
#define DN_DATA_CSV_H

#include "digitnet/data.h"

/** A table while it is read. */
typedef struct dn_csv {
    const uint8_t *text;
    size_t size;
    size_t at;   /**< of the next byte */
    size_t line; /**< of the row read last, from 1 */
} dn_csv;

/** Begin, behind a byte order mark and a header. Owner: borrows the text. */
dn_csv dn_csv_open(const uint8_t *text, size_t size);

/**
 * Read the next row.
 *
 * Effect  *found is false at the end, and nothing is written then.
 * Errors  DN_ERR_FORMAT with the line, the cell, the value found and the value expected.
 */
DN_NODISCARD dn_status dn_csv_next(dn_csv *csv, bool *found, uint8_t *label, uint8_t pixels[DN_DIGIT_PIXELS],
                                   dn_error *error);

#endif
