#include "order/rank_tree.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace eventglass {

// The entries of a node, in order: rows in a leaf, children in an inner node.
struct RankTree::Node {
  explicit Node(bool leaf) : is_leaf(leaf) {}

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

}  // namespace

struct RankTree::Leaf : Node {
  static constexpr uint32_t kCapacity = kLeafCapacity;

  Leaf() : Node(true) {}

  Slot slots[kCapacity];

  void InsertAt(uint32_t position, Slot slot) {
    OpenGap(slots, position, count);
    slots[position] = slot;
    ++count;
  }

  void EraseAt(uint32_t position) {
    CloseGap(slots, position, count);
    --count;
  }

  void MoveTailTo(uint32_t from, Leaf* target) {
    MoveTail(slots, from, count, target->slots, target->count);
    target->count += count - from;
    count = from;
  }

  void MoveTailToFront(uint32_t from, Leaf* target) {
    const uint32_t moved = count - from;
    std::move_backward(target->slots, target->slots + target->count,
                       target->slots + target->count + moved);
    std::copy(slots + from, slots + count, target->slots);
    target->count += moved;
    count = from;
  }
};

struct RankTree::Inner : Node {
  static constexpr uint32_t kCapacity = 64;  // 1.25 KiB

  Inner() : Node(false) {}

  uint64_t prefixes[kCapacity];  // of the first row below each child
  Slot firsts[kCapacity];        // the first row below each child
  uint32_t sizes[kCapacity];     // rows below each child
  NodePtr children[kCapacity];

  static uint32_t RowsBelow(const Node& node) {
    return node.is_leaf ? node.count : static_cast<const Inner&>(node).RowsBefore(node.count);
  }

  // Rows below the children before `child`.
  uint32_t RowsBefore(uint32_t child) const {
    uint32_t rows = 0;
    for (uint32_t i = 0; i < child; ++i) rows += sizes[i];
    return rows;
  }

  // Adds a child, of which only the size is known then.
  void InsertAt(uint32_t position, NodePtr child) {
    OpenGap(prefixes, position, count);
    OpenGap(firsts, position, count);
    OpenGap(sizes, position, count);
    OpenGap(children, position, count);
    sizes[position] = RowsBelow(*child);
    children[position] = std::move(child);
    ++count;
  }

  void EraseAt(uint32_t position) {
    CloseGap(prefixes, position, count);
    CloseGap(firsts, position, count);
    CloseGap(sizes, position, count);
    CloseGap(children, position, count);
    --count;
    children[count].reset();
  }

  void MoveTailTo(uint32_t from, Inner* target) {
    MoveTail(prefixes, from, count, target->prefixes, target->count);
    MoveTail(firsts, from, count, target->firsts, target->count);
    MoveTail(sizes, from, count, target->sizes, target->count);
    MoveTail(children, from, count, target->children, target->count);
    target->count += count - from;
    count = from;
  }

  // Joins child i with the one after it where that leaves a well-filled node.
  template <typename Child>
  bool JoinIfSparse(uint32_t i) {
    auto& left = static_cast<Child&>(*children[i]);
    auto& right = static_cast<Child&>(*children[i + 1]);
    const bool sparse = std::min(left.count, right.count) < Child::kCapacity / 4;
    if (!sparse || left.count + right.count > Child::kCapacity * 3 / 4) return false;
    right.MoveTailTo(0, &left);
    sizes[i] += sizes[i + 1];
    EraseAt(i + 1);
    return true;
  }

  bool JoinWithNext(uint32_t i) {
    if (i + 1 >= count) return false;
    return children[i]->is_leaf ? JoinIfSparse<Leaf>(i) : JoinIfSparse<Inner>(i);
  }
};

struct RankTree::Path {
  struct Step {
    Inner* inner;
    uint32_t child;
  };
  // A node that is not the last of its level is about a quarter full: 2^32 rows are 8 levels.
  static constexpr uint32_t kMaxDepth = 16;

  Step steps[kMaxDepth];
  uint32_t depth = 0;

  void Push(Inner* inner, uint32_t child) {
    assert(depth < kMaxDepth);
    steps[depth++] = {inner, child};
  }
};

void RankTree::DeleteNode::operator()(Node* node) const {
  if (node->is_leaf) {
    delete static_cast<Leaf*>(node);
  } else {
    delete static_cast<Inner*>(node);
  }
}

RankTree::RankTree(const RowOrder& order)
    : order_(order), root_(new Leaf()), finger_(std::make_unique<Path>()) {}
RankTree::~RankTree() = default;

// --- Searching

// The last child whose first row comes before the place; the first child if there is none.
template <typename IsBefore>
uint32_t RankTree::ChildFor(const Inner& inner, uint64_t prefix, IsBefore is_before) const {
  const uint64_t* const end = inner.prefixes + inner.count;
  const uint64_t* const at = std::lower_bound(inner.prefixes + 1, end, prefix);
  auto low = static_cast<uint32_t>(at - inner.prefixes);
  if (at == end || *at != prefix) return low - 1;
  auto high = static_cast<uint32_t>(std::upper_bound(at, end, prefix) - inner.prefixes);
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (is_before(inner.firsts[middle])) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low - 1;
}

// Rows of the leaf before the place.
template <typename IsBefore>
uint32_t RankTree::Position(const Leaf& leaf, uint64_t prefix, IsBefore is_before) const {
  uint32_t low = 0;
  uint32_t high = leaf.count;
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    const Slot slot = leaf.slots[middle];
    const uint64_t other = order_.Prefix(slot);
    if (other < prefix || (other == prefix && is_before(slot))) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

template <typename IsBefore>
RankTree::Leaf* RankTree::Descend(uint64_t prefix, IsBefore is_before, Path* path) const {
  path->depth = 0;
  Node* node = root_.get();
  while (!node->is_leaf) {
    auto* const inner = static_cast<Inner*>(node);
    const uint32_t child = ChildFor(*inner, prefix, is_before);
    path->Push(inner, child);
    node = inner->children[child].get();
  }
  return static_cast<Leaf*>(node);
}

template <typename IsBefore>
uint32_t RankTree::Rank(uint64_t prefix, IsBefore is_before) const {
  uint32_t rank = 0;
  const Node* node = root_.get();
  while (!node->is_leaf) {
    const auto* const inner = static_cast<const Inner*>(node);
    const uint32_t child = ChildFor(*inner, prefix, is_before);
    rank += inner->RowsBefore(child);
    node = inner->children[child].get();
  }
  return rank + Position(*static_cast<const Leaf*>(node), prefix, is_before);
}

uint32_t RankTree::RankOf(Slot slot) const {
  return Rank(order_.Prefix(slot),
              [&](Slot other) { return order_.IsBeforeAtEqualPrefix(other, slot); });
}

uint32_t RankTree::RankOfKey(const EventKey& key) const {
  assert(order_.is_by_time());
  return Rank(RowOrder::TimePrefix(key.timestamp),
              [&](Slot other) { return order_.IsBeforeId(other, key.id); });
}

uint32_t RankTree::RankOfPrefix(uint64_t prefix) const {
  return Rank(prefix, [](Slot) { return false; });
}

// The leaf with the row at `*index`, which becomes the row's position in it.
RankTree::Leaf* RankTree::LeafAt(uint32_t* index, Path* path) const {
  path->depth = 0;
  Node* node = root_.get();
  while (!node->is_leaf) {
    auto* const inner = static_cast<Inner*>(node);
    uint32_t child = 0;
    while (*index >= inner->sizes[child]) *index -= inner->sizes[child++];
    path->Push(inner, child);
    node = inner->children[child].get();
  }
  return static_cast<Leaf*>(node);
}

Slot RankTree::Select(uint32_t index) const {
  assert(index < size());
  Path path;
  const Leaf* const leaf = LeafAt(&index, &path);
  return leaf->slots[index];
}

void RankTree::CopyRange(uint32_t begin, uint32_t end, std::vector<Slot>* slots) const {
  assert(begin <= end && end <= size());
  for (uint32_t left = end - begin; left > 0;) {
    Path path;
    uint32_t position = end - left;
    const Leaf* leaf = LeafAt(&position, &path);
    // Leaf after leaf below one inner node, then from the root again.
    const Inner* const parent = path.depth > 0 ? path.steps[path.depth - 1].inner : nullptr;
    for (uint32_t child = parent != nullptr ? path.steps[path.depth - 1].child : 0;;) {
      const uint32_t taken = std::min(left, leaf->count - position);
      slots->insert(slots->end(), leaf->slots + position, leaf->slots + position + taken);
      left -= taken;
      position = 0;
      if (left == 0 || parent == nullptr || ++child == parent->count) break;
      leaf = static_cast<const Leaf*>(parent->children[child].get());
    }
  }
}

// --- Adding

void RankTree::RefreshFirst(Inner* inner, uint32_t child) const {
  const Node& node = *inner->children[child];
  if (node.is_leaf) {
    inner->firsts[child] = static_cast<const Leaf&>(node).slots[0];
    inner->prefixes[child] = order_.Prefix(inner->firsts[child]);
  } else {
    inner->firsts[child] = static_cast<const Inner&>(node).firsts[0];
    inner->prefixes[child] = static_cast<const Inner&>(node).prefixes[0];
  }
}

RankTree::Leaf* RankTree::LeafOf(const Path& path) const {
  if (path.depth == 0) return static_cast<Leaf*>(root_.get());
  const auto [inner, child] = path.steps[path.depth - 1];
  return static_cast<Leaf*>(inner->children[child].get());
}

bool RankTree::FingerHolds(uint64_t prefix) const {
  return finger_is_set_ && prefix > finger_begin_ && (!finger_has_end_ || prefix < finger_end_);
}

// Remembers the leaf to which the finger's path leads.
void RankTree::SetFinger(const Leaf& leaf) {
  finger_is_set_ = leaf.count > 0;
  if (!finger_is_set_) return;
  finger_begin_ = order_.Prefix(leaf.slots[0]);
  finger_has_end_ = false;
  for (uint32_t level = finger_->depth; level > 0 && !finger_has_end_; --level) {
    const auto [inner, child] = finger_->steps[level - 1];
    if (child + 1 == inner->count) continue;
    finger_has_end_ = true;
    finger_end_ = inner->prefixes[child + 1];
  }
}

void RankTree::Insert(Slot slot) {
  const uint64_t prefix = order_.Prefix(slot);
  const auto is_before = [&](Slot other) { return order_.IsBeforeAtEqualPrefix(other, slot); };
  ++size_;
  if (!FingerHolds(prefix)) SetFinger(*Descend(prefix, is_before, finger_.get()));
  Leaf* const leaf = LeafOf(*finger_);
  const uint32_t position = Position(*leaf, prefix, is_before);
  if (leaf->count == Leaf::kCapacity) return InsertIntoFull(leaf, position, slot);
  leaf->InsertAt(position, slot);
  bool first_changed = position == 0;
  for (uint32_t level = finger_->depth; level > 0; --level) {
    const auto [inner, child] = finger_->steps[level - 1];
    ++inner->sizes[child];
    if (first_changed) RefreshFirst(inner, child);
    first_changed = first_changed && child == 0;
  }
}

void RankTree::InsertIntoFull(Leaf* leaf, uint32_t position, Slot slot) {
  finger_is_set_ = false;
  Path& path = *finger_;
  for (uint32_t level = 0; level < path.depth; ++level) {
    ++path.steps[level].inner->sizes[path.steps[level].child];
  }
  NodePtr right;
  Leaf* next = HalfEmptyNext(path);
  uint32_t at = Leaf::kCapacity * 7 / 8;
  if (next == nullptr) {
    right.reset(new Leaf());
    next = static_cast<Leaf*>(right.get());
    at = SplitPoint(path, position);
  }
  // Rows that arrive in order, or a little out of it, leave full leaves behind.
  if (position == leaf->count) at = leaf->count;
  leaf->MoveTailToFront(at, next);
  if (position < at) {
    leaf->InsertAt(position, slot);
  } else {
    next->InsertAt(position - at, slot);
  }

  if (path.depth > 0) {
    const auto [inner, child] = path.steps[path.depth - 1];
    inner->sizes[child] = leaf->count;
    if (!right) {
      inner->sizes[child + 1] = next->count;
      RefreshFirst(inner, child + 1);
    }
  }
  bool first_changed = position == 0;
  for (uint32_t level = path.depth; level > 0 && first_changed; --level) {
    RefreshFirst(path.steps[level - 1].inner, path.steps[level - 1].child);
    first_changed = path.steps[level - 1].child == 0;
  }
  if (right) AddChild(path.depth, std::move(right));
}

// The leaf after the path's, below the same node, if it is less than half full.
RankTree::Leaf* RankTree::HalfEmptyNext(const Path& path) {
  if (path.depth == 0) return nullptr;
  const auto [inner, child] = path.steps[path.depth - 1];
  if (child + 1 == inner->count) return nullptr;
  auto* const next = static_cast<Leaf*>(inner->children[child + 1].get());
  return next->count < Leaf::kCapacity / 2 ? next : nullptr;
}

// Where to split a full leaf: near the end of the tree at which rows arrive.
uint32_t RankTree::SplitPoint(const Path& path, uint32_t position) {
  bool is_first = true;
  bool is_last = true;
  for (uint32_t level = 0; level < path.depth; ++level) {
    is_first = is_first && path.steps[level].child == 0;
    is_last = is_last && path.steps[level].child + 1 == path.steps[level].inner->count;
  }
  if (is_last && position > Leaf::kCapacity / 2) return Leaf::kCapacity * 7 / 8;
  if (is_first && position < Leaf::kCapacity / 2) return Leaf::kCapacity / 8;
  return Leaf::kCapacity / 2;
}

// `level` counts the inner nodes above the child: 0 where it stands beside the root.
void RankTree::AddChild(uint32_t level, NodePtr child) {
  if (level == 0) {
    NodePtr old_root = std::move(root_);
    root_.reset(new Inner());
    auto* const root = static_cast<Inner*>(root_.get());
    root->InsertAt(0, std::move(old_root));
    root->InsertAt(1, std::move(child));
    RefreshFirst(root, 0);
    RefreshFirst(root, 1);
    return;
  }
  const Path::Step& step = finger_->steps[level - 1];
  uint32_t position = step.child + 1;
  Inner* target = step.inner;
  NodePtr right;
  if (target->count == Inner::kCapacity) {
    const uint32_t at = position == target->count ? target->count : target->count / 2;
    right.reset(new Inner());
    target->MoveTailTo(at, static_cast<Inner*>(right.get()));
    if (position >= at) {
      target = static_cast<Inner*>(right.get());
      position -= at;
    }
  }
  target->InsertAt(position, std::move(child));
  RefreshFirst(target, position);
  if (!right) return;
  if (level > 1) {
    const auto [parent, place] = finger_->steps[level - 2];
    parent->sizes[place] = Inner::RowsBelow(*step.inner);
  }
  AddChild(level - 1, std::move(right));
}

// --- Removing

void RankTree::Erase(Slot slot) {
  // The row itself counts as before its place, so that the way leads to the leaf it is in.
  const auto is_before = [&](Slot other) {
    return other == slot || order_.IsBeforeAtEqualPrefix(other, slot);
  };
  Path path;
  Leaf* const leaf = Descend(order_.Prefix(slot), is_before, &path);
  const Slot* const found = std::find(leaf->slots, leaf->slots + leaf->count, slot);
  const auto position = static_cast<uint32_t>(found - leaf->slots);
  assert(position < leaf->count);
  leaf->EraseAt(position);
  --size_;

  bool first_changed = position == 0;
  bool restructured = false;
  for (uint32_t level = path.depth; level > 0; --level) {
    const auto [inner, child] = path.steps[level - 1];
    --inner->sizes[child];
    if (inner->children[child]->count == 0) {
      inner->EraseAt(child);
      restructured = true;
    } else {
      if (first_changed) RefreshFirst(inner, child);
      restructured |= inner->JoinWithNext(child) || (child > 0 && inner->JoinWithNext(child - 1));
    }
    first_changed = first_changed && child == 0;
  }
  while (!root_->is_leaf && root_->count <= 1) {
    auto& root = static_cast<Inner&>(*root_);
    NodePtr child = root.count == 1 ? std::move(root.children[0]) : NodePtr(new Leaf());
    root_ = std::move(child);
    restructured = true;
  }
  if (restructured) finger_is_set_ = false;
}

// --- Building

void RankTree::Build(std::span<const Slot> slots) {
  finger_is_set_ = false;
  size_ = static_cast<uint32_t>(slots.size());
  // An eighth stays free for rows that come later.
  constexpr uint32_t kLeafRows = Leaf::kCapacity * 7 / 8;
  std::vector<NodePtr> level;
  for (size_t begin = 0; begin < slots.size() || level.empty(); begin += kLeafRows) {
    auto* const leaf = new Leaf();
    level.emplace_back(leaf);
    const std::span<const Slot> own =
        slots.subspan(begin, std::min<size_t>(kLeafRows, slots.size() - begin));
    std::copy(own.begin(), own.end(), leaf->slots);
    leaf->count = static_cast<uint32_t>(own.size());
  }
  while (level.size() > 1) {
    std::vector<NodePtr> above;
    for (NodePtr& node : level) {
      if (above.empty() || above.back()->count == Inner::kCapacity) above.emplace_back(new Inner());
      auto* const inner = static_cast<Inner*>(above.back().get());
      inner->InsertAt(inner->count, std::move(node));
      RefreshFirst(inner, inner->count - 1);
    }
    level = std::move(above);
  }
  root_ = std::move(level.front());
}

// --- Checking

uint32_t RankTree::LeafCount() const {
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

bool RankTree::IsConsistent() const {
  // Every inner node knows its children's sizes and first rows; leaves stand at one depth.
  struct Check {
    const RankTree& tree;

    // Depth of the leaves below `node`, or 0 where something is wrong.
    uint32_t Depth(const Node& node) const {
      if (node.is_leaf) return 1;
      auto& inner = const_cast<Inner&>(static_cast<const Inner&>(node));
      uint32_t depth = 0;
      for (uint32_t i = 0; i < inner.count; ++i) {
        const Node& child = *inner.children[i];
        const uint32_t below = child.count == 0 ? 0 : Depth(child);
        if (below == 0 || (depth != 0 && depth != below)) return 0;
        depth = below;
        const Slot first = inner.firsts[i];
        const uint64_t prefix = inner.prefixes[i];
        tree.RefreshFirst(&inner, i);
        if (first != inner.firsts[i] || prefix != tree.order_.Prefix(first)) return 0;
        if (inner.sizes[i] != Inner::RowsBelow(child)) return 0;
      }
      return depth == 0 ? 0 : depth + 1;
    }
  };
  if (Check{*this}.Depth(*root_) == 0 || Inner::RowsBelow(*root_) != size_) return false;

  std::vector<Slot> slots;
  CopyRange(0, size_, &slots);
  for (size_t i = 1; i < slots.size(); ++i) {
    if (!order_.IsBefore(slots[i - 1], slots[i])) return false;
  }
  return true;
}

}  // namespace eventglass
