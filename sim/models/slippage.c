#include "models/slippage.h"

const struct model *const slippage_registry[] = {
    &slippage_constant.model,
    &slippage_linear.model,
    &slippage_square_root.model,
    NULL,
};

const struct slippage_type *
slippage_of(const struct model *model)
{
    return (const struct slippage_type *)(const void *)model;
}
