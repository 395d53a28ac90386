#include "sandbox/catalogue.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "sandbox/scenarios.hpp"

namespace smg::sandbox {
namespace {

constexpr auto rows = std::to_array<CatalogueRow>({
    {101, "Instagram Followers [Real, 30 days refill]", "Default", "Instagram Followers", "0.90", 10, 100'000, true, true},
    {102, "Instagram Followers [Ukraine]", "Default", "Instagram Followers", "3.45", 50, 10'000, true, false},
    {103, "Instagram Likes [Instant]", "Default", "Instagram Likes", "0.12", 10, 50'000, false, true},
    {104, "Instagram Views [Reels]", "Default", "Instagram Views", "0.0085", 100, 10'000'000, false, false},
    {105, "Instagram Custom Comments", "Custom Comments", "Instagram Comments", "12.50", 5, 500, false, true},
    {106, "Instagram 20 Random Comments", "Package", "Instagram Comments", "0.35", 1, 1, false, false},
    {107, "Instagram Comments Package [10 lines]", "Custom Comments Package", "Instagram Comments", "0.55", 1, 1, false,
     false},
    {108, "Instagram Comment Likes", "Comment Likes", "Instagram Comments", "1.10", 10, 5'000, false, false},
    {109, "Instagram Comment Replies", "Comment Replies", "Instagram Comments", "18.00", 1, 200, false, false},
    {110, "Instagram Mentions", "Mentions", "Instagram Mentions", "2.20", 100, 50'000, false, false},
    {111, "Instagram Mentions with Hashtags", "Mentions with Hashtags", "Instagram Mentions", "2.40", 100, 50'000, false,
     false},
    {112, "Instagram Mentions Custom List", "Mentions Custom List", "Instagram Mentions", "3.10", 2, 10'000, false, false},
    {113, "Instagram Mentions Hashtag", "Mentions Hashtag", "Instagram Mentions", "2.15", 100, 50'000, false, false},
    {114, "Instagram Mentions User Followers", "Mentions User Followers", "Instagram Mentions", "2.60", 100, 50'000, false,
     false},
    {115, "Instagram Mentions Media Likers", "Mentions Media Likers", "Instagram Mentions", "2.75", 100, 50'000, false,
     false},
    {116, "Instagram Auto Likes [Subscription]", "Subscriptions", "Instagram Likes", "0.18", 10, 20'000, false, true},
    {117, "Instagram Story Views", "Default", "Instagram Views", "0.05", 20, 30'000, false, false},
    {118, "Instagram Saves", "Default", "Instagram Likes", "0.04", 10, 15'000, false, false},
    {121, "Telegram Channel Members", "Default", "Telegram Members", "1.15", 50, 200'000, true, true},
    {122, "Telegram Post Views", "Default", "Telegram Views", "0.02", 100, 500'000, false, false},
    {123, "Telegram Reactions", "Default", "Telegram Reactions", "0.08", 10, 20'000, false, false},
    {124, "Telegram Poll Votes", "Poll", "Telegram Votes", "0.95", 10, 10'000, false, false},
    {125, "Telegram Invites from Groups", "Invites from Groups", "Telegram Members", "4.20", 50, 5'000, false, false},
    {126, "Telegram Auto Views [Subscription]", "Subscriptions", "Telegram Views", "0.03", 50, 100'000, false, true},
    {131, "TikTok Followers", "Default", "TikTok Followers", "2.30", 10, 100'000, true, true},
    {132, "TikTok Likes", "Default", "TikTok Likes", "0.65", 10, 100'000, false, false},
    {133, "TikTok Views", "Default", "TikTok Views", "0.00278190", 100, 100'000'000, false, false},
    {134, "TikTok Custom Comments", "Custom Comments", "TikTok Comments", "16.00", 5, 1'000, false, false},
    {141, "YouTube Subscribers", "Default", "YouTube Subscribers", "14.90", 50, 10'000, true, true},
    {142, "YouTube Views [High retention]", "Default", "YouTube Views", "1.75", 100, 1'000'000, true, true},
    {143, "YouTube Likes", "Default", "YouTube Likes", "1.05", 10, 50'000, true, false},
    {144, "YouTube Custom Comments", "Custom Comments", "YouTube Comments", "22.00", 5, 500, false, false},
    {145, "YouTube SEO Ranking", "SEO", "YouTube Views", "6.40", 100, 20'000, false, false},
    {151, "Facebook Page Likes", "Default", "Facebook", "4.80", 50, 50'000, true, true},
    {152, "Facebook Post Reactions", "Default", "Facebook", "0.75", 20, 10'000, false, false},
    {161, "X (Twitter) Followers", "Default", "X", "3.95", 20, 50'000, true, false},
    {162, "X (Twitter) Poll Votes", "Poll", "X", "0.85", 25, 10'000, false, false},
    {171, "Website Traffic [Worldwide]", "Web Traffic", "Traffic", "0.15", 500, 1'000'000, false, false},
    {172, "Google Maps Reviews", "Custom Comments", "Google", "650.00", 1, 50, true, false},
    {181, "Spotify Plays", "Default", "Spotify", "0.30", 500, 1'000'000, true, false},
});

std::vector<CatalogueRow> whole_catalogue()
{
    std::vector<CatalogueRow> all(rows.begin(), rows.end());
    for (const auto& scenario : scenarios())
        if (scenario.service > 0)
            all.push_back({scenario.service, scenario.name, "Default", "Sandbox", "0.90", 1, 1'000'000, true, true});
    return all;
}

}  // namespace

std::span<const CatalogueRow> catalogue()
{
    static const auto all = whole_catalogue();
    return all;
}

const CatalogueRow* find_service(std::int64_t service)
{
    auto found = std::ranges::find(catalogue(), service, &CatalogueRow::service);
    return found == catalogue().end() ? nullptr : &*found;
}

}  // namespace smg::sandbox
