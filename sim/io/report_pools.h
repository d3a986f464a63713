/*
 * report_pools.h - the report's sections about each fund and each market: figures, charts, tables.
 */
#ifndef SIM_IO_REPORT_POOLS_H
#define SIM_IO_REPORT_POOLS_H

#include "io/report_page.h"

/* Key figures, charts and costliest events of every charted pool. */
void report_pools_funds(const struct report_page *page, struct text *out);

/* Mark price and liquidated notional of every charted instrument. */
void report_pools_markets(const struct report_page *page, struct text *out);

#endif
