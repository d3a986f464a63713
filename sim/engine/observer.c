#include "engine/observer.h"

const char *const fund_change_names[] = {"opening",   "surplus",  "fee",       "deficit",
                                         "injection", "takeover", "variation", "funding",
                                         "discount",  "cost",     NULL};
