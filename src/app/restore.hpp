#pragma once

#include <optional>
#include <string>

#include "app/config.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

namespace smg {

struct RestoreOrder {
    std::string from;
    std::optional<Secret> passphrase;  // opens the master key that the backup carries
    bool force = false;                // in place of a database that holds something
};

/// Makes the database anew from a backup: verified first, of a new incarnation, with everything unsent held for a person.
/// Whatever fails leaves what was there as it was, or a directory that refuses to be served until a restore has ended. Gives
/// the line to print.
Result<std::string> restore_from(const Config& config, const Clock& clock, const RestoreOrder& order);

}  // namespace smg
