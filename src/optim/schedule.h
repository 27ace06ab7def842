/** Schedules by their names and kinds. */
#ifndef DN_OPTIM_SCHEDULE_H
#define DN_OPTIM_SCHEDULE_H

#include "digitnet/optim.h"

/** Does the factor depend on the number of steps? If not, a training may go on beyond its planned end. */
bool dn_schedule_needs_end(dn_schedule_kind kind);

/** The names of the kinds, in their order: "constant", "linear", "cosine", "one-cycle"; NULL after the last. */
extern const char *const dn_schedule_names[];

#endif
