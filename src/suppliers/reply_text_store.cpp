#include "suppliers/reply_text_store.hpp"

#include <map>
#include <memory>

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace smg::suppliers {
namespace {

constexpr std::size_t shown_code_points = 120, hash_digits = 16;  // and `#`: the column holds 191

std::string_view beginning(std::string_view text, std::size_t code_points)
{
    std::size_t seen = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
        if (begins && ++seen > code_points) return text.substr(0, at);
    }
    return text;
}

}  // namespace

std::string text_key(std::string_view text)
{
    auto whole = lowered(trimmed(text));
    return std::string(beginning(whole, shown_code_points)) + "#" + sha256_hex(whole).substr(0, hash_digits);
}

Classified classified_texts(db::Tx& tx)
{
    auto known = std::make_shared<std::map<std::string, Reason>>();
    for (auto& [key, reason] : tx.query<std::tuple<std::string, Reason>>("SELECT text_key, reason FROM reply_texts"))
        known->emplace(std::move(key), reason);
    return [known](std::string_view text) -> std::optional<Reason> {
        auto found = known->find(text_key(text));
        if (found == known->end()) return std::nullopt;
        return found->second;
    };
}

void classify_text(db::Tx& tx, Time now, std::string_view text, Reason reason, const std::string& who)
{
    constexpr std::size_t longest_name = 255;
    auto key = text_key(text);
    auto name = cut(who, longest_name);
    if (!tx.insert_new("INSERT INTO reply_texts (text_key, reason, created_by, created_at) VALUES (?, ?, ?, ?)", key, reason,
                       name, now))
        tx.execute("UPDATE reply_texts SET reason = ?, created_by = ?, created_at = ? WHERE text_key = ?", reason, name, now,
                   key);
}

}  // namespace smg::suppliers
