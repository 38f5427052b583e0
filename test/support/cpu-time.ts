/** Milliseconds of CPU that this process takes for it: what else runs on the machine makes no difference. */
export function cpuMilliseconds(work: () => void): number {
  const before = process.cpuUsage()
  work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000
}
