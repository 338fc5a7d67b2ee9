/** What each customer ordered, the best first. */
export const handler = async ({ orders }) => {
  const byName = new Map();
  for (const { customer, items } of orders) {
    let entry = byName.get(customer);
    if (!entry) {
      entry = { customer, orders: 0, pieces: 0, cents: 0 };
      byName.set(customer, entry);
    }
    entry.orders += 1;
    for (const { quantity, cents } of items) {
      entry.pieces += quantity;
      entry.cents += quantity * cents;
    }
  }
  const customers = [...byName.values()].sort(
    (a, b) => b.cents - a.cents || (a.customer < b.customer ? -1 : a.customer > b.customer ? 1 : 0),
  );
  return { customers, cents: customers.reduce((sum, one) => sum + one.cents, 0) };
};
