# How this project is built: flags once, one target per folder of src/.

set(CMAKE_CXX_STANDARD 23)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

option(SMGCRM_WERROR "Warnings are errors" OFF)
option(SMGCRM_FAILPOINTS "Places at which tests kill or freeze the program (src/base/failpoint.hpp)" OFF)
set(SMGCRM_SANITIZE "" CACHE STRING "Comma-separated sanitizers: address,undefined or thread")
option(SMGCRM_FUZZ "Instrumented for libFuzzer; only the target smg_fuzz can be built" OFF)

find_program(CCACHE ccache)
if(CCACHE)
  # What it must overlook to cache files with precompiled headers: none of our headers has __TIME__ in it.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
endif()
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  add_compile_options("$<$<COMPILE_LANGUAGE:CXX>:SHELL:-Xclang -fno-pch-timestamp>")  # for ccache as well
  add_link_options(-fuse-ld=lld)
endif()

add_compile_options(-pthread -fPIE -Wall -Wextra -Wshadow -Wnon-virtual-dtor -Wold-style-cast -Woverloaded-virtual -Wconversion
                    -Wno-sign-conversion -Wno-missing-field-initializers -fstack-protector-strong)
add_link_options(-pie)
if(SMGCRM_WERROR)
  add_compile_options(-Werror)
endif()
if(SMGCRM_FUZZ)
  add_compile_options(-fsanitize=fuzzer-no-link)
endif()
if(SMGCRM_SANITIZE)
  # SOCI has no type information for UBSan's vptr check and does not link with it.
  add_compile_options(-fsanitize=${SMGCRM_SANITIZE} -fno-sanitize=vptr -fno-omit-frame-pointer -fno-sanitize-recover=all)
  # Each use of a pointer is checked for null and alignment as well, which makes a quarter of the build; AddressSanitizer
  # stops at a bad pointer all the same. The fuzzers keep the checks.
  if(NOT SMGCRM_FUZZ)
    add_compile_options(-fno-sanitize=null,alignment,object-size)
  endif()
  add_link_options(-fsanitize=${SMGCRM_SANITIZE} -fno-sanitize=vptr)
else()
  add_compile_options($<$<CONFIG:Release>:-D_FORTIFY_SOURCE=3>)
  add_link_options(-Wl,-z,relro,-z,now)
endif()

# smg_module(name [DEPENDS module…] [LIBRARIES library…])
#
# One folder, one static library, made of all its .cpp files; `*_test.cpp` beside them become one test program. What a folder
# may include is what it DEPENDS on, and tests/house checks the includes against these very lines.
function(smg_module name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "DEPENDS;LIBRARIES;TEST_DEPENDS")
  file(GLOB sources CONFIGURE_DEPENDS *.cpp)
  set(tests ${sources})
  list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
  list(FILTER sources EXCLUDE REGEX "_test\\.cpp$")
  add_library(smg_${name} STATIC ${sources})
  target_include_directories(smg_${name} PUBLIC ${CMAKE_SOURCE_DIR}/src ${CMAKE_BINARY_DIR}/generated)
  list(TRANSFORM arg_DEPENDS PREPEND smg_)
  target_link_libraries(smg_${name} PUBLIC ${arg_DEPENDS} ${arg_LIBRARIES})
  target_precompile_headers(smg_${name} REUSE_FROM smg_headers)
  if(tests)
    list(TRANSFORM arg_TEST_DEPENDS PREPEND smg_)
    # Store functions are tested on both databases, and MariaDB must be there for it.
    if(name STREQUAL db OR smg_db IN_LIST arg_DEPENDS)
      list(APPEND tests ${CMAKE_SOURCE_DIR}/tests/support/mariadb_environment.cpp)
      list(APPEND arg_TEST_DEPENDS smg_test_support)
    endif()
    list(REMOVE_DUPLICATES arg_TEST_DEPENDS)
    smg_test(${name}_test ${tests} LIBRARIES smg_${name} ${arg_TEST_DEPENDS})
  endif()
endfunction()

# smg_test(name source… [LIBRARIES library…]): one test program, run as one ctest entry.
function(smg_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES")
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES} GTest::gmock_main)
  target_compile_options(${name} PRIVATE ${SMGCRM_TEST_OPTIONS})
  target_precompile_headers(${name} REUSE_FROM smg_test_headers)
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600)
endfunction()

include(${CMAKE_CURRENT_LIST_DIR}/embed.cmake)
include(${CMAKE_CURRENT_LIST_DIR}/web.cmake)
