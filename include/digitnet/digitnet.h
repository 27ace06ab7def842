/** The whole library. */
#ifndef DIGITNET_DIGITNET_H
#define DIGITNET_DIGITNET_H

#include "digitnet/core/pool.h"
#include "digitnet/core/random.h"
#include "digitnet/core/status.h"

#include "digitnet/tensor/context.h"
#include "digitnet/tensor/elementwise.h"
#include "digitnet/tensor/format.h"
#include "digitnet/tensor/matmul.h"
#include "digitnet/tensor/reduce.h"
#include "digitnet/tensor/sparse.h"
#include "digitnet/tensor/tensor.h"

#include "digitnet/io/file.h"
#include "digitnet/io/gzip.h"
#include "digitnet/io/idx.h"
#include "digitnet/io/pnm.h"
#include "digitnet/io/safetensors.h"
#include "digitnet/io/sha256.h"

#include "digitnet/data/augment.h"
#include "digitnet/data/classes.h"
#include "digitnet/data/dataloader.h"
#include "digitnet/data/dataset.h"
#include "digitnet/data/prepare.h"

#include "digitnet/nn/dropout.h"
#include "digitnet/nn/init.h"
#include "digitnet/nn/linear.h"
#include "digitnet/nn/mean.h"
#include "digitnet/nn/model.h"
#include "digitnet/nn/parameter.h"
#include "digitnet/nn/relu.h"
#include "digitnet/nn/weights.h"

#include "digitnet/loss/binary.h"
#include "digitnet/loss/cross_entropy.h"
#include "digitnet/loss/distance.h"
#include "digitnet/loss/loss.h"

#include "digitnet/optim/average.h"
#include "digitnet/optim/schedule.h"
#include "digitnet/optim/sgd.h"

#include "digitnet/train/checkpoint.h"
#include "digitnet/train/classifier.h"
#include "digitnet/train/learner.h"
#include "digitnet/train/lr_find.h"
#include "digitnet/train/metrics.h"
#include "digitnet/train/mistakes.h"
#include "digitnet/train/model_file.h"
#include "digitnet/train/training.h"

#endif
