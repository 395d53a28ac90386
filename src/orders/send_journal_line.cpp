#include "orders/send_journal_line.hpp"

#include "base/crypto.hpp"
#include "base/text.hpp"

namespace smg::orders {
namespace {

constexpr std::string_view chain_member = ",\"chain\":\"", end = "\"}";
constexpr std::size_t chain_digits = 64;

template <json::Described T>
std::string line(LineKind kind, const T& entry)
{
    json::object object{{"kind", word(kind)}};
    for (auto& [name, value] : json::from(entry).get_object()) object[name] = std::move(value);
    auto text = json::text_of(object);
    text.pop_back();
    return text;
}

}  // namespace

JournalReply reply_of(AttemptId attempt, const suppliers::AddOutcome& outcome, Time now)
{
    JournalReply reply;
    reply.attempt_id = attempt;
    reply.verdict = outcome.verdict.kind;
    reply.supplier_order_id = outcome.verdict.supplier_order_id;
    reply.reason = outcome.verdict.reason;
    reply.text = cut(outcome.verdict.text, suppliers::max_error_bytes);
    reply.http_status = outcome.http_status;
    reply.body_sha256 = outcome.body_sha256;
    reply.body = cut(outcome.body, suppliers::max_evidence_bytes);
    reply.at = now;
    return reply;
}

suppliers::AddOutcome outcome_of(const JournalReply& reply)
{
    suppliers::AddOutcome outcome;
    outcome.sent = true;
    outcome.verdict = {reply.verdict, reply.supplier_order_id, reply.reason, reply.text};
    outcome.http_status = reply.http_status;
    outcome.body = reply.body;
    outcome.body_sha256 = reply.body_sha256;
    return outcome;
}

std::string line_of(const JournalHead& head) { return line(LineKind::head, head); }
std::string line_of(const JournalGo& go) { return line(LineKind::go, go); }
std::string line_of(const JournalReply& reply) { return line(LineKind::reply, reply); }
std::string line_of(const JournalNotSent& not_sent) { return line(LineKind::not_sent, not_sent); }
std::string line_of(const JournalNext& next) { return line(LineKind::next, next); }

std::string seal_line(const std::string& line, std::string& chain)
{
    chain = sha256_hex(chain + line);
    std::string sealed;
    sealed.reserve(line.size() + chain_member.size() + chain_digits + end.size() + 1);
    return sealed.append(line).append(chain_member).append(chain).append(end).append("\n");
}

std::optional<json::object> open_line(std::string_view line, std::string& chain)
{
    constexpr auto added = chain_member.size() + chain_digits + end.size();
    if (line.size() <= added || !line.ends_with(end)) return std::nullopt;
    auto start = line.size() - added;
    auto claimed = line.substr(start + chain_member.size(), chain_digits);
    if (line.substr(start, chain_member.size()) != chain_member) return std::nullopt;
    if (sha256_hex(chain + std::string(line.substr(0, start))) != claimed) return std::nullopt;
    auto parsed = json::parse(line);
    if (!parsed || !parsed->is_object()) return std::nullopt;
    chain = claimed;
    return std::move(parsed->get_object());
}

std::optional<LineKind> kind_of(const json::object& line)
{
    auto kind = line.if_contains("kind");
    return kind && kind->is_string() ? from_word<LineKind>(std::string_view(kind->get_string())) : std::nullopt;
}

}  // namespace smg::orders
