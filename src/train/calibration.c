#include "train/calibration.h"

#include "core/convert.h"
#include "core/fail.h"
#include "core/memory.h"

#include <math.h>
#include <stdlib.h>

static size_t find_bin(float probability)
{
    const double place = ceil((double)probability * DN_CALIBRATION_BINS) - 1.0;
    return dn_size_from(place, DN_CALIBRATION_BINS - 1);
}

dn_calibration dn_calibration_measure(const dn_mistake *outcomes, size_t count)
{
    dn_calibration calibration = {.error = 0.0};
    for (size_t i = 0; i < count; i++) {
        dn_calibration_bin *bin = &calibration.bins[find_bin(outcomes[i].probability)];
        bin->count++;
        bin->correct += outcomes[i].prediction == outcomes[i].label;
        bin->confidence += (double)outcomes[i].probability;
    }
    for (size_t i = 0; i < DN_CALIBRATION_BINS; i++) {
        dn_calibration_bin *bin = &calibration.bins[i];
        calibration.error += fabs((double)bin->correct - bin->confidence) / (double)count;
        bin->confidence = bin->count > 0 ? bin->confidence / (double)bin->count : 0.0;
    }
    return calibration;
}

/** An answer in the order of rejecting. */
typedef struct candidate {
    float probability;
    size_t index;
    bool wrong;
} candidate;

/** The least probable first; of equals the first. */
static int compare(const void *a, const void *b)
{
    const candidate *one = a;
    const candidate *other = b;
    if (one->probability < other->probability || one->probability > other->probability)
        return one->probability < other->probability ? -1 : 1;
    return (one->index > other->index) - (one->index < other->index);
}

/** Make the answers in the order of rejecting; the caller frees. NULL where memory is short. */
static candidate *sort_answers(const dn_mistake *outcomes, size_t count, size_t *errors, dn_error *error)
{
    candidate *sorted = dn_allocate(count, sizeof *sorted, error);
    *errors = 0;
    for (size_t i = 0; i < count && sorted; i++) {
        const bool wrong = outcomes[i].prediction != outcomes[i].label;
        sorted[i] = (candidate){outcomes[i].probability, i, wrong};
        *errors += wrong;
    }
    if (sorted)
        qsort(sorted, count, sizeof *sorted, compare);
    return sorted;
}

dn_status dn_reject_curve(const dn_mistake *outcomes, size_t count, dn_reject_point points[DN_REJECT_POINTS],
                          dn_error *error)
{
    size_t errors;
    size_t rejected = 0;
    candidate *sorted = sort_answers(outcomes, count, &errors, error);
    if (!sorted)
        return DN_ERR_MEMORY;
    for (size_t point = 0; point < DN_REJECT_POINTS; point++) {
        for (; rejected < dn_size_from((double)count * (double)point / 100.0, count - 1); rejected++)
            errors -= sorted[rejected].wrong;
        points[point] = (dn_reject_point){rejected, errors, sorted[rejected].probability};
    }
    dn_release(sorted);
    return DN_OK;
}

dn_status dn_reject_least(const dn_mistake *outcomes, size_t count, const double *most, size_t rates,
                          size_t *rejected, dn_error *error)
{
    size_t errors;
    size_t place = 0;
    candidate *sorted = sort_answers(outcomes, count, &errors, error);
    if (!sorted)
        return DN_ERR_MEMORY;
    for (size_t i = 0; i < rates; i++) {
        for (; (double)errors > most[i] * (double)(count - place); place++)
            errors -= sorted[place].wrong;
        rejected[i] = place;
    }
    dn_release(sorted);
    return DN_OK;
}
