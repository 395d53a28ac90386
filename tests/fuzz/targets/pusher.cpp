// Whatever a client of the Pusher protocol sends, in whatever pieces: it hears nothing of a channel that needs a signature,
// all that it is told is JSON, and pieces change nothing. And no invented call of the HTTP API is taken for a signed one.
#include <memory>

#include "realtime/client.hpp"
#include "realtime/signature.hpp"
#include "target.hpp"

namespace smg::fuzz {
namespace {

// What is said to one client.
struct Ear : realtime::Wire {
    void send(realtime::Bytes frame) override
    {
        std::string_view text = *frame;
        text.remove_prefix(text.size() > 1 && (text[1] & 0x7F) == 126 ? 4 : 2);
        said.emplace_back(text);
    }
    void close(int, std::string_view) override { closed = true; }
    std::vector<std::string> said;
    bool closed = false;
};

realtime::Application app_of_fuzzing()
{
    realtime::Application app;
    app.id = "id";
    app.key = "key";
    app.secret = Secret("a secret that nobody guesses");
    app.client_events = true;
    return app;
}

std::size_t talk(std::string_view bytes, std::size_t piece)
{
    SystemClock clock;
    realtime::Hub hub(clock, {app_of_fuzzing()}, {}, {});
    const auto& app = *hub.by_key("key");
    Ear ear, other;
    realtime::Client client(hub, app, ear, "192.0.2.1");
    realtime::FrameReader reader(hub.limits().message_bytes);
    std::chrono::steady_clock::time_point now{};
    std::size_t messages = 0;
    for (std::size_t at = 0; at < bytes.size() && !ear.closed; at += piece) {
        int wrong = reader.feed(bytes.substr(at, piece), [&](realtime::Opcode opcode, std::string_view payload) {
            ++messages;
            if (opcode == realtime::Opcode::text) client.hear(payload, now);
            return !ear.closed && opcode != realtime::Opcode::close;
        });
        if (wrong != 0) break;
    }
    for (const auto& [channel, member] : client.channels()) {
        must(realtime::valid_channel(channel), "a channel's name is valid");
        must(!realtime::kind_of(channel).secured && !realtime::kind_of(channel).user, "nothing opens without a signature");
    }
    must(client.user_id().empty(), "nobody is signed in");
    must(client.channels().size() <= hub.limits().channels, "channels have their limit");
    for (const auto& text : ear.said) must(json::parse(text).has_value(), "what is said is JSON");
    return messages;
}

}  // namespace

void one_input(std::string_view input)
{
    auto whole = talk(input, input.size() + 1);
    must(whole == talk(input, 3), "pieces change nothing");
    http::Request request;
    request.method = http::Method::POST;
    request.path = "/apps/id/events";
    auto end = input.find('\n');
    request.query = input.substr(0, end);
    request.body = end == input.npos ? "" : input.substr(end + 1);
    must(!realtime::check_signature(app_of_fuzzing(), request, Time{std::chrono::seconds(1353088179)}),
         "a guess is no signature");
    std::ignore = realtime::parse_applications(input);
}

}  // namespace smg::fuzz
