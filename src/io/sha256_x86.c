/* SHA-256 by the instructions that x86-64 processors have since 2016. */
#include "core/x86.h"
#include "io/sha256.h"

#ifdef DN_X86

#include <immintrin.h>

#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#else
#define UNROLL _Pragma("GCC unroll 16")
#endif

DN_X86_BEGIN(DN_X86_SHA)

/** Four words of the message schedule, from the 16 before them, which lie in order from word[first] on, around the end. */
static inline __m128i next_words(const __m128i word[4], size_t first)
{
    const __m128i last = word[(first + 3) % 4];
    const __m128i seven_back = _mm_alignr_epi8(last, word[(first + 2) % 4], 4);
    const __m128i sum = _mm_add_epi32(_mm_sha256msg1_epu32(word[first], word[(first + 1) % 4]), seven_back);
    return _mm_sha256msg2_epu32(sum, last);
}

/** The instructions want the state as a, b, e, f and c, d, g, h, the first letter in the highest lane. */
static void add_by_instructions(uint32_t state[8], const uint8_t *block, size_t blocks)
{
    const __m128i big_endian = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    const __m128i cdab = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)state), 0xB1);
    const __m128i efgh = _mm_shuffle_epi32(_mm_loadu_si128((const __m128i *)(state + 4)), 0x1B);
    __m128i abef = _mm_alignr_epi8(cdab, efgh, 8);
    __m128i cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
    for (; blocks != 0; blocks--, block += DN_SHA256_BLOCK) {
        const __m128i abef_before = abef;
        const __m128i cdgh_before = cdgh;
        __m128i word[4];
        UNROLL for (size_t i = 0; i < 4; i++) word[i] =
            _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(block + 16 * i)), big_endian);
        UNROLL for (size_t i = 0; i < 16; i++) /* four rounds each */
        {
            if (i >= 4)
                word[i % 4] = next_words(word, i % 4);
            const __m128i constant = _mm_loadu_si128((const __m128i *)(dn_sha256_constants + 4 * i));
            const __m128i added = _mm_add_epi32(word[i % 4], constant);
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, added);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(added, 0x0E));
        }
        abef = _mm_add_epi32(abef, abef_before);
        cdgh = _mm_add_epi32(cdgh, cdgh_before);
    }
    const __m128i feba = _mm_shuffle_epi32(abef, 0x1B);
    const __m128i dchg = _mm_shuffle_epi32(cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

DN_X86_END

dn_sha256_add *dn_sha256_find_instructions(void)
{
    return dn_x86_has_sha() ? add_by_instructions : NULL;
}

#else

dn_sha256_add *dn_sha256_find_instructions(void)
{
    return NULL;
}

#endif
