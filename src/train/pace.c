#include "train/pace.h"

#include <math.h>

/** Blocks of a trial, every second one alone: the least of three is rarely disturbed. */
#define TRIAL_BLOCKS 6
/** A block is long enough to be timed. */
#define BLOCK_STEPS 4
#define BLOCK_SECONDS 1e-3
/** Time between two trials, in trials. */
#define REST 50.0
/**
 * A scheduler gives a thread some milliseconds at a time: beside a busy neighbour, a block of a trial may see both threads at work, and
 * the next not. A window is longer; the second slow one is no single delay.
 */
#define WINDOW_SECONDS 2e-2
#define SLOW_WINDOWS 2

static bool is_alone(size_t block)
{
    return block % 2 == 0;
}

static void begin_block(dn_pace *pace)
{
    pace->blocks++;
    pace->steps = 0;
    dn_pool_share(pace->pool, !is_alone(pace->blocks));
}

static void begin_trial(dn_pace *pace, double now)
{
    pace->trial_began = now;
    pace->blocks = 0;
    pace->alone = (double)INFINITY;
    pace->shared = (double)INFINITY;
    begin_block(pace);
}

static void begin_window(dn_pace *pace, double now)
{
    pace->window_began = now;
    pace->window_steps = 0;
}

static void end_trial(dn_pace *pace, double now)
{
    pace->blocks = 0;
    pace->slow_windows = 0;
    begin_window(pace, now);
    pace->next_trial = now + REST * (now - pace->trial_began);
    dn_pool_share(pace->pool, pace->shared <= pace->alone);
}

/** Between two trials: stop sharing when it takes longer than one thread did alone. */
static void watch_sharing(dn_pace *pace, double now)
{
    pace->window_steps++;
    if (now - pace->window_began < WINDOW_SECONDS)
        return;
    const double mean = (now - pace->window_began) / (double)pace->window_steps;
    pace->slow_windows = mean > pace->alone ? pace->slow_windows + 1 : 0;
    if (pace->slow_windows == SLOW_WINDOWS)
        dn_pool_share(pace->pool, false);
    begin_window(pace, now);
}

void dn_pace_begin(dn_pace *pace, dn_pool *pool)
{
    *pace = (dn_pace){.pool = dn_pool_threads(pool) > 1 ? pool : NULL};
}

void dn_pace_step(dn_pace *pace, double now)
{
    if (!pace->pool)
        return;
    if (pace->blocks == 0) {
        if (now >= pace->next_trial)
            begin_trial(pace, now);
        else if (dn_pool_threads(pace->pool) > 1)
            watch_sharing(pace, now);
        return;
    }
    if (pace->steps++ == 0)
        pace->block_began = now;
    if (pace->steps <= BLOCK_STEPS || now - pace->block_began < BLOCK_SECONDS)
        return;
    double *const least = is_alone(pace->blocks) ? &pace->alone : &pace->shared;
    *least = fmin(*least, (now - pace->block_began) / (double)(pace->steps - 1));
    if (pace->blocks < TRIAL_BLOCKS)
        begin_block(pace);
    else
        end_trial(pace, now);
}

void dn_pace_end(dn_pace *pace)
{
    dn_pool_share(pace->pool, true);
}
