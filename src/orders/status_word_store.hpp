#pragma once

#include <boost/describe/class.hpp>

#include <optional>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "db/tx.hpp"

namespace smg::orders {

/// A word that people see, filter and set on an order. Those of the phases are the system's: they can be renamed and
/// recoloured, but stay.
struct StatusWord {
    std::int64_t id = 0;
    std::string status_value, name, name_en, color;
    int position = 0;
    bool is_system = false;
};
BOOST_DESCRIBE_STRUCT(StatusWord, (), (id, status_value, name, name_en, color, position, is_system))

/// In the order in which they are shown.
std::vector<StatusWord> all_status_words(db::Tx& tx);
std::optional<StatusWord> find_status_word(db::Tx& tx, std::int64_t id);

/// What is missing stays as it is.
struct StatusWordChange {
    std::optional<std::string> status_value, name, name_en, color;
    std::optional<int> position;
};
BOOST_DESCRIBE_STRUCT(StatusWordChange, (), (status_value, name, name_en, color, position))

/// The value, a name and a colour are needed. Fail with the fields that are wrong, a value that is there already included.
Result<StatusWord> add_status_word(db::Tx& tx, Time now, const StatusWordChange& in);
Result<StatusWord> change_status_word(db::Tx& tx, Time now, const StatusWord& word, const StatusWordChange& in);

/// Fails with Code::conflict for a word of the system, or one that orders have.
Result<void> remove_status_word(db::Tx& tx, const StatusWord& word);

}  // namespace smg::orders
