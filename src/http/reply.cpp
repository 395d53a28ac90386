#include "http/reply.hpp"

#include "base/log.hpp"
#include "base/random.hpp"

namespace smg::http {
namespace {

Response server_error(std::string_view reason)
{
    auto id = random_uuid();
    log::error("request failed, id {}: {}", id, reason);
    return json_reply(500, json::object{{"message", "Server Error"}, {"id", id}});
}

json::object by_field(const std::vector<FieldError>& fields)
{
    json::object errors;
    for (const auto& [field, message] : fields) {
        auto& list = errors[field];
        if (!list.is_array()) list = json::array();
        list.get_array().emplace_back(message);
    }
    return errors;
}

void retry_after(Response& response, int seconds)
{
    response.headers.emplace_back("Retry-After", std::to_string(seconds > 0 ? seconds : 1));
}

}  // namespace

json::object data_of(json::value inside)
{
    json::object out;
    out["data"] = std::move(inside);
    return out;
}

int status_of(Code code)
{
    switch (code) {
        case Code::invalid: return 422;
        case Code::unauthenticated: return 401;
        case Code::forbidden: return 403;
        case Code::not_found: return 404;
        case Code::conflict: return 409;
        case Code::limited: return 429;
        case Code::unavailable: return 503;
        case Code::failed: return 500;
    }
    return 500;
}

Response json_reply(int status, const json::value& body)
{
    Response response;
    response.status = status;
    response.body = json::text_of(body);
    return response;
}

Response message_reply(int status, std::string_view message)
{
    return json_reply(status, json::object{{"message", message}});
}

Response reply(const Error& error)
{
    auto say = [&](std::string_view otherwise) {
        return message_reply(status_of(error.code), error.message.empty() ? otherwise : std::string_view(error.message));
    };
    switch (error.code) {
        case Code::invalid: {
            json::object body{{"message", error.message.empty() ? "The given data was invalid." : error.message}};
            body["errors"] = by_field(error.fields);
            return json_reply(422, body);
        }
        // Which part of a sign-in was wrong is nothing for whoever guesses: the words are always the same.
        case Code::unauthenticated: return message_reply(401, "Unauthenticated.");
        case Code::forbidden: return say("This action is unauthorized.");
        case Code::not_found: return say("Not Found");
        case Code::conflict: {
            if (!error.conflict) return say("Conflict");
            const auto& [kind, actor, at, status] = *error.conflict;
            json::object body{{"message", error.message}};
            body["conflict"] = json::object{{"kind", kind}, {"actor", actor}, {"at", at}, {"status", status}};
            return json_reply(409, body);
        }
        case Code::limited: {
            auto response = say("Too Many Attempts.");
            retry_after(response, error.retry_after_s);
            return response;
        }
        case Code::unavailable: {
            auto response = say("Service Unavailable");
            retry_after(response, error.retry_after_s);
            return response;
        }
        case Code::failed: break;
    }
    return server_error(error.message);
}

Response method_not_allowed(std::string_view allow)
{
    auto response = message_reply(405, "The method is not supported for this route.");
    response.headers.emplace_back("Allow", allow);
    return response;
}

Response crashed(std::exception_ptr error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& e) {
        return server_error(e.what());
    } catch (...) {
        return server_error("something that is no exception was thrown");
    }
}

}  // namespace smg::http
