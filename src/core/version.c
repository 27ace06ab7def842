#include "digitnet/core.h"

const char *dn_version(void)
{
    return DN_VERSION;
}
