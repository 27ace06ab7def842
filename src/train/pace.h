/**
 * Whether the threads of a pool work together or one works alone, by measurement.
 *
 * Two threads are no faster than one where a step is short and the processors are far apart, or where one of them is busy with something
 * else; and that changes while a training runs. No result depends on the choice.
 */
#ifndef DN_TRAIN_PACE_H
#define DN_TRAIN_PACE_H

#include "core/pool.h"

/** State of the measurement. */
typedef struct dn_pace {
    dn_pool *pool;
    double trial_began; /**< in seconds, as everything here */
    double block_began;
    double next_trial;
    size_t blocks; /**< of the trial that have begun; 0 between two trials */
    size_t
        steps; /**< of this block; the first is not timed: threads wake or fall asleep, and memory changes hands */
    double alone; /**< the least seconds a step of any block of this trial */
    double shared;
    double window_began; /**< between two trials: a stretch of shared steps */
    size_t window_steps;
    size_t slow_windows; /**< the last so many took longer a step than alone */
} dn_pace;

/** Begin with a trial. Owner: borrows the pool, NULL or of one thread is allowed. */
void dn_pace_begin(dn_pace *pace, dn_pool *pool);

/**
 * Count a step, and change over where it is time.
 *
 * Units   now in seconds, from any beginning.
 * Effect  A trial runs a few steps together, a few alone, and so on in turn, and keeps what took least; it costs about one part in a
 *         hundred. Between two trials threads that are slower together than one was alone stop; nothing else changes.
 */
void dn_pace_step(dn_pace *pace, double now);

/** Let all threads work again. */
void dn_pace_end(dn_pace *pace);

#endif
