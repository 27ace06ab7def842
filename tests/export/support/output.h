/* Where answers.c reads images and prints: the standard streams, or semihosting of an Arm processor without a system. */
#ifndef OUTPUT_H
#define OUTPUT_H

#ifndef BARE

#include <stdio.h>

static void output_begin(void)
{
    unsigned char header[16];
    if (fread(header, 1, sizeof header, stdin) != sizeof header)
        fputs("no images on standard input\n", stderr);
}

static int next_image(uint8_t *pixels)
{
    return fread(pixels, 1, 784, stdin) == 784;
}

static void put_line(const char *line)
{
    fputs(line, stdout);
}

static void begin_timing(void) {}

static void end_timing(void) {}

static void output_end(void) {}

#else

/* The emulator loads the images to this address. */
#define ALL_IMAGES ((const uint8_t *)IMAGES_AT)

/* Of bare.c. */
long call_host(long operation, const void *argument);

enum { SYS_WRITE0 = 0x04, SYS_EXIT = 0x18 };
#define APPLICATION_EXIT ((const void *)0x20026)

/* SysTick: control, reload, and the value, which counts down from 2^24 - 1 at the processor's clock. */
#define SYSTICK ((volatile uint32_t *)0xe000e010)
#define SYSTICK_MOST 0xffffffU

static long images_done;
static uint32_t ticks;

static void output_begin(void)
{
    SYSTICK[1] = SYSTICK_MOST;
    SYSTICK[2] = 0;
    SYSTICK[0] = 5;
}

static int next_image(uint8_t *pixels)
{
    int i;
    for (i = 0; i < 784; i++)
        pixels[i] = ALL_IMAGES[784 * images_done + i];
    images_done++;
    return 1;
}

static void put_line(const char *line)
{
    call_host(SYS_WRITE0, line);
}

static uint32_t began;

static void begin_timing(void)
{
    began = SYSTICK[2];
}

static void end_timing(void)
{
    ticks += (began - SYSTICK[2]) & SYSTICK_MOST;
}

static void output_end(void)
{
    char line[] = "# 0000000000\n";
    char *digit = line + sizeof line - 2;
    uint32_t rest;
    for (rest = ticks; rest != 0; rest /= 10)
        *--digit = (char)('0' + rest % 10);
    put_line(line);
    call_host(SYS_EXIT, APPLICATION_EXIT);
}

#endif

#endif
