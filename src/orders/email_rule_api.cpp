#include "orders/email_rule_api.hpp"

#include "base/text.hpp"
#include "http/bind.hpp"
#include "orders/email.hpp"
#include "orders/suspicion.hpp"

namespace smg::orders {
namespace {

using http::Access;
using http::Data;
using http::List;
using http::Method;

constexpr std::size_t longest_value = 191, longest_note = 255;
constexpr int most_shown = 1000;

struct RuleRow {
    std::int64_t id = 0;
    Verdict verdict = Verdict::hold;
    RuleKind kind = RuleKind::address;
    std::string value;
    std::optional<std::string> note;
    Time created_at;
};
BOOST_DESCRIBE_STRUCT(RuleRow, (), (id, verdict, kind, value, note, created_at))

// GET /api/v1/email-rules: the newest 1000.
Async<Result<json::object>> list(EmailRuleDesk& desk)
{
    auto look = [](db::Tx& tx) {
        return http::data_of(json::from(tx.select<RuleRow>("FROM email_rules ORDER BY id DESC LIMIT ?", most_shown)));
    };
    co_return co_await desk.db.read(std::move(look));
}

struct NewRule {
    Verdict verdict = Verdict::hold;
    RuleKind kind = RuleKind::address;
    std::string value;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(NewRule, (), (verdict, kind, value, note))

// As it will be compared: an address by its mailbox, a domain and a pattern in lower case.
Result<std::string> normalised(const NewRule& rule)
{
    auto value = rule.kind == RuleKind::address ? email_key(rule.value) : lowered(trimmed(rule.value));
    if (rule.kind == RuleKind::address && !parse_email(rule.value))
        return fail_field("value", "The value must be an e-mail address.");
    if (rule.kind == RuleKind::domain && value.starts_with('@')) value.erase(0, 1);
    if (value.empty() || code_points(value) > longest_value)
        return fail_field("value", "The value must have 1 to 191 characters.");
    if (rule.kind == RuleKind::domain && !parse_email("somebody@" + value))
        return fail_field("value", "The value must be a domain such as mailinator.com.");
    if (rule.kind == RuleKind::pattern && value.find_first_not_of('*') == std::string::npos)
        return fail_field("value", "The pattern must not match every address.");
    if (rule.note && code_points(*rule.note) > longest_note)
        return fail_field("note", "The note must have at most 255 characters.");
    return value;
}

// POST /api/v1/email-rules
Async<Result<http::Reply<json::object>>> add(EmailRuleDesk& desk, NewRule in)
{
    auto value = normalised(in);
    if (!value) co_return fail(value.error());
    auto write = [&](db::Tx& tx) -> Result<http::Reply<json::object>> {
        RuleRow row{0, in.verdict, in.kind, *value, in.note, desk.clock.now()};
        try {
            row.id = tx.insert("email_rules", row);
        } catch (const db::DuplicateKey&) {
            return fail(Code::conflict, "This rule is there already.");
        }
        return http::Reply<json::object>{http::data_of(json::from(row)), 201};
    };
    co_return co_await desk.db.write(std::move(write));
}

struct OneRule {
    std::int64_t id = 0;
};
BOOST_DESCRIBE_STRUCT(OneRule, (), (id))

// DELETE /api/v1/email-rules/{id}
Async<Result<void>> remove(EmailRuleDesk& desk, OneRule in)
{
    auto write = [&](db::Tx& tx) -> Result<void> {
        if (tx.execute("DELETE FROM email_rules WHERE id = ?", in.id) != 1)
            return fail(Code::not_found, "There is no such rule.");
        return {};
    };
    co_return co_await desk.db.write(std::move(write));
}

}  // namespace

http::Routes email_rule_routes(EmailRuleDesk& desk)
{
    return {
        {Method::GET, "/api/v1/email-rules", Access::manager, http::bind<list>(desk),
         http::about("Rules by which orders are held or let through by their e-mail, the newest 1000")
             .gives<List<RuleRow>>()},
        {Method::POST, "/api/v1/email-rules", Access::manager, http::bind<add>(desk),
         http::about("Adds a rule about an address, a domain or a pattern")
             .gives<Data<RuleRow>>(201)
             .example(R"({"verdict":"hold","kind":"domain","value":"example.org"})")},
        {Method::DELETE, "/api/v1/email-rules/{id}", Access::manager, http::bind<remove>(desk),
         http::about("Removes a rule about e-mails")},
    };
}

}  // namespace smg::orders
