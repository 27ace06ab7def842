/** Early return for functions that own nothing yet: `DN_TRY(call)` returns the call's status unless DN_OK. */
#ifndef DN_CORE_TRY_H
#define DN_CORE_TRY_H

#include "digitnet/core/status.h"

#define DN_TRY(call)                                                                                         \
    do {                                                                                                     \
        const dn_status try_status = (call);                                                                 \
        if (try_status != DN_OK)                                                                             \
            return try_status;                                                                               \
    } while (0)

#endif
