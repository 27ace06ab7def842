#include "tensor/check.h"

#include "core/fail.h"

dn_status dn_check_product(dn_shape a, dn_shape b, dn_shape out, dn_error *error)
{
    if (a.rank == 2 && b.rank == 2 && out.rank == 2 && a.extent[1] == b.extent[0] &&
        out.extent[0] == a.extent[0] && out.extent[1] == b.extent[1])
        return DN_OK;
    char text_a[DN_SHAPE_TEXT_SIZE];
    char text_b[DN_SHAPE_TEXT_SIZE];
    char text_out[DN_SHAPE_TEXT_SIZE];
    return dn_fail(error, DN_ERR_SHAPE, "give matrices [N, K], [K, M] and [N, M]",
                   "the product of %s and %s does not fit %s", dn_shape_text(a, text_a),
                   dn_shape_text(b, text_b), dn_shape_text(out, text_out));
}
