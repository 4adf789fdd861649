// Mutations for tests of the window.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <utility>
#include <vector>

#include "decode/mutation.h"

namespace eventglass::test {

// A list of mutations under construction, with the ids that it points to.
struct List {
  MutationList list;
  std::deque<std::string> ids;

  Mutation& Add(MutationOp op, std::string id, uint64_t seq) {
    Mutation mutation;
    mutation.op = op;
    mutation.seq = seq;
    mutation.id = ids.emplace_back(std::move(id));
    mutation.cell_begin = mutation.cell_end = static_cast<uint32_t>(list.cells.size());
    list.positions.push_back(static_cast<uint32_t>(list.mutations.size()));
    return list.mutations.emplace_back(mutation);
  }
  // The texts of cells are the caller's.
  List& Put(int64_t timestamp, std::string id, uint64_t seq = 0,
            const std::vector<Cell>& cells = {}) {
    Mutation& mutation = Add(MutationOp::kPut, std::move(id), seq);
    mutation.has_timestamp = true;
    mutation.timestamp = timestamp;
    return Give(&mutation, cells);
  }
  List& Patch(std::string id, uint64_t seq, const Cell& cell) {
    return Patch(std::move(id), seq, std::vector<Cell>{cell});
  }
  List& Patch(std::string id, uint64_t seq, const std::vector<Cell>& cells) {
    return Give(&Add(MutationOp::kPatch, std::move(id), seq), cells);
  }
  List& Give(Mutation* mutation, const std::vector<Cell>& cells) {
    list.cells.insert(list.cells.end(), cells.begin(), cells.end());
    mutation->cell_end = static_cast<uint32_t>(list.cells.size());
    return *this;
  }
  List& Delete(std::string id, uint64_t seq) {
    Add(MutationOp::kDelete, std::move(id), seq);
    return *this;
  }
};

}  // namespace eventglass::test
