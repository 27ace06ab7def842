/* Drawing an image anew with the instructions of x86-64 processors since 2013. */
#include "data/warp.h"

#ifdef DN_X86

#include <string.h>

DN_X86_BEGIN(DN_X86_AVX2)

#define WARP dn_warp_avx2
#include "data/warp_body.h"

DN_X86_END

#endif
