#include "sites/icon.hpp"

#include <gmock/gmock.h>
#include <png.h>
#include <turbojpeg.h>

#include <vector>

namespace smg::sites {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string png_of(int width, int height)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(width);
    image.height = static_cast<png_uint_32>(height);
    image.format = PNG_FORMAT_RGBA;
    std::vector<unsigned char> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 4, 200);
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string out(size, '\0');
    png_image_write_to_memory(&image, out.data(), &size, 0, pixels.data(), 0, nullptr);
    out.resize(size);
    return out;
}

std::string jpeg_of(int width, int height)
{
    std::vector<unsigned char> pixels(static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 100);
    unsigned char* made = nullptr;
    unsigned long size = 0;
    auto encoder = tjInitCompress();
    tjCompress2(encoder, pixels.data(), width, 0, height, TJPF_RGB, &made, &size, TJSAMP_444, 90, 0);
    std::string out(reinterpret_cast<char*>(made), size);
    tjFree(made);
    tjDestroy(encoder);
    return out;
}

std::pair<int, int> size_of(const std::string& png)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (!png_image_begin_read_from_memory(&image, png.data(), png.size())) return {};
    std::pair size(static_cast<int>(image.width), static_cast<int>(image.height));
    png_image_free(&image);
    return size;
}

std::string refusal(const std::string& bytes)
{
    auto cleaned = clean_icon(bytes);
    return cleaned ? "" : cleaned.error().message;
}

TEST(Icon, becomes_a_png_of_at_most_128_pixels_a_side)
{
    EXPECT_EQ(size_of(clean_icon(png_of(32, 16)).value_or("")), std::pair(32, 16));
    EXPECT_EQ(size_of(clean_icon(png_of(1024, 512)).value_or("")), std::pair(128, 64));
    EXPECT_EQ(size_of(clean_icon(jpeg_of(300, 300)).value_or("")), std::pair(128, 128));
    EXPECT_EQ(size_of(clean_icon(png_of(1024, 1)).value_or("")), std::pair(128, 1));
}

TEST(Icon, keeps_nothing_of_the_upload_but_its_pixels)
{
    auto polyglot = png_of(8, 8) + "<script>alert(1)</script>";
    auto cleaned = clean_icon(polyglot);
    ASSERT_TRUE(cleaned);
    EXPECT_FALSE(cleaned->contains("script"));
    EXPECT_THAT(*cleaned, StartsWith("\x89PNG"));
}

TEST(Icon, of_another_kind_too_large_or_damaged_is_refused_in_words)
{
    EXPECT_THAT(refusal("<svg xmlns='http://www.w3.org/2000/svg'/>"), HasSubstr("PNG, JPEG or WebP"));
    EXPECT_THAT(refusal(""), HasSubstr("PNG, JPEG or WebP"));
    EXPECT_THAT(refusal(png_of(1025, 8)), HasSubstr("1024 by 1024"));
    EXPECT_THAT(refusal(jpeg_of(8, 1025)), HasSubstr("1024 by 1024"));
    EXPECT_THAT(refusal(std::string(largest_icon_bytes + 1, 'x')), HasSubstr("256 KiB"));
    auto png = png_of(64, 64);
    EXPECT_THAT(refusal(png.substr(0, png.size() / 2)), HasSubstr("damaged"));
    EXPECT_THAT(refusal("\xFF\xD8\xFF\xE0 no picture"), HasSubstr("damaged"));
    EXPECT_THAT(refusal("RIFF....WEBPVP8 no picture"), HasSubstr("damaged"));
}

// A header that promises a picture of a gigapixel costs nothing.
TEST(Icon, a_pixel_flood_is_seen_by_its_header)
{
    auto png = png_of(8, 8);
    png[16] = '\x00', png[17] = '\x00', png[18] = '\x7F', png[19] = '\xFF';
    EXPECT_NE(refusal(png), "");
}

}  // namespace
}  // namespace smg::sites
