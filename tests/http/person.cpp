#include "http/person.hpp"

#include <stdexcept>

namespace smg::test {

Reply Person::sign_in(const std::string& email, const std::string& password)
{
    return send("POST", "/api/v1/session", json::object{{"email", email}, {"password", password}});
}

Reply Person::send(const std::string& method, const std::string& path, const json::value& body)
{
    Headers headers;
    if (!csrf.empty()) headers.emplace_back("X-CSRF-Token", csrf);
    return send_with(std::move(headers), method, path, body);
}

Reply Person::send_with(Headers headers, const std::string& method, const std::string& path, const json::value& body)
{
    if (!cookie.empty()) headers.emplace_back("Cookie", cookie);
    if (method != "GET" && method != "HEAD") headers.emplace_back("Content-Type", "application/json");
    auto reply = read(http_call(method, crm_->url(path), headers, body.is_null() ? "" : json::text_of(body)));
    if (auto set = reply.http.header("set-cookie"); !set.empty()) cookie = set.substr(0, set.find(';'));
    if (auto given = reply.text("data.csrf"); !given.empty()) csrf = given;
    return reply;
}

std::int64_t add_user(Installation& crm, const std::string& email, const std::string& role)
{
    auto finished =
        crm.command({"user", "add", "--email", email, "--name", email, "--role", role, "--password-stdin"}, a_password);
    auto made = json::parse(finished.out);
    if (!made) throw std::runtime_error("user add: " + finished.err);
    return std::stoll(text_at(*made, "id"));
}

Person signed_in(Installation& crm, const std::string& email)
{
    Person person(crm);
    auto reply = person.sign_in(email, a_password);
    if (reply.status() != 200) throw std::runtime_error("sign in: " + reply.http.body);
    return person;
}

}  // namespace smg::test
