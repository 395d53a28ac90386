#include "app/serve.hpp"

#include <fmt/core.h>

#include "app/app.hpp"
#include "app/heap.hpp"

namespace smg {

Result<void> serve(const Config& config, const ServeHooks& hooks)
{
    keep_heap_small();
    auto lock = DirectoryLock::try_lock(config.data);
    if (!lock) return fail(lock.error());
    if (!*lock)
        return fail(Code::conflict,
                    fmt::format("another smgcrm already serves the data directory {}: stop it, or give this one a "
                                "directory of its own with --data",
                                config.data.string()));
    SystemClock clock;
    auto home = DataHome::open(config, clock, std::move(**lock));
    if (!home) return fail(home.error());
    try {
        App app(config, std::move(*home), hooks);
        return app.run();
    } catch (const std::invalid_argument& e) {
        return fail(Code::invalid, e.what());
    } catch (const db::DatabaseError& e) {
        return fail(Code::unavailable, fmt::format("the database does not work: {}", e.what()));
    }
}

}  // namespace smg
