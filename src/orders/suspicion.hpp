#pragma once

#include <boost/describe/class.hpp>
#include <boost/describe/enum.hpp>

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace smg::orders {

enum class Verdict { hold, pass };
BOOST_DESCRIBE_ENUM(Verdict, hold, pass)

enum class RuleKind { address, domain, pattern };
BOOST_DESCRIBE_ENUM(RuleKind, address, domain, pattern)

/// A row of `email_rules`: an address (in any of its spellings), a domain with all below it, or a pattern for the whole
/// address in which `*` stands for anything.
struct EmailRule {
    Verdict verdict = Verdict::hold;
    RuleKind kind = RuleKind::address;
    std::string value;
};

/// How many other orders the window of `suspicious.velocity_window_s` holds.
struct Velocity {
    int by_email = 0;
    int by_link = 0;
};

/// The settings `suspicious.*`, which see. A weight of 0 switches its signal off.
struct SuspicionWeights {
    int threshold = 100;
    int disposable = 100;
    int blacklist = 100;
    int invalid = 100;
    int typo = 40;
    int role = 20;
    int gibberish = 30;
    int velocity_email = 30;
    int velocity_link = 30;
    int velocity_email_count = 10;
    int velocity_link_count = 10;
    bool velocity_alone_holds = false;
};

enum class Signal { invalid, disposable, blacklist, typo, role, gibberish, velocity_email, velocity_link };
BOOST_DESCRIBE_ENUM(Signal, invalid, disposable, blacklist, typo, role, gibberish, velocity_email, velocity_link)

struct Reason {
    Signal signal = Signal::invalid;
    int weight = 0;
    std::string detail;  // the domain, the rule, the domain that was meant, the count: what the sentence is about
};
BOOST_DESCRIBE_STRUCT(Reason, (), (signal, weight, detail))

struct Suspicion {
    int score = 0;
    bool held = false;  // the order waits for a person
    std::vector<Reason> reasons;
};

/// Domains that give an address to anyone for minutes. Made once of a text with one domain in lower case per line; read from
/// any thread.
class DisposableDomains {
public:
    explicit DisposableDomains(std::string_view lines);

    /// The listed domain: this one or a parent of it. Never for a relay that forwards to its owner's real mailbox, whatever
    /// the list says.
    std::optional<std::string> find(std::string_view domain) const;
    std::size_t size() const { return domains_.size(); }

private:
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
    };
    std::unordered_set<std::string, Hash, std::equal_to<>> domains_;
};

/// Domains like `privaterelay.appleid.com`: nobody sees through them, but a real person is behind.
bool is_relay_domain(std::string_view domain);

/// The well-known domain that was probably meant: `gmial.com` gives `gmail.com`. Nothing for a domain that is itself known.
std::optional<std::string> meant_domain(std::string_view domain);

/// Whether a name looks as if a machine made it up; careful with transliterated names such as `khrystyna.shcherbak`.
bool looks_random(std::string_view local);

/// `*` stands for any run of characters, all else for itself. Time grows with the product of the lengths at worst.
bool glob_matches(std::string_view pattern, std::string_view text);

/// The score of an order's e-mail. A rule that lets pass beats everything; velocity without any other signal holds only when
/// the settings say so.
Suspicion suspicion_of(std::string_view email, const std::vector<EmailRule>& rules, const Velocity& velocity,
                       const SuspicionWeights& weights, const DisposableDomains& disposable);

}  // namespace smg::orders
