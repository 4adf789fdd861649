#include "store/sip_hash.h"

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

namespace eventglass::test {
namespace {

// SipHash-c-d word by word and byte by byte, as the paper's section 2 describes it.
uint64_t NaiveSipHash(HashSeed seed, const std::string& message, int compression_rounds,
                      int final_rounds) {
  uint64_t v[4] = {seed.k0 ^ 0x736f6d6570736575, seed.k1 ^ 0x646f72616e646f6d,
                   seed.k0 ^ 0x6c7967656e657261, seed.k1 ^ 0x7465646279746573};
  const auto rotate = [](uint64_t x, int bits) { return x << bits | x >> (64 - bits); };
  const auto half_round = [&](int a, int b, int c, int d, int s, int t) {
    v[a] += v[b];
    v[c] += v[d];
    v[b] = rotate(v[b], s) ^ v[a];
    v[d] = rotate(v[d], t) ^ v[c];
    v[a] = rotate(v[a], 32);
  };
  const auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
      half_round(0, 1, 2, 3, 13, 16);
      half_round(2, 1, 0, 3, 17, 21);
    }
  };
  std::vector<uint8_t> bytes(message.begin(), message.end());
  while (bytes.size() % 8 != 7) bytes.push_back(0);
  bytes.push_back(static_cast<uint8_t>(message.size()));
  for (size_t at = 0; at < bytes.size(); at += 8) {
    uint64_t word = 0;
    for (size_t i = 0; i < 8; ++i) word |= uint64_t{bytes[at + i]} << (8 * i);
    v[3] ^= word;
    rounds(compression_rounds);
    v[0] ^= word;
  }
  v[2] ^= 0xff;
  rounds(final_rounds);
  return v[0] ^ v[1] ^ v[2] ^ v[3];
}

// Bytes 0, 1, 2, ….
std::string Ascending(size_t size) {
  std::string text;
  for (size_t i = 0; i < size; ++i) text.push_back(static_cast<char>(i));
  return text;
}

// The key of the published vectors: bytes 0 to 15.
constexpr HashSeed kPaperSeed = {0x0706050403020100, 0x0f0e0d0c0b0a0908};

TEST_CASE("the naive hash gives the paper's value of SipHash-2-4") {
  // Aumasson and Bernstein, appendix A: fifteen bytes 0 to 14.
  CHECK(NaiveSipHash(kPaperSeed, Ascending(15), 2, 4) == 0xa129ca6149be45e5);
}

TEST_CASE("SipHash-1-3 agrees with the naive hash at every length") {
  const std::string text = Ascending(600);
  for (size_t size = 0; size <= 600; ++size) {
    const std::string message = text.substr(0, size);
    CHECK(SipHash13(kPaperSeed, message) == NaiveSipHash(kPaperSeed, message, 1, 3));
    CHECK(SipHash13({}, message) == NaiveSipHash({}, message, 1, 3));
  }
}

TEST_CASE("messages at any alignment hash alike") {
  const std::string text = Ascending(64);
  for (size_t offset = 0; offset < 8; ++offset) {
    const std::string shifted = std::string(offset, 'x') + text;
    CHECK(SipHash13(kPaperSeed, std::string_view(shifted).substr(offset)) ==
          SipHash13(kPaperSeed, text));
  }
}

TEST_CASE("zeros at the end, and the seed, change the hash") {
  std::set<uint64_t> hashes;
  for (size_t size = 0; size < 32; ++size)
    hashes.insert(SipHash13(kPaperSeed, std::string(size, '\0')));
  CHECK(hashes.size() == 32);
  CHECK(SipHash13({1, 2}, "evt") != SipHash13({1, 3}, "evt"));
  CHECK(SipHash13({1, 2}, "evt") != SipHash13({2, 2}, "evt"));
}

}  // namespace
}  // namespace eventglass::test
