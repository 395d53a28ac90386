#pragma once

#include "http/installation.hpp"

namespace smg::test {

/// An installation with a second site whose shop is simulated and has its token.
struct Connected {
    using Settings = std::map<std::string, std::string>;

    explicit Connected(On on, const std::vector<std::string>& options = {}, const Settings& more = {})
        : crm(on, {.settings = with(more)}),
          admin(crm.add_token("admin")),
          added(crm.result_of({"site", "add", "--url", "http://127.0.0.1:9", "--name", "Simulated", "--currency", "UAH",
                               "--allow-private"})),
          token(text_at(added, "token")),
          path("/api/v1/sites/" + text_at(added, "id")),
          shop(token, options)
    {
        EXPECT_EQ(patch(crm.url(path), admin, {{"url", shop.url()}}).status(), 200);
    }

    /// In force from the start: what is set later meets a look at the shop that has begun.
    static Settings with(const Settings& more)
    {
        Settings all{{"timetable.shops_s", "1"}, {"shops.timeout_s", "2"}, {"shops.silent_after_s", "1"}};
        all.insert(more.begin(), more.end());
        return all;
    }

    Reply check() { return post(crm.url(path + "/check"), admin, json::object()); }
    std::string trouble() { return check().text("data.trouble"); }

    Installation crm;
    std::string admin;
    json::value added;
    std::string token, path;
    WordPress shop;
};

}  // namespace smg::test
