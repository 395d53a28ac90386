#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/clock.hpp"
#include "db/database.hpp"
#include "sites/site_store.hpp"
#include "sites/token_store.hpp"

namespace smg::sites {

/// Who called a moment ago, so that a request of a shop that calls all day needs no database. Nothing that was withdrawn
/// here is believed any more: forget() is called after the commit of each change (announcements `tokens` and `sites`) and
/// before the one who changed it hears of it. What was withdrawn on another node is believed for `bound` at most. From any
/// thread; only the find functions belong to the I/O thread.
class Callers {
public:
    struct Options {
        Duration bound = std::chrono::seconds(1);
        std::size_t most = 10'000;  // remembered; then all is forgotten
    };

    /// `steady`: the time that has passed since any fixed moment; never goes back.
    Callers(db::Database& db, const Clock& clock, Options options, std::function<Duration()> steady = since_boot);
    Callers(db::Database& db, const Clock& clock) : Callers(db, clock, Options()) {}

    /// The live token with this text, see find_token(); an unknown one is looked for each time.
    Async<std::optional<Token>> token(std::string text);
    Async<std::optional<Site>> site(SiteId id);

    /// Whether this use of the token is to be written down now: once a minute, see worth_noting_use().
    bool note_use(const Token& token);

    void forget();

private:
    template <class Key, class Value>
    struct Remembered {
        struct Entry {
            Value value;
            Duration until;
        };
        std::unordered_map<Key, Entry> entries;

        std::optional<Value> find(const Key& key, Duration now) const
        {
            auto found = entries.find(key);
            if (found == entries.end() || found->second.until <= now) return std::nullopt;
            return found->second.value;
        }
    };

    template <class Key, class Value>
    void keep(Remembered<Key, Value>& remembered, const Key& key, const Value& value, std::uint64_t asked_in,
              Duration asked);

    db::Database& db_;
    const Clock& clock_;
    const Options options_;
    const std::function<Duration()> steady_;

    std::mutex mutex_;
    std::uint64_t generation_ = 0;           // what was read before a change is not kept after it
    Remembered<std::string, Token> tokens_;  // by hash
    Remembered<std::int64_t, Site> sites_;
};

}  // namespace smg::sites
