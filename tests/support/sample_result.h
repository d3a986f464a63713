/*
 * sample_result.h - results to test with: one small enough to check by hand, one that looks like
 * a crash.
 */
#ifndef TESTS_SUPPORT_SAMPLE_RESULT_H
#define TESTS_SUPPORT_SAMPLE_RESULT_H

#include "base/error.h"
#include "io/recorder.h"

/* 2020-03-12T00:00:00Z */
#define SAMPLE_START INT64_C(1583971200000000000)

/* A linear BTC contract of 0.01 BTC settled in USDT: prices at 1, quantities at 0, money at 6
 * decimals. */
struct contract sample_contract(void);

/*
 * Opens a recorder on one pool "btc-usdt" and one instrument "BTC-USDT-SWAP" with this title
 * (NULL: a plain one), as the worked example does.
 */
enum status sample_open(struct recorder **recorder, const char *path, const char *title,
                        struct error *err) MUST_CHECK;

/*
 * The worked example, in USDT.  Seconds after SAMPLE_START:
 *   0  opening balance 1000
 *   1  case 1, long 200 contracts, mark 7000.0, notional 14000; sold at once: surplus 50.25
 *   2  case 2, long 100 contracts, mark 6000.0, notional 6000; sold in two parts: deficit 400,
 *      then surplus 100
 *   3  case 3, short 50 contracts, mark 6500.0, notional 3250: deficit 1000 of which 250.25 is
 *      uncovered (the fund has 750.25); ADL closes a winner's 10 contracts, haircut 12.5
 *   4  injection 500
 * Samples at 0 .. 5; the samples do not see the low between the two parts of case 2.
 */
enum status sample_small(const char *path, const char *title, struct error *err) MUST_CHECK;

/*
 * Two days of one-second samples, 3,000 liquidations, a fund that falls from 12.9 to 6.2 million
 * USDT; when `fails`, it starts with 5 million, runs dry, and ADL closes winners.
 */
enum status sample_crash(const char *path, int fails, struct error *err) MUST_CHECK;

#endif
