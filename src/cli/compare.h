/** Where two model files begin to differ, in words that a reader can check: weights first, metadata then, bytes last. */
#ifndef DN_CLI_COMPARE_H
#define DN_CLI_COMPARE_H

#include "digitnet/io.h"

typedef enum compare_kind {
    COMPARE_SAME,
    COMPARE_WEIGHT,   /**< an element of a tensor that both have, of one shape */
    COMPARE_SHAPE,    /**< of a tensor that both have */
    COMPARE_TENSORS,  /**< a tensor that only one has */
    COMPARE_METADATA, /**< an entry that differs, or that only one has */
    COMPARE_BYTES     /**< the same contents, written another way */
} compare_kind;

/** The first difference between a file and what it should be. Names are borrowed from the two archives. */
typedef struct compare_difference {
    compare_kind kind;
    const char *name; /**< of the tensor, or the metadata's key */
    dn_shape index;   /**< of the element; its rank is the tensor's */
    float found;      /**< the element */
    float expected;
    const dn_tensor *found_tensor; /**< NULL where it is missing */
    const dn_tensor *expected_tensor;
    const char *found_text; /**< the metadata's value; NULL where it is missing */
    const char *expected_text;
    size_t offset; /**< of the first byte that differs */
} compare_difference;

/** One of the two: its bytes, and what they say. */
typedef struct compare_side {
    dn_bytes bytes;
    dn_archive archive;
} compare_side;

/** Find the first difference, tensors in the order of the expected file. */
compare_difference compare_models(const compare_side *found, const compare_side *expected);

#define COMPARE_TEXT_SIZE 512
/** What differs, as the end of a sentence: "0.weight [3, 120] is 0.25, 0.125 expected". */
char *compare_text(const compare_difference *difference, char text[COMPARE_TEXT_SIZE]);

#endif
