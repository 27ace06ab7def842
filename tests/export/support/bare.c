/* What a program on a Cortex-M needs where there is no system: a table of vectors, the way into main, and semihosting. */
#include <stdint.h>

int main(void);
long call_host(long operation, const void *argument);
void reset(void);

extern uint32_t data_begin[];
extern uint32_t data_end[];
extern uint32_t data_source[];
extern uint32_t bss_begin[];
extern uint32_t bss_end[];
extern uint32_t stack_top[];

static void stop(void)
{
    for (;;) {
    }
}

void reset(void)
{
    const uint32_t *from = data_source;
    uint32_t *to;
#if defined(__ARM_FP)
    *(volatile uint32_t *)0xe000ed88 |= 0xf << 20; /* the floating-point unit is off at first */
    __asm__ volatile("dsb\n isb");
#endif
    for (to = data_begin; to != data_end; to++)
        *to = *from++;
    for (to = bss_begin; to != bss_end; to++)
        *to = 0;
    main();
    stop();
}

__attribute__((section(".vectors"), used)) static void *const vectors[16] = {
    stack_top, (void *)reset, (void *)stop, (void *)stop, (void *)stop, (void *)stop, (void *)stop,
};

long call_host(long operation, const void *argument)
{
    register long r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = argument;
    __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
    return r0;
}
