#include "order/time_order.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace eventglass {

// The entries of a node, in order: rows in a leaf, children in an inner node. Each entry knows the
// first key below it.
struct TimeOrder::Node {
  explicit Node(bool leaf) : is_leaf(leaf) {}
  virtual ~Node() = default;

  const bool is_leaf;
  uint32_t count = 0;  // entries
};

namespace {

// Moves the elements of [from, count) of `array` by one, to make room at `from`.
template <typename T>
void OpenGap(T* array, uint32_t from, uint32_t count) {
  std::move_backward(array + from, array + count, array + count + 1);
}

template <typename T>
void CloseGap(T* array, uint32_t at, uint32_t count) {
  std::move(array + at + 1, array + count, array + at);
}

// Moves the elements of [from, count) of `source` to the end of `target`, which has target_count.
template <typename T>
void MoveTail(T* source, uint32_t from, uint32_t count, T* target, uint32_t target_count) {
  std::move(source + from, source + count, target + target_count);
}

// Where a full node is split for a new entry at `position`: at its end the new entry stands alone.
uint32_t SplitPoint(uint32_t position, uint32_t count) {
  return position == count ? count : count / 2;
}

}  // namespace

struct TimeOrder::Leaf : Node {
  static constexpr uint32_t kCapacity = 256;  // 3 KiB: an insert moves 1.5 KiB on average

  Leaf() : Node(true) {}

  int64_t timestamps[kCapacity];
  Slot slots[kCapacity];

  // Entries before `key`.
  uint32_t Position(const EventStore& store, const EventKey& key) const {
    auto begin = static_cast<uint32_t>(
        std::lower_bound(timestamps, timestamps + count, key.timestamp) - timestamps);
    auto end = static_cast<uint32_t>(
        std::upper_bound(timestamps + begin, timestamps + count, key.timestamp) - timestamps);
    while (begin < end) {
      const uint32_t middle = begin + (end - begin) / 2;
      if (store.Id(slots[middle]) < key.id) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin;
  }

  void InsertAt(uint32_t position, int64_t timestamp, Slot slot) {
    OpenGap(timestamps, position, count);
    OpenGap(slots, position, count);
    timestamps[position] = timestamp;
    slots[position] = slot;
    ++count;
  }

  void EraseAt(uint32_t position) {
    CloseGap(timestamps, position, count);
    CloseGap(slots, position, count);
    --count;
  }

  void MoveTailTo(uint32_t from, Leaf* target) {
    MoveTail(timestamps, from, count, target->timestamps, target->count);
    MoveTail(slots, from, count, target->slots, target->count);
    target->count += count - from;
    count = from;
  }
};

struct TimeOrder::Inner : Node {
  static constexpr uint32_t kCapacity = 64;  // 1.5 KiB

  Inner() : Node(false) {}

  int64_t timestamps[kCapacity];  // of the first row below each child
  Slot slots[kCapacity];          // the first row below each child
  uint32_t sizes[kCapacity];      // rows below each child
  std::unique_ptr<Node> children[kCapacity];

  static uint32_t RowsBelow(const Node& node) {
    if (node.is_leaf) return node.count;
    const auto& inner = static_cast<const Inner&>(node);
    uint32_t rows = 0;
    for (uint32_t i = 0; i < inner.count; ++i) rows += inner.sizes[i];
    return rows;
  }

  // The child below which a row with `key` belongs: the last whose first key is not after it.
  uint32_t ChildFor(const EventStore& store, const EventKey& key) const {
    uint32_t begin = 1;
    uint32_t end = count;
    while (begin < end) {
      const uint32_t middle = begin + (end - begin) / 2;
      const bool before =
          timestamps[middle] < key.timestamp ||
          (timestamps[middle] == key.timestamp && store.Id(slots[middle]) <= key.id);
      if (before) {
        begin = middle + 1;
      } else {
        end = middle;
      }
    }
    return begin - 1;
  }

  // The child to add a row with `key` to. At the end of a full leaf that is the one after it if
  // that is less than half full, where the row goes to the front: otherwise rows that arrive in
  // descending order would leave a leaf for each.
  uint32_t ChildForInsert(const EventStore& store, const EventKey& key) const {
    const uint32_t child = ChildFor(store, key);
    if (!children[child]->is_leaf || child + 1 == count) return child;
    const auto& leaf = static_cast<const Leaf&>(*children[child]);
    const bool next_has_room = children[child + 1]->count < Leaf::kCapacity / 2;
    if (leaf.count < Leaf::kCapacity || !next_has_room) return child;
    return leaf.Position(store, key) == leaf.count ? child + 1 : child;
  }

  // Brings what is known about a child up to date, but for its size.
  void RefreshFirst(uint32_t i) {
    const Node& child = *children[i];
    if (child.is_leaf) {
      timestamps[i] = static_cast<const Leaf&>(child).timestamps[0];
      slots[i] = static_cast<const Leaf&>(child).slots[0];
    } else {
      timestamps[i] = static_cast<const Inner&>(child).timestamps[0];
      slots[i] = static_cast<const Inner&>(child).slots[0];
    }
  }

  void Refresh(uint32_t i) {
    RefreshFirst(i);
    sizes[i] = RowsBelow(*children[i]);
  }

  void InsertAt(uint32_t position, std::unique_ptr<Node> child) {
    OpenGap(timestamps, position, count);
    OpenGap(slots, position, count);
    OpenGap(sizes, position, count);
    OpenGap(children, position, count);
    children[position] = std::move(child);
    ++count;
    Refresh(position);
  }

  void EraseAt(uint32_t position) {
    CloseGap(timestamps, position, count);
    CloseGap(slots, position, count);
    CloseGap(sizes, position, count);
    CloseGap(children, position, count);
    --count;
    children[count].reset();
  }

  void MoveTailTo(uint32_t from, Inner* target) {
    MoveTail(timestamps, from, count, target->timestamps, target->count);
    MoveTail(slots, from, count, target->slots, target->count);
    MoveTail(sizes, from, count, target->sizes, target->count);
    MoveTail(children, from, count, target->children, target->count);
    target->count += count - from;
    count = from;
  }

  // Joins child i with the one after it where that leaves a well-filled node.
  template <typename Child>
  bool JoinIfSparse(uint32_t i) {
    if (i + 1 >= count) return false;
    auto& left = static_cast<Child&>(*children[i]);
    auto& right = static_cast<Child&>(*children[i + 1]);
    const bool sparse = std::min(left.count, right.count) < Child::kCapacity / 4;
    if (!sparse || left.count + right.count > Child::kCapacity * 3 / 4) return false;
    right.MoveTailTo(0, &left);
    sizes[i] += sizes[i + 1];
    EraseAt(i + 1);
    return true;
  }

  void Rebalance(uint32_t i) {
    if (children[i]->count == 0) {
      EraseAt(i);
      return;
    }
    RefreshFirst(i);
    const auto join = [this](uint32_t at) {
      return children[at]->is_leaf ? JoinIfSparse<Leaf>(at) : JoinIfSparse<Inner>(at);
    };
    if (!join(i) && i > 0) join(i - 1);
  }
};

namespace {

// Splits `node` for a new entry at `*position`, which becomes its position in the node that it goes
// to. Returns the right half.
template <typename Node>
std::unique_ptr<Node> Split(Node* node, uint32_t* position, Node** target) {
  const uint32_t at = SplitPoint(*position, node->count);
  auto right = std::make_unique<Node>();
  node->MoveTailTo(at, right.get());
  *target = *position < at ? node : right.get();
  if (*position >= at) *position -= at;
  return right;
}

// Adds a row below `node`. Returns the new node to its right if it was split.
template <typename Node, typename Leaf, typename Inner>
std::unique_ptr<Node> InsertBelow(const EventStore& store, Node* node, const EventKey& key,
                                  Slot slot) {
  if (node->is_leaf) {
    auto* leaf = static_cast<Leaf*>(node);
    uint32_t position = leaf->Position(store, key);
    std::unique_ptr<Leaf> right;
    if (leaf->count == Leaf::kCapacity) right = Split(leaf, &position, &leaf);
    leaf->InsertAt(position, key.timestamp, slot);
    return right;
  }
  auto* inner = static_cast<Inner*>(node);
  const uint32_t child = inner->ChildForInsert(store, key);
  std::unique_ptr<Node> added =
      InsertBelow<Node, Leaf, Inner>(store, inner->children[child].get(), key, slot);
  if (!added) {
    inner->RefreshFirst(child);
    ++inner->sizes[child];
    return nullptr;
  }
  inner->Refresh(child);
  uint32_t position = child + 1;
  std::unique_ptr<Inner> right;
  if (inner->count == Inner::kCapacity) right = Split(inner, &position, &inner);
  inner->InsertAt(position, std::move(added));
  return right;
}

template <typename Node, typename Leaf, typename Inner>
void EraseBelow(const EventStore& store, Node* node, const EventKey& key) {
  if (node->is_leaf) {
    auto* leaf = static_cast<Leaf*>(node);
    leaf->EraseAt(leaf->Position(store, key));
    return;
  }
  auto* inner = static_cast<Inner*>(node);
  const uint32_t child = inner->ChildFor(store, key);
  EraseBelow<Node, Leaf, Inner>(store, inner->children[child].get(), key);
  --inner->sizes[child];
  inner->Rebalance(child);
}

template <typename Node, typename Leaf, typename Inner>
void CopyBelow(const Node* node, uint32_t begin, uint32_t end, std::vector<Slot>* slots) {
  if (node->is_leaf) {
    const auto* leaf = static_cast<const Leaf*>(node);
    slots->insert(slots->end(), leaf->slots + begin, leaf->slots + end);
    return;
  }
  const auto* inner = static_cast<const Inner*>(node);
  for (uint32_t i = 0; i < inner->count && end > 0; ++i) {
    const uint32_t size = inner->sizes[i];
    if (begin < size) {
      CopyBelow<Node, Leaf, Inner>(inner->children[i].get(), begin, std::min(end, size), slots);
    }
    begin -= std::min(begin, size);
    end -= std::min(end, size);
  }
}

}  // namespace

TimeOrder::TimeOrder(const EventStore& store) : store_(store), root_(std::make_unique<Leaf>()) {}
TimeOrder::~TimeOrder() = default;

uint32_t TimeOrder::size() const { return Inner::RowsBelow(*root_); }

void TimeOrder::Insert(Slot slot) {
  std::unique_ptr<Node> right =
      InsertBelow<Node, Leaf, Inner>(store_, root_.get(), store_.Key(slot), slot);
  if (!right) return;
  auto root = std::make_unique<Inner>();
  root->InsertAt(0, std::move(root_));
  root->InsertAt(1, std::move(right));
  root_ = std::move(root);
}

void TimeOrder::Erase(Slot slot) {
  EraseBelow<Node, Leaf, Inner>(store_, root_.get(), store_.Key(slot));
  while (!root_->is_leaf && root_->count == 1) {
    std::unique_ptr<Node> child = std::move(static_cast<Inner&>(*root_).children[0]);
    root_ = std::move(child);
  }
  if (!root_->is_leaf && root_->count == 0) root_ = std::make_unique<Leaf>();
}

void TimeOrder::Clear() { root_ = std::make_unique<Leaf>(); }

uint32_t TimeOrder::Rank(const EventKey& key) const {
  uint32_t rank = 0;
  const Node* node = root_.get();
  while (!node->is_leaf) {
    const auto* inner = static_cast<const Inner*>(node);
    const uint32_t child = inner->ChildFor(store_, key);
    for (uint32_t i = 0; i < child; ++i) rank += inner->sizes[i];
    node = inner->children[child].get();
  }
  return rank + static_cast<const Leaf*>(node)->Position(store_, key);
}

Slot TimeOrder::Select(uint32_t index) const {
  assert(index < size());
  const Node* node = root_.get();
  while (!node->is_leaf) {
    const auto* inner = static_cast<const Inner*>(node);
    uint32_t child = 0;
    while (index >= inner->sizes[child]) index -= inner->sizes[child++];
    node = inner->children[child].get();
  }
  return static_cast<const Leaf*>(node)->slots[index];
}

void TimeOrder::CopyRange(uint32_t begin, uint32_t end, std::vector<Slot>* slots) const {
  assert(begin <= end && end <= size());
  CopyBelow<Node, Leaf, Inner>(root_.get(), begin, end, slots);
}

uint32_t TimeOrder::LeafCount() const {
  struct Count {
    static uint32_t Leaves(const Node& node) {
      if (node.is_leaf) return 1;
      const auto& inner = static_cast<const Inner&>(node);
      uint32_t leaves = 0;
      for (uint32_t i = 0; i < inner.count; ++i) leaves += Leaves(*inner.children[i]);
      return leaves;
    }
  };
  return Count::Leaves(*root_);
}

bool TimeOrder::IsConsistent() const {
  // Every inner node knows its children's sizes and first rows; leaves stand at one depth.
  struct Check {
    // Depth of the leaves below `node`, or 0 where something is wrong.
    static uint32_t Depth(const Node& node) {
      if (node.is_leaf) return 1;
      auto& inner = const_cast<Inner&>(static_cast<const Inner&>(node));
      uint32_t depth = 0;
      for (uint32_t i = 0; i < inner.count; ++i) {
        const Node& child = *inner.children[i];
        const uint32_t below = Depth(child);
        if (below == 0 || child.count == 0 || (depth != 0 && depth != below)) return 0;
        depth = below;
        const Slot first = inner.slots[i];
        const int64_t timestamp = inner.timestamps[i];
        const uint32_t size = inner.sizes[i];
        inner.Refresh(i);
        if (first != inner.slots[i] || timestamp != inner.timestamps[i] || size != inner.sizes[i]) {
          return 0;
        }
      }
      return depth + 1;
    }
  };
  if (Check::Depth(*root_) == 0) return false;

  std::vector<Slot> slots;
  CopyRange(0, size(), &slots);
  for (size_t i = 1; i < slots.size(); ++i) {
    if (!(store_.Key(slots[i - 1]) < store_.Key(slots[i]))) return false;
  }
  return true;
}

}  // namespace eventglass
