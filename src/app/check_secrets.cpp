#include <fmt/core.h>

#include <array>

#include "app/check.hpp"
#include "settings/settings.hpp"

namespace smg {
namespace {

/// A column of sealed values; each is bound to its place, `table|column|row`.
struct Sealed {
    std::string_view table, column, row;
};
constexpr auto sealed_columns = std::to_array<Sealed>({
    {"settings", "value", "key"},
    {"api_providers", "api_key", "id"},
    {"api_providers", "password", "id"},
    {"api_tokens", "sign_key", "token_hash"},
    {"webhooks", "secret", "id"},
    {"users", "totp_secret", "id"},
    {"users", "totp_pending", "id"},
});

bool is_secret(const Sealed& column, const std::string& row)
{
    if (column.table != "settings") return true;
    auto setting = settings::find(row);
    return setting && setting->kind == settings::Kind::secret;
}

std::string named(const Sealed& column, const std::string& row)
{
    if (column.table == "settings") return "the setting " + row;
    if (column.table == "api_tokens") return "the signing key of the token with the hash " + row.substr(0, 12) + "…";
    if (column.table == "webhooks") return "the secret of webhook " + row;
    if (column.table == "users") return "the second factor of user " + row;
    return fmt::format("{} of supplier {}", column.column, row);
}

}  // namespace

Findings check_secrets(db::Session& snapshot, const std::optional<MasterKey>& master)
{
    Findings out;
    auto made_with = db::Tx(snapshot).first<std::string>("SELECT value FROM instance WHERE name = 'master_key'");
    if (!master) {
        if (made_with)
            out.push_back(fmt::format(
                "the master key is missing: copy the master.key with the id {} here from where it is kept", *made_with));
        return out;
    }
    if (made_with && *made_with != master->id()) {
        out.push_back(fmt::format("the master key here (id {}) is not the one this database was made with (id {})",
                                  master->id(), *made_with));
        return out;
    }
    for (const auto& column : sealed_columns)
        for (const auto& row : snapshot.fetch(fmt::format("SELECT `{}`, `{}` FROM `{}` WHERE `{}` IS NOT NULL", column.row,
                                                          column.column, column.table, column.column),
                                              {}, 2)) {
            if (row[1]->empty() || !is_secret(column, *row[0])) continue;
            if (!master->open(*row[1], fmt::format("{}|{}|{}", column.table, column.column, *row[0])))
                out.push_back(named(column, *row[0]) + " cannot be opened with the master key: enter it again");
        }
    return out;
}

}  // namespace smg
