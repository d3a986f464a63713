# Puts the report's template, styles and scripts into the binary, so that `seawall report` needs no
# other file; and tells provenance which libraries it was built with.
set(DYGRAPHS_DIR /usr/share/javascript/dygraphs CACHE PATH "dygraphs, from Debian's libjs-dygraphs")
if(NOT EXISTS ${DYGRAPHS_DIR}/dygraph.min.js OR NOT EXISTS ${DYGRAPHS_DIR}/dygraph.min.css)
  message(FATAL_ERROR "The report's charts need dygraphs, which is not in ${DYGRAPHS_DIR}.\n"
    "Install it with: sudo apt-get install libjs-dygraphs")
endif()

set(EMBEDDED_NAMES template style script dygraphs_script dygraphs_style dygraphs_licence)
set(EMBEDDED_template ${PROJECT_SOURCE_DIR}/reports/template/report.html)
set(EMBEDDED_style ${PROJECT_SOURCE_DIR}/reports/template/report.css)
set(EMBEDDED_script ${PROJECT_SOURCE_DIR}/reports/template/report.js)
set(EMBEDDED_dygraphs_script ${DYGRAPHS_DIR}/dygraph.min.js)
set(EMBEDDED_dygraphs_style ${DYGRAPHS_DIR}/dygraph.min.css)
set(EMBEDDED_dygraphs_licence ${PROJECT_SOURCE_DIR}/reports/template/dygraphs-licence.txt)

set(EMBEDDED_CODE "#include \"io/embedded.h\"\n")
foreach(name IN LISTS EMBEDDED_NAMES)
  file(READ ${EMBEDDED_${name}} bytes HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
  string(APPEND EMBEDDED_CODE
    "\nstatic const unsigned char ${name}_bytes[] = {${bytes}0};\n"
    "const struct embedded embedded_${name} = {${name}_bytes, sizeof(${name}_bytes) - 1};\n")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${EMBEDDED_${name}})
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/embedded.c CONTENT "${EMBEDDED_CODE}" @ONLY)

target_sources(seawall_core PRIVATE ${PROJECT_BINARY_DIR}/generated/embedded.c)
set_property(SOURCE ${PROJECT_SOURCE_DIR}/sim/io/provenance.c
  ${PROJECT_SOURCE_DIR}/sim/io/libraries.c APPEND PROPERTY COMPILE_DEFINITIONS
  SEAWALL_GSL_VERSION="${GSL_VERSION}" SEAWALL_YAML_VERSION="${YAML_VERSION}")
