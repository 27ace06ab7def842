/**
 * What a picture may show: for each polarity of the ink, the digits that are seen then, and what speaks for them.
 */
#ifndef DN_PICTURE_HYPOTHESIS_H
#define DN_PICTURE_HYPOTHESIS_H

#include "picture/evidence.h"
#include "picture/groups.h"
#include "picture/sight.h"
#include "picture/split.h"

#include "digitnet/picture.h"

/** One digit that may be there. */
typedef struct dn_candidate {
    dn_rectangle box; /**< in pixels of the picture */
    uint8_t pixels[DN_DIGIT_PIXELS];
    dn_evidence evidence;
    size_t cut_count; /**< ways to cut it in two */
    dn_halves *cuts;  /**< [cut_count] */
} dn_candidate;

/** The digits that are seen when ink is dark, or when it is bright. */
typedef struct dn_hypothesis {
    bool dark;
    size_t count;
    size_t main; /**< the candidate that the picture is about */
    dn_candidate *candidates;
} dn_hypothesis;

/** Dark ink, and bright ink. */
#define DN_POLARITIES 2

/**
 * See what a picture may show.
 *
 * Owner   The caller frees with dn_hypotheses_free. A hypothesis without candidates sees nothing.
 * Errors  DN_ERR_SHAPE when there is no pixel, or not 1 or 3 channels; DN_ERR_MEMORY; all are empty then.
 */
DN_NODISCARD dn_status dn_hypotheses_make(const dn_picture *picture, dn_hypothesis hypotheses[DN_POLARITIES],
                                          dn_error *error);

void dn_hypotheses_free(dn_hypothesis hypotheses[DN_POLARITIES]);

#endif
