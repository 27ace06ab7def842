#include "core/convert.h"

size_t dn_size_from(double value, size_t limit)
{
    if (!(value > 0.0))
        return 0;
    return value < (double)limit ? (size_t)value : limit;
}

uint8_t dn_byte_from(float fraction)
{
    if (!(fraction > 0.0F))
        return 0;
    /* NOLINTNEXTLINE(bugprone-incorrect-roundings): above 0, and 0.5 of a level goes up on every machine */
    return fraction < 1.0F ? (uint8_t)(fraction * (float)UINT8_MAX + 0.5F) : UINT8_MAX;
}
