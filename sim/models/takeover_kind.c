#include "models/takeover_kind.h"

const struct model *const takeover_registry[] = {
    &takeover_bankruptcy.model,
    &takeover_backstop.model,
    &takeover_fund_at_mark.model,
    &takeover_none.model,
    &takeover_fillable.model,
    &takeover_liquidator.model,
    NULL,
};

const struct takeover_type *
takeover_of(const struct model *model)
{
    return (const struct takeover_type *)(const void *)model;
}
