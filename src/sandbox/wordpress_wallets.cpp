#include "sandbox/wordpress_wallets.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"

namespace smg::sandbox {
namespace {

constexpr std::int64_t most_users = 60, most_found = 20, most_lines = 20;
constexpr std::string_view first_names[] = {"olena", "taras", "iryna", "andrii", "oksana", "bohdan", "maksym", "yuliia"};
constexpr std::string_view last_names[] = {"kovalenko", "shevchenko", "melnyk", "bondar", "lysenko", "savchuk"};

std::string capital(std::string_view word)
{
    std::string out(word);
    out.front() = static_cast<char>(out.front() - 'a' + 'A');
    return out;
}

Money negative(Money amount) { return {-amount.units}; }

}  // namespace

RawReply wordpress_error(int status, std::string_view code, std::string_view message, json::object more)
{
    json::object body{{"code", code}, {"message", message}, {"data", json::object{{"status", status}}}};
    for (auto& [name, value] : more) body[name] = value;
    return json_reply(body, status);
}

Wallets::Wallets(const Clock& clock, std::string currency) : clock_(clock), currency_(std::move(currency)) { reset(); }

void Wallets::reset()
{
    decided_.clear();
    ledger_.clear();
    for (std::int64_t id = 1; id <= most_users; ++id) {
        auto place = static_cast<std::size_t>(id - 1);
        auto first = first_names[place % std::size(first_names)], last = last_names[place % std::size(last_names)];
        auto login = fmt::format("{}.{}{}", first, last, id);
        users_[id] = {id, login, login + "@example.com", capital(first) + " " + capital(last), {id * 10 * Money::scale}};
    }
}

void Wallets::set(std::int64_t user, Money balance)
{
    if (auto found = users_.find(user); found != users_.end()) found->second.balance = balance;
}

const Wallets::User* Wallets::user_in(const Fields& asked) const
{
    auto id = number(field(asked, "user_id"));
    auto email = lowered(field(asked, "email")), login = field(asked, "login");
    for (const auto& [key, user] : users_)
        if ((id && *id == key) || (!email.empty() && email == user.email) || (!login.empty() && login == user.login))
            return &user;
    return nullptr;
}

json::object Wallets::shown(const User& user) const
{
    return {{"user_id", user.id},
            {"email", user.email},
            {"login", user.login},
            {"display_name", user.name},
            {"balance", user.balance.text()},
            {"currency", currency_},
            {"wallet", "smgcrm"}};
}

RawReply Wallets::find(const Fields& asked) const
{
    if (auto search = lowered(trimmed(field(asked, "search"))); !search.empty()) {
        json::array users;
        for (const auto& [id, user] : users_) {
            bool fits = std::to_string(id) == search || user.email.contains(search) || lowered(user.name).contains(search);
            if (fits && std::ssize(users) < most_found) users.push_back(shown(user));
        }
        return json_reply(json::object{{"users", std::move(users)}});
    }
    auto user = user_in(asked);
    if (!user) return wordpress_error(404, "smgcrm_user_not_found", "There is no such user.");
    auto out = shown(*user);
    json::array lines;
    for (auto line = ledger_.rbegin(); line != ledger_.rend() && std::ssize(lines) < most_lines; ++line)
        if (line->at("user_id").as_int64() == user->id) lines.push_back(*line);
    out["ledger"] = std::move(lines);
    return json_reply(out);
}

// As the plugin does: what was decided, a refusal too, is the answer to every repeat.
RawReply Wallets::change(const Fields& asked)
{
    auto id = field(asked, "operation_id"), operation = asked.contains("operation") ? field(asked, "operation") : "set";
    auto amount = Money::parse(field(asked, "amount"));
    if (id.size() < 8) return wordpress_error(400, "smgcrm_invalid", "operation_id is needed.", {{"field", "operation_id"}});
    if (!amount || amount->units < 0) return wordpress_error(400, "smgcrm_invalid", "Wrong amount.", {{"field", "amount"}});
    auto found = user_in(asked);
    if (!found) return wordpress_error(404, "smgcrm_user_not_found", "There is no such user.");
    auto content = fmt::format("{}|{}|{}|{}", found->id, operation, amount->text(), field(asked, "expected_balance"));
    if (auto before = decided_.find(id); before != decided_.end()) {
        if (before->second.asked != content)
            return wordpress_error(422, "smgcrm_operation_differs", "The operation id was used for something else.");
        auto again = before->second.reply;
        again.headers.emplace_back("Idempotent-Replayed", "true");
        return again;
    }
    auto fields = asked;
    fields["operation"] = operation;
    auto reply = decide(users_.at(found->id), fields, *amount);
    decided_[id] = {content, reply};
    return reply;
}

RawReply Wallets::decide(User& user, const Fields& asked, Money amount)
{
    auto operation = field(asked, "operation");
    json::object now{{"balance", user.balance.text()}, {"currency", currency_}};
    if (asked.contains("expected_balance") && Money::parse(field(asked, "expected_balance")) != user.balance)
        return wordpress_error(409, "smgcrm_balance_differs", "The balance is another one now.", now);
    auto change = operation == "credit"  ? amount
                  : operation == "debit" ? negative(amount)
                                         : Money{amount.units - user.balance.units};
    if (user.balance.units + change.units < 0)
        return wordpress_error(422, "smgcrm_insufficient_funds", "The balance does not suffice.", now);
    auto before = user.balance;
    user.balance.units += change.units;
    json::object out{{"operation_id", field(asked, "operation_id")},
                     {"operation", operation},
                     {"user_id", user.id},
                     {"email", user.email},
                     {"amount", change.text()},
                     {"balance_before", before.text()},
                     {"balance", user.balance.text()},
                     {"currency", currency_},
                     {"wallet", "smgcrm"}};
    auto line = out;
    line["reason"] = field(asked, "reason");
    line["date"] = iso(clock_.now());
    ledger_.push_back(std::move(line));
    return json_reply(out);
}

}  // namespace smg::sandbox
