import { HOUR, type Hours, isWeekend, SLOTS, type SlotOf } from './weeks.js'

/** What an hour of the week usually takes, each above zero where anything was ever taken. */
export type Profile = readonly number[]

/** Days after which an hour counts half. */
const HALF_LIFE = 14
/** So many hours of the mean are mixed into what an hour of the day takes, and of that into what an hour of the week takes. */
const MEAN_WEIGHT = 1
const DAY_WEIGHT = 0.5

/**
 * Mean amounts by hour of the week, those of weeks ago counting less. What was seen only a few times is drawn to what the same
 * hour takes on days of its kind (Monday to Friday, or the weekend), and that to the mean of all hours.
 */
export function profileOf({ start, values }: Hours, slotOf: SlotOf): Profile {
  const end = start + values.length * HOUR
  const slots = new Array<number>(SLOTS).fill(0)
  const slotWeights = new Array<number>(SLOTS).fill(0)
  const days = new Array<number>(48).fill(0)
  const dayWeights = new Array<number>(48).fill(0)
  let sum = 0
  let weights = 0
  values.forEach((value, index) => {
    const at = start + index * HOUR
    const slot = slotOf(at)
    const weight = 0.5 ** ((end - at) / (HALF_LIFE * 24 * HOUR))
    add(slots, slot, weight * value)
    add(slotWeights, slot, weight)
    add(days, dayHour(slot), weight * value)
    add(dayWeights, dayHour(slot), weight)
    sum += weight * value
    weights += weight
  })
  const mean = weights === 0 ? 0 : sum / weights
  return slots.map((amount, slot) => {
    const hour = dayHour(slot)
    const ofDay = ((days[hour] ?? 0) + MEAN_WEIGHT * mean) / ((dayWeights[hour] ?? 0) + MEAN_WEIGHT)
    return (amount + DAY_WEIGHT * ofDay) / ((slotWeights[slot] ?? 0) + DAY_WEIGHT)
  })
}

/** The hour of the day, those of weekends apart. */
function dayHour(slot: number): number {
  return (slot % 24) + (isWeekend(slot) ? 24 : 0)
}

function add(list: number[], index: number, amount: number): void {
  list[index] = (list[index] ?? 0) + amount
}
