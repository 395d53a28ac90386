#pragma once

#include <string_view>

#include "base/json.hpp"

namespace smg::sandbox {

/// The first `count` products of a made up shop as get-products shows them, in the order of their ids: every tenth has two
/// variations, which count too, every thirteenth no service. `services`: only what has one.
json::array wares(int count, std::string_view currency, bool services);

}  // namespace smg::sandbox
