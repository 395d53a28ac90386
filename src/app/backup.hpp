#pragma once

#include <optional>
#include <string>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace smg {

struct BackupOrder {
    std::string to;                    // a file; `-` for standard output
    std::optional<Secret> passphrase;  // the master key goes along under it
    bool replace = false;              // a file that is there
};

/// Writes a backup of one moment; takes no lock, so the server may run, start and stop meanwhile. Gives the line to print.
Result<std::string> backup_to(const Config& config, const Clock& clock, const BackupOrder& order);

/// When the last one was made from this data directory, as far as is known.
std::optional<Time> last_backup_at(const Config& config);

/// Authenticates a master key that travels in a backup.
std::string sealed_key_place(const std::string& key_id);

}  // namespace smg
