/**
 * Tells times (milliseconds since the epoch) as `Date.prototype.toISOString` does, at a tenth of the cost where many are of the same
 * second.
 */
export function isoTimes(): (time: number) => string {
  let second = Number.NaN
  let text = ''
  return (time) => {
    const ms = time - second
    if (ms >= 0 && ms < 1000 && Number.isInteger(ms)) return `${text}${ms < 10 ? '00' : ms < 100 ? '0' : ''}${ms}Z`
    const exact = new Date(time).toISOString()
    second = Math.floor(time / 1000) * 1000
    text = exact.slice(0, -4)
    return exact
  }
}
