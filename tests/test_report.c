#include "cmocka_all.h"

#include <hdf5.h>
#include <stdio.h>

#include "sample_result.h"
#include "io/report.h"

int
main(int argc, char **argv)
{
    struct error err = {0};
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    if (argc == 4) {
        enum status s = sample_crash(argv[2], argv[1][0] == 'f', &err);
        if (argv[1][0] == 's')
            s = sample_small(argv[2], NULL, &err);
        if (s == OK)
            s = report_write(argv[2], argv[3], &err);
        fprintf(stderr, "%d %s\n", s, err.message);
        return s;
    }
    return 0;
}
