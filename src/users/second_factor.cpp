#include "users/second_factor.hpp"

#include <fmt/core.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "base/random.hpp"
#include "base/text.hpp"

namespace smg::users {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
constexpr std::size_t key_bytes = 20;  // RFC 4226, 4: 160 bits
constexpr std::size_t recovery_bytes = 10, recovery_group = 4;
constexpr std::uint32_t modulus = 1'000'000;

std::string place_of(std::string_view column, UserId user) { return fmt::format("users|{}|{}", column, user.value); }

std::array<unsigned char, 20> hmac_sha1(std::string_view key, std::string_view data)
{
    std::array<unsigned char, 20> digest{};
    unsigned int size = 0;
    auto made = HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()),
                     reinterpret_cast<const unsigned char*>(data.data()), data.size(), digest.data(), &size);
    if (!made || size != digest.size()) throw std::runtime_error("HMAC-SHA1 failed");
    return digest;
}

// As a person types it: with or without hyphens and spaces, in either case.
std::string bare(std::string_view code)
{
    std::string out;
    for (char c : lowered(code))
        if (c != '-' && c != ' ') out += c;
    return out;
}

std::string recovery_hash(std::string_view code) { return sha256_hex("smgcrm-recovery-v1" + bare(code)); }

std::optional<std::string> key_in(const MasterKey& master, const std::optional<std::string>& sealed, std::string_view column,
                                  UserId user)
{
    if (!sealed) return std::nullopt;
    auto secret = master.open(*sealed, place_of(column, user));
    return secret ? from_base32(secret->reveal()) : std::nullopt;
}

bool take_recovery_code(db::Tx& tx, Time now, UserId user, std::string_view code)
{
    return tx.execute("UPDATE user_recovery_codes SET used_at = ? WHERE user_id = ? AND code_hash = ? AND used_at IS NULL",
                      now, user, recovery_hash(code)) == 1;
}

}  // namespace

std::int64_t totp_step_at(Time now)
{
    return std::chrono::duration_cast<std::chrono::seconds>(now.time_since_epoch()) / totp_period;
}

// RFC 4226, 5.3: the last nibble says where the four bytes begin.
std::string totp_code(std::string_view key, std::int64_t step)
{
    std::string counter(8, '\0');
    for (std::size_t i = 0; i < counter.size(); ++i) counter[7 - i] = static_cast<char>((step >> (8 * i)) & 0xFF);
    auto digest = hmac_sha1(key, counter);
    std::size_t at = digest.back() & 0x0F;
    std::uint32_t number = (digest[at] & 0x7Fu) << 24 | digest[at + 1] * 0x10000u | digest[at + 2] * 0x100u | digest[at + 3];
    return fmt::format("{:06}", number % modulus);
}

std::optional<std::int64_t> totp_step_of(std::string_view key, std::string_view code, Time now, std::int64_t last_step)
{
    auto present = totp_step_at(now);
    std::optional<std::int64_t> found;
    for (auto step : {present - 1, present})
        if (equal_in_constant_time(totp_code(key, step), code) && step > last_step) found = step;
    return found;
}

std::string base32(std::string_view bytes)
{
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (unsigned char byte : bytes) {
        bits = (bits << 8 | byte) & 0xFFFF;
        for (held += 8; held >= 5; held -= 5) out += alphabet[bits >> (held - 5) & 0x1F];
    }
    if (held > 0) out += alphabet[bits << (5 - held) & 0x1F];
    return out;
}

std::optional<std::string> from_base32(std::string_view text)
{
    std::string out;
    std::uint32_t bits = 0;
    int held = 0;
    for (char c : text) {
        auto digit = alphabet.find(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
        if (digit == std::string_view::npos) return std::nullopt;
        bits = (bits << 5 | static_cast<std::uint32_t>(digit)) & 0xFFFF;
        held += 5;
        if (held < 8) continue;
        held -= 8;
        out += static_cast<char>(bits >> held & 0xFF);
    }
    return out;
}

std::string totp_uri(std::string_view issuer, std::string_view account, const Secret& secret)
{
    auto escaped = [](std::string_view text) {
        std::string out;
        for (unsigned char c : text)
            if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') out += static_cast<char>(c);
            else out += fmt::format("%{:02X}", c);
        return out;
    };
    return fmt::format("otpauth://totp/{}:{}?secret={}&issuer={}", escaped(issuer), escaped(account), secret.reveal(),
                       escaped(issuer));
}

Secret prepare_totp(db::Tx& tx, const MasterKey& master, const User& user)
{
    Secret secret(base32(random_bytes(key_bytes)));
    tx.execute("UPDATE users SET totp_pending = ? WHERE id = ?", master.seal(secret, place_of("totp_pending", user.id)),
               user.id);
    return secret;
}

Result<std::vector<std::string>> confirm_totp(db::Tx& tx, const MasterKey& master, Time now, const User& user,
                                              std::string_view code)
{
    auto key = key_in(master, user.totp_pending, "totp_pending", user.id);
    if (!key) return fail(Code::conflict, "There is no secret to confirm: begin again.");
    auto step = totp_step_of(*key, bare(code), now, 0);
    if (!step) return fail_field("code", "The code is not right. Look at the app again, and at the clock of this device.");
    auto sealed = master.seal(Secret(base32(*key)), place_of("totp_secret", user.id));
    tx.execute("UPDATE users SET totp_secret = ?, totp_pending = NULL, totp_step = ? WHERE id = ?", sealed, *step, user.id);
    return renew_recovery_codes(tx, user.id);
}

void remove_totp(db::Tx& tx, UserId user)
{
    tx.execute("UPDATE users SET totp_secret = NULL, totp_pending = NULL WHERE id = ?", user);
    tx.execute("DELETE FROM user_recovery_codes WHERE user_id = ?", user);
}

std::vector<std::string> renew_recovery_codes(db::Tx& tx, UserId user)
{
    tx.execute("DELETE FROM user_recovery_codes WHERE user_id = ?", user);
    std::vector<std::string> codes;
    while (codes.size() < recovery_codes) {
        auto text = lowered(base32(random_bytes(recovery_bytes)));
        for (auto at = text.size() - recovery_group; at > 0; at -= recovery_group) text.insert(at, "-");
        tx.execute("INSERT INTO user_recovery_codes (user_id, code_hash) VALUES (?, ?)", user, recovery_hash(text));
        codes.push_back(std::move(text));
    }
    return codes;
}

bool take_second_factor(db::Tx& tx, const MasterKey& master, Time now, const User& user, std::string_view code)
{
    auto typed = bare(code);
    auto key = key_in(master, user.totp_secret, "totp_secret", user.id);
    auto step = key ? totp_step_of(*key, typed, now, user.totp_step) : std::nullopt;
    if (!step) return take_recovery_code(tx, now, user.id, typed);
    // Two requests with one code: the row lets one through.
    return tx.execute("UPDATE users SET totp_step = ? WHERE id = ? AND totp_step < ?", *step, user.id, *step) == 1;
}

}  // namespace smg::users
