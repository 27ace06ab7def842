/**
 * A tensor as text, the way PyTorch prints one.
 */
#ifndef DIGITNET_TENSOR_FORMAT_H
#define DIGITNET_TENSOR_FORMAT_H

#include "digitnet/tensor/tensor.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * Format a tensor: nested brackets, four digits after the point, columns aligned, long axes summarised with
 * "..." (three at either end, above 1000 elements), and the shape at the end:
 *
 *     tensor([[1.0000, 2.0000],
 *             [3.0000, 4.0000]], shape=[2, 2])
 *
 * Effect  As snprintf: writes at most size bytes with the closing 0, hands back the length of the whole
 *         text. size 0 with text NULL only measures.
 * Source  torch.Tensor.__repr__
 */
size_t dn_tensor_format(const dn_tensor *tensor, char *text, size_t size);

#ifdef __cplusplus
}
#endif

#endif
