#include "sites/icon.hpp"

#include <fmt/core.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <vector>

namespace smg::sites {
namespace {

constexpr std::size_t channels = 4;

struct Picture {
    int width = 0, height = 0;
    std::vector<unsigned char> rgba = {};

    Picture(int w, int h) : width(w), height(h), rgba(static_cast<std::size_t>(w) * static_cast<std::size_t>(h) * channels)
    {
    }
    unsigned char* pixel(int x, int y)
    {
        return &rgba[(static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)) *
                     channels];
    }
    const unsigned char* pixel(int x, int y) const { return const_cast<Picture*>(this)->pixel(x, y); }
};

const unsigned char* data_of(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

bool fits(std::int64_t width, std::int64_t height)
{
    return width > 0 && height > 0 && width <= largest_icon_side && height <= largest_icon_side;
}

std::unexpected<Error> unreadable() { return fail_field("icon", "The picture cannot be read: it is damaged."); }

std::unexpected<Error> too_large()
{
    return fail_field("icon", fmt::format("The picture may have at most {0} by {0} pixels.", largest_icon_side));
}

Result<Picture> from_png(std::string_view bytes)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    std::unique_ptr<png_image, decltype(&png_image_free)> freed(&image, png_image_free);
    if (!png_image_begin_read_from_memory(&image, bytes.data(), bytes.size())) return unreadable();
    if (!fits(image.width, image.height)) return too_large();
    image.format = PNG_FORMAT_RGBA;
    Picture picture(static_cast<int>(image.width), static_cast<int>(image.height));
    if (!png_image_finish_read(&image, nullptr, picture.rgba.data(), 0, nullptr)) return unreadable();
    return picture;
}

Result<Picture> from_jpeg(std::string_view bytes)
{
    std::unique_ptr<void, decltype(&tjDestroy)> decoder(tjInitDecompress(), tjDestroy);
    int width = 0, height = 0, sampling = 0, colours = 0;
    auto size = static_cast<unsigned long>(bytes.size());
    if (!decoder || tjDecompressHeader3(decoder.get(), data_of(bytes), size, &width, &height, &sampling, &colours) != 0 ||
        width < 1 || height < 1)
        return unreadable();
    if (!fits(width, height)) return too_large();
    Picture picture(width, height);
    if (tjDecompress2(decoder.get(), data_of(bytes), size, picture.rgba.data(), width, 0, height, TJPF_RGBA,
                      TJFLAG_STOPONWARNING) != 0)
        return unreadable();
    return picture;
}

Result<Picture> from_webp(std::string_view bytes)
{
    int width = 0, height = 0;
    if (!WebPGetInfo(data_of(bytes), bytes.size(), &width, &height)) return unreadable();
    if (!fits(width, height)) return too_large();
    Picture picture(width, height);
    auto stride = width * static_cast<int>(channels);
    if (!WebPDecodeRGBAInto(data_of(bytes), bytes.size(), picture.rgba.data(), picture.rgba.size(), stride))
        return unreadable();
    return picture;
}

Result<Picture> decoded(std::string_view bytes)
{
    if (bytes.starts_with("\x89PNG\r\n\x1A\n")) return from_png(bytes);
    if (bytes.starts_with("\xFF\xD8\xFF")) return from_jpeg(bytes);
    if (bytes.size() > 12 && bytes.starts_with("RIFF") && bytes.substr(8, 4) == "WEBP") return from_webp(bytes);
    return fail_field("icon", "The picture must be a PNG, JPEG or WebP file.");
}

// The mean of the pixels that fall into each, weighted by how opaque they are, so that no edge gets a fringe.
void average(const Picture& from, int left, int top, int right, int bottom, unsigned char* to)
{
    std::uint64_t sums[3] = {}, alpha = 0, count = 0;
    for (int y = top; y < bottom; ++y)
        for (int x = left; x < right; ++x) {
            auto pixel = from.pixel(x, y);
            for (int channel = 0; channel < 3; ++channel)
                sums[channel] += static_cast<std::uint64_t>(pixel[channel]) * pixel[3];
            alpha += pixel[3];
            ++count;
        }
    for (int channel = 0; channel < 3; ++channel)
        to[channel] = static_cast<unsigned char>(alpha ? sums[channel] / alpha : 0);
    to[3] = static_cast<unsigned char>(count ? alpha / count : 0);
}

Picture shrunk(Picture picture)
{
    auto longest = std::max(picture.width, picture.height);
    if (longest <= icon_side) return picture;
    Picture small(std::max(1, picture.width * icon_side / longest), std::max(1, picture.height * icon_side / longest));
    auto edge = [](int i, int of, int from) { return i * from / of; };
    for (int y = 0; y < small.height; ++y)
        for (int x = 0; x < small.width; ++x)
            average(picture, edge(x, small.width, picture.width), edge(y, small.height, picture.height),
                    std::max(edge(x + 1, small.width, picture.width), edge(x, small.width, picture.width) + 1),
                    std::max(edge(y + 1, small.height, picture.height), edge(y, small.height, picture.height) + 1),
                    small.pixel(x, y));
    return small;
}

Result<std::string> to_png(const Picture& picture)
{
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    image.width = static_cast<png_uint_32>(picture.width);
    image.height = static_cast<png_uint_32>(picture.height);
    image.format = PNG_FORMAT_RGBA;
    png_alloc_size_t size = PNG_IMAGE_PNG_SIZE_MAX(image);
    std::string out(size, '\0');
    if (!png_image_write_to_memory(&image, out.data(), &size, 0, picture.rgba.data(), 0, nullptr))
        return fail(Code::failed, "the picture could not be written");
    out.resize(size);
    return out;
}

}  // namespace

Result<std::string> clean_icon(std::string_view bytes)
{
    if (bytes.size() > largest_icon_bytes)
        return fail_field("icon", fmt::format("The picture may have at most {} KiB.", largest_icon_bytes / 1024));
    auto picture = decoded(bytes);
    if (!picture) return fail(picture.error());
    return to_png(shrunk(std::move(*picture)));
}

}  // namespace smg::sites
