/* Drawing an image anew with the instructions of newer x86-64 processors. */
#define DN_ELASTIC_VECTOR 64
#include "data/warp.h"

#ifdef DN_X86

#include <string.h>

DN_X86_BEGIN(DN_X86_AVX512)

#define WARP dn_warp_avx512
#include "data/warp_body.h"

DN_X86_END

#endif
