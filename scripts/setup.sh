#!/bin/bash
# setup.sh - installs the Debian 12 packages seawall needs, and only those that are missing.
#
# usage: scripts/setup.sh [--list] [--group GROUP]...
#
#     --group build   compiler, CMake and the libraries of the program (the default)
#     --group test    what the tests drive: a browser, readers of HDF5, a JSON parser
#     --group check   what scripts/check.sh needs besides: clang, clang-tidy, valgrind ...
#     --group all     all three
#     --list          prints the packages of the groups and whether each is installed; changes
#                     nothing
#
# Runs apt-get as root, or through sudo.  When nothing is missing it neither needs nor asks for
# either.  It fails, naming them, when packages stay missing.
set -euo pipefail

build_packages=(gcc libc6-dev cmake make pkg-config libcsv-dev libhdf5-dev libgsl-dev libcmocka-dev
    libyaml-dev zlib1g-dev libarchive-dev libdeflate-dev libxxhash-dev uthash-dev libssl-dev
    libjs-dygraphs)
test_packages=(libjansson-dev hdf5-tools python3 python3-xarray python3-h5netcdf python3-h5py
    python3-selenium chromium chromium-driver xz-utils zip zstd)
check_packages=(clang clang-tidy clang-format-14 valgrind shellcheck python3-jsonschema)

usage() {
    awk 'NR > 1 && !/^#/ { exit } NR > 1 { sub(/^# ?/, ""); print }' "$0"
}

fail() {
    echo "setup.sh: $*" >&2
    exit 1
}

installed() {
    local status
    status=$(dpkg-query --show --showformat='${Status}' "$1" 2>/dev/null) || return 1
    [ "$status" = "install ok installed" ]
}

# Sets `missing` to those of its arguments that are not installed.
find_missing() {
    local package
    missing=()
    for package in "$@"; do
        installed "$package" || missing+=("$package")
    done
}

as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        fail "cannot install ${missing[*]}: not root and there is no sudo; as root run:" \
            "apt-get install ${missing[*]}"
    fi
}

packages=()
list=no
while [ $# -gt 0 ]; do
    case $1 in
    --group)
        [ $# -ge 2 ] || { usage >&2 && exit 64; }
        case $2 in
        build) packages+=("${build_packages[@]}") ;;
        test) packages+=("${test_packages[@]}") ;;
        check) packages+=("${check_packages[@]}") ;;
        all) packages+=("${build_packages[@]}" "${test_packages[@]}" "${check_packages[@]}") ;;
        *) echo "setup.sh: no group $2: build, test, check or all" >&2 && exit 64 ;;
        esac
        shift 2
        ;;
    --list)
        list=yes
        shift
        ;;
    -h | --help)
        usage
        exit 0
        ;;
    *)
        usage >&2
        exit 64
        ;;
    esac
done
[ ${#packages[@]} -gt 0 ] || packages=("${build_packages[@]}")

command -v dpkg-query >/dev/null ||
    fail "this is not a Debian system; install by your own means: ${packages[*]}"

if [ "$list" = yes ]; then
    for package in "${packages[@]}"; do
        if installed "$package"; then
            echo "installed $package"
        else
            echo "missing   $package"
        fi
    done
    exit 0
fi

find_missing "${packages[@]}"
if [ ${#missing[@]} -eq 0 ]; then
    echo "setup: nothing to install"
    exit 0
fi
echo "setup: installing ${missing[*]}"
as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q
as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends \
    "${missing[@]}"
find_missing "${packages[@]}"
[ ${#missing[@]} -eq 0 ] || fail "still missing after the installation: ${missing[*]}"
