/* The explicit positions file: what a row means, and every mistake of a file at once. */
#include "cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_memory.h"
#include "market/positions.h"

static char *directory;

static int
setup(void **state)
{
    directory = import_memory_directory();
    return 0;
}

static int
teardown(void **state)
{
    import_memory_remove(directory);
    return 0;
}

static enum status
read_text(const char *text, struct positions *positions, struct text *problems, struct error *err)
{
    char *path = import_memory_file(directory, "p.csv", text, strlen(text));
    const enum status status = positions_read(positions, path, problems, err);
    free(path);
    return status;
}

static void
test_rows_are_exactly_what_they_say(void **state)
{
    struct positions positions;
    struct error err = {0};
    assert_int_equal(
        read_text("account,symbol,side,quantity,entry_price,margin,leverage,open_time,close_time\n"
                  "alice,BTC-USDT-SWAP,long,12.50,7900.5,,25,,\n"
                  "bob,BTC-USDT-SWAP,short,3,7950,1200.50,,2020-03-12T10:00:00Z,"
                  "2020-03-12T18:00:00.5Z\n",
                  &positions, NULL, &err),
        OK);
    assert_int_equal(positions.count, 2);
    const struct positions_row *alice = &positions.rows[0], *bob = &positions.rows[1];
    assert_string_equal(alice->account, "alice");
    assert_string_equal(alice->symbol, "BTC-USDT-SWAP");
    assert_int_equal(alice->side, 1);
    assert_true(alice->quantity.value == 1250 && alice->quantity.scale == 2);
    assert_true(alice->entry_price.value == 79005 && alice->entry_price.scale == 1);
    assert_true(alice->leverage == 25.0 && alice->margin.value == 0);
    assert_true(alice->open == 0 && alice->close == TIME_NS_NEVER);
    assert_int_equal(alice->line, 2);
    assert_int_equal(bob->side, -1);
    assert_true(bob->margin.value == 120050 && bob->margin.scale == 2 && bob->leverage == 0.0);
    assert_true(bob->open == INT64_C(1584007200000000000));
    assert_true(bob->close == INT64_C(1584036000500000000));
    positions_clear(&positions);
    positions_clear(&positions);
}

static void
test_columns_may_be_few_and_in_any_order(void **state)
{
    struct positions positions;
    assert_int_equal(read_text("leverage,entry_price,quantity,side,symbol,account\r\n"
                               "10,100,1,long,X,a\r\n10,100,1,long,Y,a\r\n",
                               &positions, NULL, NULL),
                     OK);
    assert_int_equal(positions.count, 2);
    assert_string_equal(positions.rows[1].symbol, "Y");
    positions_clear(&positions);
}

#define HEAD "account,symbol,side,quantity,entry_price,margin,leverage,open_time,close_time\n"

static void
test_each_mistake_has_its_place_and_sentence(void **state)
{
    static const struct {
        const char *text, *message;
    } cases[] = {
        {HEAD "a,X,up,1,1,1,,,\n", "p.csv:2:3: error: side \"up\" is neither long nor short"},
        {HEAD "a,X,long,-1,1,1,,,\n", "p.csv:2:4: error: quantity \"-1\" must be greater than 0"},
        {HEAD "a,X,long,nan,1,1,,,\n",
         "p.csv:2:4: error: quantity \"nan\" is not a decimal number"},
        {HEAD "a,X,long,1,0,1,,,\n", "p.csv:2:5: error: entry_price \"0\" must be greater than 0"},
        {HEAD "a,X,long,1,99999999999999999999,1,,,\n",
         "p.csv:2:5: error: entry_price \"99999999999999999999\" does not fit 64 bits"},
        {HEAD "a,X,long,1,1.0000000000001,1,,,\n",
         "p.csv:2:5: error: entry_price \"1.0000000000001\" has more than 12 decimals"},
        {HEAD "a,X,long,1,1,1,5,,\n", "p.csv:2:7: error: margin and leverage are both stated"},
        {HEAD "a,X,long,1,1,,,,\n", "p.csv:2:6: error: neither margin nor leverage is stated"},
        {HEAD ",X,long,1,1,1,,,\n", "p.csv:2:1: error: account is empty"},
        {HEAD "a,X,long,1,1,1,,2020-03-12,\n",
         "p.csv:2:8: error: open_time \"2020-03-12\" is not a time after 1970"},
        {HEAD "a,X,long,1,1,1,,2020-03-12T01:00:00Z,2020-03-12T01:00:00Z\n",
         "p.csv:2:9: error: close_time is not after open_time"},
        {HEAD "a,X,long,1,1,1,,\n", "p.csv:2: error: the row has 8 fields where the header has 9"},
        {HEAD "a,X,long,1,1,1,,,\nb,X,long,1,1,1,,,\na,X,short,1,1,1,,,\n",
         "p.csv:4: error: a already holds X at that time (line 2)"},
        {HEAD "a,X,long,1,1,1,,,2020-03-12T02:00:00Z\n"
              "a,X,long,1,1,1,,2020-03-12T01:00:00Z,\n",
         "p.csv:3: error: a already holds X at that time (line 2)"},
        {"account,symbol,side,quantity,margin\na,X,long,1,1\n",
         "p.csv:1: error: column \"entry_price\" is missing"},
        {"account,symbol,side,quantity,entry_price\na,X,long,1,1\n",
         "p.csv:1: error: a column \"margin\" or \"leverage\" is missing"},
        {"account,symbol,side,size,entry_price,margin\na,X,long,1,1,1\n",
         "p.csv:1:4: error: unknown column \"size\"; known are account, symbol,"},
        {HEAD, "p.csv:1: error: the file has a header and no rows"},
        {HEAD "a,X,lo\"ng,1,1,1,,,\n", "p.csv:2:3: error: misplaced double quote"},
        {"", "p.csv: error: the file is empty"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct positions positions;
        struct error err = {0};
        const enum status status = read_text(cases[i].text, &positions, NULL, &err);
        if (status != ERR_PARSE || strstr(err.message, cases[i].message) == NULL)
            fail_msg("%s\n  expected %s", err.message, cases[i].message);
        assert_int_equal(positions.count, 0);
        assert_null(positions.rows);
    }
}

static void
test_one_after_the_other_is_no_overlap(void **state)
{
    struct positions positions;
    assert_int_equal(read_text(HEAD "a,X,long,1,1,1,,2020-03-12T01:00:00Z,\n"
                                    "a,X,long,1,1,1,,,2020-03-12T01:00:00Z\n",
                               &positions, NULL, NULL),
                     OK);
    positions_clear(&positions);
}

static void
test_all_mistakes_come_in_one_pass_up_to_twenty(void **state)
{
    struct positions positions;
    struct text problems = {0};
    struct error err = {0};
    assert_int_equal(read_text(HEAD "a,X,up,0,1,1,,,\nb,X,long,1,1,1,,,\nc,X,long,x,1,,,,\n",
                               &positions, &problems, &err),
                     ERR_PARSE);
    size_t lines = 0;
    for (const char *at = problems.data; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, 4);
    assert_non_null(strstr(err.message, "(the first of 4 problems)"));
    text_clear(&problems);
    struct text many = {0};
    text_append(&many, HEAD);
    for (int i = 0; i < 100; i++)
        text_append(&many, "a,X,up,1,1,1,,,\n");
    assert_int_equal(read_text(many.data, &positions, &problems, &err), ERR_PARSE);
    lines = 0;
    for (const char *at = problems.data; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    assert_int_equal(lines, POSITIONS_PROBLEMS_MAX);
    assert_non_null(strstr(err.message, "(the first of at least 20 problems)"));
    text_clear(&many);
    text_clear(&problems);
}

static void
test_an_account_says_how_its_positions_are_margined(void **state)
{
    struct positions positions;
    struct error err = {0};
    static const char header[] =
        "account,symbol,side,quantity,entry_price,margin,mode,order_margin\n";
    char text[400];
    snprintf(text, sizeof(text),
             "%sann,X,long,1,100,10,cross,2.5\nann,X,short,1,100,10,cross,\n"
             "bob,X,long,1,100,10,isolated,\ncyd,X,long,1,100,10,,\n",
             header);
    assert_int_equal(read_text(text, &positions, NULL, &err), OK);
    assert_int_equal(positions.count, 4);
    assert_int_equal(positions.rows[0].mode, POSITIONS_CROSS);
    assert_true(positions.rows[0].order_margin.value == 25 &&
                positions.rows[0].order_margin.scale == 1);
    assert_int_equal(positions.rows[1].order_margin.value, 0);
    assert_int_equal(positions.rows[2].mode, POSITIONS_ISOLATED);
    assert_int_equal(positions.rows[3].mode, POSITIONS_MODE_OF_VENUE);
    positions_clear(&positions);
    snprintf(text, sizeof(text), "%sann,X,long,1,100,10,corss,\n", header);
    assert_int_equal(read_text(text, &positions, NULL, &err), ERR_PARSE);
    assert_non_null(
        strstr(err.message, ":2:7: error: mode \"corss\" is neither isolated nor cross"));
    snprintf(text, sizeof(text), "%sann,X,long,1,100,10,,\nann,X,short,1,100,10,,\n", header);
    assert_int_equal(read_text(text, &positions, NULL, &err), ERR_PARSE);
    assert_non_null(strstr(err.message, ":3: error: ann already holds X at that time (line 2)"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_are_exactly_what_they_say),
        cmocka_unit_test(test_columns_may_be_few_and_in_any_order),
        cmocka_unit_test(test_each_mistake_has_its_place_and_sentence),
        cmocka_unit_test(test_one_after_the_other_is_no_overlap),
        cmocka_unit_test(test_all_mistakes_come_in_one_pass_up_to_twenty),
        cmocka_unit_test(test_an_account_says_how_its_positions_are_margined),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
