#pragma once

#include <iterator>
#include <string>
#include <vector>

#include "db/tx.hpp"

namespace smg::jobs {

/// `(?, ?, …)` for texts or ids, at least one, that change from call to call. Filled up to a power of two, so that few
/// statements are prepared.
template <class Values>
std::string list_of(const Values& values, std::vector<db::Param>& params)
{
    std::string marks = "(";
    std::size_t size = 1;
    while (size < values.size()) size *= 2;
    auto value = values.begin();
    for (std::size_t i = 0; i < size; ++i) {
        marks += i == 0 ? "?" : ", ?";
        params.push_back(db::to_param(db::Dialect::sqlite, *value));  // texts and ids look alike in both dialects
        if (std::next(value) != values.end()) ++value;
    }
    return marks + ")";
}

}  // namespace smg::jobs
