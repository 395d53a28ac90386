// cmake/embed.cmake: what it puts into the program is what stands in the files.
#include <gmock/gmock.h>

#include <algorithm>

#include "embedded/disposable_domains.hpp"
#include "embedded/samples.hpp"
#include "house/repository.hpp"

namespace smg::house {
namespace {

TEST(Embedded, files_keep_their_bytes_and_are_sorted)
{
    auto files = embedded::samples();
    ASSERT_EQ(files.size(), 2u);
    EXPECT_EQ(files[0].path, "empty.txt");
    EXPECT_EQ(files[0].bytes, "");
    EXPECT_EQ(files[1].path, "text.txt");
    EXPECT_EQ(files[1].bytes, text_of("tests/house/samples/text.txt"));
}

TEST(Embedded, disposable_domains_are_sorted_lower_case_lines)
{
    ASSERT_EQ(embedded::disposable_domains().size(), 1u);
    auto text = embedded::disposable_domains()[0].bytes;
    EXPECT_TRUE(text.ends_with('\n'));
    auto domains = lines(text);
    EXPECT_GT(domains.size(), 1000u);
    EXPECT_TRUE(std::is_sorted(domains.begin(), domains.end()));
    EXPECT_TRUE(std::binary_search(domains.begin(), domains.end(), std::string("mailinator.com")));
    EXPECT_FALSE(std::binary_search(domains.begin(), domains.end(), std::string("gmail.com")));
}

}  // namespace
}  // namespace smg::house
