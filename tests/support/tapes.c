#include "tapes.h"

#include "cmocka_all.h"

#include <stdlib.h>

int64_t
tapes_time(uint64_t row)
{
    return TAPES_START + (int64_t)(row / 3) * 1000000;
}

int64_t
tapes_price(enum tape_kind kind, uint64_t row)
{
    const int64_t price = 500000 + (int64_t)(7919 * row % 1009);
    return kind == TAPE_FUNDING ? price * 1000000 - INT64_C(500500000000) : price;
}

int64_t
tapes_quantity(uint64_t row)
{
    return (int64_t)(row % 997);
}

int8_t
tapes_side(uint64_t row)
{
    return (int8_t)((int)(row % 3) - 1);
}

enum status
tapes_append(struct tape_writer *writer, size_t id, enum tape_kind kind, uint64_t from,
             uint64_t count, size_t step, struct error *err)
{
    int64_t *time = malloc(step * 8), *price = malloc(step * 8), *quantity = malloc(step * 8);
    int8_t *side = malloc(step);
    assert_true(time != NULL && price != NULL && quantity != NULL && side != NULL);
    enum status status = OK;
    for (uint64_t done = 0; status == OK && done < count; done += step) {
        const uint64_t some = count - done < step ? count - done : step;
        for (uint64_t i = 0; i < some; i++) {
            const uint64_t row = from + done + i;
            time[i] = tapes_time(row);
            price[i] = tapes_price(kind, row);
            quantity[i] = tapes_quantity(row);
            side[i] = tapes_side(row);
        }
        const struct tape_rows rows = {
            .count = some,
            .time = time,
            .price = price,
            .quantity = kind == TAPE_TRADE ? quantity : NULL,
            .side = kind == TAPE_TRADE ? side : NULL,
        };
        status = tape_writer_append(writer, id, &rows, err);
    }
    free(time);
    free(price);
    free(quantity);
    free(side);
    return status;
}

void
tapes_write(const char *path, unsigned kinds, uint64_t rows, unsigned threads)
{
    struct error err;
    struct pool *pool;
    struct tape_writer *writer;
    assert_int_equal(pool_open(&pool, threads, &err), OK);
    assert_int_equal(tape_writer_open(&writer, path, pool, &err), OK);
    for (int kind = 0; kind < TAPE_KINDS; kind++) {
        struct tape_stream stream = {.instrument = "BTCUSDT",
                                     .kind = (enum tape_kind)kind,
                                     .price_scale = 2,
                                     .quantity_scale = 3};
        size_t id;
        if ((kinds >> kind & 1) == 0)
            continue;
        assert_int_equal(tape_writer_stream(writer, &stream, &id, &err), OK);
        assert_int_equal(tapes_append(writer, id, stream.kind, 0, rows, 9973, &err), OK);
    }
    assert_int_equal(tape_writer_commit(writer, &err), OK);
    pool_close(pool);
}
