#pragma once

#include <boost/describe/enum.hpp>

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "base/crypto.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"
#include "db/database.hpp"

namespace smg::settings {

enum class Kind { text, integer, boolean, decimal, url, secret, list };
BOOST_DESCRIBE_ENUM(Kind, text, integer, boolean, decimal, url, secret, list)

/// One row of the table of what people change while the program runs. What is read at start stands in app/config.cpp.
struct Setting {
    std::string_view key;
    Kind kind;
    std::string_view fallback;
    std::int64_t least = 0, most = 0;  // of an integer
    std::string_view help;
};

/// The whole table, in the order in which it is shown.
std::span<const Setting> known();
const Setting* find(std::string_view key);

/// Why `value` does not fit, in words.
std::optional<std::string> problem(const Setting& setting, const std::string& value);

/// The values in force. Reading is cheap and safe from any thread: a snapshot, read anew when someone changed a setting here
/// (announcement `settings`) and every few seconds for changes made on another node. An unknown key is a bug and throws.
class Settings {
public:
    Settings(db::Database& db, const MasterKey& key);

    std::string text(std::string_view key) const;
    std::int64_t integer(std::string_view key) const;
    bool flag(std::string_view key) const;
    Secret secret(std::string_view key) const;
    std::vector<std::string> list(std::string_view key) const;  // comma or line separated, trimmed
    Duration seconds(std::string_view key) const;               // of an integer in seconds

    /// Blocks for one read: not on an I/O thread.
    void reload();
    Async<void> refresh();

    struct Snapshot;

private:
    std::shared_ptr<const Snapshot> snapshot() const;
    void keep(std::shared_ptr<const Snapshot> fresh);

    db::Database& db_;
    const MasterKey& key_;
    mutable std::mutex mutex_;
    std::shared_ptr<const Snapshot> snapshot_;
};

/// Writes one setting; a secret is sealed. Fails with Code::not_found or Code::invalid.
Result<void> change(db::Tx& tx, const MasterKey& master, Time now, std::string_view key, const std::string& value,
                    const std::string& who);

/// The value in force as a person may see it: a secret shows its last four characters.
Result<std::string> shown(db::Tx& tx, const MasterKey& master, std::string_view key);

}  // namespace smg::settings
