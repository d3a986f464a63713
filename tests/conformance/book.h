/*
 * book.h - positions of a vector as the simulator's own contracts, positions and rules.
 *
 * Every vector gets scales of its own: quantities and prices as fine as they are written, money as
 * fine as 64 bits allow, so that exact inputs stay exact and what must be rounded (fractions,
 * inverse values) is rounded far below any tolerance.
 */
#ifndef TESTS_CONFORMANCE_BOOK_H
#define TESTS_CONFORMANCE_BOOK_H

#include "engine/account.h"
#include "reader.h"

enum { BOOK_MAX = 32 };

/* A position as read, in natural units. */
struct book_holding {
    enum contract_kind kind;
    struct number quantity;    /* signed; inverse: face in quote */
    struct number mark, entry; /* > 0; entry is `mark` where has_entry is false */
    bool has_entry;
    int quantity_decimals; /* at least so many, where others of the vector are finer */
    long double multiple;  /* the largest share of its value anything asked for may be; >= 1 */
};

struct book {
    struct book_holding holding[BOOK_MAX];
    size_t count;
    long double money_most; /* sum of the other amounts, absolute, natural units */

    /* filled by book_settle() */
    int money_decimals;
    struct contract contract[BOOK_MAX];
    struct margin_rules rules[BOOK_MAX];
    struct account_position position[BOOK_MAX]; /* contract, quantity, mark and entry value set */
    int64_t entry_price[BOOK_MAX];
};

/* Reads one position: "qty", or "side" with "notional_usd" / "notional" (linear: divided by the
 * price), prices under the given keys (entry may be NULL: then a missing side is long). */
void book_read(struct book *book, struct reader *reader, enum contract_kind kind,
               const json_t *object, const char *mark_keys, const char *entry_keys);

/* Counts an amount of money the vector names (cash, a tier's end) towards the scale. */
void book_count_money(struct book *book, const struct number *amount);

/* Gives all quantities of the book, and `other` if not NULL, one scale: that of the finest. */
void book_align_quantities(struct book *book, const struct number *other);

/* Chooses the scales and fills the derived part. */
void book_settle(struct book *book, struct reader *reader);

/* An amount of money at the book's scale. */
money_t book_money(const struct book *book, struct reader *reader, const struct number *amount);

/* One maintenance rate for position `index`, without a liquidation fee. */
void book_flat_rules(struct book *book, size_t index, rate_t rate);

/* Tiers of `tiers` ("floor", "cap" or "upto"; "rate"; "cum"): deductions as given, derived when
 * `marginal`, else none.  Call book_count_tiers() before book_settle(). */
void book_count_tiers(struct book *book, struct reader *reader, const json_t *tiers);
void book_read_tiers(struct book *book, struct reader *reader, size_t index, const json_t *tiers,
                     bool marginal);

/* Adds an amount (exact), a double, or a price (null when there is none) to an answer. */
void book_answer_money(const struct book *book, json_t *answer, const char *key, money_t amount);
void book_answer_double(json_t *answer, const char *key, double value);

#endif
