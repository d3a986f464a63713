#include "base/median.h"

#include <math.h>

double
median(double *values, size_t count)
{
    if (count == 0)
        return NAN;
    for (size_t i = 1; i < count; i++) {
        const double value = values[i];
        size_t at = i;
        for (; at > 0 && values[at - 1] > value; at--)
            values[at] = values[at - 1];
        values[at] = value;
    }
    const double upper = values[count / 2];
    return count % 2 ? upper : (values[count / 2 - 1] + upper) / 2.0;
}

double
median_known(double *values, size_t count)
{
    size_t known = 0;
    for (size_t i = 0; i < count; i++)
        if (!isnan(values[i]))
            values[known++] = values[i];
    return median(values, known);
}
