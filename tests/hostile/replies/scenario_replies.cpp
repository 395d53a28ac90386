#include "hostile/replies/scenario_replies.hpp"

#include <algorithm>

#include "sandbox/scenarios.hpp"
#include "sandbox/supplier.hpp"

namespace smg::test {
namespace {

using sandbox::Ending;

sandbox::RawReply ask(sandbox::SupplierSimulator& supplier, const std::string& key)
{
    sandbox::RawRequest request;
    request.http.method = http::Method::POST;
    request.http.path = "/api/v2";
    request.http.headers = {{"content-type", "application/x-www-form-urlencoded"}};
    request.http.body = "key=" + key + "&action=add&service=101&link=x&quantity=100";
    return supplier.handle(request);
}

bool reaches_a_client(const sandbox::RawReply& reply)
{
    bool whole = reply.ending == Ending::whole || reply.ending == Ending::whole_then_reset;
    bool packed = std::ranges::any_of(reply.headers, [](const auto& one) { return one.first == "Content-Encoding"; });
    return whole && !packed && reply.bytes.empty() && reply.filler == 0;
}

}  // namespace

std::vector<Sample> replies_of_scenarios(const std::string& key)
{
    static const ManualClock at_noon{Time(std::chrono::milliseconds(1'780'000'000'000))};
    std::vector<Sample> samples;
    for (const auto& row : sandbox::scenarios()) {
        sandbox::SupplierOptions options;
        options.scenario = row.name;
        sandbox::SupplierSimulator supplier(at_noon, options);
        auto raw = ask(supplier, key);
        if (!reaches_a_client(raw)) continue;
        Sample sample{std::string(row.name)};
        sample.reply.status = raw.status;
        sample.reply.content_type = raw.content_type;
        sample.reply.body = raw.body;
        if (!supplier.panel().ledger().empty()) sample.order = std::to_string(supplier.panel().ledger().front().order);
        samples.push_back(std::move(sample));
    }
    return samples;
}

std::vector<Sample> known_replies()
{
    std::vector<Sample> samples;
    auto add = [&](std::string name, int status, std::string body, std::string order = {}) {
        net::HttpReply reply;
        reply.status = status;
        reply.content_type = "application/json";
        reply.body = std::move(body);
        samples.push_back({std::move(name), std::move(reply), std::move(order)});
    };
    add("number", 200, R"({"order":23501})", "23501");
    add("created", 201, R"({"order":23501})", "23501");
    add("text", 200, R"({"order":"23501"})", "23501");
    add("one", 200, R"({"order":1})", "1");
    add("twenty_digits", 200, R"({"order":12345678901234567890})", "12345678901234567890");
    add("praise", 200, R"({"status":"success","order":116})", "116");
    add("charge", 200, R"({ "order" : 7 , "charge" : 0.27819, "currency": "USD" })", "7");
    add("mark", 200, "\xEF\xBB\xBF\r\n{\"order\":23501}\r\n", "23501");
    add("wrapped", 200, R"({"status":"success","data":{"order":116}})", "116");
    add("wrapped_alias", 200, R"({"status":"success","data":{"order_id":"116"}})", "116");
    add("alias", 200, R"({"order_id":116})", "116");
    for (auto text : {"Not enough funds on balance", "Incorrect service ID", "Bad link", "Quantity less than minimal 100",
                      "neworder.error.link_duplicate", "Invalid API key", "Too many requests", "Some other words"})
        for (int status : {200, 422}) add(text, status, "{\"error\":\"" + std::string(text) + "\"}");
    return samples;
}

}  // namespace smg::test
