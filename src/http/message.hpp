#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/describe/enum.hpp>

namespace smg::http {

enum class Method { GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS };
BOOST_DESCRIBE_ENUM(Method, GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS)

inline constexpr Method all_methods[] = {Method::GET,   Method::HEAD,   Method::POST,   Method::PUT,
                                         Method::PATCH, Method::DELETE, Method::OPTIONS};
inline constexpr std::string_view every_method = "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS";  // as Allow names them

using Header = std::pair<std::string, std::string>;

struct Request {
    Method method = Method::GET;
    std::string path;             // decoded, without the query
    std::string query;            // as it came, without `?`
    std::vector<Header> headers;  // names in lower case
    std::string body;
    std::string peer;    // the client's address: the connection's, or what a trusted proxy says
    bool local = false;  // the connection itself comes from loopback and no proxy speaks for someone else
    std::map<std::string, std::string> path_values;  // `{id}` of the route

    /// The header's value, empty when it is not there; `name` in lower case.
    std::string_view header(std::string_view name) const;
};

class Takeover;

struct Response {
    int status = 200;
    std::string body;
    std::string content_type = "application/json";
    std::vector<Header> headers = {};
    std::shared_ptr<Takeover> takeover = {};  // of status 101: gets the socket when the head is sent
};

}  // namespace smg::http
