// The rows of a window that covers everything as a plain map, and random mutations of both.
#pragma once

#include <cstdint>
#include <deque>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include "unit/filter/naive_filter.h"
#include "unit/support/list.h"
#include "unit/support/random.h"
#include "unit/support/test_schema.h"

namespace eventglass::test {

class NaiveRows {
 public:
  explicit NaiveRows(Random* random) : random_(random) {}  // `random` outlives it

  const std::map<std::string, NaiveRow>& all() const { return rows_; }
  void Clear() { rows_.clear(); }

  // The id of a row, more often than not, or one that never was.
  std::string PickId() {
    if (rows_.empty() || random_->Below(10) >= 7) return "id" + std::to_string(seq_ + 1);
    auto row = rows_.begin();
    std::advance(row, random_->Below(rows_.size()));
    return row->first;
  }

  // Does something to a row, and adds to `list` the mutation that does the same; its texts are put
  // into `texts`. Of a row that is not there, most mutations are inserts, and the others nothing.
  void Mutate(const std::string& id, List* list, std::deque<std::string>* texts) {
    const uint64_t seq = ++seq_;
    const bool known = rows_.contains(id);
    if (random_->OneIn(known ? 5 : 10)) {
      list->Delete(id, seq);
      rows_.erase(id);
    } else if (random_->Below(4) < (known ? 1 : 3)) {
      Put(id, seq, list, texts);
    } else {
      Patch(id, seq, list, texts);
    }
  }

 private:
  static constexpr uint32_t kCellColumns[] = {kSourceColumn, kMessageColumn, kNoteColumn,
                                              kAmountColumn, kDoneColumn};

  void Put(const std::string& id, uint64_t seq, List* list, std::deque<std::string>* texts) {
    const auto known = rows_.find(id);
    NaiveRow row;
    row.id = id;
    row.version = seq;
    const bool stays = known != rows_.end() && random_->OneIn(2);
    row.timestamp = stays ? known->second.timestamp : NaiveFilter::RandomTimestamp(random_);
    const std::vector<Cell> cells = MakeCells(&row, texts);
    list->Put(row.timestamp, id, seq, cells);
    rows_[id] = row;
  }

  void Patch(const std::string& id, uint64_t seq, List* list, std::deque<std::string>* texts) {
    NaiveRow nobody;
    const auto known = rows_.find(id);
    NaiveRow& row = known == rows_.end() ? nobody : known->second;
    row.version = seq;
    list->Patch(id, seq, MakeCells(&row, texts));
    if (!random_->OneIn(4)) return;
    row.timestamp = NaiveFilter::RandomTimestamp(random_);
    list->list.mutations.back().has_timestamp = true;
    list->list.mutations.back().timestamp = row.timestamp;
  }

  std::vector<Cell> MakeCells(NaiveRow* row, std::deque<std::string>* texts) {
    std::vector<Cell> cells;
    for (const uint32_t column : kCellColumns) {
      if (random_->OneIn(2)) continue;
      row->strings.erase(column);
      if (column == kAmountColumn) row->amount.reset();
      if (column == kDoneColumn) row->done.reset();
      if (random_->OneIn(4)) {
        cells.push_back(AbsentCell(column));
      } else if (column == kAmountColumn) {
        row->amount = NaiveFilter::RandomAmount(random_);
        cells.push_back(NumberCell(*row->amount));
      } else if (column == kDoneColumn) {
        row->done = random_->OneIn(2);
        cells.push_back(BooleanCell(*row->done));
      } else {
        texts->push_back(NaiveFilter::RandomText(random_, column == kSourceColumn ? 2 : 12));
        row->strings[column] = texts->back();
        cells.push_back(TextCell(column, texts->back()));
      }
    }
    return cells;
  }

  Random* const random_;
  std::map<std::string, NaiveRow> rows_;
  uint64_t seq_ = 0;
};

}  // namespace eventglass::test
