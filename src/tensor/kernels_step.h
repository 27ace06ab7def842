/* Part of the kernels: a step of SGD, and exponentials. */
#ifndef DN_TENSOR_KERNELS_STEP_H
#define DN_TENSOR_KERNELS_STEP_H

#include "core/exponential.h"
#include "core/scalar.h"
#include "tensor/kernels.h"

#include <math.h>

/**
 * A velocity below this moves no weight, and becomes 0. Otherwise it would fall to subnormal numbers, with which many processors are
 * a hundred times slower, and stay there: most weights of the border's pixels see ink once.
 */
#define NEGLIGIBLE 1e-30F

static void plain_row(float *restrict value, const float *restrict gradient, const dn_update *with)
{
    for (size_t i = 0; i < with->width; i++)
        value[i] -= with->learning_rate * gradient[i];
}

static void decaying_row(float *restrict value, const float *restrict gradient, const dn_update *with)
{
    for (size_t i = 0; i < with->width; i++)
        value[i] -= with->learning_rate * (gradient[i] + with->weight_decay * value[i]);
}

static void momentum_row(float *restrict value, float *restrict velocity, const float *restrict gradient,
                         const dn_update *with)
{
    /* Along the velocity: 1 v. Nesterov: 1 g + momentum v. */
    const float of_velocity = with->nesterov ? with->momentum : 1.0F;
    const float of_gradient = with->nesterov ? 1.0F : 0.0F;
    for (size_t i = 0; i < with->width; i++) {
        const float slope = gradient[i] + with->weight_decay * value[i];
        const float next = with->momentum * velocity[i] + slope;
        velocity[i] = fabsf(next) < NEGLIGIBLE ? 0.0F : next;
        value[i] -= with->learning_rate * (of_gradient * slope + of_velocity * velocity[i]);
    }
}

static void update_rows(const dn_update *update)
{
    for (size_t row = 0; row < update->rows; row++) {
        float *value = update->value + row * update->step;
        const float *gradient = update->gradient + row * update->gradient_step;
        if (update->velocity)
            momentum_row(value, update->velocity + row * update->step, gradient, update);
        else if (update->weight_decay > 0.0F)
            decaying_row(value, gradient, update);
        else
            plain_row(value, gradient, update);
    }
}

static void exp_each(float *numbers, size_t count)
{
    bool in_range = true;
    for (size_t i = 0; i < count; i++)
        in_range &= dn_exp_is_in_range(numbers[i]);
    if (in_range) { /* then the compiler makes vector code */
        for (size_t i = 0; i < count; i++)
            numbers[i] = dn_exp_in_range(numbers[i]);
        return;
    }
    for (size_t i = 0; i < count; i++)
        numbers[i] = dn_exp(numbers[i]);
}

#endif
