#include "core/unicode.h"

#include <stddef.h>

bool dn_is_shown(uint32_t code)
{
    static const struct {
        uint32_t first;
        uint32_t last;
    } hidden[] = {
        {0x00, 0x1F},                       /* control characters, C0 */
        {0x7F, 0x9F},                       /* delete, and control characters, C1 */
        {0x061C, 0x061C},                   /* marks of direction */
        {0x200E, 0x200F}, {0x2028, 0x202E}, /* ends of lines and paragraphs; text that runs the other way */
        {0x2066, 0x2069},
    };
    for (size_t i = 0; i < sizeof hidden / sizeof hidden[0]; i++)
        if (code >= hidden[i].first && code <= hidden[i].last)
            return false;
    return true;
}
