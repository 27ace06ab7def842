/** What `digitnet evaluate` found, as text or as one JSON object. */
#ifndef DN_CLI_EVALUATE_REPORT_H
#define DN_CLI_EVALUATE_REPORT_H

#include "digitnet/train.h"

/** What was measured, of which model and data. */
typedef struct evaluation {
    const char *model; /**< the path */
    const char *data;
    dn_classes classes; /**< which digits the metrics' classes are */
    dn_metrics metrics;
    dn_dataset images;
    dn_selection places; /**< where the images stood in their file; empty: where they stand */
    dn_mistake *worst;   /**< [worst_count] */
    size_t worst_count;
} evaluation;

void evaluate_report_text(const evaluation *result);
void evaluate_report_json(const evaluation *result);

#endif
