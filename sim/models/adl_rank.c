#include "models/adl_rank.h"

const struct model *const adl_registry[] = {
    &adl_okx.model,
    NULL,
};

const struct adl_type *
adl_of(const struct model *model)
{
    return (const struct adl_type *)(const void *)model;
}
