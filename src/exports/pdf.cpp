#include <cairo-pdf.h>
#include <fmt/core.h>
#include <pango/pangocairo.h>

#include <numeric>
#include <stdexcept>

#include "base/text.hpp"
#include "exports/table_file.hpp"

namespace smg::exports {
namespace {

// In points: 72 to an inch; A4 across.
constexpr double page_width = 842, page_height = 595, margin = 28, gap = 5, padding = 3, foot_height = 14;
constexpr double points_per_inch = 72;  // of a screen it would be 96, and the letters larger than their name says
constexpr int most_lines = 3;           // of one cell
constexpr std::size_t longest_cell = 400;
constexpr double grey_line = 0.8, grey_text = 0.35, head_ground = 0.93;

struct Unref {
    void operator()(cairo_surface_t* surface) const { cairo_surface_destroy(surface); }
    void operator()(cairo_t* cairo) const { cairo_destroy(cairo); }
    void operator()(PangoLayout* layout) const { g_object_unref(layout); }
    void operator()(PangoFontDescription* font) const { pango_font_description_free(font); }
};
template <class T>
using Held = std::unique_ptr<T, Unref>;

cairo_status_t append(void* to, const unsigned char* data, unsigned int size)
{
    try {
        static_cast<std::string*>(to)->append(reinterpret_cast<const char*>(data), size);
        return CAIRO_STATUS_SUCCESS;
    } catch (const std::bad_alloc&) {
        return CAIRO_STATUS_WRITE_ERROR;
    }
}

// Pages drawn by Cairo, text set by Pango as plain text: there is no markup and no link in it.
class PdfFile : public TableFile {
public:
    explicit PdfFile(const Table& table) : table_(table)
    {
        surface_.reset(cairo_pdf_surface_create_for_stream(append, &text_, page_width, page_height));
        cairo_pdf_surface_set_metadata(surface_.get(), CAIRO_PDF_METADATA_TITLE, table_.title.c_str());
        cairo_.reset(cairo_create(surface_.get()));
        plain_ = font("DejaVu Sans 7");
        bold_ = font("DejaVu Sans Bold 7");
        title_ = font("DejaVu Sans Bold 13");
        layout_.reset(pango_cairo_create_layout(cairo_.get()));
        pango_cairo_context_set_resolution(pango_layout_get_context(layout_.get()), points_per_inch);
        pango_layout_set_wrap(layout_.get(), PANGO_WRAP_WORD_CHAR);
        pango_layout_set_ellipsize(layout_.get(), PANGO_ELLIPSIZE_END);
        share_widths();
        begin_page();
    }

    void add(const Row& row) override
    {
        auto height = height_of(row, plain_.get());
        if (y_ + height > page_height - margin - foot_height) {
            end_page();
            begin_page();
        }
        draw(row, plain_.get(), height);
    }

    Result<std::string> close() override
    {
        end_page();
        layout_.reset();
        cairo_.reset();
        cairo_surface_finish(surface_.get());
        auto status = cairo_surface_status(surface_.get());
        surface_.reset();
        if (status != CAIRO_STATUS_SUCCESS) return fail(Code::failed, cairo_status_to_string(status));
        return std::move(text_);
    }

private:
    static Held<PangoFontDescription> font(const char* name)
    {
        return Held<PangoFontDescription>(pango_font_description_from_string(name));
    }

    // The page is shared by what the columns usually take.
    void share_widths()
    {
        auto all = std::accumulate(table_.columns.begin(), table_.columns.end(), 0,
                                   [](int sum, const Column& column) { return sum + column.width; });
        for (const auto& column : table_.columns)
            widths_.push_back((page_width - 2 * margin) * column.width / std::max(all, 1));
    }

    bool right(std::size_t column) const
    {
        return table_.columns[column].cells == Cells::number || table_.columns[column].cells == Cells::amount;
    }

    void set(std::string_view text, std::size_t column, const PangoFontDescription* font)
    {
        auto layout = layout_.get();
        pango_layout_set_font_description(layout, font);
        pango_layout_set_width(layout, static_cast<int>((widths_[column] - gap) * PANGO_SCALE));
        pango_layout_set_height(layout, -most_lines);
        pango_layout_set_alignment(layout, right(column) ? PANGO_ALIGN_RIGHT : PANGO_ALIGN_LEFT);
        auto shown = cut(printable(text), longest_cell);
        pango_layout_set_text(layout, shown.data(), static_cast<int>(shown.size()));
    }

    double height_of(const Row& row, const PangoFontDescription* font)
    {
        double highest = 0;
        for (std::size_t i = 0; i < widths_.size() && i < row.size(); ++i) {
            set(row[i], i, font);
            int height = 0;
            pango_layout_get_size(layout_.get(), nullptr, &height);
            highest = std::max(highest, static_cast<double>(height) / PANGO_SCALE);
        }
        return highest + 2 * padding;
    }

    void draw(const Row& row, const PangoFontDescription* font, double height)
    {
        auto cairo = cairo_.get();
        double x = margin;
        cairo_set_source_rgb(cairo, 0, 0, 0);
        for (std::size_t i = 0; i < widths_.size() && i < row.size(); ++i) {
            set(row[i], i, font);
            cairo_move_to(cairo, x, y_ + padding);
            pango_cairo_show_layout(cairo, layout_.get());
            x += widths_[i];
        }
        y_ += height;
        cairo_set_source_rgb(cairo, grey_line, grey_line, grey_line);
        cairo_set_line_width(cairo, 0.4);
        cairo_move_to(cairo, margin, y_);
        cairo_line_to(cairo, page_width - margin, y_);
        cairo_stroke(cairo);
    }

    void begin_page()
    {
        auto cairo = cairo_.get();
        y_ = margin;
        if (++page_ == 1) {
            line(table_.title, title_.get(), margin, y_);
            y_ += 22;
        }
        Row head;
        for (const auto& column : table_.columns) head.push_back(column.title);
        auto height = height_of(head, bold_.get());
        cairo_set_source_rgb(cairo, head_ground, head_ground, head_ground);
        cairo_rectangle(cairo, margin, y_, page_width - 2 * margin, height);
        cairo_fill(cairo);
        draw(head, bold_.get(), height);
    }

    void end_page()
    {
        cairo_set_source_rgb(cairo_.get(), grey_text, grey_text, grey_text);
        line(fmt::format("{}", page_), plain_.get(), page_width - margin - 20, page_height - margin);
        cairo_show_page(cairo_.get());
    }

    void line(const std::string& text, const PangoFontDescription* font, double x, double y)
    {
        auto layout = layout_.get();
        pango_layout_set_font_description(layout, font);
        pango_layout_set_width(layout, -1);
        pango_layout_set_alignment(layout, PANGO_ALIGN_LEFT);
        pango_layout_set_text(layout, text.data(), static_cast<int>(text.size()));
        cairo_move_to(cairo_.get(), x, y);
        pango_cairo_show_layout(cairo_.get(), layout);
    }

    const Table table_;
    std::string text_;
    Held<cairo_surface_t> surface_;
    Held<cairo_t> cairo_;
    Held<PangoLayout> layout_;
    Held<PangoFontDescription> plain_, bold_, title_;
    std::vector<double> widths_;
    double y_ = 0;
    int page_ = 0;
};

}  // namespace

std::unique_ptr<TableFile> begin_pdf(const Table& table) { return std::make_unique<PdfFile>(table); }

}  // namespace smg::exports
