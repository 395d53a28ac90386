#include "suppliers/audit.hpp"

#include <fmt/core.h>

#include "base/text.hpp"

namespace smg::suppliers {

void audit(db::Tx& tx, Time now, std::string_view who, std::string_view action, const std::string& subject,
           std::string_view detail)
{
    constexpr std::size_t longest_actor = 255, longest_subject = 191, longest_detail = 1000;
    tx.execute("INSERT INTO audit_log (at, actor_kind, actor, action, subject, detail) VALUES (?, 'person', ?, ?, ?, ?)",
               now, cut(who, longest_actor), action, cut(subject, longest_subject),
               detail.empty() ? std::nullopt : std::optional(cut(detail, longest_detail)));
}

std::string subject_of(ProviderId id) { return fmt::format("supplier {}", id.value); }

}  // namespace smg::suppliers
