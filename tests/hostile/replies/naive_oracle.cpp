#include "hostile/replies/naive_oracle.hpp"

#include <algorithm>
#include <cctype>
#include <cstdint>
#include <set>
#include <vector>

namespace smg::test {
namespace {

constexpr int deepest = 32;
constexpr std::size_t longest_name = 4096;

// A member of the outermost object, or of the object under its `data`.
struct Member {
    std::string name;
    char kind = 0;     // as its value begins: { [ " t f n, or 0 for a number
    std::string text;  // of a string, unescaped; of all others as it stands
    std::vector<Member> inner = {};
};

void put(std::string& out, std::uint32_t code)
{
    auto byte = [&](std::uint32_t bits) { out += static_cast<char>(bits); };
    if (code < 0x80) byte(code);
    else if (code < 0x800) byte(0xC0 | code >> 6), byte(0x80 | (code & 0x3F));
    else if (code < 0x10000) byte(0xE0 | code >> 12), byte(0x80 | (code >> 6 & 0x3F)), byte(0x80 | (code & 0x3F));
    else
        byte(0xF0 | code >> 18), byte(0x80 | (code >> 12 & 0x3F)), byte(0x80 | (code >> 6 & 0x3F)),
            byte(0x80 | (code & 0x3F));
}

// Reads RFC 8259 to the letter, and gives up for good at the first thing that is not in it.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}

    std::optional<Member> whole()
    {
        Member root;
        value(root, 1);
        space();
        if (bad_ || at_ != text_.size()) return std::nullopt;
        return root;
    }

private:
    char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
    bool done() const { return at_ >= text_.size(); }
    void give_up() { bad_ = true, at_ = text_.size(); }
    void space()
    {
        while (!done() && (peek() == ' ' || peek() == '\t' || peek() == '\n' || peek() == '\r')) ++at_;
    }
    bool take(char c)
    {
        if (done() || peek() != c) return false;
        ++at_;
        return true;
    }
    bool digit() const { return !done() && peek() >= '0' && peek() <= '9'; }

    void value(Member& into, int depth)
    {
        space();
        if (done()) return give_up();
        auto begin = at_;
        into.kind = peek();
        if (into.kind == '"') return string(into.text);
        if (into.kind == '{' || into.kind == '[') {
            if (depth > deepest) return give_up();
            ++at_;
            return into.kind == '{' ? object(into, depth) : array(depth);
        }
        if (into.kind == 't') word("true");
        else if (into.kind == 'f') word("false");
        else if (into.kind == 'n') word("null");
        else into.kind = 0, number();
        if (!bad_) into.text = std::string(text_.substr(begin, at_ - begin));
    }

    void word(std::string_view expected)
    {
        if (text_.substr(at_, expected.size()) != expected) return give_up();
        at_ += expected.size();
    }

    void number()
    {
        take('-');
        if (!digit()) return give_up();
        if (!take('0'))
            while (digit()) ++at_;
        if (take('.')) {
            if (!digit()) return give_up();
            while (digit()) ++at_;
        }
        if (take('e') || take('E')) {
            if (!take('+')) take('-');
            if (!digit()) return give_up();
            while (digit()) ++at_;
        }
    }

    std::uint32_t four()
    {
        std::uint32_t code = 0;
        for (int i = 0; i < 4; ++i) {
            if (done() || !std::isxdigit(static_cast<unsigned char>(peek()))) return give_up(), 0;
            auto c = static_cast<char>(std::tolower(static_cast<unsigned char>(peek())));
            code = code * 16 + static_cast<std::uint32_t>(c <= '9' ? c - '0' : c - 'a' + 10);
            ++at_;
        }
        return code;
    }

    void escape(std::string& into)
    {
        constexpr std::string_view letters = "\"\\/bfnrt", meanings = "\"\\/\b\f\n\r\t";
        if (take('u')) {
            auto code = four();
            if (code >= 0xDC00 && code <= 0xDFFF) return give_up();
            if (code >= 0xD800 && code <= 0xDBFF) {
                if (!take('\\') || !take('u')) return give_up();
                auto low = four();
                if (low < 0xDC00 || low > 0xDFFF) return give_up();
                code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            }
            return put(into, code);
        }
        auto found = done() ? std::string_view::npos : letters.find(peek());
        if (found == std::string_view::npos) return give_up();
        into += meanings[found];
        ++at_;
    }

    // One character outside ASCII; the shortest form only, no surrogates, nothing above U+10FFFF.
    void wide(std::string& into)
    {
        auto first = static_cast<unsigned char>(peek());
        int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
        if (first < 0xC2 || first > 0xF4 || at_ + static_cast<std::size_t>(more) >= text_.size()) return give_up();
        auto code = static_cast<std::uint32_t>(first & (0x3F >> more));
        for (int i = 1; i <= more; ++i) {
            auto next = static_cast<unsigned char>(text_[at_ + static_cast<std::size_t>(i)]);
            if ((next & 0xC0) != 0x80) return give_up();
            code = code << 6 | (next & 0x3Fu);
        }
        constexpr std::uint32_t least[] = {0, 0x80, 0x800, 0x10000};
        if (code < least[more] || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return give_up();
        put(into, code);
        at_ += static_cast<std::size_t>(more) + 1;
    }

    void string(std::string& into)
    {
        ++at_;
        while (!bad_) {
            if (done()) return give_up();
            auto c = static_cast<unsigned char>(peek());
            if (c == '"') {
                ++at_;
                return;
            }
            if (c == '\\') ++at_, escape(into);
            else if (c < 0x20) give_up();
            else if (c < 0x80) into += static_cast<char>(c), ++at_;
            else wide(into);
        }
    }

    void object(Member& into, int depth)
    {
        std::set<std::string> seen;
        space();
        if (take('}')) return;
        do {
            Member member;
            space();
            if (peek() != '"') return give_up();
            string(member.name);
            space();
            if (!take(':')) return give_up();
            value(member, depth + 1);
            if (bad_ || member.name.size() > longest_name || !seen.insert(member.name).second) return give_up();
            if (depth < 3) into.inner.push_back(std::move(member));
            space();
        } while (take(','));
        if (!take('}')) give_up();
    }

    void array(int depth)
    {
        space();
        if (take(']')) return;
        do {
            Member member;
            value(member, depth + 1);
            space();
        } while (!bad_ && take(','));
        if (!take(']')) give_up();
    }

    std::string_view text_;
    std::size_t at_ = 0;
    bool bad_ = false;
};

std::string small(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + 32);
    return text;
}

void strip(std::string_view& text)
{
    constexpr std::string_view space = " \t\r\n\v\f";
    auto from = text.find_first_not_of(space);
    text = from == std::string_view::npos ? "" : text.substr(from, text.find_last_not_of(space) - from + 1);
}

bool says_no(const Member& member)
{
    if (member.kind == 'f') return true;
    if (member.kind != '"' && member.kind != 0) return false;
    std::string_view said = member.text;
    strip(said);
    auto word = small(std::string(said));
    if (member.kind == 0 && word == "-0") return true;
    return word == "0" || word == "false" || word == "error" || word == "fail" || word == "failed" || word == "failure";
}

bool is_number(const Member& member)
{
    if (member.kind != '"' && member.kind != 0) return false;
    return !member.text.empty() && member.text.size() <= 20 && member.text.front() != '0' &&
           std::ranges::all_of(member.text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::optional<std::string> plainly_accepted(int status, std::string_view body, bool smartpanel)
{
    if (status != 200 && status != 201) return std::nullopt;
    strip(body);
    if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
    strip(body);
    auto root = Reader(body).whole();
    if (!root || root->kind != '{') return std::nullopt;
    auto members = root->inner;
    if (smartpanel) {
        auto data = std::ranges::find(members, "data", &Member::name);
        if (data != members.end() && data->kind == '{') {
            auto wrapped = data->inner;
            members.erase(data);
            members.insert(members.end(), wrapped.begin(), wrapped.end());
        }
    }
    std::set<std::string> numbers;
    bool named = false;
    for (const auto& member : members) {
        auto name = small(member.name);
        if (name == "error" || name == "errors" || member.name == "data") return std::nullopt;
        if ((name == "status" || name == "success") && says_no(member)) return std::nullopt;
        if (member.name != "order" && member.name != "order_id") continue;
        if (!is_number(member)) return std::nullopt;
        numbers.insert(member.text);
        named = named || member.name == "order" || smartpanel;
    }
    if (!named || numbers.size() != 1) return std::nullopt;
    return *numbers.begin();
}

}  // namespace smg::test
