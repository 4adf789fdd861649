#include "store/text_heap.h"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "unit/support/random.h"

namespace eventglass::test {
namespace {

using Text = std::optional<std::string>;

TextField Value(std::string_view value) { return {TextField::Kind::kValue, value}; }
constexpr TextField kAbsent = {TextField::Kind::kAbsent, {}};
constexpr TextField kKeep = {TextField::Kind::kKeep, {}};

void Write(TextHeap* heap, uint32_t slot, std::vector<TextField> fields) {
  heap->Write(slot, fields);
}

TEST_CASE("a record holds values, empty strings and absent fields") {
  TextHeap heap(4);
  Write(&heap, 3, {Value("id"), kAbsent, Value(""), Value("a text")});
  CHECK(heap.Get(3, 0) == "id");
  CHECK(heap.Get(3, 1) == std::nullopt);
  CHECK(heap.Get(3, 2) == "");
  CHECK(heap.Get(3, 3) == "a text");
}

TEST_CASE("writing again keeps what it is told to keep") {
  TextHeap heap(3);
  Write(&heap, 0, {Value("id"), Value("one"), kAbsent});
  Write(&heap, 0, {kKeep, Value("another one"), kKeep});
  CHECK(heap.Get(0, 0) == "id");
  CHECK(heap.Get(0, 1) == "another one");
  CHECK(heap.Get(0, 2) == std::nullopt);
  Write(&heap, 0, {kKeep, kAbsent, Value("two")});
  CHECK(heap.Get(0, 0) == "id");
  CHECK(heap.Get(0, 1) == std::nullopt);
  CHECK(heap.Get(0, 2) == "two");
}

TEST_CASE("texts of every length around those at which the length takes a byte more") {
  TextHeap heap(3);
  for (const uint32_t size : {0U, 1U, 15U, 16U, 17U, 126U, 127U, 128U, 16'382U, 16'383U, 16'384U,
                              2'097'150U, 2'097'151U, 2'097'152U}) {
    CAPTURE(size);
    const std::string text(size, 'x');
    Write(&heap, 0, {Value("id"), Value(text), Value("after")});
    CHECK((heap.Get(0, 1) == text));
    CHECK(heap.Get(0, 2) == "after");
  }
}

TEST_CASE("an erased slot can be written again") {
  TextHeap heap(1);
  Write(&heap, 0, {Value("a")});
  const uint64_t live_bytes = heap.live_bytes();
  heap.Erase(0);
  CHECK(heap.live_bytes() == 0);
  Write(&heap, 0, {Value("b")});
  CHECK(heap.live_bytes() == live_bytes);
  CHECK(heap.Get(0, 0) == "b");
}

TEST_CASE("records of up to a block, and larger ones, are held") {
  TextHeap heap(1);
  // A record of such a text has 4 bytes for its slot and 3 for its length.
  for (const uint32_t size : {TextHeap::kBlockBytes - 8, TextHeap::kBlockBytes - 7,
                              TextHeap::kBlockBytes - 6, TextHeap::kBlockBytes + 1, 10U << 20}) {
    CAPTURE(size);
    const std::string text(size, 'x');
    Write(&heap, 0, {Value("small")});
    Write(&heap, 1, {Value(text)});
    Write(&heap, 2, {Value("after")});
    CHECK((heap.Get(1, 0) == text));
    CHECK(heap.Get(0, 0) == "small");
    CHECK(heap.Get(2, 0) == "after");
    heap.Erase(1);
  }
}

TEST_CASE("the bytes of a large record are given back with it") {
  TextHeap heap(1);
  const std::string text(10 << 20, 'x');
  for (int round = 0; round < 20; ++round) {
    Write(&heap, 0, {Value(text)});
    CHECK(heap.allocated_bytes() < (21U << 20));
  }
  heap.Erase(0);
  CHECK(heap.allocated_bytes() <= TextHeap::kBlockBytes);
}

TEST_CASE("a large text moves with the record that keeps it") {
  TextHeap heap(2);
  const std::string text(1 << 20, 'y');
  Write(&heap, 0, {Value("id"), Value(text)});
  for (int i = 0; i < 10; ++i) Write(&heap, 0, {Value("id" + std::to_string(i)), kKeep});
  CHECK(heap.Get(0, 0) == "id9");
  CHECK((heap.Get(0, 1) == text));
  CHECK(heap.allocated_bytes() < (3U << 20));
}

TEST_CASE("blocks that are empty are given back, but for a few") {
  TextHeap heap(1);
  constexpr uint32_t kRows = 50'000;
  const std::string text(1'000, 'x');
  for (uint32_t slot = 0; slot < kRows; ++slot) Write(&heap, slot, {Value(text)});
  CHECK(heap.allocated_bytes() > uint64_t{kRows} * 1'000);
  for (uint32_t slot = 0; slot < kRows; ++slot) heap.Erase(slot);
  CHECK(heap.live_bytes() == 0);
  CHECK(heap.allocated_bytes() <= (5U << 20));
}

// A heap beside a map of what it holds. Writes random records, with kept fields, and compares.
class HeapAndModel {
 public:
  HeapAndModel(uint64_t seed, uint32_t field_count)
      : random_(seed), fields_(field_count), heap_(field_count) {}

  void Step(uint32_t slots, uint32_t write_percent, size_t max_text_bytes) {
    const auto slot = static_cast<uint32_t>(random_.Below(slots));
    const auto known = model_.find(slot);
    if (known != model_.end() && random_.Below(100) >= write_percent) {
      heap_.Erase(slot);
      model_.erase(known);
      return;
    }
    std::vector<Text> texts(fields_);
    std::vector<TextField> fields(fields_);
    for (uint32_t i = 0; i < fields_; ++i) {
      const uint64_t kind = random_.Below(known == model_.end() ? 2 : 3);
      if (kind == 0) texts[i] = RandomText(max_text_bytes);
      if (kind == 0) fields[i] = Value(*texts[i]);
      if (kind == 2) texts[i] = known->second[i];
      if (kind == 2) fields[i] = kKeep;
    }
    heap_.Write(slot, fields);
    model_[slot] = std::move(texts);
  }

  // A sliding window of whole records.
  void Slide(uint32_t slots, size_t text_bytes) {
    const uint32_t slot = next_++ % slots;
    if (model_.contains(slot)) heap_.Erase(slot);
    std::vector<Text> texts(fields_);
    std::vector<TextField> fields(fields_);
    for (uint32_t i = 0; i < fields_; ++i) {
      texts[i] = RandomText(text_bytes);
      fields[i] = Value(*texts[i]);
    }
    heap_.Write(slot, fields);
    model_[slot] = std::move(texts);
  }

  void Compare() const {
    bool equal = true;
    for (const auto& [slot, texts] : model_) {
      for (uint32_t i = 0; i < fields_; ++i) {
        const std::optional<std::string_view> text = heap_.Get(slot, i);
        equal &= text.has_value() == texts[i].has_value() && (!text || *text == *texts[i]);
      }
    }
    CHECK(equal);
  }

  // What the rows' records take, counted anew.
  uint64_t LiveBytes() const {
    uint64_t bytes = 0;
    for (const auto& [slot, texts] : model_) {
      bytes += 4;
      for (const Text& text : texts) {
        const size_t length = text ? text->size() + 1 : 0;
        bytes += length < 128 ? 1 : length < 16'384 ? 2 : length < 2'097'152 ? 3 : 4;
        bytes += text ? text->size() : 0;
      }
    }
    return bytes;
  }

  const TextHeap& heap() const { return heap_; }

 private:
  std::string RandomText(size_t max_bytes) { return random_.Letters(random_.Below(max_bytes + 1)); }

  Random random_;
  const uint32_t fields_;
  TextHeap heap_;
  uint32_t next_ = 0;
  std::map<uint32_t, std::vector<Text>> model_;
};

TEST_CASE("random records keep to what a map says, while blocks are emptied") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  HeapAndModel both(seed, 3);
  for (int step = 0; step < 60'000; ++step) {
    // Now and then a text that is larger than a block, or fills a good part of it.
    const size_t max_text_bytes = step % 997 == 0   ? TextHeap::kBlockBytes + 1'000
                                  : step % 101 == 0 ? 40'000
                                                    : 120;
    both.Step(2'000, step / 10'000 % 2 == 0 ? 90 : 50, max_text_bytes);
    if (step % 5'000 == 0) both.Compare();
  }
  both.Compare();
  CHECK(both.heap().live_bytes() == both.LiveBytes());
}

// A fifth of the heap may be dead before blocks are emptied, and what is emptied at once is
// bounded; besides, the block that is being filled and the empty ones.
constexpr double kMaxOverhead = 1.5;
constexpr uint64_t kMaxSpareBytes = 18 * uint64_t{TextHeap::kBlockBytes};

TEST_CASE("memory stays in proportion to what is live, under random churn") {
  const uint64_t seed = TestSeed();
  INFO("EVENTGLASS_TEST_SEED=", seed);
  HeapAndModel both(seed, 2);
  for (int step = 0; step < 200'000; ++step) {
    both.Step(20'000, 90, 400);
    if (step % 1'000 != 0) continue;
    const auto live = static_cast<double>(both.heap().live_bytes());
    CHECK(static_cast<double>(both.heap().allocated_bytes()) <=
          live * kMaxOverhead + double{kMaxSpareBytes});
  }
  both.Compare();
}

TEST_CASE("memory stays in proportion to what is live, in a sliding window") {
  HeapAndModel both(TestSeed(), 2);
  uint64_t most = 0;
  for (int step = 0; step < 100'000; ++step) {
    both.Slide(20'000, 200);
    most = std::max(most, both.heap().allocated_bytes());
  }
  both.Compare();
  CHECK(static_cast<double>(most) <=
        static_cast<double>(both.heap().live_bytes()) * 1.1 + 4.0 * TextHeap::kBlockBytes);
}

TEST_CASE("a heap with a few rows left of many gives most of its memory back") {
  TextHeap heap(1);
  const std::string text(500, 'x');
  for (uint32_t slot = 0; slot < 40'000; ++slot) Write(&heap, slot, {Value(text)});
  // Every twentieth row stays, so that no block is empty by itself.
  for (uint32_t slot = 0; slot < 40'000; ++slot) {
    if (slot % 20 != 0) heap.Erase(slot);
  }
  // Blocks are emptied while others are filled.
  for (int i = 0; i < 20'000; ++i) Write(&heap, 0, {Value(text)});
  CHECK(static_cast<double>(heap.allocated_bytes()) <=
        static_cast<double>(heap.live_bytes()) * kMaxOverhead + double{kMaxSpareBytes});
  bool equal = true;
  for (uint32_t slot = 0; slot < 40'000; slot += 20) equal &= heap.Get(slot, 0) == text;
  CHECK(equal);
}

}  // namespace
}  // namespace eventglass::test
