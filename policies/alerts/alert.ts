import type { AlertKind } from './settings.js'

/** Something an operator should know. It never holds content, keys or secrets. */
export interface Alert {
  /** Unique; every delivery of the alert has it, so that receivers know one that comes twice. */
  readonly id: string
  readonly kind: AlertKind | 'test'
  /** What it is about: raised once until that is re-armed. */
  readonly subject: string
  /** Milliseconds since the epoch. */
  readonly at: number
  /** One line for people. */
  readonly text: string
  /** The budget that it is about; absent for anomalies of other things. */
  readonly budget?: string
  /** Teams that it is about; none where it is about more than some teams. */
  readonly teams: readonly string[]
  /** What it says, for programs: names and figures. Amounts in dollars are decimal text, others integers. */
  readonly facts: Readonly<Record<string, string | number | null>>
}

/** An alert that is in force: not raised again until it is re-armed. */
export interface Raised {
  readonly alert: Alert
  /** What its state was judged by, such as the limit. */
  readonly basis: number
  /** When it is forgotten at the latest, milliseconds since the epoch. */
  readonly until: number
}

/** An alert on its way to one webhook. */
export interface Delivery {
  /** Unique: the alert's id and the webhook. */
  readonly id: string
  readonly webhook: string
  readonly alert: Alert
  /** Attempts that have failed. */
  readonly failures: number
}

/** What is in force and what is on its way; shared by all instances where it is in a store that they share. */
export interface AlertStore {
  /**
   * Takes an alert into force and queues a delivery for each webhook, in one step that outlives a crash; `known` where its subject is in
   * force already. Of a queue that is full the oldest deliveries go; how many went comes back.
   */
  raise(
    raised: Raised,
    webhooks: readonly string[],
  ): Promise<{ readonly kind: 'raised' | 'known'; readonly dropped: number }>
  /** Queues an alert that is in force for nobody, as a test is. */
  send(alert: Alert, webhooks: readonly string[]): Promise<void>
  /** By subject. */
  inForce(): Promise<ReadonlyMap<string, Raised>>
  /** Lets a subject be raised again. */
  rearm(subject: string): Promise<void>
  /** Newest first, at most 1,000. */
  recent(): Promise<readonly Alert[]>
  /** Takes deliveries that are due, at most so many. They are due again after `lease` ms, unless they are finished or put off. */
  take(now: number, lease: number, most: number): Promise<readonly Delivery[]>
  /** The delivery is over, whatever became of it. */
  finish(id: string): Promise<void>
  /** It failed, and is due again at a time. */
  putOff(id: string, due: number): Promise<void>
  close(): Promise<void>
}
