/** The result of `digitnet evaluate`, as text or as one JSON object. */
#ifndef DN_CLI_EVALUATE_REPORT_H
#define DN_CLI_EVALUATE_REPORT_H

#include "digitnet/settings.h"
#include "digitnet/train.h"

#define EVALUATE_REJECTS 3
/** Fractions of errors among the answers that are left. */
extern const double evaluate_error_rates[EVALUATE_REJECTS];

/** One of the data sets. */
typedef struct evaluated_set {
    const char *data; /**< the folder */
    size_t images;
    size_t errors;
} evaluated_set;

/** A measurement, and the model and data that it is of. */
typedef struct evaluation {
    const char *model;  /**< the path */
    dn_classes classes; /**< which digits the metrics' classes are */
    size_t views;       /**< of each image */
    dn_metrics metrics;
    const char *data; /**< the folders */
    evaluated_set sets[DN_MAX_SETS];
    size_t set_count;
    dn_dataset images;   /**< borrowed, as places are */
    dn_selection places; /**< where the images stood in their file; empty: where they stand */
    dn_mistake *worst;   /**< [worst_count] */
    size_t worst_count;
    double calibration_error;          /**< expected calibration error, 0 to 1 */
    bool rejecting;                    /**< rejected is set */
    size_t rejected[EVALUATE_REJECTS]; /**< answers to reject, by evaluate_error_rates */
} evaluation;

void evaluate_report_text(const evaluation *result);
void evaluate_report_json(const evaluation *result);

#endif
