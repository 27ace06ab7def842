/** The whole library. */
#ifndef DIGITNET_DIGITNET_H
#define DIGITNET_DIGITNET_H

#include "digitnet/core.h"
#include "digitnet/data.h"
#include "digitnet/export.h"
#include "digitnet/io.h"
#include "digitnet/loss.h"
#include "digitnet/nn.h"
#include "digitnet/optim.h"
#include "digitnet/pack.h"
#include "digitnet/picture.h"
#include "digitnet/run.h"
#include "digitnet/settings.h"
#include "digitnet/tensor.h"
#include "digitnet/train.h"

#endif
