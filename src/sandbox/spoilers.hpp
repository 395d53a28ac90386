#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "sandbox/raw_server.hpp"

// What scenarios do to a good reply.
namespace smg::sandbox {

/// A reply on its way out: `json`, unless a scenario has written the body itself.
struct Answer {
    json::value json;
    RawReply reply;
    bool written = false;

    void write(std::string body, std::string content_type = "application/json");
    std::string text() const { return json::text_of(json); }
};

/// What the supplier was asked.
struct Asked {
    std::string_view action;
    std::int64_t order = 0;    // that `add` has just made; 0 when it made none
    std::string_view text;     // of the scenario
    std::string_view key;      // that came with it
    std::string_view lead_to;  // where redirects and the like lead
};

void fails(Answer& answer, std::string_view text);
void fails(Answer& answer, int status, std::string_view text);
void html(Answer& answer, int status, std::string page);
void redirects(Answer& answer, int status, std::string to);

/// The scenario's text as the body, `#` being the number of the order.
void writes(Answer& answer, const Asked& asked);

/// Exactly these bytes: a head that the scenario writes (without its empty line), then the body.
void goes_out(Answer& answer, std::string_view head, std::string_view body);

/// The good body, packed; `Content-Encoding` is the scenario's text.
void packed(Answer& answer, std::string body, std::string_view encoding);

// Of replies to status, single or bulk; errors are left alone.
void say_status(Answer& answer, std::string_view word);
void say_remains(Answer& answer, std::string_view status, std::string_view remains);
void say_nothing_known(Answer& answer);
void spell_otherwise(Answer& answer);
void drop_ids(Answer& answer);
void drop_first(Answer& answer);
void bare_errors(Answer& answer);

/// Of replies to status or balance: this member is that, wherever it stands.
void say(Answer& answer, std::string_view member, const json::value& value);
void cancel_completed(Answer& answer);
void add_stranger(Answer& answer);

// Of the list of services.
void multiply_rates(Answer& answer, int by);
/// In the first service, this member is that.
void say_of_first(Answer& answer, std::string_view member, const json::value& value);
void lower_types(Answer& answer);
void fill_up(Answer& answer, std::size_t count);

/// `"3572"` becomes `3572.0`, `"0.9"` becomes `0.9`.
void to_floats(Answer& answer);
void to_strings(Answer& answer);
void wrap_in_data(Answer& answer);

}  // namespace smg::sandbox
