/**
 * How fast dn_matmul is on one thread, in GFLOP/s: for each kernel set that the processor runs and each shape a line
 * KERNELS TAB SHAPE TAB RATE, the best of as many products as fit a given time. First the name of the set that digitnet
 * takes by itself.
 */
#include "bench.h"

#include "tensor/context.h"

#include "digitnet/tensor.h"

#include <stdio.h>
#include <stdlib.h>

#define DEFAULT_SECONDS 0.3

/** out [rows, columns] = a [rows, inner] b [inner, columns]. */
typedef struct product_shape {
    size_t rows;
    size_t columns;
    size_t inner;
} product_shape;

static const product_shape shapes[] = {{512, 512, 512}, {64, 800, 784}};

typedef struct product {
    dn_tensor a;
    dn_tensor b;
    dn_tensor out;
} product;

/** Measuring programs have no way back from an error. */
static void require(dn_status status, const dn_error *error)
{
    if (status == DN_OK)
        return;
    fprintf(stderr, "bench_matmul: %s: %s\n", error->problem, error->remedy);
    exit(EXIT_FAILURE);
}

static void fill(dn_tensor *tensor)
{
    const size_t count = dn_tensor_count(tensor);
    for (size_t i = 0; i < count; i++)
        tensor->data[i] = (float)(i % 17) / 16.0F;
}

static product make_product(product_shape shape)
{
    product made;
    dn_error error;
    require(dn_tensor_zeros(&made.a, DN_SHAPE(shape.rows, shape.inner), &error), &error);
    require(dn_tensor_zeros(&made.b, DN_SHAPE(shape.inner, shape.columns), &error), &error);
    require(dn_tensor_zeros(&made.out, DN_SHAPE(shape.rows, shape.columns), &error), &error);
    fill(&made.a);
    fill(&made.b);
    return made;
}

static void measure(dn_context *context, product_shape shape, double budget)
{
    product work = make_product(shape);
    dn_error error;
    double best = 0.0;
    const double start = bench_seconds();
    double begin = start;
    do {
        require(dn_matmul(context, &work.a, &work.b, &work.out, false, &error), &error);
        const double end = bench_seconds();
        const double rate = bench_gigaflops(shape.rows * shape.columns * shape.inner, end - begin);
        best = rate > best ? rate : best;
        begin = end;
    } while (begin - start < budget);
    printf("%s\t%zux%zux%zu\t%.1f\n", dn_context_kernels(context), shape.rows, shape.columns, shape.inner,
           best);
    dn_tensor_free(&work.a);
    dn_tensor_free(&work.b);
    dn_tensor_free(&work.out);
}

int main(int argc, char **argv)
{
    const double budget = argc > 1 ? strtod(argv[1], NULL) : DEFAULT_SECONDS;
    for (int choice = DN_KERNELS_AUTO; choice <= DN_KERNELS_AVX512; choice++) {
        dn_context *context;
        dn_error error;
        if (dn_context_new(&context, 1, (dn_kernel_choice)choice, &error) != DN_OK)
            continue; /* not on this processor */
        if (choice == DN_KERNELS_AUTO)
            printf("%s\n", dn_context_kernels(context));
        for (size_t i = 0; choice != DN_KERNELS_AUTO && i < sizeof shapes / sizeof shapes[0]; i++)
            measure(context, shapes[i], budget);
        dn_context_free(context);
    }
    return 0;
}
