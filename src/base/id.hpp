#pragma once

#include <compare>
#include <cstdint>

namespace smg {

/// A row's number that cannot be mistaken for another table's.
template <class Tag>
struct Id {
    using tag = Tag;
    std::int64_t value = 0;

    constexpr explicit operator bool() const { return value > 0; }
    constexpr auto operator<=>(const Id&) const = default;
};

using OrderId = Id<struct OrderTag>;
using AttemptId = Id<struct AttemptTag>;
using SiteId = Id<struct SiteTag>;
using UserId = Id<struct UserTag>;
using ProviderId = Id<struct ProviderTag>;
using JobId = Id<struct JobTag>;

}  // namespace smg
