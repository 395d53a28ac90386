// Replies to the other calls: nobody gets an order's news who was not asked about, an error and a status exclude each other,
// figures are never negative, texts are UTF-8 and fit their columns.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "suppliers/catalogue.hpp"
#include "base/loose_json.hpp"
#include "suppliers/loose_json.hpp"
#include "suppliers/status.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

const std::array<std::string, 3> asked{"7", "12", "99999999999"};

void must_be_asked(const std::string& id) { must(std::ranges::find(asked, id) != asked.end(), id); }

void check_status(const suppliers::OrderStatus& status)
{
    auto known = status.word != suppliers::StatusWord::unknown_word;
    must(status.error.empty() || (!known && !status.charge && !status.remains), status.error);
    must(!status.error.empty() || !status.raw_word.empty(), status.reply);
    must(status.raw_word.size() <= 64 && status.currency.size() <= 8, status.reply);
    must(status.remains.value_or(0) >= 0 && status.over_delivered >= 0 && status.start_count.value_or(0) >= 0, status.reply);
    must(status.over_delivered == 0 || status.remains == 0, status.reply);
    must(suppliers::clamped_remains(status.remains.value_or(0), 100) <= 100, status.reply);
    must(valid_utf8(status.error + status.raw_word + status.currency + status.reply), status.reply);
}

void check_statuses(const json::value& json)
{
    check_status(suppliers::read_status(json));
    if (auto statuses = suppliers::read_statuses(json, asked))
        for (const auto& [id, status] : *statuses) must_be_asked(id), check_status(status);
}

void check_answers(const json::value& json, std::string_view member, std::size_t ids)
{
    auto answers = suppliers::read_answers(json, member, std::span(asked).first(ids));
    if (!answers) return;
    for (const auto& [id, answer] : *answers) {
        must_be_asked(id);
        must(answer.error.empty() != answer.number.empty(), answer.error + answer.number);
    }
    must(answers->size() <= ids);
}

void check_refills(const json::value& json, std::size_t ids)
{
    auto refills = suppliers::read_refill_statuses(json, std::span(asked).first(ids));
    if (!refills) return;
    for (const auto& [id, refill] : *refills) {
        must_be_asked(id);
        must(refill.error.empty() || refill.word == suppliers::RefillWord::unknown_word, refill.error);
        must(!refill.error.empty() || !refill.raw_word.empty(), refill.error);
    }
}

void check_catalogue(const json::value& json)
{
    auto catalogue = suppliers::read_catalogue(json);
    if (!catalogue) return;
    for (const auto& service : catalogue->services) {
        must(!service.id.empty() && service.id.size() <= 64 && !service.name.empty() && service.rate.units >= 0,
             service.name);
        must(service.name.size() <= 500 && service.type.size() <= 64 && service.category.size() <= 500, service.name);
        must(service.description.size() <= 4096, service.name);
        must(valid_utf8(service.id + service.name + service.type + service.category + service.description), service.name);
    }
}

}  // namespace

void one_input(std::string_view input)
{
    auto json = loose_parse(input);
    if (!json) return;
    check_statuses(*json);
    if (auto balance = suppliers::read_balance(*json)) must(balance->currency.size() <= 8 && valid_utf8(balance->currency));
    for (std::size_t ids : {1u, 3u}) {
        check_answers(*json, "refill", ids);
        check_answers(*json, "cancel", ids);
        check_refills(*json, ids);
    }
    check_catalogue(*json);
    // What we keep of a reply reads the same again.
    auto again = json::parse(json::text_of(*json));
    must(again && *again == *json, input);
}

}  // namespace smg::fuzz
