/*
 * generate_trades.h - the trades of a generated market.
 *
 * Part of generate; the model is described in generate.h.  Times come from a Hawkes process whose
 * background rate is constant within a second, drawn exactly by thinning (Y. Ogata, "On Lewis'
 * simulation method for point processes", IEEE Trans. Information Theory 27, 1981).
 */
#ifndef SIM_MARKET_GENERATE_TRADES_H
#define SIM_MARKET_GENERATE_TRADES_H

#include "market/generate_files.h"
#include "market/generate_path.h"

/* Writes <symbol>-trades-<date>.csv for every day; adds rows and notional to *summary. */
enum status generate_trades_write(const struct generate_options *options,
                                  const struct generate_path *path, struct generate_files *files,
                                  struct generate_summary *summary, struct error *err) MUST_CHECK;

#endif
