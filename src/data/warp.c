#include "data/warp.h"

#include "core/scalar.h"

#define WARP dn_warp_portable
#include "data/warp_body.h"

dn_affine dn_affine_undoing(const dn_motion *motion)
{
    const float cosine = dn_cos(motion->rotation);
    const float sine = dn_sin(motion->rotation);
    const float wider = 1.0F + motion->scale_x;
    const float higher = 1.0F + motion->scale_y;
    /* Backwards: shift, rotate, shear, scale. */
    dn_affine affine = {.xx = (cosine + motion->shear * sine) / wider,
                        .xy = (sine - motion->shear * cosine) / wider,
                        .yx = -sine / higher,
                        .yy = cosine / higher};
    affine.x0 = -(affine.xx * motion->shift_x + affine.xy * motion->shift_y);
    affine.y0 = -(affine.yx * motion->shift_x + affine.yy * motion->shift_y);
    return affine;
}

/** The last that the processor can run is the fastest. */
static dn_warp_function *fastest(void)
{
#ifdef DN_X86
    if (dn_x86_has_avx512())
        return dn_warp_avx512;
    if (dn_x86_has_avx2())
        return dn_warp_avx2;
#endif
    return dn_warp_portable;
}

void dn_warp(const dn_affine *affine, const dn_elastic *elastic, const dn_elastic_field *field,
             const uint8_t *in, uint8_t *out)
{
    fastest()(affine, elastic, field, in, out);
}
