#pragma once

#include <boost/describe/enum.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/secret.hpp"
#include "net/http_client.hpp"
#include "suppliers/error_text.hpp"

namespace smg::suppliers {

/// Which relative of the panel API answers.
enum class Flavor {
    perfectpanel,
    smartpanel,  // may write `order_id`, and wrap a reply in `data`
};
BOOST_DESCRIBE_ENUM(Flavor, perfectpanel, smartpanel)

/// By its word; fails with the field `flavor` and the words there are.
Result<Flavor> flavor_of(std::string_view word);

/// What an admin once said that an error text means; nothing for the texts nobody has classified.
using Classified = std::function<std::optional<Reason>(std::string_view text)>;

struct ReplyRules {
    Flavor flavor = Flavor::perfectpanel;
    bool edge_rejects = false;   // 401, 403, 404, 405, 429 without JSON prove that no order was made
    Classified classified = {};  // asked about the text as people see it, without the key
    Secret key = {};             // to be hidden wherever a panel repeats it
};

/// What a reply to `add` proves.
struct Verdict {
    enum class Kind {
        accepted,
        rejected,  // proven: no order was made
        unknown,   // may or may not be with the supplier
    };
    BOOST_DESCRIBE_NESTED_ENUM(Kind, accepted, rejected, unknown)

    Kind kind = Kind::unknown;
    std::string supplier_order_id = {};  // of an accepted order: 1 to 20 digits
    Reason reason = Reason::none;
    std::string text = {};  // the supplier's error without the key, or in our words why it is unknown
};

/// The whitelist of docs/decisions/0004-send-protocol.md: everything that is not plainly an acceptance or a known refusal is
/// unknown. Nothing but a byte order mark and white space may surround the JSON: a page with a PHP warning on it comes from
/// a script that did something unplanned, and that may be after the order was made. A rejection for `duplicate_link` proves
/// something only for the first attempt: while another attempt for the link is unknown, the order that is in the way may be
/// ours.
Verdict classify(const net::HttpResult& result, const ReplyRules& rules);

}  // namespace smg::suppliers
