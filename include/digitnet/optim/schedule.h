/**
 * Learning-rate schedules: how the rate changes from the first step to the last.
 */
#ifndef DIGITNET_OPTIM_SCHEDULE_H
#define DIGITNET_OPTIM_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef enum dn_schedule_kind {
    DN_SCHEDULE_CONSTANT,
    DN_SCHEDULE_LINEAR, /**< falls to 0 on a line */
    DN_SCHEDULE_COSINE, /**< falls to 0 on half a cosine wave; Loshchilov and Hutter 2017 */
    DN_SCHEDULE_ONE_CYCLE /**< rises from 1/25 of the rate for a quarter of the steps, then falls to 0; Smith 2018 */
} dn_schedule_kind;

typedef struct dn_schedule {
    dn_schedule_kind kind;
    size_t steps;        /**< that are planned in all, at least 1 */
    size_t warmup_steps; /**< during which the rate rises from 0 on a line; 0 for none */
} dn_schedule;

/** What the learning rate is multiplied by, 0 to 1, for step number `step`, 0 <= step < steps. Depends on nothing else. */
float dn_schedule_factor(const dn_schedule *schedule, size_t step);

/** Does the factor depend on how many steps are planned? Where it does not, a training may go on beyond its end. */
bool dn_schedule_needs_end(dn_schedule_kind kind);

/** The names of the kinds, in their order: "constant", "linear", "cosine", "one-cycle"; NULL after the last. */
extern const char *const dn_schedule_names[];

#ifdef __cplusplus
}
#endif

#endif
