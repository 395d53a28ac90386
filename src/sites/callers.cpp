#include "sites/callers.hpp"

namespace smg::sites {

Callers::Callers(db::Database& db, const Clock& clock, Options options, std::function<Duration()> steady)
    : db_(db), clock_(clock), options_(options), steady_(std::move(steady))
{
}

Async<std::optional<Token>> Callers::token(std::string text)
{
    auto hash = sha256_hex(text);
    auto asked = steady_();
    std::uint64_t asked_in = 0;
    {
        std::lock_guard lock(mutex_);
        asked_in = generation_;
        if (auto known = tokens_.find(hash, asked)) {
            bool expired = known->expires_at && *known->expires_at <= clock_.now();
            co_return expired ? std::nullopt : std::move(known);
        }
    }
    auto look = [&](db::Tx& tx) { return find_token(tx, clock_.now(), text); };
    auto found = co_await db_.read(std::move(look));
    if (found) keep(tokens_, hash, *found, asked_in, asked);
    co_return found;
}

Async<std::optional<Site>> Callers::site(SiteId id)
{
    auto asked = steady_();
    std::uint64_t asked_in = 0;
    {
        std::lock_guard lock(mutex_);
        asked_in = generation_;
        if (auto known = sites_.find(id.value, asked)) co_return known;
    }
    auto look = [id](db::Tx& tx) { return find_site(tx, id); };
    auto found = co_await db_.read(std::move(look));
    if (found) keep(sites_, id.value, *found, asked_in, asked);
    co_return found;
}

template <class Key, class Value>
void Callers::keep(Remembered<Key, Value>& remembered, const Key& key, const Value& value, std::uint64_t asked_in,
                   Duration asked)
{
    std::lock_guard lock(mutex_);
    if (generation_ != asked_in) return;
    if (remembered.entries.size() >= options_.most) remembered.entries.clear();
    remembered.entries.insert_or_assign(key, typename Remembered<Key, Value>::Entry{value, asked + options_.bound});
}

bool Callers::note_use(const Token& token)
{
    auto now = clock_.now();
    if (!worth_noting_use(token, now)) return false;
    std::lock_guard lock(mutex_);
    for (auto& [hash, entry] : tokens_.entries)
        if (entry.value.id == token.id) entry.value.last_used_at = now;
    return true;
}

void Callers::forget()
{
    std::lock_guard lock(mutex_);
    ++generation_;
    tokens_.entries.clear();
    sites_.entries.clear();
}

}  // namespace smg::sites
