#include "filter/filter.h"

#include <algorithm>
#include <utility>

#include "filter/filter_parser.h"

namespace eventglass {

namespace {

void AddToTermIndexes(uint32_t count, FilterNode* node) {
  node->term += count;
  for (FilterNode& member : node->members) AddToTermIndexes(count, &member);
}

void AddMember(FilterNode member, FilterNode* group) {
  if (member.kind == group->kind) {
    for (FilterNode& own : member.members) AddMember(std::move(own), group);
    return;
  }
  group->cost += member.cost;
  const auto dearer =
      std::upper_bound(group->members.begin(), group->members.end(), member,
                       [](const FilterNode& a, const FilterNode& b) { return a.cost < b.cost; });
  group->members.insert(dearer, std::move(member));
}

}  // namespace

FilterNode FilterNode::Group(Kind kind, std::vector<FilterNode> members) {
  FilterNode group;
  group.kind = kind;
  for (FilterNode& member : members) AddMember(std::move(member), &group);
  return group.members.size() == 1 ? std::move(group.members.front()) : std::move(group);
}

std::optional<Filter> Filter::Parse(std::string_view text, const Schema& schema,
                                    FilterError* error) {
  Filter filter;
  if (!ParseFilter(text, schema, &filter.terms_, &filter.root_, error)) return std::nullopt;
  for (const auto& term : filter.terms_) {
    if (term->column != FilterTerm::kEveryTextColumn) {
      filter.used_columns_ |= MaskOf(term->column);
      continue;
    }
    for (uint32_t column = 0; column < schema.size(); ++column) {
      if (schema[column].type == ColumnType::kText) filter.used_columns_ |= MaskOf(column);
    }
  }
  return filter;
}

Filter Filter::And(const Filter& a, const Filter& b) {
  Filter both = a;
  both.terms_.insert(both.terms_.end(), b.terms_.begin(), b.terms_.end());
  std::vector<FilterNode> roots = {a.root_, b.root_};
  AddToTermIndexes(static_cast<uint32_t>(a.terms_.size()), &roots[1]);
  both.root_ = FilterNode::Group(FilterNode::Kind::kAll, std::move(roots));
  both.used_columns_ |= b.used_columns_;
  return both;
}

}  // namespace eventglass
