#pragma once

#include <boost/describe/class.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/money.hpp"
#include "base/result.hpp"

namespace smg::suppliers {

/// One row of a supplier's `services`.
struct OfferedService {
    std::string id;
    std::string name = {}, type = {}, category = {};  // the type as the supplier spells it, see find_order_type
    Money rate = {};                                  // per 1000, or per item for packages
    std::int64_t min = 0, max = 0;
    bool refill = false, cancel = false, dripfeed = false;
    std::string description = {};
};
BOOST_DESCRIBE_STRUCT(OfferedService, (), (id, name, type, category, rate, min, max, refill, cancel, dripfeed, description))

struct Catalogue {
    std::vector<OfferedService> services;
    std::size_t unreadable = 0;  // rows without a usable id, name or rate
};

/// Takes a list, the object with numbered keys that PHP makes of a list with gaps, and the ways to say 'nothing':
/// `[]`, `{}`, `{"status":"success","data":"Empty Data"}`.
Result<Catalogue> read_catalogue(const json::value& in);

}  // namespace smg::suppliers
