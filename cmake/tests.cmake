# marfacrm_test(name SOURCES a.c ROOMS base text LIBRARIES …): a program on check that links the objects of the
# rooms it names, and is run by ctest from the project's root. WITHOUT leaves out objects by a regular expression, for
# tests that bring their own table.
pkg_check_modules(CHECK REQUIRED IMPORTED_TARGET check)
pkg_check_modules(JANSSON REQUIRED IMPORTED_TARGET jansson)
if(DEFINED ENV{MARFACRM_CASES})
  set(MARFACRM_CASES $ENV{MARFACRM_CASES})
else()
  set(MARFACRM_CASES ${PROJECT_SOURCE_DIR}/../shared/data)
endif()

function(marfacrm_program name)
  cmake_parse_arguments(P "" "WITHOUT" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  if(NOT P_WITHOUT)
    set(P_WITHOUT "^$")
  endif()
  add_executable(${name} ${P_SOURCES})
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/include)
  foreach(r ${P_ROOMS})
    target_sources(${name} PRIVATE $<FILTER:$<TARGET_OBJECTS:room_${r}>,EXCLUDE,${P_WITHOUT}>)
    target_link_libraries(${name} PRIVATE room_headers_${r})
  endforeach()
  get_property(libraries GLOBAL PROPERTY MARFACRM_ROOM_LIBRARIES)
  list(REMOVE_DUPLICATES libraries)
  target_link_libraries(${name} PRIVATE ${libraries} ${P_LIBRARIES} m)
  target_compile_definitions(${name} PRIVATE MARFACRM_CASES_DEFAULT="${MARFACRM_CASES}"
                             MARFACRM_SOURCE="${PROJECT_SOURCE_DIR}")
endfunction()

# The databases that storage suites run on. Each suite is stamped once for each: <name> on SQLite, <name>_postgresql.
set(MARFACRM_BACKENDS sqlite)
file(GLOB postgres_folders /usr/lib/postgresql/*/bin)
find_program(POSTGRES_INITDB initdb PATHS ${postgres_folders} NO_DEFAULT_PATH)
find_program(POSTGRES_INITDB initdb)
if(TARGET marfacrm_postgres AND POSTGRES_INITDB)
  list(APPEND MARFACRM_BACKENDS postgresql)
  get_filename_component(POSTGRES_BIN ${POSTGRES_INITDB} DIRECTORY)
  execute_process(COMMAND ${POSTGRES_INITDB} --version OUTPUT_VARIABLE POSTGRES_VERSION)
  string(REGEX REPLACE "[^0-9]*([0-9]+).*" "\\1" POSTGRES_VERSION "${POSTGRES_VERSION}")
else()
  message(WARNING "PostgreSQL (libpq-dev, postgresql) is missing: the storage suites run on SQLite only")
endif()
set(MARFACRM_TEST_ENVIRONMENT "CK_FORK=no;MARFACRM_MODULES=${PROJECT_BINARY_DIR}/lib/marfacrm")

function(marfacrm_test name)
  cmake_parse_arguments(P "" "TIMEOUT" "" ${ARGN})
  marfacrm_program(${name} ${P_UNPARSED_ARGUMENTS} LIBRARIES PkgConfig::CHECK)
  # check's headers expand to conversions that -Wconversion dislikes
  target_compile_options(${name} PRIVATE -Wno-sign-conversion -Wno-conversion)
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  if(NOT P_TIMEOUT)
    set(P_TIMEOUT 120)
  endif()
  set_tests_properties(${name} PROPERTIES TIMEOUT ${P_TIMEOUT} ENVIRONMENT "${MARFACRM_TEST_ENVIRONMENT}")
endfunction()

# The backends and a server of the test's own, for a program that was made above.
function(marfacrm_with_postgres name)
  target_sources(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/harness/backend.c
                 ${PROJECT_SOURCE_DIR}/tests/harness/postgres.c)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR}/tests/harness)
  if(POSTGRES_BIN)
    target_compile_definitions(${name} PRIVATE POSTGRES_BIN="${POSTGRES_BIN}"
                               POSTGRES_TEMPLATE="${PROJECT_BINARY_DIR}/postgres-${POSTGRES_VERSION}")
  endif()
  if(TARGET marfacrm_postgres)
    add_dependencies(${name} marfacrm_postgres)
  endif()
endfunction()

# A suite that runs on every backend; POOLED: behind pgbouncer, too.
function(marfacrm_storage_test name)
  cmake_parse_arguments(P "POOLED" "TIMEOUT" "" ${ARGN})
  if(NOT P_TIMEOUT)
    set(P_TIMEOUT 120)
  endif()
  marfacrm_test(${name} TIMEOUT ${P_TIMEOUT} ${P_UNPARSED_ARGUMENTS})
  marfacrm_with_postgres(${name})
  set(backends ${MARFACRM_BACKENDS})
  if(P_POOLED AND "postgresql" IN_LIST backends)
    list(APPEND backends pgbouncer)
  endif()
  foreach(backend ${backends})
    if(NOT backend STREQUAL sqlite)
      add_test(NAME ${name}_${backend} COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
      set_tests_properties(${name}_${backend} PROPERTIES TIMEOUT ${P_TIMEOUT} SKIP_RETURN_CODE 77
                           ENVIRONMENT "${MARFACRM_TEST_ENVIRONMENT};MARFACRM_BACKEND=${backend}")
    endif()
  endforeach()
endfunction()

# A program of faults: with every push a small run (COUNT=5: per cent of it; its cases of the tag quick), by make torture the whole.
function(marfacrm_fault_tests name)
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 ENVIRONMENT "${MARFACRM_TEST_ENVIRONMENT};COUNT=5;CK_INCLUDE_TAGS=quick")
  add_test(NAME ${name}_long COMMAND ${name} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR})
  set_tests_properties(${name}_long PROPERTIES LABELS "torture;faults" TIMEOUT 900 SKIP_RETURN_CODE 77
                       ENVIRONMENT "${MARFACRM_TEST_ENVIRONMENT}")
endfunction()
