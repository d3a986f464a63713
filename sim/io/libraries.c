#include "io/libraries.h"

#include <hdf5.h>

#include "base/rng.h"

void
libraries_init(void)
{
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    rng_library_init();
}

void
libraries_versions(struct text *out)
{
    unsigned major = 0, minor = 0, release = 0;
    H5get_libversion(&major, &minor, &release);
    text_printf(out, "seawall %s\nHDF5 %u.%u.%u, GSL %s\n", SEAWALL_VERSION, major, minor, release,
                SEAWALL_GSL_VERSION);
}
