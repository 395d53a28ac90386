#include "audit/audit_log.hpp"

#include <fmt/core.h>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace smg::audit {
namespace {

constexpr std::size_t longest_actor = 255, longest_subject = 191, longest_detail = 1000, longest_ip = 64;
constexpr std::size_t checked_at_once = 1000, most_findings = 20;

struct Head {
    std::int64_t entries = 0;
    std::string hash;
};
BOOST_DESCRIBE_STRUCT(Head, (), (entries, hash))

std::optional<std::string> cut_or_none(std::string_view text, std::size_t longest)
{
    if (text.empty()) return std::nullopt;
    return cut(text, longest);
}

// JSON, since it leaves no doubt where one value ends.
std::string hash_after(const std::string& previous, const Entry& entry)
{
    json::array values{previous, stored(entry.at), entry.actor_kind, entry.actor};
    values.push_back(json::from(entry.user_id));
    values.push_back(json::from(entry.ip));
    values.emplace_back(entry.action);
    values.emplace_back(entry.subject);
    values.push_back(json::from(entry.detail));
    return sha256_hex(json::text_of(values));
}

}  // namespace

Actor actor_of(const http::Caller& caller)
{
    Actor actor{"person", caller.name};
    if (caller.user) actor.user = caller.user;
    if (!caller.ip.empty()) actor.ip = caller.ip;
    return actor;
}

void note(db::Tx& tx, Time now, const Actor& actor, std::string_view action, std::string_view subject,
          std::string_view detail)
{
    Entry entry;
    entry.at = now;
    entry.actor_kind = actor.kind;
    entry.actor = cut(actor.name, longest_actor);
    entry.user_id = actor.user;
    entry.ip = cut_or_none(actor.ip.value_or(""), longest_ip);
    entry.action = action;
    entry.subject = cut(subject, longest_subject);
    entry.detail = cut_or_none(detail, longest_detail);
    // The update comes first: it waits for whoever is adding a line, and what is read then is the newest.
    if (tx.execute("UPDATE audit_head SET entries = entries + 1 WHERE id = 1") == 0)
        tx.execute("INSERT INTO audit_head (id, entries, hash) VALUES (1, 1, '')");
    auto head = tx.find<Head>("FROM audit_head WHERE id = 1").value();
    entry.hash = hash_after(head.hash, entry);
    tx.insert("audit_log", entry);
    tx.execute("UPDATE audit_head SET hash = ? WHERE id = 1", *entry.hash);
}

std::vector<Entry> entries(db::Tx& tx, const Filter& filter)
{
    std::string where = "WHERE 1 = 1";
    std::vector<db::Param> params;
    auto and_where = [&](std::string_view condition, const auto& value) {
        where += fmt::format(" AND {}", condition);
        params.push_back(db::to_param(tx.dialect(), value));
    };
    if (filter.before_id) and_where("id < ?", *filter.before_id);
    if (filter.user) and_where("user_id = ?", *filter.user);
    if (filter.action) {
        where += " AND (action = ? OR action LIKE ?)";
        params.push_back(db::to_param(tx.dialect(), *filter.action));
        params.push_back(db::to_param(tx.dialect(), *filter.action + ".%"));
    }
    if (filter.text) {
        where += " AND (";
        for (auto column : {"actor", "ip", "action", "subject", "detail"}) {
            where += fmt::format("{}INSTR(LOWER({}), LOWER(?)) > 0", where.ends_with('(') ? "" : " OR ", column);
            params.push_back(db::to_param(tx.dialect(), *filter.text));
        }
        where += ')';
    }
    params.push_back(db::to_param(tx.dialect(), filter.limit + 1));
    auto sql = fmt::format("SELECT {} FROM audit_log {} ORDER BY id DESC LIMIT ?", db::columns<Entry>(), where);
    return tx.query_with<Entry>(sql, params);
}

std::vector<std::string> broken_links(db::Tx& tx)
{
    std::vector<std::string> found;
    std::string previous;
    std::int64_t last = 0, chained = 0;
    for (bool more = true; more && found.size() < most_findings;) {
        auto lines = tx.select<Entry>("FROM audit_log WHERE id > ? AND hash IS NOT NULL ORDER BY id LIMIT ?", last,
                                      static_cast<std::int64_t>(checked_at_once));
        for (const auto& line : lines) {
            if (*line.hash != hash_after(previous, line))
                found.push_back(fmt::format("audit log: line {} was changed, or one before it is missing", line.id));
            previous = *line.hash;
            last = line.id;
            ++chained;
        }
        more = lines.size() == checked_at_once;
    }
    auto head = tx.find<Head>("FROM audit_head WHERE id = 1");
    if (!head || head->entries != chained || head->hash != previous)
        found.push_back(fmt::format("audit log: {} lines are there, {} were written", chained, head ? head->entries : 0));
    return found;
}

}  // namespace smg::audit
