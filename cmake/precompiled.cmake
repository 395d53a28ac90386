# Headers of others that nearly every file reads, parsed once instead of some four hundred times.
#
# A file still includes what it uses: `./dev check` compiles without this (CMAKE_DISABLE_PRECOMPILE_HEADERS).

set(widely_used
    <algorithm> <array> <atomic> <charconv> <chrono> <cstdint> <deque> <expected> <filesystem> <fstream> <functional> <map>
    <memory> <mutex> <optional> <random> <ranges> <set> <span> <stdexcept> <string> <string_view> <thread> <unordered_map>
    <utility> <variant> <vector>
    <boost/asio/awaitable.hpp> <boost/asio/basic_waitable_timer.hpp> <boost/asio/co_spawn.hpp> <boost/asio/detached.hpp>
    <boost/asio/io_context.hpp> <boost/asio/post.hpp> <boost/asio/redirect_error.hpp> <boost/asio/this_coro.hpp>
    <boost/describe.hpp> <boost/json.hpp> <boost/mp11/algorithm.hpp>
    <fmt/core.h> <fmt/ranges.h>)

# smg_precompile(name [header…] LIBRARIES library…): the target others name in REUSE_FROM.
function(smg_precompile name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LIBRARIES")
  set(nothing ${CMAKE_BINARY_DIR}/generated/${name}.cpp)
  file(CONFIGURE OUTPUT ${nothing} CONTENT "")
  add_library(${name} OBJECT ${nothing})
  target_link_libraries(${name} PRIVATE ${arg_LIBRARIES})
  target_precompile_headers(${name} PRIVATE ${widely_used} ${arg_UNPARSED_ARGUMENTS})
endfunction()

# Half of the build are tests, which run once and are quick enough without the optimizer: two fifths less of its time.
set(SMGCRM_TEST_OPTIONS $<$<CONFIG:Debug>:-O0>)

set(libraries fmt::fmt spdlog::spdlog Boost::json)
smg_precompile(smg_headers LIBRARIES ${libraries})
smg_precompile(smg_test_headers <gmock/gmock.h> <gtest/gtest.h> LIBRARIES ${libraries} GTest::gmock)
target_compile_options(smg_test_headers PRIVATE ${SMGCRM_TEST_OPTIONS})
