#include "models/funding_rows.h"

const char *const funding_premium_names[] = {"mid", "impact", "mark", NULL};
const char *const funding_average_names[] = {"simple", "rising", NULL};
