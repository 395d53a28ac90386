#include "app/heap.hpp"

#include <malloc.h>

#include <algorithm>
#include <thread>

namespace smg {
namespace {

constexpr int own_mapping_from = 256 * 1024;      // a block of so many bytes is given back as soon as it is freed
constexpr int kept_at_the_end = 4 * 1024 * 1024;  // free bytes at the heap's end that are worth no call to the system
constexpr int least_arenas = 2, most_arenas = 16;

}  // namespace

void keep_heap_small()
{
    auto cores = static_cast<int>(std::thread::hardware_concurrency());
    ::mallopt(M_MMAP_THRESHOLD, own_mapping_from);
    ::mallopt(M_TRIM_THRESHOLD, kept_at_the_end);
    ::mallopt(M_ARENA_MAX, std::clamp(cores, least_arenas, most_arenas));
}

}  // namespace smg
