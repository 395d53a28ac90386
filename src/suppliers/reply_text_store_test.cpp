#include "suppliers/reply_text_store.hpp"

#include "base/text.hpp"
#include "suppliers/testing.hpp"

namespace smg::suppliers {
namespace {

class ReplyTexts : public Suppliers {
protected:
    void classify(std::string_view text, Reason reason)
    {
        write([&](db::Tx& tx) -> Result<void> {
            classify_text(tx, clock.now(), text, reason, "Olena");
            return {};
        });
    }

    std::optional<Reason> meaning(std::string_view text)
    {
        return read([](db::Tx& tx) { return classified_texts(tx); })(text);
    }
};
INSTANTIATE_TEST_SUITE_P(databases, ReplyTexts, db::both_databases(), db::dialect_name);

TEST_P(ReplyTexts, with_one_long_beginning_are_two_texts)
{
    for (const std::string letter : {"x", "ї", "😀"}) {
        std::string beginning;
        for (int i = 0; i < 200; ++i) beginning += letter;
        classify(beginning + " no funds", Reason::no_funds);
        EXPECT_EQ(meaning(beginning + " NO FUNDS "), Reason::no_funds);
        EXPECT_FALSE(meaning(beginning + " order made"));
        EXPECT_FALSE(meaning(beginning));
        classify(beginning + " order made", Reason::other);
        EXPECT_EQ(meaning(beginning + " no funds"), Reason::no_funds);
    }
}

TEST_P(ReplyTexts, that_look_alike_to_the_database_stay_apart)
{
    classify("Cafe", Reason::bad_link);
    classify("Café", Reason::bad_quantity);
    classify("ДУБЛЬ", Reason::duplicate_link);
    EXPECT_EQ(meaning("cafe"), Reason::bad_link);
    EXPECT_EQ(meaning("café"), Reason::bad_quantity);
    EXPECT_FALSE(meaning("дубль"));  // letters beyond ASCII are compared as they are
}

TEST(TextKey, fits_its_column_and_begins_as_the_text)
{
    std::string faces;
    for (int i = 0; i < 1000; ++i) faces += "😀";
    auto key = text_key(faces);
    EXPECT_EQ(code_points(key), 137u);
    EXPECT_TRUE(valid_utf8(key));
    EXPECT_TRUE(faces.starts_with(key.substr(0, 480)));
    EXPECT_TRUE(text_key(" Bad Day ").starts_with("bad day#"));
    EXPECT_EQ(text_key("").size(), 17u);
}

}  // namespace
}  // namespace smg::suppliers
