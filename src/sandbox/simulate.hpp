#pragma once

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "sandbox/supplier.hpp"
#include "sandbox/telegram.hpp"
#include "sandbox/wordpress.hpp"

namespace smg::sandbox {

/// Called once with `127.0.0.1:PORT` when the simulator takes connections.
using Ready = std::function<void(const std::string& address)>;

/// Serves until `stop`; blocks. Loopback only. A ledger file makes every taken order durable before it is answered, and the
/// orders of former runs go on. Fails with Code::invalid for an address or scenario that there is not.
Result<void> run_supplier(const std::string& listen, SupplierOptions options, const std::filesystem::path& ledger,
                          const Clock& clock, std::stop_token stop, const Ready& ready);

Result<void> run_telegram(const std::string& listen, TelegramOptions options, const Clock& clock, std::stop_token stop,
                          const Ready& ready);

Result<void> run_wordpress(const std::string& listen, WordPressOptions options, const Clock& clock, std::stop_token stop,
                           const Ready& ready);

/// One of them on a thread of its own, e.g. `Background([&](auto stop, auto& ready) { return run_telegram(…, stop, ready);
/// })`. Stops it when it goes.
class Background {
public:
    using Run = std::function<Result<void>(std::stop_token, const Ready&)>;

    explicit Background(Run run);

    /// Where it listens, once it does, or why it does not. Blocks until that is known.
    Result<std::string> address();

private:
    std::mutex mutex_;
    std::condition_variable known_;
    std::optional<Result<std::string>> address_;
    std::jthread thread_;  // last: it uses the others
};

}  // namespace smg::sandbox
