#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "net/http_client.hpp"

namespace smg::test {

/// Makes replies that look like a supplier's and are not: knows where JSON has its tokens, which words and numbers matter,
/// and how bytes get lost. The same seed makes the same replies everywhere.
class Mutator {
public:
    /// `pool`: replies to begin with and to take parts from; `key`: a secret to strew in.
    Mutator(std::uint64_t seed, std::vector<net::HttpReply> pool, std::string key);

    /// One of the pool, changed in one to six ways.
    net::HttpReply next();

    /// Changes a text once, in a way chosen at random; for fuzzers that have a text of their own.
    void mutate(std::string& body);

    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(random_() % bound); }

private:
    std::string_view pick(const std::vector<std::string>& from) { return from[below(from.size())]; }
    std::string any_token();
    void change_token(std::string& body);
    void add_member(std::string& body);
    void change_bytes(std::string& body);
    void wrap(std::string& body);
    void encode_otherwise(std::string& body);
    void splice(std::string& body);

    std::mt19937_64 random_;
    std::vector<net::HttpReply> pool_;
    std::string key_;
};

/// Where tokens of what may be JSON begin and end: strings, numbers, words, single marks. White space is none.
struct Token {
    std::size_t at = 0, size = 0;
};
std::vector<Token> tokens_of(std::string_view text);

}  // namespace smg::test
