#include "base/param.h"

#include <string.h>

const struct model *
param_find_model(const struct model *const *registry, const char *name)
{
    for (size_t i = 0; registry[i] != NULL; i++) {
        if (strcmp(registry[i]->name, name) == 0)
            return registry[i];
    }
    return NULL;
}
