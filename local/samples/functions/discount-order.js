/** A tenth off from 50 on. */
export const handler = ({ total }) => {
  const discount = total >= 50 ? total / 10 : 0;
  return { total: total - discount, discount };
};
