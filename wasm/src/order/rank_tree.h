// Rows in an order, with their ranks.
//
// A B+ tree whose inner nodes count the rows below each child, so that the row at an index and the
// index of a row are found in O(log n) (a counted B-tree). A leaf holds slots alone, 4 bytes a row:
// rows that are neighbours in an order are mostly neighbours in the columns as well.
//
// Rows mostly arrive near one end: a leaf at the end of the tree is split near that end, so that it
// stays full, and the leaf that the last row went to is remembered. A node is joined with its
// neighbour when it is under a quarter full and both fit into three quarters of one.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "order/row_order.h"
#include "store/event_store.h"

namespace eventglass {

// Not thread-safe, not even for reading.
class RankTree {
 public:
  explicit RankTree(const RowOrder& order);
  ~RankTree();
  RankTree(const RankTree&) = delete;
  RankTree& operator=(const RankTree&) = delete;

  uint32_t size() const { return size_; }
  const RowOrder& order() const { return order_; }

  // Adds a row by its present values. REQUIRES: it is not in the tree
  void Insert(Slot slot);

  // Removes a row by its present values. REQUIRES: it is in the tree
  void Erase(Slot slot);

  // Makes the tree hold `slots`. REQUIRES: they are in order, each once
  void Build(std::span<const Slot> slots);

  void Clear() { Build({}); }

  // Number of rows before `slot`, which need not be in the tree.
  uint32_t RankOf(Slot slot) const;

  // Number of rows before `key`. REQUIRES: order().is_by_time()
  uint32_t RankOfKey(const EventKey& key) const;

  // Number of rows with a smaller prefix.
  uint32_t RankOfPrefix(uint64_t prefix) const;

  // The row at an index. REQUIRES: index < size()
  Slot Select(uint32_t index) const;

  // Appends the rows of [begin, end) to `slots`. REQUIRES: begin <= end <= size()
  void CopyRange(uint32_t begin, uint32_t end, std::vector<Slot>* slots) const;

  // Leaves, which tell how well the tree is filled; for tests.
  uint32_t LeafCount() const;
  static constexpr uint32_t kLeafCapacity = 128;  // 512 bytes: an insert moves 256 on average

  // Checks every invariant of the tree; for tests. Takes O(n).
  bool IsConsistent() const;

 private:
  struct Node;
  struct Leaf;
  struct Inner;
  struct DeleteNode {
    void operator()(Node* node) const;
  };
  using NodePtr = std::unique_ptr<Node, DeleteNode>;
  // From the root to a leaf: at each inner node the child that was taken.
  struct Path;

  // A place in the order is given by its prefix, and by `is_before(slot)`, which tells of a row
  // with the same prefix whether it comes before the place.
  template <typename IsBefore>
  uint32_t ChildFor(const Inner& inner, uint64_t prefix, IsBefore is_before) const;
  template <typename IsBefore>
  uint32_t Position(const Leaf& leaf, uint64_t prefix, IsBefore is_before) const;
  template <typename IsBefore>
  uint32_t Rank(uint64_t prefix, IsBefore is_before) const;
  template <typename IsBefore>
  Leaf* Descend(uint64_t prefix, IsBefore is_before, Path* path) const;

  Leaf* LeafOf(const Path& path) const;
  bool FingerHolds(uint64_t prefix) const;
  void SetFinger(const Leaf& leaf);
  static Leaf* HalfEmptyNext(const Path& path);
  static uint32_t SplitPoint(const Path& path, uint32_t position);
  void InsertIntoFull(Leaf* leaf, uint32_t position, Slot slot);
  // Adds `child` behind the child that the finger's path takes at `level`.
  void AddChild(uint32_t level, NodePtr child);
  void RefreshFirst(Inner* inner, uint32_t child) const;
  Leaf* LeafAt(uint32_t* index, Path* path) const;

  RowOrder order_;
  NodePtr root_;
  uint32_t size_ = 0;

  // Where the last row was added.
  std::unique_ptr<Path> finger_;
  bool finger_is_set_ = false;
  uint64_t finger_begin_ = 0;  // places above this prefix and below the end are in the leaf
  uint64_t finger_end_ = 0;
  bool finger_has_end_ = false;
};

}  // namespace eventglass
