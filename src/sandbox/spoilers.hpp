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
    std::int64_t order = 0;  // that `add` has just made; 0 when it made none
};

void fails(Answer& answer, std::string_view text);
void fails(Answer& answer, int status, std::string_view text);
void html(Answer& answer, int status, std::string page);
void redirects(Answer& answer, int status, std::string to);

/// `{"order":23501}` with something else in place of the number, as raw JSON.
void order_is(Answer& answer, std::string_view json);

// Of replies to status, single or bulk; errors are left alone.
void say_status(Answer& answer, std::string_view word);
void say_remains(Answer& answer, std::string_view status, std::string_view remains);
void say_nothing_known(Answer& answer);
void spell_otherwise(Answer& answer);
void drop_ids(Answer& answer);
void drop_first(Answer& answer);
void bare_errors(Answer& answer);

// Of the list of services.
void multiply_rates(Answer& answer, int by);
void lower_types(Answer& answer);
void fill_up(Answer& answer, std::size_t count);

/// `"3572"` becomes `3572.0`, `"0.9"` becomes `0.9`.
void to_floats(Answer& answer);
void to_strings(Answer& answer);
void wrap_in_data(Answer& answer);

}  // namespace smg::sandbox
