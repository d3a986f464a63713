/* How fast a market is made up: rows written a second, files and sync included. */
#define _XOPEN_SOURCE 700 /* nftw */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "market/generate.h"

#include "measure.h"

static int
remove_entry(const char *path, const struct stat *info, int type, struct FTW *place)
{
    (void)info, (void)type, (void)place;
    return remove(path);
}

int
main(void)
{
    char directory[] = "/tmp/seawall-bench-XXXXXX";
    struct generate_options options;
    struct generate_summary summary;
    struct error err = {0};
    if (mkdtemp(directory) == NULL || generate_options_init(&options, &err) != OK)
        return 1;
    const double started = measure_seconds();
    const enum status status = generate_write(&options, directory, &summary, &err);
    const double elapsed = measure_seconds() - started;
    generate_options_clear(&options);
    nftw(directory, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    if (status != OK) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    const double rate = (double)(summary.trades + summary.marks) / elapsed / 1e6;
    measure_print("generate_rows", rate, "Mrow/s", ">=0.5"); /* the demo's market in a second */
    return 0;
}
