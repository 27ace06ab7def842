/** How far a classifier's probabilities can be trusted. */
#ifndef DN_TRAIN_CALIBRATION_H
#define DN_TRAIN_CALIBRATION_H

#include "digitnet/train.h"

/**
 * How far an answer's probability can be trusted: is 90 % right nine times of ten, and how many mistakes are left when the least
 * certain answers are rejected?
 *
 * Source  Guo, Pleiss, Sun and Weinberger 2017, On Calibration of Modern Neural Networks; Chow 1970, On Optimum Recognition Error and
 *         Reject Tradeoff.
 */

#define DN_CALIBRATION_BINS 15

/** The answers whose probability lies above i / DN_CALIBRATION_BINS and at most at (i + 1) / DN_CALIBRATION_BINS. */
typedef struct dn_calibration_bin {
    size_t count;
    size_t correct;
    double confidence; /**< mean probability, 0 to 1; 0 where the bin is empty */
} dn_calibration_bin;

typedef struct dn_calibration {
    dn_calibration_bin bins[DN_CALIBRATION_BINS];
    double
        error; /**< expected calibration error, 0 to 1: the mean distance of accuracy and confidence, weighted by count */
} dn_calibration;

/** Sort answers into bins by their probability. Shapes: outcomes [count], count > 0. */
dn_calibration dn_calibration_measure(const dn_mistake *outcomes, size_t count);

/** Fractions of the answers that a reject curve rejects: 0, 1, 2, ... hundredths. */
#define DN_REJECT_POINTS 31

typedef struct dn_reject_point {
    size_t rejected;   /**< answers, the least probable ones */
    size_t errors;     /**< among the answers that are kept */
    float probability; /**< of the least probable answer that is kept */
} dn_reject_point;

/**
 * Reject the least probable answers, more and more; of equally probable ones the first.
 *
 * Shapes  outcomes [count], count > 0.
 * Errors  DN_ERR_MEMORY.
 */
DN_NODISCARD dn_status dn_reject_curve(const dn_mistake *outcomes, size_t count,
                                       dn_reject_point points[DN_REJECT_POINTS], dn_error *error);

/**
 * Count the least probable answers to reject until errors are at most a fraction of the answers that are left, for several fractions.
 *
 * Shapes  outcomes [count]; most, rejected [rates].
 * Units   most: 0 to 1, each at most the one before.
 * Errors  DN_ERR_MEMORY.
 * Source  LeCun, Bottou, Bengio and Haffner 1998, section III.C: rejection for a given error rate.
 */
DN_NODISCARD dn_status dn_reject_least(const dn_mistake *outcomes, size_t count, const double *most,
                                       size_t rates, size_t *rejected, dn_error *error);

#endif
