#include "models/closeout_kind.h"

const struct model *const closeout_registry[] = {
    &closeout_at_once.model,
    &closeout_participation.model,
    NULL,
};

const struct closeout_type *
closeout_of(const struct model *model)
{
    return (const struct closeout_type *)(const void *)model;
}
