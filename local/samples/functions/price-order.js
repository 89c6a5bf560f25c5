const prices = { tea: 4.5, mug: 12 };

/** Lambda-like: takes the payload, returns (or promises) the result; what it throws is the task's error, by the error's name. */
export const handler = ({ items }) =>
  items.reduce((total, { article, count }) => total + (prices[article] ?? 0) * count, 0);
