#include "digitnet/digitnet.h"

int main(void)
{
    dn_error error;
    dn_tensor tensor;
    if (dn_tensor_zeros(&tensor, DN_SHAPE(2, 3), &error) != DN_OK)
        return 1;
    const size_t count = dn_tensor_count(&tensor);
    dn_tensor_free(&tensor);
    return count == 6 ? 0 : 1;
}
