// The rows of the window in the order of (timestamp, id), with rank and select.
//
// A counted B+ tree (Knuth, TAOCP 3, 6.2.3 and 6.2.4): leaves hold timestamps and slots, inner
// nodes hold how many rows are below each child. Insert, erase, rank and select take O(log n);
// timestamps stand in the nodes, and the id of a row is only looked up among equal timestamps.
//
// A node that is full is split where the new row goes if that is its end, and in the middle
// otherwise: rows that arrive in ascending order at the live end leave full leaves behind, and
// those in descending order, which go to the front of the next leaf, half-full ones. A node is
// joined with its neighbour when it is under a quarter full and both fit into three quarters of
// one.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "store/event_store.h"

namespace eventglass {

class TimeOrder {
 public:
  explicit TimeOrder(const EventStore& store);  // `store` outlives the order
  ~TimeOrder();
  TimeOrder(const TimeOrder&) = delete;
  TimeOrder& operator=(const TimeOrder&) = delete;

  uint32_t size() const;

  // Adds a row by its present key. REQUIRES: it is not in the order
  void Insert(Slot slot);

  // Removes a row by its present key. REQUIRES: it is in the order
  void Erase(Slot slot);

  void Clear();

  // Number of rows before `key`: the row index of the first row at or after it.
  uint32_t Rank(const EventKey& key) const;

  // The row at a row index. REQUIRES: index < size()
  Slot Select(uint32_t index) const;

  // Appends the rows of [begin, end) to `slots`. REQUIRES: begin <= end <= size()
  void CopyRange(uint32_t begin, uint32_t end, std::vector<Slot>* slots) const;

  // Leaves of up to 256 rows, which tell how well the tree is filled; for tests.
  uint32_t LeafCount() const;

  // Checks every invariant of the tree; for tests. Takes O(n).
  bool IsConsistent() const;

 private:
  struct Node;
  struct Leaf;
  struct Inner;

  const EventStore& store_;
  std::unique_ptr<Node> root_;
};

}  // namespace eventglass
