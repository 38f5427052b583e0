/** Does one after the other, at once as long as nobody has to be waited for; however many there are. */
export function inOrder<Item>(
  items: readonly Item[],
  each: (item: Item, index: number) => void | Promise<void>,
  from = 0,
): void | Promise<void> {
  for (let index = from; index < items.length; index++) {
    const done = each(items[index] as Item, index)
    if (done instanceof Promise) return done.then(() => inOrder(items, each, index + 1))
  }
}
