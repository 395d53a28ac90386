#include "net/transfer.hpp"

namespace smg::net {

HttpResult send_once(const HttpRequest& request, const std::function<bool()>& before_write)
{
    Transfer transfer(request);
    if (auto problem = transfer.prepare()) return std::unexpected(std::move(*problem));
    transfer.only_once(before_write);
    return transfer.result(curl_easy_perform(transfer.handle()));
}

}  // namespace smg::net
