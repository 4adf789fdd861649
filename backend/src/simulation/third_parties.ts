/**
 * The third parties that the data plays: what happens at each of them, how often, and how it
 * changes afterwards. With the scale and the mix below, this fixes what the demo's data is like.
 */

/** A kind of event. */
export interface EventType {
  readonly name: string;
  /** How often it is inserted, compared with the other types of its source. 0: only updates lead to it. */
  readonly weight: number;
  /** Each as likely as the others; repeated where it is likelier. */
  readonly severities: readonly Severity[];
  /** 40 to 120 characters each, once `{slots}` are filled from `vocabulary.ts`. */
  readonly messages: readonly string[];
  /** Smallest and largest amount; none where the type has no amount. */
  readonly amount?: { readonly min: number; readonly max: number; readonly decimals: 0 | 2 };
  /** What an event of this type turns into. */
  readonly next?: readonly string[];
}

export interface ThirdParty {
  readonly source: string;
  /** How many of the events are its own, compared with the other sources. */
  readonly weight: number;
  readonly types: readonly EventType[];
}

export const severities = ['debug', 'info', 'warning', 'error', 'critical'] as const;
export type Severity = (typeof severities)[number];

export const scale = {
  actorCount: 5_000,
  historyDays: 30,
  /** Of all messages, those that are taken from `unusual_messages.ts`. */
  unusualMessageShare: 0.04,
} as const;

/** What a mutation is. Shares of the whole add up to 1. */
export const mutationMix = {
  insert: 0.4,
  update: 0.45,
  delete: 0.15,
  /** Of the inserts: those that arrive late, and by how much at most. */
  lateInsertShare: 0.2,
  maxLatenessDays: 7,
  /** Of the updates: those that correct the timestamp, and by how much at most. */
  moveShare: 0.1,
  maxMoveHours: 6,
  /** Of the updates that are not moves: those that take an event on to its next type, if it has one. */
  progressShare: 0.6,
  /** Of updates and deletes: those that meet an event near the newest; the others meet any. */
  recentShare: 0.5,
} as const;

const money = { min: 2, max: 4_000, decimals: 2 } as const;
const payout = { min: 200, max: 90_000, decimals: 2 } as const;
const units = { min: 1, max: 500, decimals: 0 } as const;

export const thirdParties: readonly ThirdParty[] = [
  {
    source: 'payments',
    weight: 22,
    types: [
      {
        name: 'payment.pending',
        weight: 50,
        severities: ['info'],
        amount: money,
        messages: [
          'Payment for order {order} by {actor} is waiting for the bank to confirm',
          '{actor} started a card payment at {company}; 3-D Secure was asked for',
        ],
        next: ['payment.captured', 'payment.captured', 'payment.captured', 'payment.failed'],
      },
      {
        name: 'payment.captured',
        weight: 30,
        severities: ['info'],
        amount: money,
        messages: [
          'Payment for order {order} captured, {actor} has been sent a receipt',
          'Captured on attempt {digit}: card ending in {card}, order {order}',
        ],
        next: ['payment.refunded', 'payment.disputed'],
      },
      {
        name: 'payment.failed',
        weight: 12,
        severities: ['warning', 'warning', 'error'],
        amount: money,
        messages: [
          'Card ending in {card} was declined for order {order}: {decline}',
          'The bank of {actor} refused payment {order} with "{decline}"',
        ],
        next: ['payment.pending'],
      },
      {
        name: 'payment.refunded',
        weight: 5,
        severities: ['info', 'warning'],
        amount: { min: -4_000, max: -2, decimals: 2 },
        messages: [
          'Refund for order {order} is on its way to the account of {actor}',
          '{actor} returned order {order}; refund booked by the desk in {city}',
        ],
      },
      {
        name: 'payment.disputed',
        weight: 3,
        severities: ['error', 'critical'],
        amount: money,
        messages: [
          '{actor} disputes the charge for order {order}; evidence is due in {digit} days',
          'Chargeback opened against order {order}, reason given: {decline}',
        ],
        next: ['payment.refunded', 'payment.captured'],
      },
    ],
  },
  {
    source: 'code_hosting',
    weight: 16,
    types: [
      {
        name: 'push',
        weight: 50,
        severities: ['debug', 'info'],
        messages: [
          '{actor} pushed {count} commits to {repo} on branch {branch} ({hash})',
          'Branch {branch} of {repo} now points at {hash}, pushed by {actor}',
        ],
      },
      {
        name: 'pull_request.opened',
        weight: 20,
        severities: ['info'],
        messages: [
          '{actor} asks for a review in {repo}: merge {branch} into the main branch',
          'Pull request !{count} in {repo} changes {count} files, opened by {actor}',
        ],
        next: ['pull_request.merged', 'pull_request.merged', 'pull_request.closed'],
      },
      {
        name: 'pull_request.merged',
        weight: 12,
        severities: ['info'],
        messages: [
          '{actor} merged {branch} into the main branch of {repo} as {hash}',
          'Merged in {repo} after {digit} reviews: branch {branch}, commit {hash}',
        ],
      },
      {
        name: 'pull_request.closed',
        weight: 3,
        severities: ['info', 'warning'],
        messages: [
          '{actor} closed the pull request from {branch} in {repo} without merging',
          'Closed as stale after {count} days: {branch} in {repo}, opened by {actor}',
        ],
        next: ['pull_request.opened'],
      },
      {
        name: 'check.failed',
        weight: 15,
        severities: ['warning', 'error'],
        messages: [
          '{count} of the tests in {repo} fail on {branch} since {hash} by {actor}',
          'Build of {repo} at {hash} stopped: <exit code {digit}> after {ms} ms',
        ],
      },
    ],
  },
  {
    source: 'support_desk',
    weight: 11,
    types: [
      {
        name: 'ticket.opened',
        weight: 40,
        severities: ['info', 'info', 'warning'],
        messages: [
          '{actor} from {company} writes: "{complaint}" (ticket {order})',
          'New ticket {order} from {city}, plan {plan}: "{complaint}"',
        ],
        next: ['ticket.assigned', 'ticket.assigned', 'ticket.solved'],
      },
      {
        name: 'ticket.assigned',
        weight: 20,
        severities: ['info'],
        messages: [
          'Ticket {order} is with {actor} now; first answer is due in {digit} hours',
          '{actor} took ticket {order} of {company} over from the night shift',
        ],
        next: ['ticket.solved', 'ticket.escalated'],
      },
      {
        name: 'ticket.replied',
        weight: 30,
        severities: ['debug', 'info'],
        messages: [
          '{actor} answered ticket {order} and asked {company} for a screenshot',
          'Reply {digit} on ticket {order}: {actor} is waiting for the customer',
        ],
        next: ['ticket.solved'],
      },
      {
        name: 'ticket.escalated',
        weight: 5,
        severities: ['error', 'critical'],
        messages: [
          'Ticket {order} went to the second level: {company} has waited {count} hours',
          '{actor} escalated ticket {order} & asks {service} for help: "{complaint}"',
        ],
        next: ['ticket.solved'],
      },
      {
        name: 'ticket.solved',
        weight: 5,
        severities: ['info'],
        messages: [
          'Ticket {order} solved by {actor} after {digit} replies, rated {digit}/5 ⭐',
          '{actor} closed ticket {order}; {company} has been asked how it went 🙂',
        ],
        next: ['ticket.opened'],
      },
    ],
  },
  {
    source: 'shop',
    weight: 15,
    types: [
      {
        name: 'order.placed',
        weight: 45,
        severities: ['info'],
        amount: money,
        messages: [
          '{actor} ordered {digit} × {product}, to be delivered to {city}',
          'Order {order} from {city}: {product}, gift wrap for {actor} 🎁',
        ],
        next: ['order.shipped', 'order.shipped', 'order.shipped', 'order.cancelled'],
      },
      {
        name: 'order.shipped',
        weight: 25,
        severities: ['info'],
        amount: money,
        messages: [
          'Order {order} left the warehouse in {city} on its way to {actor} 📦',
          'Parcel with {product} for {actor} handed to the carrier in {city}',
        ],
        next: ['order.delivered'],
      },
      {
        name: 'order.delivered',
        weight: 15,
        severities: ['info'],
        amount: money,
        messages: [
          'Order {order} was delivered in {city} and signed for by {actor}',
          '{actor} received {product}, {digit} days after ordering from {city}',
        ],
      },
      {
        name: 'order.cancelled',
        weight: 5,
        severities: ['warning'],
        amount: money,
        messages: [
          '{actor} cancelled order {order} before it left the warehouse in {city}',
          'Order {order} cancelled: {product} is out of stock until next month',
        ],
      },
      {
        name: 'stock.low',
        weight: 10,
        severities: ['warning', 'error'],
        amount: units,
        messages: [
          'Only {digit} of {product} left in {city}; {actor} should reorder today',
          'Stock of {product} fell below {count} in the warehouse of {city}',
        ],
      },
    ],
  },
  {
    source: 'paging',
    weight: 6,
    types: [
      {
        name: 'incident.triggered',
        weight: 50,
        severities: ['error', 'critical'],
        messages: [
          '{service} answers {percent}% of requests with errors; paging {actor} 🔥',
          'p99 latency of {service} in {city} is {ms} ms, limit exceeded for {digit} min',
        ],
        next: ['incident.acknowledged', 'incident.acknowledged', 'incident.escalated'],
      },
      {
        name: 'incident.acknowledged',
        weight: 20,
        severities: ['warning', 'error'],
        messages: [
          '{actor} is looking at {service}: error rate is at {percent}% and falling',
          'Acknowledged by {actor} within {digit} minutes: {service} in {city}',
        ],
        next: ['incident.resolved'],
      },
      {
        name: 'incident.escalated',
        weight: 8,
        severities: ['critical'],
        messages: [
          'No answer for {digit} minutes: the incident on {service} goes to {actor}',
          '{actor} calls in a second engineer, {service} is down in {city}',
        ],
        next: ['incident.acknowledged', 'incident.resolved'],
      },
      {
        name: 'incident.resolved',
        weight: 12,
        severities: ['info'],
        messages: [
          '{service} is well again; {actor} rolled back to {hash} in {repo}',
          'Resolved by {actor} after {count} minutes: {service} in {city} ✅',
        ],
      },
      {
        name: 'oncall.changed',
        weight: 10,
        severities: ['info'],
        messages: [
          '{actor} is on call for {service} until tomorrow morning, {city} time',
          'Shift for {service} swapped: {actor} takes over for {count} hours',
        ],
      },
    ],
  },
  {
    source: 'product_analytics',
    weight: 14,
    types: [
      {
        name: 'funnel.completed',
        weight: 30,
        severities: ['debug'],
        amount: units,
        messages: [
          '{actor} went from sign-up to first project in {count} minutes ({plan})',
          'Onboarding finished in {city}: {digit} of 9 steps, by {actor}, plan {plan}',
        ],
      },
      {
        name: 'feature.used',
        weight: 40,
        severities: ['debug'],
        amount: units,
        messages: [
          '{actor} used "share by link" {count} times today, mostly from {city}',
          'Export to spreadsheet, {count} rows, by {actor} at {company} ({plan})',
        ],
      },
      {
        name: 'experiment.assigned',
        weight: 15,
        severities: ['debug', 'info'],
        messages: [
          '{actor} is in variant B of "new checkout", with {percent}% of visitors',
          'Experiment {hash}: {percent}% of {plan} customers in {city} see variant A',
        ],
        next: ['experiment.concluded'],
      },
      {
        name: 'experiment.concluded',
        weight: 2,
        severities: ['info'],
        messages: [
          'Experiment {hash} concluded by {actor}: variant B wins by {percent}%',
          'No difference found in {hash} after {count} days, says {actor}',
        ],
      },
      {
        name: 'page.slow',
        weight: 13,
        severities: ['info', 'warning'],
        amount: { min: 900, max: 30_000, decimals: 0 },
        messages: [
          'Largest paint took {ms} ms for {actor} in {city} on the {plan} dashboard',
          '{percent}% of visits from {city} waited for more than {ms} ms for {service}',
        ],
      },
    ],
  },
  {
    source: 'crm',
    weight: 8,
    types: [
      {
        name: 'lead.created',
        weight: 35,
        severities: ['info'],
        messages: [
          '{actor} met {company} at the fair in {city}; they ask about {plan}',
          'New lead from the website: {company}, {count} seats, owner is {actor}',
        ],
        next: ['deal.opened', 'lead.lost'],
      },
      {
        name: 'lead.lost',
        weight: 10,
        severities: ['warning'],
        messages: [
          '{company} chose another product; {actor} will call again next year',
          'Lead lost after {count} days: {company} in {city} has no budget',
        ],
      },
      {
        name: 'deal.opened',
        weight: 25,
        severities: ['info'],
        amount: payout,
        messages: [
          '{actor} sent {company} an offer for {count} seats on plan {plan}',
          'Offer for {company} in {city} is out, {percent}% likely says {actor}',
        ],
        next: ['deal.won', 'deal.won', 'lead.lost'],
      },
      {
        name: 'deal.won',
        weight: 10,
        severities: ['info'],
        amount: payout,
        messages: [
          '{company} signed for {count} seats on plan {plan}, well done {actor} 🎉',
          '{actor} closed the deal with {company} in {city} after {count} days',
        ],
      },
      {
        name: 'account.renewed',
        weight: 20,
        severities: ['info'],
        amount: payout,
        messages: [
          '{company} renewed plan {plan} for a year; {actor} stays their contact',
          'Renewal of {company} in {city} booked with {percent}% discount by {actor}',
        ],
      },
    ],
  },
  {
    source: 'chat',
    weight: 8,
    types: [
      {
        name: 'message.posted',
        weight: 60,
        severities: ['debug'],
        messages: [
          '{actor} in {channel}: "has anyone seen {complaint} since {hash}?"',
          '{actor} in {channel}: "{service} looks fine from {city} 👍"',
        ],
        next: ['message.edited', 'message.edited', 'message.flagged'],
      },
      {
        name: 'message.edited',
        weight: 10,
        severities: ['debug'],
        messages: [
          '{actor} in {channel} (edited): "{service} looks fine from {city} again"',
          '{actor} in {channel} (edited): "see {repo}, branch {branch}, at {hash}"',
        ],
      },
      {
        name: 'message.flagged',
        weight: 3,
        severities: ['warning'],
        messages: [
          'A message by {actor} in {channel} was flagged by {digit} people as spam',
          'Moderation in {channel}: {digit} flags on a link posted by {actor} 🚩',
        ],
        next: ['message.edited'],
      },
      {
        name: 'channel.created',
        weight: 7,
        severities: ['info'],
        messages: [
          '{actor} created {channel} to plan the move of {service} to {city}',
          'New channel {channel}, {count} members so far, opened by {actor}',
        ],
      },
      {
        name: 'member.joined',
        weight: 20,
        severities: ['info'],
        messages: [
          '{actor} from {company} joined {channel} as a guest of the {city} office',
          'Welcome {actor}! 👋 There are {count} people in {channel} already',
        ],
      },
    ],
  },
];
